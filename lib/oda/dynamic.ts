/**
 * Dynamic signatures (tag 9F4B), which a card makes anew for each transaction with its own key: DDA over what the
 * terminal sent, CDA over the whole transaction and its cryptogram too, fDDA over a contactless tap.
 * @see docs/specs.md, EMV contactless sheet, section 7.2
 */
import { sha1 } from '@noble/hashes/legacy.js';
import { assert } from '../bytes/assert.ts';
import { concat, equal } from '../bytes/bytes.ts';
import type { RsaPrivateKey, RsaPublicKey } from '../cipher/rsa.ts';
import { decodeTlv, find } from '../tlv/tlv.ts';
import { signBlock, verifyBlock } from './block.ts';
import { type OdaRefused, refusedBy } from './checks.ts';

/** A dynamic signature that stands: the card's dynamic number (2 to 8 bytes) and all dynamic data it signed. */
export type VerifiedDynamic = {
  readonly kind: 'verified';
  readonly iccDynamicNumber: Uint8Array;
  readonly iccDynamicData: Uint8Array;
};

/** What a terminal gives to a tap's fDDA, by version; version 01 also covers 9F69, whole, as the card gave it. */
export type FddaTerminalData =
  | { readonly version: 0; readonly unpredictableNumber: Uint8Array }
  | {
      readonly version: 1;
      /** 9F37, four bytes. */
      readonly unpredictableNumber: Uint8Array;
      /** 9F02, six bytes. */
      readonly amountAuthorised: Uint8Array;
      /** 5F2A, two bytes. */
      readonly transactionCurrencyCode: Uint8Array;
      /** 9F69. */
      readonly cardAuthenticationData: Uint8Array;
    };

/** What a CDA signature covers beside the terminal's dynamic data. */
export type CdaTransaction = {
  /** What GENERATE AC was given with the DDOL's usual content: the unpredictable number, four bytes. */
  readonly terminalDynamicData: Uint8Array;
  /** The values of the PDOL and of each CDOL, in the order in which they were sent. */
  readonly dolData: Uint8Array;
  /** The objects of the card's answer in their order, tags and lengths included, without 9F4B. */
  readonly response: Uint8Array;
};

/** What a CDA signature carries in its dynamic data. */
export type CombinedData = {
  readonly iccDynamicNumber: Uint8Array;
  readonly cryptogramInformation: number;
  /** Eight bytes. */
  readonly cryptogram: Uint8Array;
  /** SHA-1, twenty bytes. */
  readonly transactionHash: Uint8Array;
};

const FORMAT_DYNAMIC = 0x05;
const SHA1_ALGORITHM = 0x01;
/** Kind, hash algorithm, length of the dynamic data, length of the dynamic number. */
const DYNAMIC_HEAD_BYTES = 4;
const T9F27_CRYPTOGRAM_INFORMATION = '9F27';

/**
 * Check a DDA signature with the card's key, over the data that the DDOL asked for. Refused by length, trailer,
 * header, format, hash, algorithm or dynamic_data, in this order.
 * @example verifyDda({ modulus: new Uint8Array(48).fill(0xff), exponent: fromHex('03') }, new Uint8Array(48), fromHex('1A2B3C4D')) // { kind: 'refused', code: 'trailer' }
 */
export function verifyDda(
  iccKey: RsaPublicKey,
  signature: Uint8Array,
  terminalDynamicData: Uint8Array,
): VerifiedDynamic | OdaRefused {
  const block = verifyBlock(
    iccKey,
    signature,
    FORMAT_DYNAMIC,
    DYNAMIC_HEAD_BYTES,
    terminalDynamicData,
  );
  if (block.kind === 'refused') return block;
  const [, algorithm, length] = block.content as unknown as readonly [number, number, number];
  if (algorithm !== SHA1_ALGORITHM) return refusedBy('algorithm');
  if (length > block.content.length - 3) return refusedBy('dynamic_data');
  const iccDynamicData = block.content.slice(3, 3 + length);
  const iccDynamicNumber = dynamicNumberOf(iccDynamicData);
  if (iccDynamicNumber === undefined) return refusedBy('dynamic_data');
  return { kind: 'verified', iccDynamicNumber, iccDynamicData };
}

