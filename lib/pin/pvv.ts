/**
 * The PIN verification value: four digits that an issuer keeps, or a track carries, instead of the PIN.
 * @see docs/specs.md, cryptograms sheet (vectors of knovichikhin/psec)
 */
import { assert } from '../bytes/assert.ts';
import { decimalised } from '../bytes/bcd.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { tripleDesEncrypt } from '../cipher/des.ts';

/**
 * Compute the PIN verification value: four digits. `pan` has 12 to 19 digits with the check digit, `keyIndex` is the
 * one digit that names the key pair, `pin` has 4 to 12 digits of which the first four count.
 * @see docs/specs.md, cryptograms sheet (vectors of knovichikhin/psec)
 * @example pinVerificationValue(fromHex('0123456789ABCDEFFEDCBA9876543210'), '1122334455667788', '1', '4524') // '8523'
 */
export function pinVerificationValue(
  pvk: Uint8Array,
  pan: string,
  keyIndex: string,
  pin: string,
): string {
  assert(/^\d{12,19}$/.test(pan), 'a number of 12 to 19 digits');
  assert(/^\d$/.test(keyIndex) && /^\d{4,12}$/.test(pin), 'a key index and a PIN');
  const security = `${pan.slice(0, -1).slice(-11)}${keyIndex}${pin.slice(0, 4)}`;
  return decimalised(toHex(tripleDesEncrypt(pvk, fromHex(security)))).slice(0, 4);
}
