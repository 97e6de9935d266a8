/** Base 64 as wallet payloads carry bytes in JSON: the standard alphabet with padding, strictly. */
import { PayloadError } from './malformed.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES: ReadonlyMap<string, number> = new Map(
  [...ALPHABET].map((character, value) => [character, value]),
);

/**
 * Write bytes in base 64, padded.
 * @example toBase64(Uint8Array.of(1, 2)) // 'AQI='
 */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const left = bytes.length - index;
    const [first = 0, second = 0, third = 0] = bytes.subarray(index, index + 3);
    const group = (first << 16) | (second << 8) | third;
    text += character(group, 18) + character(group, 12);
    text += left > 1 ? character(group, 6) : '=';
    text += left > 2 ? character(group, 0) : '=';
  }
  return text;
}

/**
 * Read base 64. Throws `PayloadError` on another alphabet, spaces, missing padding, or bits left over at the end: one
 * string of bytes has one writing only.
 * @example fromBase64('AQI=') // 0102
 */
export function fromBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0) throw new PayloadError('base 64 comes in fours', text.length);
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  const digits = text.length - padding;
  let held = 0;
  let bits = 0;
  let written = 0;
  for (let index = 0; index < digits; index++) {
    const value = VALUES.get(text.charAt(index));
    if (value === undefined) throw new PayloadError('not a character of base 64', index);
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[written++] = (held >> bits) & 0xff;
    }
  }
  if ((held & ((1 << bits) - 1)) !== 0) {
    throw new PayloadError('bits left over in base 64', digits - 1);
  }
  return bytes;
}

function character(group: number, shift: number): string {
  return ALPHABET.charAt((group >> shift) & 63);
}