/**
 * Check a CDA signature with the card's key. Refused as a DDA signature is, then by cid when 9F27 of the answer is not
 * the signed one, or by transaction_hash. Throws `TlvError` when the answer is no data objects.
 * @example verifyCda({ modulus: new Uint8Array(64).fill(0xff), exponent: fromHex('03') }, new Uint8Array(64), { terminalDynamicData: fromHex('1A2B3C4D'), dolData: fromHex(''), response: fromHex('9F270180') }) // { kind: 'refused', code: 'trailer' }
 */
export function verifyCda(
  iccKey: RsaPublicKey,
  signature: Uint8Array,
  { terminalDynamicData, dolData, response }: CdaTransaction,
): (VerifiedDynamic & CombinedData) | OdaRefused {
  const answered = find(decodeTlv(response), T9F27_CRYPTOGRAM_INFORMATION)?.value;
  const dynamic = verifyDda(iccKey, signature, terminalDynamicData);
  if (dynamic.kind === 'refused') return dynamic;
  const combined = combinedDataOf(dynamic.iccDynamicData);
  if (combined === undefined) return refusedBy('dynamic_data');
  const isAnswered = answered?.length === 1 && answered[0] === combined.cryptogramInformation;
  if (!isAnswered) return refusedBy('cid');
  const isHashed = equal(combined.transactionHash, transactionDataHash(dolData, response));
  return isHashed ? { ...dynamic, ...combined } : refusedBy('transaction_hash');
}

/**
 * Check a tap's fDDA signature with the card's key. Refused as a DDA signature is. Both shapes of dynamic data pass:
 * the dynamic number alone, and with 9F69 behind it.
 * @example verifyFdda({ modulus: new Uint8Array(48).fill(0xff), exponent: fromHex('03') }, new Uint8Array(48), { version: 0, unpredictableNumber: fromHex('1A2B3C4D') }) // { kind: 'refused', code: 'trailer' }
 */
export function verifyFdda(
  iccKey: RsaPublicKey,
  signature: Uint8Array,
  terminalData: FddaTerminalData,
): VerifiedDynamic | OdaRefused {
  return verifyDda(iccKey, signature, fddaHashInput(terminalData));
}

/**
 * What the hash of an fDDA signature covers after the signed content: version 00 9F37, version 01 9F37, 9F02, 5F2A
 * and 9F69.
 * @example toHex(fddaHashInput({ version: 0, unpredictableNumber: fromHex('1A2B3C4D') })) // '1A2B3C4D'
 */
export function fddaHashInput(data: FddaTerminalData): Uint8Array {
  assert(data.unpredictableNumber.length === 4, 'an unpredictable number has four bytes');
  if (data.version === 0) return data.unpredictableNumber;
  assert(data.amountAuthorised.length === 6, 'an amount has six bytes');
  assert(data.transactionCurrencyCode.length === 2, 'a currency has two bytes');
  return concat(
    data.unpredictableNumber,
    data.amountAuthorised,
    data.transactionCurrencyCode,
    data.cardAuthenticationData,
  );
}

/**
 * The hash that binds a transaction into a CDA signature: SHA-1 over the DOL data and the answer without 9F4B.
 * @example transactionDataHash(fromHex('1A2B3C4D'), fromHex('9F270180')).length // 20
 */
export function transactionDataHash(dolData: Uint8Array, response: Uint8Array): Uint8Array {
  return sha1(concat(dolData, response));
}

/**
 * Read the dynamic data of a CDA signature: dynamic number, cryptogram information, cryptogram and transaction hash.
 * What comes after them is the card's own; undefined when they are not all there.
 * @example combinedDataOf(fromHex('020001')) // undefined
 */
export function combinedDataOf(iccDynamicData: Uint8Array): CombinedData | undefined {
  const iccDynamicNumber = dynamicNumberOf(iccDynamicData);
  if (iccDynamicNumber === undefined) return undefined;
  const at = 1 + iccDynamicNumber.length;
  if (iccDynamicData.length < at + 29) return undefined;
  return {
    iccDynamicNumber,
    cryptogramInformation: iccDynamicData[at] as number,
    cryptogram: iccDynamicData.slice(at + 1, at + 9),
    transactionHash: iccDynamicData.slice(at + 9, at + 29),
  };
}

/**
 * The dynamic number at the head of dynamic data, behind its length: 2 to 8 bytes; undefined when it is not all there.
 * @example dynamicNumberOf(fromHex('0200010A')) // '0001'
 */
