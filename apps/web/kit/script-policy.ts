/** The one way to start a script from here: its address must be one of our own assets. Trusted Types forbid any other. */

type Policy = { createScriptURL(address: string): string };
type Factory = { createPolicy(name: string, rules: Policy): Policy };

const NAME = 'octavo-scripts';
let made: Policy | undefined;

/** The address of a worker of this site's own, as the browser wants it. Throws for any other address. */
export function ownScript(address: string): string {
  made ??= factory()?.createPolicy(NAME, { createScriptURL: checked }) ?? {
    createScriptURL: checked,
  };
  return made.createScriptURL(address);
}

function checked(address: string): string {
  const { origin, pathname } = new URL(address, location.href);
  if (origin !== location.origin || !/^\/(assets\/[\w.-]+|sw)\.js$/.test(pathname)) {
    throw new TypeError('not a script of this site');
  }
  return pathname;
}

/** Browsers without Trusted Types have none. */
function factory(): Factory | undefined {
  return (globalThis as { trustedTypes?: Factory }).trustedTypes;
}
