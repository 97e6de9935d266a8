/**
 * A tapped payment on the merchant's side: its life at the acquirer and in the terminal, what a message
 * about it may do, and what a response code means to the people at the till.
 */
import { assert } from '@octavo/lib/bytes/assert.ts';
import { equal } from '@octavo/lib/bytes/bytes.ts';
import { type Life, type StateOf, step } from './life.ts';
import { type Done, done, type RefusalCode, type Refused, refusals, refused } from './refusal.ts';

/**
 * Life of a payment at the acquirer. What was posted may still be voided; what was refused moves once more only when
 * an approval proves the refusal untrue.
 */
export const paymentLife = {
  pending: { approve: 'posted', decline: 'declined', void: 'voided' },
  posted: { void: 'voided' },
  declined: { contradict: 'voided' },
  voided: {},
} as const satisfies Life;

/**
 * Life of a payment in the terminal. Doubt about the answer is never waited out: it is reversed, as is what the cashier
 * takes back. `exception`: nobody confirmed that for days, a person must look.
 */
export const terminalPaymentLife = {
  pending: { approve: 'posted', decline: 'declined', doubt: 'reversing' },
  posted: { take_back: 'reversing' },
  declined: {},
  reversing: { reverse: 'voided', give_up: 'exception' },
  voided: {},
  exception: {},
} as const satisfies Life;

/** What the terminal is told about a payment. */
export type PaymentAnswer = {
  /** DE39. */
  readonly responseCode: string;
  /** The precise reason, where the acquirer itself said no. */
  readonly code?: RefusalCode;
  /** DE38, when approved. */
  readonly authorisation?: string;
  /** DE15. */
  readonly settlementDate: string;
  /** DE55 of the answer in hexadecimal, when the network sent one. */
  readonly chipAnswer?: string;
};

/** A payment as the acquirer decides about it. */
export type Payment = {
  readonly state: StateOf<typeof paymentLife>;
  /** Digest of the request's content; absent when only its reversal has come. */
  readonly fingerprint?: Uint8Array;
  readonly amountMinor: bigint;
  /** Whether the request may have left for the network. */
  readonly sent: boolean;
  readonly voidedBy?: 'terminal' | 'acquirer';
  readonly answer?: PaymentAnswer;
};

/**
 * Whether a terminal may speak: it is known, under this merchant, and has a MAC key.
 * @see docs/specs.md, ISO 8583 sheet, sections 8 and 9
 */
export function admitTerminal(
  terminal: { readonly merchantId: string; readonly signedIn: boolean } | undefined,
  merchantId: string,
): Refused | undefined {
  if (terminal === undefined) return refused('terminal.unknown');
  if (terminal.merchantId !== merchantId) return refused('terminal.unknown');
  if (!terminal.signedIn) return refused('terminal.not_signed_in');
  return undefined;
}

/** What to do with a purchase request that came: begin it, wait for the one under way, or give the stored answer. */
export type Reception = { readonly kind: 'begin' | 'wait' | 'answer' };

/** Receive a purchase request. `known` is what stands under its key. */
export function receivePurchase(
  known: Payment | undefined,
  fingerprint: Uint8Array,
): Reception | Refused {
  if (known === undefined) return { kind: 'begin' };
  if (known.fingerprint === undefined) return refused('message.already_reversed');
  if (!equal(known.fingerprint, fingerprint)) return refused('message.key_reused');
  // The stored answer may say approved, which a terminal that took its payment back must not hear again.
  if (known.voidedBy === 'terminal') return refused('message.already_reversed');
  return { kind: known.state === 'pending' ? 'wait' : 'answer' };
}

/** Say that the request is about to leave. From then on only an answer or a reversal ends it. */
export function markSent(payment: Payment): Done<Payment> | Refused {
  if (payment.state !== 'pending') return refused('message.already_reversed');
  assert(!payment.sent, 'a request leaves once');
  return done({ ...payment, sent: true });
}

/** End a pending payment by an answer; refused when it was reversed while the answer was on its way. */
export function conclude(payment: Payment, answer: PaymentAnswer): Done<Payment> | Refused {
  const event = answer.responseCode === APPROVED ? 'approve' : 'decline';
  const state = step(paymentLife, payment.state, event);
  if (state === undefined) return refused('message.already_reversed');
  assert(state !== 'posted' || payment.sent, 'nothing is approved that was not sent');
  return done({ ...payment, state, answer });
}

