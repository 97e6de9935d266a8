/**
 * What somebody pasted, in every way it can be meant: hexadecimal, base64, text, or bytes as they are.
 * Work grows with the input; what is longer than the limits is not looked at.
 */
import { fromHex } from '../bytes/bytes.ts';
import { fromBase64 } from '../payload/base64.ts';
import { PayloadError } from '../payload/malformed.ts';
import { dumpBytes } from './dump.ts';
import { characters } from './words.ts';

/** One way to take the input: its bytes, and the same bytes as text where all of them are printable (else empty). */
export type Given = {
  readonly written: 'hexadecimal' | 'base64' | 'text' | 'bytes';
  readonly bytes: Uint8Array;
  readonly text: string;
};

/** The longest input that is looked at as it was written, in bytes: hexadecimal with separators takes three a byte. */
export const MAX_WRITTEN_BYTES = 4 * 65_536;

/** The most bytes that are explained. */
export const MAX_EXPLAINED_BYTES = 65_536;

/**
 * Every way to take an input, the likeliest first. Hexadecimal may be of either case, with spaces, line ends, colons,
 * dashes and `0x`, or a dump with offsets; what is hexadecimal is not tried as base64. Ways that would give too many
 * bytes, and all of an input that is too long, are left out.
 * @example waysToTake(fromAscii('9F36 0200 01'))[0]?.bytes // 9F 36 02 00 01
 */
export function waysToTake(raw: Uint8Array): readonly Given[] {
  if (raw.length > MAX_WRITTEN_BYTES) return [];
  const text = textOf(withoutMark(raw)).trim();
  if (text === '') {
    const isLong = raw.length === 0 || raw.length > MAX_EXPLAINED_BYTES;
    return isLong ? [] : [{ written: 'bytes', bytes: raw, text: '' }];
  }
  const coded = dumped(text) ?? hexBytes(text) ?? base64Bytes(text);
  const asText: Given = { written: 'text', bytes: bytesOfText(text), text };
  const ways = coded === undefined ? [asText] : [{ ...coded, text: textOf(coded.bytes) }, asText];
  return ways.filter(({ bytes }) => bytes.length <= MAX_EXPLAINED_BYTES);
}

/** Whether a text is hexadecimal as `waysToTake` reads it, but for one digit that is missing or too many. */
function isHexOfOddLength(text: string): boolean {
  return isHexText(text) && digitsOf(text).length % 2 === 1;
}

/** Whether an input is hexadecimal with half a byte in it; a number that is short is no hexadecimal. */
export function hasOddDigits(raw: Uint8Array): boolean {
  const text = characters(raw).trim();
  return isHexOfOddLength(text) && /[A-Fa-f]/.test(text);
}

/** Whether a text is hexadecimal as `waysToTake` reads it, an odd number of digits included. */
export function isHexText(text: string): boolean {
  return HEXADECIMAL.test(withoutPrefixes(text)) && /[0-9A-Fa-f]/.test(text);
}

type Coded = Pick<Given, 'written' | 'bytes'>;

const HEXADECIMAL = /^[0-9A-Fa-f\s:-]*$/;

function dumped(text: string): Coded | undefined {
  const bytes = dumpBytes(text);
  return bytes === undefined ? undefined : { written: 'hexadecimal', bytes };
}

function hexBytes(text: string): Coded | undefined {
  if (!isHexText(text)) return undefined;
  const digits = digitsOf(text);
  return digits.length % 2 === 0 ? { written: 'hexadecimal', bytes: fromHex(digits) } : undefined;
}

function digitsOf(text: string): string {
  return withoutPrefixes(text).replace(/[\s:-]/g, '');
}

/** `0x` may stand before the whole, or before each byte, as in a list of a programming language. */
function withoutPrefixes(text: string): string {
  const plain = text.replace(/^(["'])([^"']*)\1$/, '$2');
  const bytes = plain.replace(/\\x(?=[0-9A-Fa-f]{2})|\b0[xX]/g, '');
  return bytes === plain ? plain : bytes.replace(/[{}[\],;]/g, ' ');
}

const BASE64_SHORTEST = 4;

/** Base64 of either alphabet, with or without filling; the bits after the last whole byte must be zero. */
function base64Bytes(text: string): Coded | undefined {
  if (isHexText(text)) return undefined;
  const joined = text.replace(/\s+/g, '').replace(/-/g, '+').replace(/_/g, '/');
  const digits = joined.replace(/={1,2}$/, '');
  const isFilled = digits.length === joined.length || joined.length % 4 === 0;
  if (digits.length < BASE64_SHORTEST || digits.length % 4 === 1 || !isFilled) return undefined;
  try {
    const bytes = fromBase64(digits.padEnd(Math.ceil(digits.length / 4) * 4, '='));
    return { written: 'base64', bytes };
  } catch (error) {
    if (error instanceof PayloadError) return undefined;
    throw error;
  }
}

/** A byte order mark, as some editors put before a text. */
function withoutMark(raw: Uint8Array): Uint8Array {
  const [first, second, third] = raw;
  return first === 0xef && second === 0xbb && third === 0xbf ? raw.subarray(3) : raw;
}

/** One character a byte, or empty when a byte is a control character other than a tab or a line end. */
function textOf(bytes: Uint8Array): string {
  const isText = bytes.every(
    (byte) => (byte >= 0x20 && byte !== 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d,
  );
  return isText ? characters(bytes) : '';
}

function bytesOfText(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
