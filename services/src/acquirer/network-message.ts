/**
 * The acquirer's messages to the network, field by field.
 * @see docs/specs.md, ISO 8583 sheet, sections 3, 9, 10 and 11
 */
import { institutions } from '@octavo/domain/demo.ts';
import {
  type MessageFields,
  originalData,
  pick,
  retrievalReference,
} from '@octavo/domain/message.ts';
import { reversalChipData } from '@octavo/domain/network.ts';
import { leavesDoubt } from '@octavo/domain/payment.ts';
import { requestHeader } from '@octavo/lib/iso8583/header.ts';
import {
  merchantLocation,
  PURCHASE_SWITCH_RESERVED,
  switchReserved,
} from '@octavo/lib/iso8583/subfields.ts';
import type { CupsMessage } from '@octavo/lib/iso8583/unionpay.ts';
import type { ReversalFields } from './payment-store.ts';
import type { Terminal } from './store.ts';
import type { Stamp } from './trace-number.ts';

/** Where a request comes from. */
export type Origin = Pick<Terminal, 'id' | 'merchantId' | 'merchant'>;

/**
 * Make a request for the network from what a terminal or a transit operator asks. The time in it stays theirs; DE90 is
 * a deferred charge's.
 */
export function purchaseFields(asked: MessageFields, origin: Origin, stamp: Stamp): MessageFields {
  const { name, city, category } = origin.merchant;
  return {
    ...pick(asked, [2, 3, 4, 12, 13, 14, 22, 23, 25, 35, 49, 55, 90]),
    '7': stamp.transmission,
    '11': stamp.traceNumber,
    '18': category,
    '19': COUNTRY,
    '32': institutions.acquirer.code,
    '33': institutions.acquirer.code,
    '37': retrievalReference(stamp.transmission, stamp.traceNumber),
    '41': origin.id,
    '42': origin.merchantId,
    '43': merchantLocation.build({ name, city, country: 'CHN' }),
    '60': switchReserved.build(PURCHASE_SWITCH_RESERVED),
  };
}

/** What of a request is kept in clear for a later reversal: all but token, expiry, track and most chip data. */
export function withoutCard(fields: MessageFields): MessageFields {
  const { '2': _token, '14': _expiry, '35': _track, '55': whole, ...rest } = fields;
  const chipData = reversalChipData(whole);
  return chipData === undefined ? rest : { ...rest, '55': chipData };
}

/** What of a request is kept sealed: token and expiry. */
export function cardOf(fields: MessageFields): MessageFields {
  return pick(fields, [2, 14]);
}

/**
 * Make a reversal of a request: its own DE7 and DE11, the original's reference, DE90 that names it, and DE38 when it
 * was approved.
 */
export function reversalFields(
  request: MessageFields,
  card: MessageFields,
  own: ReversalFields,
  authorisation: string | undefined,
): MessageFields {
  return {
    ...request,
    ...card,
    '7': own.transmission,
    '11': own.traceNumber,
    ...(authorisation === undefined ? {} : { '38': authorisation }),
    '39': own.reason,
    '90': originalData('0200', request),
  };
}

/**
 * An answer that can be believed about what was asked: it repeats token, amount, currency and reference, and its DE39
 * is about the payment and not about the message alone. Undefined when it cannot.
 */
export function believed(asked: MessageFields, answer: MessageFields): MessageFields | undefined {
  const { '39': responseCode } = answer;
  const isAboutIt = BOUND.every((field) => answer[field] === asked[field]);
  if (!isAboutIt || responseCode === undefined || leavesDoubt(responseCode)) return undefined;
  return answer;
}

/** What an answer must repeat: token, amount, currency and reference. */
const BOUND = ['2', '4', '37', '49'] as const;

/** A message from us to the network. */
export function toNetwork(mti: string, fields: MessageFields): CupsMessage {
  return { header: HEADER, mti, fields };
}

/** What an answer is matched by: the class of its message type and the fields that both have. */
export function answerName(mti: string, fields: MessageFields): string {
  return [mti.slice(0, 2), ...NAMING.map((field) => fields[field] ?? '')].join('-');
}

const COUNTRY = '156';

const NAMING = ['7', '11', '33'] as const;

const HEADER = requestHeader(institutions.network.code, institutions.acquirer.code);
