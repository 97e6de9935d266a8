/**
 * The dynamic card verification code (CVC3) of contactless cards that answer like a magnetic stripe: a fresh number
 * for each tap, for track 1 and for track 2.
 * @see docs/specs.md, cryptograms sheet (vectors of knovichikhin/pyemv)
 */
import { assert } from '../bytes/assert.ts';
import { concat, toUint } from '../bytes/bytes.ts';
import { tripleDesEncrypt } from '../cipher/des.ts';
import { retailMac } from '../cipher/mac.ts';

/**
 * Compute the code of one tap from the card's key (16 bytes), the track as the card holds it, with zeros where counter,
 * number and code will stand (track 1 in ASCII, track 2 packed), the counter (2 bytes) and the terminal's unpredictable
 * number (4 bytes). Five digits, 00000 to 65535, of which the track takes the last ones.
 * @see docs/specs.md, cryptograms sheet (vectors of knovichikhin/pyemv)
 * @example cvc3(fromHex('6D6425FB9401C21AA1F80451AB85DA3B'), fromHex('5123456789012345D35121010000000000000F'), fromHex('005E'), fromHex('00000899')) // '29488'
 */
export function cvc3(
  key16: Uint8Array,
  track: Uint8Array,
  atc: Uint8Array,
  unpredictableNumber: Uint8Array,
): string {
  assert(atc.length === 2 && unpredictableNumber.length === 4, 'two bytes and four');
  const data = concat(cvc3StartValue(key16, track), unpredictableNumber, atc);
  const result = tripleDesEncrypt(key16, data);
  return String(toUint(result.subarray(6))).padStart(5, '0');
}

/**
 * The value that ties the code to its track (IVCVC3): the last two bytes of the retail MAC over the track. A card is
 * given it, one for each track, and needs no more than it to answer.
 * @see docs/specs.md, cryptograms sheet (vectors of knovichikhin/pyemv)
 * @example cvc3StartValue(fromHex('6D6425FB9401C21AA1F80451AB85DA3B'), fromHex('5123456789012345D35121010000000000000F')).length // 2
 */
export function cvc3StartValue(key16: Uint8Array, track: Uint8Array): Uint8Array {
  return retailMac(key16, track, 2).subarray(6);
}
