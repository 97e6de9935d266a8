/**
 * The ledger: money moves by postings, a posting has two entries that sum to zero, and nothing is ever erased.
 * An institution's position is the sum of its entries; no row holds it.
 */
import { assert } from '@octavo/lib/bytes/assert.ts';
import type { Life, StateOf } from './life.ts';

/**
 * Life of a payment. A single-message purchase is posted at once; a posted one is voided by a posting of opposite
 * entries, and both postings stay.
 */
export const paymentLife = {
  pending: { post: 'posted', void: 'voided' },
  posted: { void: 'voided' },
  voided: {},
} as const satisfies Life;

/** Where a payment stands. */
export type PaymentState = StateOf<typeof paymentLife>;

/** The accounts that can stand on the other side of a holder's entry. */
export type InstitutionAccount = 'settlement' | 'opening';

/** Why money moved, and which institution account is on the other side. */
export const postingKinds = {
  opening: 'opening',
  purchase: 'settlement',
  reversal: 'settlement',
  /** The demo bank empties an account, or gives it its opening money again. */
  adjustment: 'opening',
} as const satisfies Record<string, InstitutionAccount>;

/** Why money moved. */
export type PostingKind = keyof typeof postingKinds;

/** One side of a posting. Positive: the ledger account has more, or owes less. Minor units of the account's currency. */
export type Entry = {
  readonly account: 'holder' | InstitutionAccount;
  readonly amountMinor: bigint;
};

/** One movement of money: both legs lie with the holder's account, so that one shard holds the whole posting. */
export type Posting = {
  readonly postingId: string;
  readonly kind: PostingKind;
  /** DE37, or a word where no message moved the money. */
  readonly retrievalReference: string;
  readonly entries: readonly [holder: Entry, other: Entry];
};

/** Move `holderMinor` (negative: away) to the holder's account, from the institution account that the kind names. */
export function posting(
  kind: PostingKind,
  postingId: string,
  retrievalReference: string,
  holderMinor: bigint,
): Posting {
  assert(holderMinor !== 0n, 'a posting moves money');
  const entries = [
    { account: 'holder', amountMinor: holderMinor },
    { account: postingKinds[kind], amountMinor: -holderMinor },
  ] as const;
  assert(sumOf(entries) === 0n, 'a posting sums to zero');
  return { postingId, kind, retrievalReference, entries };
}

/** The sum of entries; of a whole posting, or of a whole ledger, it is zero. */
export function sumOf(entries: readonly Entry[]): bigint {
  return entries.reduce((sum, entry) => sum + entry.amountMinor, 0n);
}

/**
 * The balance after each of an account's latest entries, which come newest first: the newest leaves the balance as it
 * is now, and each older one left what its successor found.
 */
export function runningBalances(
  newestFirst: readonly { readonly amountMinor: bigint }[],
  balanceMinor: bigint,
): readonly bigint[] {
  let after = balanceMinor;
  return newestFirst.map(({ amountMinor }) => {
    const here = after;
    after -= amountMinor;
    return here;
  });
}
