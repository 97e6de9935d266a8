/**
 * The sites: every page and frame has an origin of its own, told apart by the first label of the host name
 * (`wallet.octavo.localhost`). What may frame what is decided here, for the server's headers and for the pages.
 */

/** The sites by name. */
export const siteNames = [
  'wallet',
  'element',
  'card',
  'bank',
  'terminal',
  'gate',
  'console',
] as const;

/** A site's name: the first label of its host. */
export type SiteName = (typeof siteNames)[number];

/** Which sites a site's page may hold in a frame. A frame may be held by those that list it and by nobody else. */
export const framesOf: Readonly<Record<SiteName, readonly SiteName[]>> = {
  wallet: ['element', 'card', 'bank'],
  element: [],
  card: [],
  bank: [],
  terminal: [],
  gate: [],
  console: [],
};

/** The sites that may hold this one in a frame. */
export function framersOf(site: SiteName): readonly SiteName[] {
  return siteNames.filter((name) => framesOf[name].includes(site));
}

/** The origin of a site of the world whose base is given: `http://octavo.localhost:8008` has `http://wallet.octavo.localhost:8008`. */
export function originOf(site: SiteName, base: string): string {
  const { protocol, host } = new URL(base);
  return `${protocol}//${site}.${host}`;
}

/** The world's base as a page of any of its sites sees it from its own origin. */
export function baseOf(origin: string): string {
  const { protocol, host } = new URL(origin);
  return `${protocol}//${host.slice(host.indexOf('.') + 1)}`;
}
