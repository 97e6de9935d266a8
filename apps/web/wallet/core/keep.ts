/**
 * What the wallet page keeps between visits: a session, this phone's id, the handle of its passkey, where it lies, and
 * the last view of its cards, so that it can pay without a connection. No card number, no code, no key.
 */
import type { DeviceView } from './api.ts';
import type { HolderKey } from './holder-key.ts';

/** What is kept, each under its own name. */
export type Kept = {
  readonly session?: {
    readonly key: string;
    readonly mobile: string;
    readonly expiresAtMs: number;
  };
  /** The number that signed in last: its messages are shown, and it is offered again. */
  readonly mobile?: string;
  readonly deviceId?: string;
  /** How payments are confirmed. */
  readonly confirm?:
    | { readonly kind: 'passkey'; readonly key: HolderKey }
    | { readonly kind: 'passcode' };
  /** Whether this browser's element has taken a passcode, though the phone may not have been registered then. */
  readonly hasPasscode?: boolean;
  /** The name of the field beside which the phone lies. */
  readonly air?: string;
  readonly device?: DeviceView;
};

const NAME = 'octavo.wallet.';

/** Read one thing that is kept. */
export function kept<Name extends keyof Kept>(name: Name): Kept[Name] {
  const text = localStorage.getItem(NAME + name);
  return text === null ? undefined : (JSON.parse(text) as Kept[Name]);
}

/** Keep a thing, or forget it. */
export function keep<Name extends keyof Kept>(name: Name, value: Kept[Name]): void {
  if (value === undefined) localStorage.removeItem(NAME + name);
  else localStorage.setItem(NAME + name, JSON.stringify(value));
}

/** The field beside which this phone lies: the one an address names, or the one it lay at, or a new one. */
export function placeOfPhone(): string {
  const named = airIn(location.hash);
  if (named !== undefined) history.replaceState(history.state, '', location.pathname);
  const air = named ?? kept('air') ?? freshAir();
  keep('air', air);
  return air;
}

/** The field that an address names, or a field's bare name; undefined when there is none in it. */
export function airIn(address: string): string | undefined {
  return /(?:^|#air=)([0-9a-f]{32})$/.exec(address.trim())?.[1];
}

/** A name that nobody guesses. */
function freshAir(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
