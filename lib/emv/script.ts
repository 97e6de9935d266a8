/**
 * Issuer scripts: commands that the issuer sends to a card through the terminal, sealed with a MAC and, where they must not be
 * read, enciphered.
 * @see docs/specs.md, cryptograms sheet, section 6.3
 */
import { assert } from '../bytes/assert.ts';
import { concat } from '../bytes/bytes.ts';
import { tripleDesCbcEncrypt, tripleDesEncrypt } from '../cipher/des.ts';
import { retailMac } from '../cipher/mac.ts';
import { paddedTo } from '../cipher/padding.ts';

/** A script command before its MAC. */
export type ScriptCommand = {
  /** Class, instruction, two parameters, and the length as it is sent, which counts the MAC: five bytes. */
  readonly header: Uint8Array;
  /** The two bytes of the transaction's counter. */
  readonly atc: Uint8Array;
  /** The eight bytes of the transaction's cryptogram, the same for every command of the script. */
  readonly cryptogram: Uint8Array;
  /** The data as they are sent: enciphered where they are enciphered. */
  readonly data: Uint8Array;
};

/**
 * The MAC of a script command, four bytes, under the session MAC key of the transaction.
 * Counter and cryptogram are sealed and not sent.
 * @see docs/specs.md, cryptograms sheet, section 6.3
 * @example
 * scriptMac(fromHex('F13DE5FA61E0BE98D39D821E403C3367'), {
 *   header: fromHex('841E000004'),
 *   atc: fromHex('0001'),
 *   cryptogram: fromHex('AEBC72404A3A05AF'),
 *   data: new Uint8Array(0),
 * })
 * // 'D4517A12'
 */
export function scriptMac(sessionKeyMac: Uint8Array, command: ScriptCommand): Uint8Array {
  const { header, atc, cryptogram, data } = command;
  assert(header.length === 5, 'a header of five bytes');
  assert(atc.length === 2 && cryptogram.length === 8, 'a counter of two bytes, a proof of eight');
  return commandMac(sessionKeyMac, concat(header, atc, cryptogram, data), 4);
}

/**
 * A script command as it is sent: header, data, MAC. The length in the header must be that of data and MAC.
 * @see docs/specs.md, cryptograms sheet, section 6.3
 * @example
 * sealedScriptCommand(fromHex('F13DE5FA61E0BE98D39D821E403C3367'), {
 *   header: fromHex('841E000004'),
 *   atc: fromHex('0001'),
 *   cryptogram: fromHex('AEBC72404A3A05AF'),
 *   data: new Uint8Array(0),
 * })
 * // '841E000004D4517A12'
 */
export function sealedScriptCommand(sessionKeyMac: Uint8Array, command: ScriptCommand): Uint8Array {
  const { header, data } = command;
  const mac = scriptMac(sessionKeyMac, command);
  assert(header[4] === data.length + mac.length, 'the length counts data and MAC');
  return concat(header, data, mac);
}

/**
 * The MAC over a command and whatever an issuer seals with it, already joined; four to eight bytes.
 * @see docs/specs.md, cryptograms sheet, sections 3 and 6.3
 * @example
 * commandMac(
 *   fromHex('94F867167C64EF23EAB0CB627A7ACB62'),
 *   fromHex('8418000008001C29CCA15AE665FA2E'),
 *   8,
 * )
 * // 'DB56BA60087CEFD3'
 */
export function commandMac(
  sessionKeyMac: Uint8Array,
  input: Uint8Array,
  length: number,
): Uint8Array {
  assert(length >= 4 && length <= 8, 'a MAC of four to eight bytes');
  return retailMac(sessionKeyMac, input, 2).subarray(0, length);
}

/** How a scheme enciphers command data before the session encryption key: what goes before, what after, and how blocks hang together. */
type DataCipher = {
  readonly hasLength: boolean;
  readonly isMarkedAlways: boolean;
  readonly isChained: boolean;
};

/**
 * How command data are enciphered. UnionPay and Visa put a length byte before them; Mastercard and UnionPay add 80 only
 * where a block is not full; Mastercard and EMV chain the blocks from zero.
 * @see docs/specs.md, cryptograms sheet, section 6.3; pyemv’s encrypt_command_data for the other schemes
 * @example Object.keys(DATA_CIPHERS) // ['unionpay', 'visa', 'mastercard', 'emv']
 */
export const DATA_CIPHERS = {
  unionpay: { hasLength: true, isMarkedAlways: false, isChained: false },
  visa: { hasLength: true, isMarkedAlways: true, isChained: false },
  mastercard: { hasLength: false, isMarkedAlways: false, isChained: true },
  emv: { hasLength: false, isMarkedAlways: true, isChained: true },
} as const satisfies Readonly<Record<string, DataCipher>>;

/**
 * Encipher the data of a script command, at most 255 bytes, under the session encryption key of 16 bytes.
 * @see docs/specs.md, cryptograms sheet, section 6.3
 * @example
 * const key = fromHex('19296D4CD62685838AADDF0B2AAB7008');
 * encryptCommandData(key, fromHex('049999FF7A7A3480'), 'visa') // 'BB221AF527377A2811D2B6EBC396A939'
 */
export function encryptCommandData(
  sessionKeyEnc: Uint8Array,
  data: Uint8Array,
  scheme: keyof typeof DATA_CIPHERS,
): Uint8Array {
  assert(sessionKeyEnc.length === 16, 'a session key of triple DES has sixteen bytes');
  const blocks = paddedCommandData(data, scheme);
  return DATA_CIPHERS[scheme].isChained
    ? tripleDesCbcEncrypt(sessionKeyEnc, new Uint8Array(8), blocks)
    : tripleDesEncrypt(sessionKeyEnc, blocks);
}

/**
 * The data of a script command, at most 255 bytes, with length and padding as the scheme wants them, before encipherment.
 * @see docs/specs.md, cryptograms sheet, section 6.3
 * @example
 * paddedCommandData(fromHex('241234FFFFFFFFFF'), 'unionpay') // '08241234FFFFFFFFFF80000000000000'
 */
export function paddedCommandData(data: Uint8Array, scheme: keyof typeof DATA_CIPHERS): Uint8Array {
  assert(data.length > 0 && data.length <= 255, 'data that a length byte can count');
  const { hasLength, isMarkedAlways } = DATA_CIPHERS[scheme];
  const counted = hasLength ? concat(Uint8Array.of(data.length), data) : data;
  const isMarked = isMarkedAlways || counted.length % 8 !== 0;
  return paddedTo(8, counted, isMarked ? 2 : 1);
}
