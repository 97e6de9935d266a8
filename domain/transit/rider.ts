/**
 * A rider's account: whose tokens it has and what keeps it on the deny list. The account is the account reference as
 * soon as it is known, else the only token. Money is decided in `settlement.ts`; both write by the account's version.
 * @see docs/specs.md, transit sheet, sections 1.4, 3 and 4
 */
import type { Life, StateOf } from '../life.ts';
import { step } from '../life.ts';
import type { InstantMs } from '../ports.ts';

/** Life of an account. Debt denies it, payment clears it; used-up tries make it dormant: listed, and left in peace. */
export const accountLife = {
  active: { deny: 'denied', merge: 'merged' },
  denied: { deny: 'denied', clear: 'active', exhaust: 'dormant', merge: 'merged' },
  dormant: { deny: 'denied', clear: 'active', exhaust: 'dormant', merge: 'merged' },
  merged: {},
} as const satisfies Life;

/** Where an account stands. */
export type AccountState = StateOf<typeof accountLife>;

/** One token of an account. */
export type Credential = {
  readonly credentialId: string;
  /** Its line in a deny list, hexadecimal. */
  readonly entry: string;
  readonly lastFour: string;
  readonly form: string;
  /** Up to when its taps cannot be charged to it any more: the token service said that the token is gone. */
  readonly deadAtMs?: InstantMs | undefined;
};

/** A refused verdict that keeps a token listed, until a later good one. */
export type Denial = {
  readonly credentialId: string;
  /** The refusal's code or DE39. */
  readonly reason: string;
  /** When the tap was. */
  readonly tapMs: InstantMs;
  /** Whether it lists the whole account; another token's later good verdict lifts that. */
  readonly isOnAccount: boolean;
};

/** A line that the deny list was told to have. */
export type Listed = {
  readonly entry: string;
  readonly reason: string;
  readonly sinceMs: InstantMs;
};

/** What the deny list is to be told. */
export type ListChange = {
  readonly entry: string;
  readonly change: 'add' | 'remove';
  readonly reason: string;
};

/** An account. */
export type Account = {
  readonly accountId: string;
  readonly accountReference: string | undefined;
  /** The reference's line in a deny list, hexadecimal. */
  readonly referenceEntry: string | undefined;
  readonly state: AccountState;
  readonly mergedInto: string | undefined;
  readonly credentials: readonly Credential[];
  readonly denials: readonly Denial[];
  readonly listed: readonly Listed[];
  /** The accounts that became this one. */
  readonly joined: readonly string[];
  /** The charge whose answer is awaited; there is one at a time. */
  readonly inFlight: string | undefined;
  /** When lines that wait are to be charged. */
  readonly billAtMs: InstantMs | undefined;
  readonly version: number;
};

/** A new account with its first token. */
export function openAccount(
  accountId: string,
  reference: { readonly text: string; readonly entry: string } | undefined,
  credential: Credential,
): Account {
  return {
    accountId,
    accountReference: reference?.text,
    referenceEntry: reference?.entry,
    state: 'active',
    mergedInto: undefined,
    credentials: [credential],
    denials: [],
    listed: [],
    joined: [],
    inFlight: undefined,
    billAtMs: undefined,
    version: 0,
  };
}

/** The account with one more token; the same account when it has it. */
export function withCredential(account: Account, credential: Credential): Account {
  const isThere = account.credentials.some((one) => one.credentialId === credential.credentialId);
  return isThere ? account : { ...account, credentials: [...account.credentials, credential] };
}

/** What the token service said about a tap. */
export type HeardVerdict = {
  readonly credentialId: string;
  readonly tapMs: InstantMs;
  readonly verdict: 'good' | 'refused';
  readonly reason: string;
};

/**
 * The account after a verdict; the same account when nothing changes. A refused tap lists its token and the account. A
 * good one takes back what earlier taps of the same token did, and lets the account go that another token had listed:
 * somebody who added the card again rides, the lost token does not.
 */
export function hearVerdict(account: Account, heard: HeardVerdict): Account {
  const { credentialId, tapMs, verdict, reason } = heard;
  const own = account.denials.find((one) => one.credentialId === credentialId);
  if (verdict === 'refused') {
    if (own !== undefined && own.tapMs >= tapMs) return account;
    const others = account.denials.filter((one) => one !== own);
    const denial = { credentialId, reason, tapMs, isOnAccount: true };
    return { ...account, denials: [...others, denial] };
  }
  const denials = account.denials
    .filter((one) => one.credentialId !== credentialId || one.tapMs > tapMs)
    .map((one) => (one.tapMs <= tapMs ? { ...one, isOnAccount: false } : one));
  const isSame =
    denials.length === account.denials.length &&
    denials.every((one, place) => one.isOnAccount === account.denials[place]?.isOnAccount);
  return isSame ? account : { ...account, denials };
}

/** How the account stands by its debts: `owes` when the list has to know, `isExhausted` when nobody asks any more. */
export function standBy(
  state: AccountState,
  debts: { readonly owes: boolean; readonly isExhausted: boolean },
): AccountState {
  if (!debts.owes) return state === 'active' ? state : (step(accountLife, state, 'clear') ?? state);
  const denied = step(accountLife, state, 'deny') ?? state;
  return debts.isExhausted ? (step(accountLife, denied, 'exhaust') ?? denied) : denied;
}

/** The account with the lines that it should have in the deny list, and what that list is to be told. */
export function relist(
  account: Account,
  nowMs: InstantMs,
): { readonly account: Account; readonly changes: readonly ListChange[] } {
  const wanted = account.state === 'merged' ? new Map<string, string>() : linesOf(account);
  const kept = account.listed.filter((line) => wanted.get(line.entry) === line.reason);
  const keptEntries = new Set(kept.map((line) => line.entry));
  const added = [...wanted]
    .filter(([entry]) => !keptEntries.has(entry))
    .map(([entry, reason]) => ({ entry, reason, sinceMs: nowMs }));
  const removed =
    account.state === 'merged' ? [] : account.listed.filter((line) => !wanted.has(line.entry));
  if (added.length === 0 && removed.length === 0 && kept.length === account.listed.length) {
    return { account, changes: [] };
  }
  const changes = [
    ...added.map(({ entry, reason }) => ({ entry, change: 'add' as const, reason })),
    ...removed.map(({ entry, reason }) => ({ entry, change: 'remove' as const, reason })),
  ];
  return { account: { ...account, listed: [...kept, ...added] }, changes };
}

/** Entry to reason. A debt lists all that the account has; a refused verdict its token and, for a while, the account. */
function linesOf(account: Account): ReadonlyMap<string, string> {
  const { credentials, denials, referenceEntry, state } = account;
  const lines = new Map<string, string>();
  const owes = state === 'denied' || state === 'dormant';
  for (const { credentialId, entry } of credentials) {
    const denial = denials.find((one) => one.credentialId === credentialId);
    if (denial !== undefined) lines.set(entry, denial.reason);
    else if (owes) lines.set(entry, DEBT);
  }
  if (referenceEntry === undefined) return lines;
  const denial = denials.find((one) => one.isOnAccount);
  if (owes) lines.set(referenceEntry, DEBT);
  else if (denial !== undefined) lines.set(referenceEntry, denial.reason);
  return lines;
}

/** Why somebody who owes stands in the list. */
export const DEBT = 'transit.debt';
