/**
 * The one-time proof of a tap: what a card seals, how it seals it, and how the token service checks it.
 * UnionPay's cryptogram versions 01 and 17.
 * @see docs/specs.md, cryptograms sheet, sections 3 to 5
 */
import { assert } from '../bytes/assert.ts';
import { concat, equalConstantTime } from '../bytes/bytes.ts';
import { type SecretBytes, secret } from '../bytes/secret.ts';
import { retailMac } from '../cipher/mac.ts';
import { decodeIad, type Iad, IadError, iadMacInput } from './iad.ts';
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

/** How a family of cards makes cryptograms: its card key, the key of one transaction, the seal of eight bytes. */
export type CryptogramMethod = {
  readonly cardKey: CardKeyMethod;
  readonly sessionKey: SessionKeyMethod;
  readonly mac: (sessionKey: Uint8Array, input: Uint8Array) => Uint8Array;
};

/** A data object that is sealed, and how many bytes it has. */
export type SealedObject = { readonly tag: string; readonly length: number };

/** What is sealed: data objects in order, then what is cut out of the issuer application data. */
export type SealedList = {
  readonly objects: readonly SealedObject[];
  readonly results: (iad: Iad) => Uint8Array;
};

/** What the version and algorithm bytes of issuer application data stand for. */
export type CryptogramProfile = {
  readonly version: number;
  readonly algorithm: number;
  readonly list: SealedList;
  readonly method: CryptogramMethod;
};

/**
 * Triple DES as UnionPay cards do it: option A, UnionPay's session key, the retail MAC.
 * @see docs/specs.md, cryptograms sheet, sections 1.1, 2.1 and 3
 * @example
 * UNIONPAY_3DES.cardKey(fromHex('0123456789ABCDEF23456789ABCDEF01'), '6258249900000018', '01')
 * // '8BE17E081FA972C4124DD865A225CB8D'
 */
export const UNIONPAY_3DES: CryptogramMethod = {
  cardKey: deriveCardKeyOptionA,
  sessionKey: unionPaySessionKey,
  mac: applicationCryptogram,
};

/**
 * What version 01 seals before the card verification results, in order, with the length of each.
 * @see docs/specs.md, cryptograms sheet, section 4.1
 * @example SEALED_01.length // 10
 */
export const SEALED_01: readonly SealedObject[] = [
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

/**
 * What version 17 seals before one byte of the card verification results: a short list for speed.
 * @see docs/specs.md, cryptograms sheet, section 4.2
 */
const SEALED_17: readonly SealedObject[] = [
  { tag: T9F02_AMOUNT_AUTHORISED, length: 6 },
  { tag: T9F37_UNPREDICTABLE_NUMBER, length: 4 },
  { tag: T9F36_APPLICATION_TRANSACTION_COUNTER, length: 2 },
];

/**
 * Version 01 with triple DES: 37 bytes sealed. The only profile that device tokens are accepted under.
 * @see docs/specs.md, cryptograms sheet, section 4.1
 * @example UNIONPAY_01.version // 1
 */
export const UNIONPAY_01: CryptogramProfile = {
  version: 0x01,
  algorithm: 0x01,
  list: { objects: SEALED_01, results: ({ cvr }) => cvr },
  method: UNIONPAY_3DES,
};

/**
 * Version 17 with triple DES: 13 bytes sealed. It leaves out currency, date and country.
 * @see docs/specs.md, cryptograms sheet, section 4.2
 * @example UNIONPAY_17.version // 17
 */
export const UNIONPAY_17: CryptogramProfile = {
  version: 0x11,
  algorithm: 0x01,
  list: { objects: SEALED_17, results: ({ cvr }) => cvr.subarray(1, 2) },
  method: UNIONPAY_3DES,
};

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
  readonly expected: SecretBytes;
  /** The sealed bytes, before padding: 37 under version 01, 13 under version 17. */
  readonly macInput: Uint8Array;
  readonly sessionKey: SecretBytes;
};

/** What a check needs: master keys of 16 bytes (AES: 24 and 32 as well), number and sequence number of the token, the tap. */
export type TapAsk = {
  readonly masterKeyAc: Uint8Array;
  /** When given, the MAC inside the issuer application data must be there and right as well. */
  readonly masterKeyMac?: Uint8Array | undefined;
  readonly pan: string;
  readonly psn: string;
  readonly values: TapValues;
};

/**
 * Check the cryptogram (9F26) of a tap under version 01 and say what it should have been, as `verifyTap` does.
 * @see docs/specs.md, cryptograms sheet, section 4.1
 * @example
 * const masterKeyAc = fromHex('0123456789ABCDEF23456789ABCDEF01');
 * verifyTap01({ masterKeyAc, pan: '6258249900000018', psn: '01', values: new Map() })
 * // { kind: 'refused', code: 'tap.data_missing', tag: '9F02' }
 */
export function verifyTap01(ask: TapAsk): TapCheck | TapRefusal {
  return verifyTap(UNIONPAY_01, ask);
}

/**
 * Check the cryptogram (9F26) of a tap under a profile and say what it should have been.
 * Valid means only that the card with these keys sealed these data: whether it asked for an approval
 * or declined, whether the counter is fresh, and whether this card may use this version, is for the caller to see.
 * @see docs/specs.md, cryptograms sheet, section 4
 * @example
 * const masterKeyAc = fromHex('0123456789ABCDEF23456789ABCDEF01');
 * const values = new Map([
 *   ['9F02', fromHex('000000001250')],
 *   ['9F37', fromHex('1A2B3C4D')],
 *   ['9F36', fromHex('0001')],
 *   ['9F10', fromHex('07011103A4000001')],
 *   ['9F26', fromHex('E6FD8F8B7BB53F33')],
 * ]);
 * verifyTap(UNIONPAY_17, { masterKeyAc, pan: '6258249900000018', psn: '01', values }).valid // true
 */
