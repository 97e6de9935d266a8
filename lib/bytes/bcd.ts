/** Packed decimal: two digits in a byte. */
import { BytesError, fromHex, toHex } from './bytes.ts';

/**
 * Write decimal digits as packed BCD of `length` bytes, right-aligned and zero-filled.
 * @example bcdFromDigits('1250', 6) // 00 00 00 00 12 50
 */
export function bcdFromDigits(digits: string, length: number): Uint8Array {
  assertDigits(digits);
  if (digits.length > length * 2)
    throw new BytesError(`more than ${length * 2} digits`, length * 2);
  return fromHex(digits.padStart(length * 2, '0'));
}

/** Read packed BCD as digits; throws `BytesError` when a nibble is above nine. */
export function digitsFromBcd(bytes: Uint8Array): string {
  const digits = toHex(bytes);
  assertDigits(digits);
  return digits;
}

/**
 * Hexadecimal text as decimal digits: its digits in order, then its letters in order with A as 0 to F as 5.
 * @see docs/specs.md, cryptograms sheet, sections 1.2 and 8.2
 * @example decimalised('5A7F') // '5705'
 */
export function decimalised(hex: string): string {
  const digits = hex.replace(/[A-F]/g, '');
  const letters = hex.replace(/[0-9]/g, '');
  return digits + letters.replace(/[A-F]/g, (letter) => String(letter.charCodeAt(0) - 0x41));
}

function assertDigits(digits: string): void {
  for (let index = 0; index < digits.length; index++) {
    const code = digits.charCodeAt(index);
    if (code < 0x30 || code > 0x39) throw new BytesError('not a decimal digit', index);
  }
}