export function dynamicNumberOf(iccDynamicData: Uint8Array): Uint8Array | undefined {
  const length = iccDynamicData[0] ?? 0;
  if (length < 2 || length > 8 || iccDynamicData.length < 1 + length) return undefined;
  return iccDynamicData.slice(1, 1 + length);
}

/**
 * Sign dynamic data of any shape with the card's private key, over what the terminal gave: what DDA, CDA and fDDA
 * have in common. Data that do not begin with a dynamic number, or do not fit the key, are a bug of the caller.
 * @example toHex(signDynamicData({ modulus: new Uint8Array(48).fill(0xff), privateExponent: fromHex('01') }, fromHex('020001'), fromHex('1A2B3C4D'))).slice(0, 14) // '6A050103020001'
 */
export function signDynamicData(
  iccKey: RsaPrivateKey,
  iccDynamicData: Uint8Array,
  terminalData: Uint8Array,
): Uint8Array {
  assert(dynamicNumberOf(iccDynamicData) !== undefined, 'a dynamic number has two to eight bytes');
  const head = Uint8Array.of(FORMAT_DYNAMIC, SHA1_ALGORITHM, iccDynamicData.length);
  return signBlock(iccKey, concat(head, iccDynamicData), terminalData);
}

/**
 * Make a DDA signature: the dynamic number (2 to 8 bytes) over the data that the DDOL asked for.
 * @example toHex(signDda({ modulus: new Uint8Array(48).fill(0xff), privateExponent: fromHex('01') }, fromHex('0001'), fromHex('1A2B3C4D'))).slice(0, 14) // '6A050103020001'
 */
export function signDda(
  iccKey: RsaPrivateKey,
  iccDynamicNumber: Uint8Array,
  terminalDynamicData: Uint8Array,
): Uint8Array {
  return signDynamicData(iccKey, withLength(iccDynamicNumber), terminalDynamicData);
}

/**
 * Make a CDA signature over a transaction and its cryptogram (eight bytes). The key needs 63 bytes at the least.
 * @example toHex(signCda({ modulus: new Uint8Array(64).fill(0xff), privateExponent: fromHex('01') }, { iccDynamicNumber: fromHex('0001'), cryptogramInformation: 0x80, cryptogram: new Uint8Array(8) }, { terminalDynamicData: fromHex('1A2B3C4D'), dolData: fromHex(''), response: fromHex('9F270180') })).slice(0, 16) // '6A05012002000180'
 */
export function signCda(
  iccKey: RsaPrivateKey,
  combined: Omit<CombinedData, 'transactionHash'>,
  { terminalDynamicData, dolData, response }: CdaTransaction,
): Uint8Array {
  const { iccDynamicNumber, cryptogramInformation, cryptogram } = combined;
  assert(cryptogram.length === 8, 'a cryptogram has eight bytes');
  const iccDynamicData = concat(
    withLength(iccDynamicNumber),
    Uint8Array.of(cryptogramInformation),
    cryptogram,
    transactionDataHash(dolData, response),
  );
  return signDynamicData(iccKey, iccDynamicData, terminalDynamicData);
}

/**
 * Make a tap's fDDA signature. The dynamic number is the counter (two bytes); in version 01 the whole 9F69 stands
 * behind it.
 * @example toHex(signFdda({ modulus: new Uint8Array(48).fill(0xff), privateExponent: fromHex('01') }, fromHex('0002'), { version: 0, unpredictableNumber: fromHex('1A2B3C4D') })).slice(0, 14) // '6A050103020002'
 */
export function signFdda(
  iccKey: RsaPrivateKey,
  atc: Uint8Array,
  terminalData: FddaTerminalData,
): Uint8Array {
  assert(atc.length === 2, 'a counter has two bytes');
  const iccDynamicData = fddaDynamicData(atc, terminalData);
  return signDynamicData(iccKey, iccDynamicData, fddaHashInput(terminalData));
}

/**
 * The dynamic data of a tap: the counter with its length, and in version 01 the whole 9F69.
 * @example toHex(fddaDynamicData(fromHex('0002'), { version: 0, unpredictableNumber: fromHex('1A2B3C4D') })) // '020002'
 */
export function fddaDynamicData(atc: Uint8Array, terminalData: FddaTerminalData): Uint8Array {
  if (terminalData.version === 0) return withLength(atc);
  return concat(withLength(atc), terminalData.cardAuthenticationData);
}

function withLength(iccDynamicNumber: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(iccDynamicNumber.length), iccDynamicNumber);
}
