/**
 * The data of PIN CHANGE: the new PIN as a block for the card, in the plain form that we use by default, or bound to the
 * card's own key and, where the holder proved it, to the PIN of before.
 * @see docs/specs.md, cryptograms sheet, sections 6.3 and 9
 */
import { assert } from '../bytes/assert.ts';
import { concat, fromHex, xor } from '../bytes/bytes.ts';
import { type SecretBytes, secret } from '../bytes/secret.ts';
import { encryptCommandData } from './script.ts';

/**
 * A block of format 2 with the new PIN, bound to the card: mixed with the last four bytes of the left half of the card's encryption key and, where it is
 * given, with the digits of the current PIN from the first byte on.
 * @see docs/specs.md, cryptograms sheet, section 6.3; profile octavo-1
 * @example
 * boundPinBlock(cardPinBlock('9999'), fromHex('154F349D8585CB7F6B0798E9839B10C1')) // '249999FF7A7A3480'
 */
export function boundPinBlock(
  pinBlock: Uint8Array,
  cardKeyEnc: Uint8Array,
  currentPin?: string,
): SecretBytes {
  assert(cardKeyEnc.length === 16, 'a card key of triple DES has sixteen bytes');
  assert(pinBlock.length === 8, 'a PIN block has eight bytes');
  const bound = xor(pinBlock, concat(new Uint8Array(4), cardKeyEnc.subarray(4, 8)));
  if (currentPin === undefined) return secret(bound);
  assert(/^\d{4,12}$/.test(currentPin), 'a PIN has four to twelve digits');
  return secret(xor(bound, fromHex(currentPin.padEnd(16, '0'))));
}

/**
 * The sixteen bytes of data that PIN CHANGE carries: a block of either form, its length before it, enciphered under the
 * session encryption key.
 * @see docs/specs.md, cryptograms sheet, sections 6.3 and 9
 * @example
 * pinChangeData(fromHex('F205E76FDBC225586DF1D1E9D0FBD315'), cardPinBlock('1234'))
 * // '3F45FE1EBF8226A4C7F9B33237623112'
 */
export function pinChangeData(sessionKeyEnc: Uint8Array, pinBlock: Uint8Array): Uint8Array {
  assert(pinBlock.length === 8, 'a PIN block has eight bytes');
  return encryptCommandData(sessionKeyEnc, pinBlock, 'unionpay');
}
