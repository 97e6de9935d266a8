/** What the records of transit are written with: numbers, texts, signs; and what is thrown when bytes are not that. */
import { assert } from '../bytes/assert.ts';
import { BytesError, concat, fromAscii, fromUint, Reader, toAscii } from '../bytes/bytes.ts';

/** Foreign bytes that are no tap record, snapshot or delta. `offset` counts bytes from the start. */
export class TransitError extends Error {
  override readonly name = 'TransitError';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(`${message} (at byte ${offset})`);
    this.offset = offset;
  }
}

/** Read with a strict reader: bytes that end too early, and bytes after the end, are `TransitError`. */
export function strictly<T>(bytes: Uint8Array, read: (reader: Reader) => T): T {
  const reader = new Reader(bytes);
  try {
    const value = read(reader);
    reader.end();
    return value;
  } catch (error) {
    if (error instanceof BytesError) throw new TransitError('not as long as it says', error.offset);
    throw error;
  }
}

/** Write a whole number, at most 2^53 - 1, in eight bytes. */
export function writeUint64(value: number): Uint8Array {
  assert(Number.isSafeInteger(value) && value >= 0, 'a safe whole number');
  return concat(Uint8Array.of(0), fromUint(value, 7));
}

/** Read a whole number of eight bytes; above 2^53 - 1 is refused. */
export function takeUint64(reader: Reader): number {
  const at = reader.offset;
  let value = 0n;
  for (const byte of reader.take(8)) value = (value << 8n) | BigInt(byte);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new TransitError('too large a number', at);
  return Number(value);
}

/** Write a whole number of either sign, at most 2^53 - 1, in eight bytes: two's complement. */
export function writeInt64(value: number): Uint8Array {
  assert(Number.isSafeInteger(value), 'a safe whole number');
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value));
  return bytes;
}

/** Read a whole number of either sign in eight bytes; beyond 2^53 - 1 is refused. */
export function takeInt64(reader: Reader): number {
  const at = reader.offset;
  const taken = reader.take(8);
  const value = Number(new DataView(taken.buffer, taken.byteOffset, 8).getBigInt64(0));
  if (!Number.isSafeInteger(value)) throw new TransitError('too large a number', at);
  return value;
}

/** Read a whole number of four bytes. */
export function takeUint32(reader: Reader): number {
  const taken = reader.take(4);
  return new DataView(taken.buffer, taken.byteOffset, 4).getUint32(0);
}

/** Write a text of at most 255 printable ASCII characters: one byte of length, then its characters. */
export function writeText(text: string): Uint8Array {
  assert(text.length < 256 && PRINTABLE.test(text), 'a short text of printable characters');
  return concat(Uint8Array.of(text.length), fromAscii(text));
}

/** Read a text that `writeText` wrote, of at most `longest` characters. */
export function takeText(reader: Reader, longest: number): string {
  const at = reader.offset;
  const length = reader.byte();
  if (length > longest) throw new TransitError('too long a text', at);
  const characters = reader.take(length);
  if (characters.some((byte) => byte < 0x21 || byte > 0x7e)) {
    throw new TransitError('not a printable character', at + 1);
  }
  return toAscii(characters);
}

/** The byte that stands for a name; the table has it, or that is a bug. */
export function codeOf<Name extends string>(
  table: Readonly<Record<Name, number>>,
  name: Name,
): Uint8Array {
  return Uint8Array.of(table[name]);
}

/** Read the byte that stands for a name. */
export function takeName<Name extends string>(
  reader: Reader,
  table: Readonly<Record<Name, number>>,
): Name {
  const at = reader.offset;
  const code = reader.byte();
  for (const name of Object.keys(table) as Name[]) if (table[name] === code) return name;
  throw new TransitError('a code that no table has', at);
}

const PRINTABLE = /^[\x21-\x7e]*$/;