/**
 * End a pending payment that got no answer: voided when it may have left, since nobody knows what became of
 * it, and declined when it did not. Refused when something else has ended it.
 */
export function giveUp(payment: Payment, settlementDate: string): Done<Payment> | Refused {
  if (payment.state !== 'pending') return refused('message.already_reversed');
  if (!payment.sent)
    return conclude(payment, refusalAnswer('acquirer.network_down', settlementDate));
  const answer = refusalAnswer('acquirer.no_answer', settlementDate);
  return done({ ...payment, state: 'voided', voidedBy: 'acquirer', answer });
}

/** An approval came for a payment that had ended declined: the till was told no, so it is taken back. Else refused. */
export function contradict(payment: Payment): Done<Payment> | Refused {
  const state = step(paymentLife, payment.state, 'contradict');
  if (state === undefined) return refused('message.already_reversed');
  return done({ ...payment, state, voidedBy: 'acquirer' });
}

/**
 * Whether an answer's DE39 may be about the message alone and not the payment: a wrong MAC, a wrong element,
 * an answer that could not be made. Nothing was stored for it, so a copy that somebody spoiled may have got it while
 * the true one is still to be approved. A decline must not be read out of it.
 */
export function leavesDoubt(responseCode: string): boolean {
  return ABOUT_THE_MESSAGE.has(responseCode);
}

/** What a terminal's reversal does: remember it, void the payment, or nothing more. */
export type ReversalReception =
  | { readonly kind: 'remember' }
  | { readonly kind: 'void'; readonly payment: Payment; readonly reverseAtNetwork: boolean }
  | { readonly kind: 'nothing'; readonly responseCode: '00' | '25' };

/**
 * Receive a terminal's reversal. An unknown original is remembered and answered 25, which the terminal counts
 * as success: there is nothing to take back, and the original is refused if it still comes.
 * @see docs/specs.md, ISO 8583 sheet, section 10
 */
export function receiveReversal(
  known: Payment | undefined,
  amountMinor: bigint,
): ReversalReception | Refused {
  if (known === undefined) return { kind: 'remember' };
  if (known.amountMinor !== amountMinor) return refused('issuer.original_mismatch');
  if (known.fingerprint === undefined) return { kind: 'nothing', responseCode: ORIGINAL_UNKNOWN };
  const state = step(paymentLife, known.state, 'void');
  if (state === undefined) return { kind: 'nothing', responseCode: APPROVED };
  const payment: Payment = { ...known, state, voidedBy: 'terminal' };
  return { kind: 'void', payment, reverseAtNetwork: known.sent };
}

/**
 * What the terminal makes of an answer: it believes only one that is whole, about this payment, and from its acquirer,
 * and takes no refusal of a message for the refusal of the payment.
 */
export function judgeAnswer(answer: {
  readonly macRight: boolean;
  readonly amountRight: boolean;
  readonly responseCode: string | undefined;
}): 'approve' | 'decline' | 'doubt' {
  if (!answer.macRight || !answer.amountRight || answer.responseCode === undefined) return 'doubt';
  if (leavesDoubt(answer.responseCode)) return 'doubt';
  return answer.responseCode === APPROVED ? 'approve' : 'decline';
}

/**
 * The cashier takes a payment back: one that stands approved, in the batch that is open. It is reversed; a void as a
 * message of its own belongs to the books.
 */
export function takeBackByCashier(
  state: StateOf<typeof terminalPaymentLife>,
  isOfOpenBatch: boolean,
): Done<StateOf<typeof terminalPaymentLife>> | Refused {
  if (state === 'reversing' || state === 'voided' || state === 'exception') {
    return refused('terminal.already_voided');
  }
  const next = step(terminalPaymentLife, state, 'take_back');
  if (next === undefined || !isOfOpenBatch) return refused('terminal.not_posted');
  return done(next);
}

/**
 * What a transit operator is told of a deferred charge. `unknown`: it may stand, and is being taken back. `undone`:
 * nothing was taken and nobody said no, so it may be asked anew; only `declined` is a no.
 */
export type ChargeStanding = 'approved' | 'declined' | 'unknown' | 'undone';

