/**
 * The one-time proof of a tap: what a card seals, how it seals it, and how the token service checks it.
 * Cryptogram version 01 of UnionPay, and the issuer's answer to it.
 * @see docs/specs.md, cryptograms sheet, sections 4 to 6
 */
import { assert } from '../bytes/assert.ts';
import { concat, equalConstantTime, xor } from '../bytes/bytes.ts';
import type { SecretBytes } from '../bytes/secret.ts';
import { tripleDesEncrypt } from '../cipher/des.ts';
import { retailMac } from '../cipher/mac.ts';
import { decodeIad, type Iad, IadError, iadMac } from './iad.ts';
import {
  type CardKeyMethod,
  deriveCardKeyOptionA,
  type SessionKeyMethod,
  unionPaySessionKey,
} from './keys.ts';
import {
  T5F2A_TRANSACTION_CURRENCY_CODE,
  T9A_TRANSACTION_DATE,
  T9C_TRANSACTION_TYPE,
  T9F1A_TERMINAL_COUNTRY_CODE,
  T9F02_AMOUNT_AUTHORISED,
  T9F03_AMOUNT_OTHER,
  T9F10_ISSUER_APPLICATION_DATA,
  T9F26_APPLICATION_CRYPTOGRAM,
  T9F36_APPLICATION_TRANSACTION_COUNTER,
  T9F37_UNPREDICTABLE_NUMBER,
  T82_APPLICATION_INTERCHANGE_PROFILE,
  T95_TERMINAL_VERIFICATION_RESULTS,
} from './tags.ts';

/** The data objects of a tap by tag. */
export type TapValues = ReadonlyMap<string, Uint8Array> | ((tag: string) => Uint8Array | undefined);

/** How a family of cards makes cryptograms: what the version and algorithm bytes of the IAD stand for. */
type CryptogramMethod = {
  readonly version: number;
  readonly algorithm: number;
  readonly cardKey: CardKeyMethod;
  readonly sessionKey: SessionKeyMethod;
};

/** Version 01 with triple DES, the only method that device tokens are accepted under. */
const UNIONPAY_01: CryptogramMethod = {
  version: 0x01,
  algorithm: 0x01,
  cardKey: deriveCardKeyOptionA,
  sessionKey: unionPaySessionKey,
};

/**
 * What version 01 seals before the card verification results, in order, with the length of each.
 * @see docs/specs.md, cryptograms sheet, section 4.1
 */
export const SEALED_01: readonly { readonly tag: string; readonly length: number }[] = [
  { tag: T9F02_AMOUNT_AUTHORISED, length: 6 },
  { tag: T9F03_AMOUNT_OTHER, length: 6 },
  { tag: T9F1A_TERMINAL_COUNTRY_CODE, length: 2 },
  { tag: T95_TERMINAL_VERIFICATION_RESULTS, length: 5 },
  { tag: T5F2A_TRANSACTION_CURRENCY_CODE, length: 2 },
  { tag: T9A_TRANSACTION_DATE, length: 3 },
  { tag: T9C_TRANSACTION_TYPE, length: 1 },
  { tag: T9F37_UNPREDICTABLE_NUMBER, length: 4 },
  { tag: T82_APPLICATION_INTERCHANGE_PROFILE, length: 2 },
  { tag: T9F36_APPLICATION_TRANSACTION_COUNTER, length: 2 },
];

/** Why a tap cannot be checked at all. `tag` is the data object that is at fault. */
export type TapRefusal = {
  readonly kind: 'refused';
  readonly code:
    | 'tap.data_missing'
    | 'tap.data_length_wrong'
    | 'tap.issuer_data_malformed'
    | 'tap.version_unknown'
    | 'tap.algorithm_unknown';
  readonly tag: string;
};

/** The outcome of a check. `expected` and `sessionKey` are secrets of whoever holds the master keys. */
export type TapCheck = {
  readonly kind: 'checked';
  readonly valid: boolean;
  /** The cryptogram that these data should have carried. */
  readonly expected: Uint8Array;
  /** The 37 sealed bytes. */
  readonly macInput: Uint8Array;
  readonly sessionKey: SecretBytes;
};

/** What a check needs: master keys of 16 bytes, number and sequence number of the token, the tap. */
export type TapAsk = {
  readonly masterKeyAc: Uint8Array;
  /** When given, the MAC inside the issuer application data must be there and right as well. */
  readonly masterKeyMac?: Uint8Array | undefined;
  readonly pan: string;
  readonly psn: string;
  readonly values: TapValues;
};

/**
 * Check the cryptogram (9F26) of a tap under version 01 and say what it should have been.
 * Valid means only that the card with these keys sealed these data: whether it asked for an approval
 * or declined, and whether the counter is fresh, is for the caller to see.
 */
