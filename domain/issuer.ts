/**
 * The issuer's decisions on payments: whether a purchase is posted, and what a reversal undoes.
 * Plain rows in, the rows that shall be out; who loads and saves them is the service's business.
 */
import { assert } from '@octavo/lib/bytes/assert.ts';
import { equalConstantTime } from '@octavo/lib/bytes/bytes.ts';
import type { Behaviour } from './demo.ts';
import { type PaymentState, type Posting, paymentLife, posting } from './ledger.ts';
import { type Life, type StateOf, step } from './life.ts';
import { messageName } from './message.ts';
import type { CurrencyCode } from './money.ts';
import type { InstantMs } from './ports.ts';
import { type Done, done, type Refused, refused } from './refusal.ts';
import { isExpired, localTime } from './time.ts';

/** Life of an account. A closed one never opens again. */
const accountLife = {
  open: { close: 'closed' },
  closed: {},
} as const satisfies Life;

/** The money side of a card: one account a card. */
export type Account = {
  readonly accountId: string;
  readonly state: StateOf<typeof accountLife>;
  readonly currency: CurrencyCode;
  /** The sum of the holder's entries: what is held, or (negative) what is owed. */
  readonly balanceMinor: bigint;
  /** Zero for debit. */
  readonly creditLimitMinor: bigint;
  readonly dailyLimitMinor: bigint;
  /** The local day (YYYY-MM-DD) that `spentMinor` belongs to. */
  readonly spentOn: string;
  readonly spentMinor: bigint;
  readonly version: bigint;
};

/** What the purchase staircase reads of the card file. */
export type PayingCard = {
  readonly behaviour: Behaviour;
  /** YYMM. */
  readonly expiry: string;
};

/** A purchase as its message asks for it. */
export type PurchaseAsk = {
  readonly messageKey: string;
  readonly amountMinor: bigint;
  readonly currency: CurrencyCode;
  /** DE14, YYMM. */
  readonly expiry: string;
  readonly retrievalReference: string;
  /** What the network found about the cryptogram, DE61. */
  readonly cryptogramRight: boolean;
};

/** A payment that was approved. */
export type Payment = {
  readonly messageKey: string;
  readonly postingId: string;
  readonly amountMinor: bigint;
  readonly currency: CurrencyCode;
  readonly retrievalReference: string;
  /** The local day whose limit it counts against. */
  readonly spentOn: string;
  readonly state: PaymentState;
};

/** An account after money moved, with the movement. */
export type Moved = {
  readonly account: Account;
  readonly payment: Payment;
  readonly posting: Posting;
};

/** The largest single purchase that is taken for meant: ten million yuan. Profile octavo-1. */
export const LARGEST_PURCHASE_MINOR = 1_000_000_000n;

/** What is known under a message's key when it arrives. */
export type Known =
  | { readonly kind: 'nothing' }
  /** Reversed before it arrived, or approved and reversed since. */
  | { readonly kind: 'reversed' }
  | { readonly kind: 'answered'; readonly fingerprint: Uint8Array };

/**
 * Whether a message is new, or one that was answered and gets that answer again. What was reversed is never
 * answered as approved again, so that refusal comes first.
 */
export function recognise(known: Known, fingerprint: Uint8Array): 'new' | 'again' | Refused {
  if (known.kind === 'reversed') return refused('message.already_reversed');
  if (known.kind === 'nothing') return 'new';
  return equalConstantTime(known.fingerprint, fingerprint)
    ? 'again'
    : refused('message.key_reused');
}

/** What can be spent: the balance, and the credit line if there is one. */
export function availableMinor(account: Account): bigint {
  return account.balanceMinor + account.creditLimitMinor;
}

/** What was spent on a local day; another day's spending does not count. */
export function spentOnMinor(account: Account, isoDate: string): bigint {
  return account.spentOn === isoDate ? account.spentMinor : 0n;
}

