/**
 * PIN blocks of ISO 9564: formats 0 to 3 as eight clear bytes, and format 4, which exists under an AES key only.
 * @see docs/specs.md, cryptograms sheet, section 11
 */
import { assert } from '../bytes/assert.ts';
import { bcdFromDigits } from '../bytes/bcd.ts';
import { concat, fromHex, xor } from '../bytes/bytes.ts';
import { type SecretBytes, secret } from '../bytes/secret.ts';
import { aesDecrypt, aesEncrypt } from '../cipher/aes.ts';
import {
  decodePinField,
  encodePinField,
  PinBlockError,
  type PinFormat,
  pinFormats,
} from './pin-field.ts';

/** The formats that have a clear block. */
export type ClearPinFormat = Exclude<PinFormat, 4>;

/**
 * Write the clear block of eight bytes. Formats 0 and 3 are bound to `pan` (1 to 19 digits with the check digit);
 * formats 1 and 2 do not look at it. `fill` are the digits after the PIN, as `pinFill` makes them.
 * @see docs/specs.md, cryptograms sheet, section 11
 * @example encodePinBlock(0, '123456', '6228489900001234568', 'FFFFFFFF') // '0612AD56FFEDCBA9'
 */
export function encodePinBlock(
  format: ClearPinFormat,
  pin: string,
  pan: string,
  fill: string,
): SecretBytes {
  const field = encodePinField(format, pin, fill);
  return pinFormats[format].bindsPan ? secret(xor(field, panBlock(pan))) : field;
}

/**
 * The block that goes to a card alone, to be compared with its PIN or to take its place: format 2, eight bytes.
 * @see docs/specs.md, cryptograms sheet, sections 6.3 and 11
 * @example cardPinBlock('9999') // '249999FFFFFFFFFF'
 */
export function cardPinBlock(pin: string): SecretBytes {
  return encodePinField(2, pin, fixedFill(2, pin));
}

/**
 * Read the PIN out of a clear block. Throws `PinBlockError` on anything that is no block of this format with this
 * number. A wrong number may also give a wrong PIN: what it changes may happen to be digits again.
 * @see docs/specs.md, cryptograms sheet, section 11
 * @example decodePinBlock(0, fromHex('0612AD56FFEDCBA9'), '6228489900001234568') // '123456'
 */
export function decodePinBlock(format: ClearPinFormat, block: Uint8Array, pan: string): string {
  if (block.length !== 8) throw new PinBlockError();
  return decodePinField(format, pinFormats[format].bindsPan ? xor(block, panBlock(pan)) : block);
}

/**
 * The part of a number that formats 0 and 3 mix in: four zeros and the last twelve digits before the check digit,
 * eight bytes.
 * @see docs/specs.md, cryptograms sheet, section 11
 * @example toHex(panBlock('6228489900001234568')) // '0000990000123456'
 */
export function panBlock(pan: string): Uint8Array {
  assertPan(pan);
  return bcdFromDigits(pan.slice(0, -1).slice(-12), 8);
}

/**
 * Encipher a PIN as format 4: sixteen bytes. The key has 16, 24 or 32 bytes; `random8` are eight bytes that are fresh
 * for every block.
 * @see docs/specs.md, cryptograms sheet, section 11
 * @example toHex(encipherFormat4(fromHex('000102030405060708090A0B0C0D0E0F'), '123456', '6228489900001234568', fromHex('0011223344556677'))) // '574D56448BA2DBC2B70185E98CEF9376'
 */
export function encipherFormat4(
  key: Uint8Array,
  pin: string,
  pan: string,
  random8: Uint8Array,
): Uint8Array {
  const intermediate = aesEncrypt(key, format4PinField(pin, random8));
  return aesEncrypt(key, xor(intermediate, format4PanField(pan)));
}

/**
 * Read the PIN out of an enciphered block of format 4. Throws `PinBlockError` on a wrong key, a wrong number and
 * anything else, always the same.
 * @see docs/specs.md, cryptograms sheet, section 11
 * @example decipherFormat4(fromHex('000102030405060708090A0B0C0D0E0F'), fromHex('574D56448BA2DBC2B70185E98CEF9376'), '6228489900001234568') // '123456'
 */
export function decipherFormat4(key: Uint8Array, block: Uint8Array, pan: string): string {
  if (block.length !== 16) throw new PinBlockError();
  const intermediate = xor(aesDecrypt(key, block), format4PanField(pan));
  return decodePinField(4, aesDecrypt(key, intermediate).subarray(0, 8));
}

/**
 * The first field of format 4: the PIN field and eight random bytes.
 * @see docs/specs.md, cryptograms sheet, section 11
 * @example format4PinField('123456', fromHex('0011223344556677')) // '46123456AAAAAAAA0011223344556677'
 */
export function format4PinField(pin: string, random8: Uint8Array): SecretBytes {
  assert(random8.length === 8, 'eight random bytes');
  return secret(concat(encodePinField(4, pin, fixedFill(4, pin)), random8));
}

/**
 * The second field of format 4: by how many digits the number is longer than twelve, the number, and zeros. A shorter
 * number gets zeros in front.
 * @see docs/specs.md, cryptograms sheet, section 11
 * @example toHex(format4PanField('6228489900001234568')) // '76228489900001234568000000000000'
 */
export function format4PanField(pan: string): Uint8Array {
  assertPan(pan);
  const digits = pan.padStart(12, '0');
  return fromHex(`${digits.length - 12}${digits}`.padEnd(32, '0'));
}

/** The fill of the formats that have one digit for it: as many as a field has room for. */
function fixedFill(format: 2 | 4, pin: string): string {
  return pinFormats[format].fill.repeat(Math.max(0, 14 - pin.length));
}

function assertPan(pan: string): void {
  assert(/^\d{1,19}$/.test(pan), 'a number of 1 to 19 digits');
}
