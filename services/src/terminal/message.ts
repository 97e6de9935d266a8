/**
 * The terminal's messages, field by field, and reading their answers.
 * @see docs/specs.md, ISO 8583 sheet, sections 1, 4, 5, 6 and 11
 */
import type { MessageFields } from '@octavo/domain/message.ts';
import { amountDigits } from '@octavo/domain/money.ts';
import { localTime } from '@octavo/domain/time.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { decodeTrack2, encodeTrack2Text } from '@octavo/lib/emv/track2.ts';
import { isPosMacRight, type Mac } from '@octavo/lib/iso8583/mac.ts';
import { answerType, readOrNone } from '@octavo/lib/iso8583/message.ts';
import { posReserved, workingKey } from '@octavo/lib/iso8583/subfields.ts';
import { type PosMessage, pos } from '@octavo/lib/iso8583/unionpay.ts';
import { chipData } from '@octavo/lib/kernel/online.ts';
import type { OnlineRequest } from '@octavo/lib/kernel/outcome.ts';
import type { Sale } from './reader.ts';

/** Who the terminal is in its messages. */
export type Identity = { readonly terminalId: string; readonly merchantId: string };

/** A payment's place in the terminal's life: batch and trace number. */
export type Place = { readonly batch: string; readonly traceNumber: string };

/** Batch and trace number of a payment by its sequence: a batch has 999,999 of them, and no number comes twice in one. */
export function placeOf(sequence: bigint): Place {
  assert(sequence >= 1n, 'sequences begin at one');
  const index = sequence - 1n;
  return {
    batch: String(index / HIGHEST_TRACE_NUMBER + 1n).padStart(6, '0'),
    traceNumber: String((index % HIGHEST_TRACE_NUMBER) + 1n).padStart(6, '0'),
  };
}

/** What a message says about a sale. */
export type SaleFacts = Pick<Sale, 'amountMinor' | 'currency' | 'atMs'>;

/** A purchase request, MAC excepted. Its time is that of the tap. */
export function purchaseFields(
  online: OnlineRequest,
  sale: SaleFacts,
  place: Place,
  who: Identity,
): MessageFields {
  const track = online.data.get('57');
  return {
    ...saleFields(sale, place, who),
    '2': online.pan,
    '14': online.expiry,
    ...(online.psn === undefined ? {} : { '23': `0${online.psn}` }),
    ...(track === undefined ? {} : { '35': encodeTrack2Text(decodeTrack2(track)) }),
    '55': toHex(chipData(online)),
  };
}

/** The reversal of a request in doubt: the same fields and trace number, without chip data, with the reason. */
export function reversalFields(request: MessageFields): MessageFields {
  const { '55': _chip, ...rest } = request;
  return { ...rest, '39': NO_ANSWER };
}

/**
 * The reversal of a payment that the cashier takes back. The terminal keeps nothing of the card once a payment has
 * ended, and needs nothing of it: terminal, batch and trace number name the original. @see profile octavo-1, section 11
 */
export function takeBackFields(sale: SaleFacts, place: Place, who: Identity): MessageFields {
  return { ...saleFields(sale, place, who), '39': OTHER_REASON };
}

function saleFields(sale: SaleFacts, place: Place, who: Identity): MessageFields {
  const { date, time } = localTime(sale.atMs);
  return {
    '3': '000000',
    '4': amountDigits(sale.amountMinor),
    '11': place.traceNumber,
    '12': time,
    '13': date,
    '22': TAP_WITHOUT_PIN,
    '25': '00',
    '41': who.terminalId,
    '42': who.merchantId,
    '49': sale.currency,
    '60': posReserved.build({
      typeCode: '22',
      batch: place.batch,
      networkCode: '000',
      readCapability: '6',
      chipCondition: '0',
    }),
  };
}

/** A sign-in. */
export function signInFields(traceNumber: string, batch: string, who: Identity): MessageFields {
  return {
    '11': traceNumber,
    '41': who.terminalId,
    '42': who.merchantId,
    '60': posReserved.build({ typeCode: '00', batch, networkCode: '003' }),
  };
}

/** A message of ours. */
export function toAcquirer(mti: string, fields: MessageFields): PosMessage {
  return { tpdu: '6000010000', header: '600100000000', mti, fields };
}

/** An answer to a message of ours. */
export type Answer = {
  readonly fields: MessageFields;
  /** Whether it carries the MAC that it should. */
  readonly macRight: boolean;
};

/** Whether a frame answers a message: the type above its own, the same trace number, terminal and batch. */
export function isAnswerTo(asked: PosMessage, frame: Uint8Array): boolean {
  const answer = readOrNone(() => pos.decode(frame));
  if (answer === undefined || answer.mti !== answerType(asked.mti)) return false;
  return NAMING.every((field) => answer.fields[field] === asked.fields[field]);
}

/** Read a frame that answers a message of ours. */
export async function readAnswer(frame: Uint8Array, mac: Mac): Promise<Answer> {
  const { fields } = pos.decode(frame);
  return { fields: fields as MessageFields, macRight: await isPosMacRight(frame, mac) };
}

/** The MAC key in the answer to a sign-in; undefined when there is none to be read. */
export function readWorkingKey(
  frame: Uint8Array,
): { readonly wrapped: Uint8Array; readonly checkValue: Uint8Array } | undefined {
  return readOrNone(() => {
    const { encryptedKey, checkValue } = workingKey.parse(pos.decode(frame).fields[62] ?? '');
    return { wrapped: fromHex(encryptedKey), checkValue: fromHex(checkValue) };
  });
}

const HIGHEST_TRACE_NUMBER = 999_999n;

/** DE22: contactless quick path, no PIN. */
const TAP_WITHOUT_PIN = '072';

/** DE39 of a reversal: no answer came, or none that can be believed. */
const NO_ANSWER = '98';

/** DE39 of a reversal: any other reason. */
const OTHER_REASON = '06';

const NAMING = [11, 41, 42, 60] as const;