/** The staircase of a purchase, then its one effect: posted at once, never pending. */
export function purchase(
  card: PayingCard | undefined,
  account: Account | undefined,
  ask: PurchaseAsk,
  atMs: InstantMs,
): Done<Moved> | Refused {
  assert(ask.amountMinor >= 0n, 'DE4 has no sign');
  const today = localTime(atMs).isoDate;
  if (!ask.cryptogramRight) return refused('tap.cryptogram_wrong');
  if (card === undefined || account === undefined) return refused('issuer.card_unknown');
  if (ask.expiry !== card.expiry || isExpired(card.expiry, atMs)) {
    return refused('issuer.card_expired');
  }
  if (card.behaviour === 'lost') return refused('issuer.card_lost');
  if (account.state === 'closed') return refused('issuer.account_closed');
  if (card.behaviour === 'do_not_honour') return refused('issuer.do_not_honour');
  if (ask.amountMinor === 0n || ask.amountMinor > LARGEST_PURCHASE_MINOR) {
    return refused('issuer.amount_wrong');
  }
  if (ask.currency !== account.currency) return refused('issuer.currency_not_held');
  const spentMinor = spentOnMinor(account, today) + ask.amountMinor;
  if (spentMinor > account.dailyLimitMinor) return refused('issuer.limit_exceeded');
  if (ask.amountMinor > availableMinor(account)) return refused('issuer.insufficient_funds');
  return done(post(account, ask, today, spentMinor));
}

function post(account: Account, ask: PurchaseAsk, today: string, spentMinor: bigint): Moved {
  const postingId = messageName(ask.messageKey);
  const state = step(paymentLife, 'pending', 'post');
  assert(state === 'posted', 'a pending payment can be posted');
  return {
    account: {
      ...account,
      balanceMinor: account.balanceMinor - ask.amountMinor,
      spentOn: today,
      spentMinor,
      version: account.version + 1n,
    },
    payment: {
      messageKey: ask.messageKey,
      postingId,
      amountMinor: ask.amountMinor,
      currency: ask.currency,
      retrievalReference: ask.retrievalReference,
      spentOn: today,
      state,
    },
    posting: posting('purchase', postingId, ask.retrievalReference, -ask.amountMinor),
  };
}

/** A reversal as its message asks for it. */
export type ReversalAsk = {
  /** The reversal's own key. */
  readonly messageKey: string;
  readonly amountMinor: bigint;
  readonly currency: CurrencyCode;
};

/** What is known of the message that a reversal is about. */
export type Original =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'declined' }
  | { readonly kind: 'approved'; readonly payment: Payment };

/** What a reversal does: give the money back, nothing since nothing was taken, or a no by name. */
export type Reversed =
  | { readonly kind: 'given_back'; readonly moved: Moved }
  | { readonly kind: 'nothing_taken' }
  | Refused;

/**
 * The staircase of a reversal, then its effect. It gives back exactly what was taken, once; an unknown original is
 * refused as `message.original_unknown`, and the service remembers it under the original's key.
 */
export function reverse(
  account: Account | undefined,
  original: Original,
  ask: ReversalAsk,
): Reversed {
  if (original.kind === 'unknown') return refused('message.original_unknown');
  if (original.kind === 'declined') return { kind: 'nothing_taken' };
  const { payment } = original;
  assert(account !== undefined, 'an approved payment has an account');
  if (ask.amountMinor !== payment.amountMinor || ask.currency !== payment.currency) {
    return refused('issuer.original_mismatch');
  }
  const state = step(paymentLife, payment.state, 'void');
  // Reversed by another message already: the money is back, and giving it twice would be wrong.
  if (state === undefined) return { kind: 'nothing_taken' };
  return { kind: 'given_back', moved: giveBack(account, { ...payment, state }, ask.messageKey) };
}

function giveBack(account: Account, payment: Payment, messageKey: string): Moved {
  const { amountMinor, retrievalReference } = payment;
  // The day's limit is given back only while that day is the one being counted. A world's clock can be set back and
  // forth, and then the count of a day begins anew, so it may be less than what comes back.
  const counted = account.spentOn === payment.spentOn;
  const rest = account.spentMinor > amountMinor ? account.spentMinor - amountMinor : 0n;
  return {
    account: {
      ...account,
      balanceMinor: account.balanceMinor + amountMinor,
      spentMinor: counted ? rest : account.spentMinor,
      version: account.version + 1n,
    },
    payment,
    posting: posting('reversal', messageName(messageKey), retrievalReference, amountMinor),
  };
}
