/** What a payment ends in for the people at the till: outcome, words and receipt. */
import type { z } from '@hono/zod-openapi';
import { meaningOfResponse } from '@octavo/domain/payment.ts';
import { type RefusalCode, refusals } from '@octavo/domain/refusal.ts';
import { localTime } from '@octavo/domain/time.ts';
import { type DeclineReason, messages, type Outcome } from '@octavo/lib/kernel/outcome.ts';
import type { pay } from './contract.ts';
import type { Answer } from './message.ts';
import type { PaymentRow } from './payment-store.ts';
import type { Self } from './store.ts';

/** What `pay` answers. */
export type PayAnswer = z.output<typeof pay.answer>;

/** A tap that asks nobody. */
export type SilentOutcome = Exclude<Outcome, { kind: 'online_request' }>;

/** The answer where no message was sent: nothing was asked of anybody. */
export function tapAnswer(outcome: SilentOutcome, amountMinor: bigint): PayAnswer {
  const code = codeOf(outcome, amountMinor);
  return {
    outcome: outcomeOf(outcome),
    ...(code === undefined ? {} : { code }),
    message: messages[outcome.message].en,
  };
}

/** The answer where no phone is in the field. */
export const NO_CARD: PayAnswer = { outcome: 'no_card', message: messages['15'].en };

/** The answer where the number is no token: it may be a card's, which must not be kept or sent. */
export const NO_TOKEN: PayAnswer = {
  outcome: 'declined',
  code: 'network.no_route',
  message: refusals['network.no_route'].en,
};

/** The answer to a payment that the acquirer approved or refused. */
export function answeredPayment(row: PaymentRow, self: Self, answer: Answer): PayAnswer {
  const responseCode = answer.fields['39'] ?? '';
  const meaning = meaningOfResponse(responseCode);
  const isApproved = responseCode === '00';
  return {
    outcome: isApproved ? 'approved' : 'declined',
    ...(meaning.code === undefined ? {} : { code: meaning.code }),
    message: meaning.en,
    receipt: {
      ...receiptOf(row, self),
      ...(isApproved ? given('authorisation', answer.fields['38']) : {}),
      ...given('retrievalReference', answer.fields['37']),
      responseCode,
    },
    ...given('chipData', row.chipData),
  };
}

/** The answer to a payment that is taken back since no answer could be believed. */
export function reversedPayment(row: PaymentRow, self: Self, code: RefusalCode): PayAnswer {
  const takenBack = 'The payment was taken back.';
  const message = code === NO_ANSWER ? refusals[code].en : `${refusals[code].en} ${takenBack}`;
  return {
    outcome: 'reversed',
    code,
    message,
    receipt: receiptOf(row, self),
    ...given('chipData', row.chipData),
  };
}

/** The reason of a reversal when nothing came at all. */
export const NO_ANSWER = 'acquirer.no_answer';

function receiptOf(row: PaymentRow, self: Self) {
  const { isoDate, time } = localTime(row.atMs);
  return {
    merchant: self.merchant.name,
    terminalId: self.enrolled?.terminalId ?? '',
    amountMinor: Number(row.amountMinor),
    currency: row.currency,
    tokenLastFour: row.tokenLastFour,
    localDate: isoDate,
    localTime: time.replace(/^(..)(..)(..)$/, '$1:$2:$3'),
  };
}

/** The reader's own reasons, where they have a name of ours; why a phone declines only the phone knows. */
function codeOf(outcome: SilentOutcome, amountMinor: bigint): RefusalCode | undefined {
  // No tap is for nothing; every other amount that is not allowed reaches the till's limit.
  if (outcome.reason === 'contactless_not_allowed' && amountMinor > 0n)
    return 'terminal.over_limit';
  return outcome.kind === 'declined' ? DECLINED_BY_READER[outcome.reason] : undefined;
}

const DECLINED_BY_READER: Readonly<Partial<Record<DeclineReason, RefusalCode>>> = {
  application_expired: 'token.expired',
  holder_not_verified: 'tap.holder_not_verified',
  reader_offline_only: 'terminal.offline_only',
};

function outcomeOf(outcome: SilentOutcome): PayAnswer['outcome'] {
  if (outcome.kind === 'try_again') {
    return outcome.reason === 'see_phone' ? 'see_phone' : 'try_again';
  }
  if (outcome.kind === 'try_another_interface') return 'other_interface';
  const isWithoutCard = outcome.kind === 'end_application' && outcome.reason === 'no_application';
  return isWithoutCard ? 'no_card' : 'declined';
}

function given<Name extends string>(
  name: Name,
  value: string | undefined,
): Partial<Record<Name, string>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, string>);
}
