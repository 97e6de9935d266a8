/**
 * Issuer application data, tag 9F10, in UnionPay's layout: which key, which cryptogram version, what the
 * card found out about itself, and optionally an amount with a MAC of its own.
 * @see docs/specs.md, cryptograms sheet, section 5
 */
import { assert } from '../bytes/assert.ts';
import { concat } from '../bytes/bytes.ts';
import { retailMac } from '../cipher/mac.ts';

/** Foreign bytes that are not issuer application data of this layout. */
export class IadError extends Error {
  override readonly name = 'IadError';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(`${message} (at byte ${offset})`);
    this.offset = offset;
  }
}

/** What issuer application data say. */
export type Iad = {
  /** Derivation key index: which of the issuer's master keys. */
  readonly dki: number;
  /** Cryptogram version: 1, or 17 for the short list. */
  readonly cvn: number;
  /** Card verification results, four bytes with their length byte 03. */
  readonly cvr: Uint8Array;
  /** 1 for triple DES, 4 for SM4. */
  readonly algorithm: number;
  /** The issuer discretionary part; a bare card sends none. */
  readonly discretionary?: IssuerDiscretionaryData;
};

/** An amount or two that the card reports, and the MAC over them. */
type IssuerDiscretionaryData = {
  /** 1 purse balance, 2 cumulative amount, 3 balance and cumulative amount, 4 cumulative amount and limit, 5 available offline amount. */
  readonly dataId: number;
  /** Packed decimal, five bytes. */
  readonly amountBcd5: Uint8Array;
  /** The second amount of data ids 3 and 4. */
  readonly secondAmountBcd5?: Uint8Array;
  /** Four bytes. */
  readonly mac: Uint8Array;
};

/**
 * Write issuer application data: 8 bytes, 19 with one amount, 24 with two.
 * @see docs/specs.md, cryptograms sheet, section 5
 * @example
 * encodeIad({ dki: 1, cvn: 17, cvr: fromHex('03000000'), algorithm: 1 }) // '0701110300000001'
 */
export function encodeIad(iad: Iad): Uint8Array {
  assert(isByte(iad.dki) && isByte(iad.cvn) && isByte(iad.algorithm), 'three single bytes');
  assert(iad.cvr.length === 4 && iad.cvr[0] === CVR_LENGTH, 'four bytes that begin with 03');
  const head = concat(
    Uint8Array.of(FIXED_LENGTH, iad.dki, iad.cvn),
    iad.cvr,
    Uint8Array.of(iad.algorithm),
  );
  return iad.discretionary === undefined
    ? head
    : concat(head, encodeDiscretionary(iad.discretionary));
}

/**
 * Read issuer application data. Throws `IadError` on a length byte that does not fit, an unknown data id,
 * an amount that is not decimal, or bytes after the end. Key index, version and algorithm may be anything.
 * @see docs/specs.md, cryptograms sheet, section 5
 * @example decodeIad(fromHex('0701110300000001')).cvn // 17
 */
export function decodeIad(bytes: Uint8Array): Iad {
  if (bytes.length < HEAD) throw new IadError('cut short', bytes.length);
  if (bytes[0] !== FIXED_LENGTH) throw new IadError('the first length is not 07', 0);
  if (bytes[3] !== CVR_LENGTH)
    throw new IadError('the verification results do not begin with 03', 3);
  const head = {
    dki: bytes[1] as number,
    cvn: bytes[2] as number,
    cvr: bytes.subarray(3, 7),
    algorithm: bytes[7] as number,
  };
  if (bytes.length === HEAD) return head;
  return { ...head, discretionary: decodeDiscretionary(bytes) };
}

/**
 * The MAC over the amounts that the card reports, under the session MAC key of the same transaction; the first
 * four bytes of the retail MAC. Amounts are packed decimal of five bytes; data ids 3 and 4 have a second one.
 * @see docs/specs.md, cryptograms sheet, section 5
 * @example
 * iadMac(fromHex('F13DE5FA61E0BE98D39D821E403C3367'), fromHex('0001'), fromHex('0000000000'))
 * // '3A65702A'
 */
export function iadMac(
  sessionKeyMac: Uint8Array,
  atc: Uint8Array,
  amount5: Uint8Array,
  secondAmount5?: Uint8Array,
): Uint8Array {
  return retailMac(sessionKeyMac, iadMacInput(atc, amount5, secondAmount5), 2).subarray(0, MAC);
}

/**
 * What that MAC covers: counter, amount and a zero, or counter, both amounts and four zeros.
 * @see docs/specs.md, cryptograms sheet, section 5
 * @example iadMacInput(fromHex('0240'), fromHex('0000001000')) // '0240000000100000'
 */
export function iadMacInput(
  atc: Uint8Array,
  amount5: Uint8Array,
  secondAmount5?: Uint8Array,
): Uint8Array {
  assert(atc.length === 2 && amount5.length === 5, 'a counter of two bytes, an amount of five');
  if (secondAmount5 === undefined) return concat(atc, amount5, new Uint8Array(1));
  assert(secondAmount5.length === 5, 'a second amount of five bytes');
  return concat(atc, amount5, secondAmount5, new Uint8Array(4));
}

/** Length of the part that every card sends, its own length byte included. */
const HEAD = 8;
const FIXED_LENGTH = 0x07;
const CVR_LENGTH = 0x03;
const MAC = 4;
const AMOUNT = 5;

/** How many amounts go with each data id. */
const AMOUNTS_OF: Readonly<Record<number, 1 | 2>> = { 1: 1, 2: 1, 3: 2, 4: 2, 5: 1 };

function encodeDiscretionary(data: IssuerDiscretionaryData): Uint8Array {
  const { dataId, amountBcd5, secondAmountBcd5, mac } = data;
  const amounts = concat(amountBcd5, secondAmountBcd5 ?? new Uint8Array(0));
  const count = AMOUNTS_OF[dataId];
  assert(count !== undefined && amounts.length === count * AMOUNT, 'the amounts of that data id');
  assert(mac.length === MAC, 'a MAC of four bytes');
  return concat(Uint8Array.of(1 + amounts.length + MAC, dataId), amounts, mac);
}

function decodeDiscretionary(bytes: Uint8Array): IssuerDiscretionaryData {
  const length = bytes[HEAD] as number;
  const dataId = bytes[HEAD + 1];
  if (dataId === undefined) throw new IadError('cut short', bytes.length);
  const count = AMOUNTS_OF[dataId];
  if (count === undefined) throw new IadError('an unknown data id', HEAD + 1);
  if (length !== 1 + count * AMOUNT + MAC)
    throw new IadError('the second length is not that of the data id', HEAD);
  const end = HEAD + 1 + length;
  if (bytes.length < end) throw new IadError('cut short', bytes.length);
  if (bytes.length > end) throw new IadError('bytes after the end', end);
  const first = HEAD + 2;
  const amountBcd5 = decimal(bytes, first);
  const mac = bytes.subarray(end - MAC, end);
  if (count === 1) return { dataId, amountBcd5, mac };
  return { dataId, amountBcd5, secondAmountBcd5: decimal(bytes, first + AMOUNT), mac };
}

function decimal(bytes: Uint8Array, from: number): Uint8Array {
  for (let at = from; at < from + AMOUNT; at++) {
    const byte = bytes[at] as number;
    if (byte >> 4 > 9 || (byte & 15) > 9) throw new IadError('an amount that is not decimal', at);
  }
  return bytes.subarray(from, from + AMOUNT);
}

function isByte(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xff;
}
