/** Bytes: hexadecimal, ASCII, joining, comparing and reading in order. Browser-safe. */
import { assert } from './assert.ts';
import { revealHex, SecretBytes } from './secret.ts';

/** Foreign bytes that cannot be what they claim to be. `offset` counts bytes (or characters of text) from the start. */
export class BytesError extends Error {
  override readonly name: string = 'BytesError';
  readonly offset: number;
  constructor(message: string, offset = 0) {
    super(`${message} (at ${offset})`);
    this.offset = offset;
  }
}

/**
 * Write bytes as upper-case hexadecimal. Key material is refused: to print it is a bug of the caller.
 * @example toHex(Uint8Array.of(0x9f, 0x26)) // '9F26'
 */
export function toHex(bytes: Uint8Array): string {
  assert(!(bytes instanceof SecretBytes), 'key material is not for printing');
  return revealHex(bytes);
}

/**
 * Read hexadecimal of either case, without separators. Throws `BytesError` on anything else.
 * @example fromHex('9f26') // 9F 26
 */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0)
    throw new BytesError('hexadecimal has an odd number of digits', text.length);
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = (hexDigit(text, index * 2) << 4) | hexDigit(text, index * 2 + 1);
  }
  return bytes;
}

function hexDigit(text: string, index: number): number {
  const code = text.charCodeAt(index);
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x41 && code <= 0x46) return code - 0x37;
  if (code >= 0x61 && code <= 0x66) return code - 0x57;
  throw new BytesError('not a hexadecimal digit', index);
}

/** Write text as ASCII bytes. Throws `BytesError` on a character above 7F. */
export function fromAscii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) throw new BytesError('not an ASCII character', index);
    bytes[index] = code;
  }
  return bytes;
}

/** Read ASCII bytes as text. Throws `BytesError` on a byte above 7F. */
export function toAscii(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    if (byte > 0x7f) throw new BytesError('not an ASCII byte', index);
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Join byte strings in order. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Exclusive or of two byte strings of one length; a difference in length is a bug of the caller. */
export function xor(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== right.length) throw new BytesError('xor of different lengths', right.length);
  return left.map((byte, index) => byte ^ (right[index] as number));
}

/** Every bit turned over. */
export function invert(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => byte ^ 0xff);
}

/**
 * Whether two byte strings are equal, in time that depends on their lengths only.
 * Use this wherever one side is a secret or proves one.
 */
export function equalConstantTime(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index++) {
    difference |= (left[index] as number) ^ (right[index] as number);
  }
  return difference === 0;
}

/** Whether two byte strings are equal; for public values only, it stops at the first difference. */
export function equal(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/** Write an unsigned integer big-endian in `length` bytes; a value that does not fit is a bug of the caller. */
export function fromUint(value: number, length: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** (8 * length)) {
    throw new BytesError(`does not fit in ${length} bytes`);
  }
  const bytes = new Uint8Array(length);
  let rest = value;
  for (let index = length - 1; index >= 0; index--) {
    bytes[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes;
}

/** Read a big-endian unsigned integer of at most six bytes. */
export function toUint(bytes: Uint8Array): number {
  if (bytes.length > 6) throw new BytesError('an integer of more than six bytes', 6);
  let value = 0;
  for (const byte of bytes) value = value * 256 + byte;
  return value;
}

/** Reads a byte string in order and says where it stopped. Views, not copies. */
export class Reader {
  readonly bytes: Uint8Array;
  offset = 0;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
  /** How many bytes are left. */
  get left(): number {
    return this.bytes.length - this.offset;
  }
  /** The next `length` bytes; throws `BytesError` when they are not there. */
  take(length: number): Uint8Array {
    if (length > this.left)
      throw new BytesError(`${length} bytes asked, ${this.left} left`, this.offset);
    this.offset += length;
    return this.bytes.subarray(this.offset - length, this.offset);
  }
  /** The next byte. */
  byte(): number {
    return this.take(1)[0] as number;
  }
  /** Assert that nothing is left: strict decoders refuse trailing bytes. */
  end(): void {
    if (this.left > 0) throw new BytesError(`${this.left} bytes after the end`, this.offset);
  }
}