export function verifyTap01(ask: TapAsk): TapCheck | TapRefusal {
  const refusal = unusable(ask.values);
  if (refusal !== undefined) return refusal;
  const iad = readIad(ask.values);
  if (iad === undefined) return refused('tap.issuer_data_malformed', T9F10_ISSUER_APPLICATION_DATA);
  if (iad.cvn !== UNIONPAY_01.version)
    return refused('tap.version_unknown', T9F10_ISSUER_APPLICATION_DATA);
  if (iad.algorithm !== UNIONPAY_01.algorithm)
    return refused('tap.algorithm_unknown', T9F10_ISSUER_APPLICATION_DATA);
  const atc = required(ask.values, T9F36_APPLICATION_TRANSACTION_COUNTER);
  const sessionKey = sessionKeyOf(ask.masterKeyAc, ask, atc);
  const macInput = cryptogramInput01(ask.values);
  const expected = applicationCryptogram(sessionKey, macInput);
  const sealed = equalConstantTime(expected, required(ask.values, T9F26_APPLICATION_CRYPTOGRAM));
  const valid = sealed && issuerMacHolds(ask, iad, atc);
  return { kind: 'checked', valid, expected, macInput, sessionKey };
}

/**
 * The 37 bytes that version 01 seals: ten data objects, then the card verification results out of 9F10.
 * A missing value or one of another length is a bug of the caller; `verifyTap01` looks first.
 * @see docs/specs.md, cryptograms sheet, section 4.1
 */
export function cryptogramInput01(values: TapValues): Uint8Array {
  const parts = SEALED_01.map(({ tag, length }) => {
    const value = required(values, tag);
    assert(value.length === length, `${tag} of another length`);
    return value;
  });
  return concat(...parts, decodeIad(required(values, T9F10_ISSUER_APPLICATION_DATA)).cvr);
}

/**
 * The application cryptogram over its input: the retail MAC with padding 2, all eight bytes. The same
 * function makes ARQC, TC and AAC; the difference lies inside the verification results.
 */
export function applicationCryptogram(sessionKey: Uint8Array, input: Uint8Array): Uint8Array {
  return retailMac(sessionKey, input, 2);
}

/**
 * The issuer's answer to a cryptogram by method 1: both are proved by the session key of that tap.
 * `arc` is the response code as two ASCII bytes. @see docs/specs.md, cryptograms sheet, section 6.1
 */
export function arpcMethod1(
  sessionKeyAc: Uint8Array,
  arqc: Uint8Array,
  arc: Uint8Array,
): Uint8Array {
  assert(arqc.length === 8 && arc.length === 2, 'a cryptogram of eight bytes, a code of two');
  return tripleDesEncrypt(sessionKeyAc, xor(arqc, concat(arc, new Uint8Array(6))));
}

/** The value of tag 91 for method 1: the answer, then the response code; ten bytes. */
export function tag91(arpc: Uint8Array, arc: Uint8Array): Uint8Array {
  assert(arpc.length === 8 && arc.length === 2, 'an answer of eight bytes, a code of two');
  return concat(arpc, arc);
}

const NEEDED_01 = [...SEALED_01, { tag: T9F26_APPLICATION_CRYPTOGRAM, length: 8 }];

/** The first data object that is missing or has another length; undefined when all are there. */
function unusable(values: TapValues): TapRefusal | undefined {
  for (const { tag, length } of NEEDED_01) {
    const value = lookUp(values, tag);
    if (value === undefined) return refused('tap.data_missing', tag);
    if (value.length !== length) return refused('tap.data_length_wrong', tag);
  }
  if (lookUp(values, T9F10_ISSUER_APPLICATION_DATA) === undefined)
    return refused('tap.data_missing', T9F10_ISSUER_APPLICATION_DATA);
  return undefined;
}

function readIad(values: TapValues): Iad | undefined {
  try {
    return decodeIad(required(values, T9F10_ISSUER_APPLICATION_DATA));
  } catch (error) {
    if (error instanceof IadError) return undefined;
    throw error;
  }
}

/** Without the MAC key nothing is claimed about the reported amounts; with it a missing MAC is a wrong one. */
function issuerMacHolds(ask: TapAsk, iad: Iad, atc: Uint8Array): boolean {
  if (ask.masterKeyMac === undefined) return true;
  if (iad.discretionary === undefined) return false;
  const { amountBcd5, secondAmountBcd5, mac } = iad.discretionary;
  const sessionKeyMac = sessionKeyOf(ask.masterKeyMac, ask, atc);
  return equalConstantTime(mac, iadMac(sessionKeyMac, atc, amountBcd5, secondAmountBcd5));
}

function sessionKeyOf(masterKey: Uint8Array, ask: TapAsk, atc: Uint8Array): SecretBytes {
  return UNIONPAY_01.sessionKey(UNIONPAY_01.cardKey(masterKey, ask.pan, ask.psn), atc);
}

function lookUp(values: TapValues, tag: string): Uint8Array | undefined {
  return typeof values === 'function' ? values(tag) : values.get(tag);
}

function required(values: TapValues, tag: string): Uint8Array {
  const value = lookUp(values, tag);
  assert(value !== undefined, `${tag} is missing`);
  return value;
}

function refused(code: TapRefusal['code'], tag: string): TapRefusal {
  return { kind: 'refused', code, tag };
}