export function verifyTap(profile: CryptogramProfile, ask: TapAsk): TapCheck | TapRefusal {
  const { version, algorithm, list, method } = profile;
  const refusal = unusable(list, ask.values);
  if (refusal !== undefined) return refusal;
  const iad = readIad(ask.values);
  if (iad === undefined) return refused('tap.issuer_data_malformed', T9F10_ISSUER_APPLICATION_DATA);
  if (iad.cvn !== version) return refused('tap.version_unknown', T9F10_ISSUER_APPLICATION_DATA);
  if (iad.algorithm !== algorithm)
    return refused('tap.algorithm_unknown', T9F10_ISSUER_APPLICATION_DATA);
  const atc = required(ask.values, T9F36_APPLICATION_TRANSACTION_COUNTER);
  const sessionKey = sessionKeyOf(method, ask.masterKeyAc, ask, atc);
  const macInput = cryptogramInput(list, ask.values);
  const expected = secret(method.mac(sessionKey, macInput));
  const sealed = equalConstantTime(expected, required(ask.values, T9F26_APPLICATION_CRYPTOGRAM));
  const valid = sealed && issuerMacHolds(method, ask, iad, atc);
  return { kind: 'checked', valid, expected, macInput, sessionKey };
}

/**
 * The 37 bytes that version 01 seals: ten data objects, then the card verification results out of 9F10.
 * @see docs/specs.md, cryptograms sheet, section 4.1
 * @example
 * const zeros = new Map(SEALED_01.map(({ tag, length }) => [tag, new Uint8Array(length)]));
 * cryptogramInput01(zeros.set('9F10', fromHex('07010103A4000001'))).length // 37
 */
export function cryptogramInput01(values: TapValues): Uint8Array {
  return cryptogramInput(UNIONPAY_01.list, values);
}

/**
 * The bytes that a card seals under a list, before padding.
 * A missing value or one of another length is a bug of the caller; `verifyTap` looks first.
 * @see docs/specs.md, cryptograms sheet, sections 4.1 and 4.2
 * @example
 * const values = new Map([
 *   ['9F02', fromHex('000000001250')],
 *   ['9F37', fromHex('1A2B3C4D')],
 *   ['9F36', fromHex('0001')],
 *   ['9F10', fromHex('07011103A4000001')],
 * ]);
 * cryptogramInput(UNIONPAY_17.list, values) // '0000000012501A2B3C4D0001A4'
 */
export function cryptogramInput(list: SealedList, values: TapValues): Uint8Array {
  const parts = list.objects.map(({ tag, length }) => {
    const value = required(values, tag);
    assert(value.length === length, `${tag} of another length`);
    return value;
  });
  return concat(...parts, list.results(decodeIad(required(values, T9F10_ISSUER_APPLICATION_DATA))));
}

/**
 * The bytes that a card of another scheme seals: the values of its list of tags in order, each as it stands.
 * `values` may hold cuttings under names of their own, such as verification results. A missing value is a bug of the caller.
 * @see docs/specs.md, cryptograms sheet, section 4
 * @example
 * const values = new Map([['9F36', fromHex('0001')], ['cvr', fromHex('03A40000')]]);
 * sealedValues(['9F36', 'cvr'], values) // '000103A40000'
 */
export function sealedValues(tags: readonly string[], values: TapValues): Uint8Array {
  return concat(...tags.map((tag) => required(values, tag)));
}

/**
 * The application cryptogram over its input: the retail MAC with padding 2, all eight bytes. The same
 * function makes ARQC, TC and AAC; the difference lies inside the verification results.
 * @see docs/specs.md, cryptograms sheet, sections 3 and 4
 * @example
 * const sessionKey = fromHex('84D46FA443EB7E33B4B05BE2F84CCD45');
 * applicationCryptogram(sessionKey, fromHex('0000000012501A2B3C4D0001A4')) // 'E6FD8F8B7BB53F33'
 */
export function applicationCryptogram(sessionKey: Uint8Array, input: Uint8Array): Uint8Array {
  return retailMac(sessionKey, input, 2);
}

/** The first data object that is missing or has another length; undefined when all are there. */
function unusable(list: SealedList, values: TapValues): TapRefusal | undefined {
  const needed = [...list.objects, { tag: T9F26_APPLICATION_CRYPTOGRAM, length: 8 }];
  for (const { tag, length } of needed) {
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
function issuerMacHolds(method: CryptogramMethod, ask: TapAsk, iad: Iad, atc: Uint8Array): boolean {
  if (ask.masterKeyMac === undefined) return true;
  if (iad.discretionary === undefined) return false;
  const { amountBcd5, secondAmountBcd5, mac } = iad.discretionary;
  const sessionKeyMac = sessionKeyOf(method, ask.masterKeyMac, ask, atc);
  const made = method.mac(sessionKeyMac, iadMacInput(atc, amountBcd5, secondAmountBcd5));
  return equalConstantTime(mac, made.subarray(0, mac.length));
}

function sessionKeyOf(
  method: CryptogramMethod,
  masterKey: Uint8Array,
  ask: TapAsk,
  atc: Uint8Array,
): SecretBytes {
  return method.sessionKey(method.cardKey(masterKey, ask.pan, ask.psn), atc);
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
