/**
 * Messages of terminals: read strictly, and answered.
 * @see docs/specs.md, ISO 8583 sheet, sections 1, 6 and 9
 */
import { institutions } from '@octavo/domain/demo.ts';
import { type MessageFields, pick } from '@octavo/domain/message.ts';
import type { PaymentAnswer } from '@octavo/domain/payment.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { answerTpdu } from '@octavo/lib/iso8583/header.ts';
import { answerType, readOrNone } from '@octavo/lib/iso8583/message.ts';
import { posReserved } from '@octavo/lib/iso8583/subfields.ts';
import { type PosMessage, pos } from '@octavo/lib/iso8583/unionpay.ts';
import type { PaymentKey } from './payment-store.ts';

/** A terminal's message that has everything its kind must have. */
export type PosRequest = {
  readonly kind: 'request';
  readonly message: PosMessage;
  readonly fields: MessageFields;
  /** As they came: the MAC is over these. */
  readonly bytes: Uint8Array;
  readonly key: PaymentKey;
  readonly merchantId: string;
  /** DE60.3. */
  readonly networkCode: string;
};

/** What came of reading a frame: a request; one that can only be answered with 30; or nothing that can be answered. */
export type Read =
  | PosRequest
  | { readonly kind: 'malformed'; readonly answerTo: PosMessage }
  | { readonly kind: 'unreadable' };

/** Read one frame of a terminal's link. */
export function readPos(bytes: Uint8Array): Read {
  const message = readOrNone(() => pos.decode(bytes));
  if (message === undefined) return readHead(bytes);
  const fields = message.fields as MessageFields;
  const required = REQUIRED[message.mti] ?? REQUIRED_ALWAYS;
  if (!/^0\d[024]0$/.test(message.mti)) return { kind: 'unreadable' };
  const reserved = readOrNone(() => posReserved.parse(fields['60'] ?? ''));
  const complete = required.every((field) => fields[field] !== undefined);
  if (!complete || reserved === undefined || !/^\d{12,19}$/.test(fields['2'] ?? NO_NUMBER)) {
    return { kind: 'malformed', answerTo: message };
  }
  return {
    kind: 'request',
    message,
    fields,
    bytes,
    key: {
      terminalId: fields['41'] ?? '',
      batch: reserved.batch,
      traceNumber: fields['11'] ?? '',
    },
    merchantId: fields['42'] ?? '',
    networkCode: reserved.networkCode,
  };
}

/** Begin an answer: addresses turned round, what an answer repeats, and who answers. */
export function posAnswer(asked: PosMessage, values: MessageFields): PosMessage {
  const repeats = asked.mti === '0200' ? [...ECHOED, CARD_SEQUENCE] : ECHOED;
  const echoed = pick(asked.fields as MessageFields, repeats);
  return {
    tpdu: answerTpdu(asked.tpdu),
    header: asked.header,
    mti: answerType(asked.mti),
    fields: { ...echoed, '32': institutions.acquirer.code, ...values },
  };
}

/** The elements of a payment's answer that are not repeated from its request. */
export function answerFields(
  answer: PaymentAnswer,
  retrievalReference: string | undefined,
): MessageFields {
  return {
    '15': answer.settlementDate,
    '39': answer.responseCode,
    ...(retrievalReference === undefined ? {} : { '37': retrievalReference }),
    ...(answer.authorisation === undefined ? {} : { '38': answer.authorisation }),
    ...(answer.chipAnswer === undefined ? {} : { '55': answer.chipAnswer }),
  };
}

const REQUIRED_ALWAYS = ['11', '41', '42', '60'] as const;

/**
 * What must be there, by message type; the MAC is looked for later, since its lack has a code of its own. A reversal
 * names its original by terminal, batch and trace number, so it needs no card. @see profile octavo-1, section 11
 */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  '0200': [...REQUIRED_ALWAYS, '2', '3', '4', '12', '13', '22', '25', '49'],
  '0400': [...REQUIRED_ALWAYS, '3', '4', '12', '13', '22', '25', '39', '49'],
};

const ECHOED = [2, 3, 4, 11, 12, 13, 25, 41, 42, 49, 60];

/** DE23: only the answer to a purchase repeats it. */
const CARD_SEQUENCE = 23;

/** Stands in for DE2 where a message has none and needs none. */
const NO_NUMBER = '000000000000';

/** TPDU, header and message type of a frame whose rest cannot be read: enough to answer that it cannot. */
function readHead(bytes: Uint8Array): Read {
  const head = toHex(bytes.subarray(0, HEAD_BYTES));
  const match = /^(60[0-9A-F]{8})([0-9A-F]{12})(0\d[024]0)$/.exec(head);
  if (match === null) return { kind: 'unreadable' };
  const [, tpdu = '', header = '', mti = ''] = match;
  return { kind: 'malformed', answerTo: { tpdu, header, mti, fields: {} } };
}

/** Five bytes of TPDU, six of header, two of message type. */
const HEAD_BYTES = 13;
