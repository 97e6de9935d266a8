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

function assertDigits(digits: string): void {
  for (let index = 0; index < digits.length; index++) {
    const code = digits.charCodeAt(index);
    if (code < 0x30 || code > 0x39) throw new BytesError('not a decimal digit', index);
  }
}