/** How a charge stands. `isReversed`: the network has confirmed that it was taken back. */
export function chargeStanding(
  { state, answer }: Pick<Payment, 'state' | 'answer'>,
  isReversed: boolean,
): ChargeStanding {
  if (state === 'posted') return 'approved';
  if (state === 'declined') {
    return NOBODY_SAID_NO.has(answer?.responseCode ?? '') ? 'undone' : 'declined';
  }
  return state === 'voided' && isReversed ? 'undone' : 'unknown';
}

/**
 * The reason behind DE39 of a charge's answer, where it can be one alone.
 * @see profile octavo-1, section 15
 */
export function chargeReason(responseCode: string): RefusalCode | undefined {
  const codes = Object.keys(refusals) as RefusalCode[];
  const own = codes.find(
    (code) => code.startsWith('charge.') && refusals[code].responseCode === responseCode,
  );
  return own ?? meaningOfResponse(responseCode).code;
}

/** What a response code says to the people at the till; `code` where it can mean one thing only. */
export type ResponseMeaning = {
  readonly code?: RefusalCode;
  readonly en: string;
  readonly zh: string;
};

/** Explain DE39 of a payment's answer. Codes that stand for several reasons get words of their own. */
export function meaningOfResponse(responseCode: string): ResponseMeaning {
  const code = ONE_REASON[responseCode];
  if (code !== undefined) return { code, en: refusals[code].en, zh: refusals[code].zh };
  return SEVERAL_REASONS[responseCode] ?? { en: 'Declined.', zh: '交易被拒绝。' };
}

/** The answer to a payment that the acquirer itself refused. */
export function refusalAnswer(code: RefusalCode, settlementDate: string): PaymentAnswer {
  return { responseCode: refusals[code].responseCode, code, settlementDate };
}

const APPROVED = '00';
const ORIGINAL_UNKNOWN = '25';

/** DE39 of refusals that are given without anything being stored. */
const ABOUT_THE_MESSAGE: ReadonlySet<string> = new Set(
  (['message.mac_wrong', 'message.malformed', 'busy'] as const).map(
    (code) => refusals[code].responseCode,
  ),
);

/** DE39 of charges that nobody decided: nobody was reached, or another one for the same tap is not over. */
const NOBODY_SAID_NO: ReadonlySet<string> = new Set(
  (
    [
      'acquirer.network_down',
      'network.issuer_down',
      'network.no_answer',
      'charge.under_way',
    ] as const
  ).map((code) => refusals[code].responseCode),
);

const ONE_REASON: Readonly<Record<string, RefusalCode>> = {
  '05': 'issuer.do_not_honour',
  '13': 'issuer.amount_wrong',
  '15': 'network.no_route',
  '30': 'message.malformed',
  '40': 'message.not_supported',
  '41': 'issuer.card_lost',
  '51': 'issuer.insufficient_funds',
  '55': 'tap.holder_not_verified',
  '59': 'tap.clone_proved',
  '61': 'issuer.limit_exceeded',
  '77': 'terminal.not_signed_in',
  '91': 'network.issuer_down',
  '92': 'acquirer.network_down',
  '97': 'terminal.unknown',
  '98': 'acquirer.no_answer',
  A0: 'message.mac_wrong',
};

const SEVERAL_REASONS: Readonly<Record<string, ResponseMeaning>> = {
  '00': { en: 'Approved', zh: '交易批准' },
  '14': { en: 'This card is not known. Nothing was taken.', zh: '没有这张卡。没有扣款。' },
  '54': { en: 'This card has expired. Nothing was taken.', zh: '卡已过期。没有扣款。' },
  '57': {
    en: 'This card may not pay here. Nothing was taken.',
    zh: '此卡不能在此支付。没有扣款。',
  },
  '62': { en: 'This card cannot pay now. Nothing was taken.', zh: '此卡现在不能支付。没有扣款。' },
  '63': {
    en: 'The security check failed. Nothing was taken. Tap again.',
    zh: '安全校验未通过。没有扣款。请再碰一次。',
  },
  '94': {
    en: 'This payment was used or taken back before. Nothing was taken.',
    zh: '这笔交易已用过或已撤回。没有扣款。',
  },
  '96': {
    en: 'The system is busy. Nothing was taken. Tap again.',
    zh: '系统繁忙。没有扣款。请重试。',
  },
};
