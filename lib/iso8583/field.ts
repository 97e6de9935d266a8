/**
 * One field of an ISO 8583 message: format, length, encoding and padding, each chosen by itself.
 * Reading, writing and measuring follow from these four and from nothing else, so a dialect is a table.
 * @see docs/specs.md, ISO 8583 sheet, sections 1 and 3
 */
import { fromHex, toHex } from '../bytes/bytes.ts';

/**
 * A message, or a frame around one, that is not what its dialect says.
 * `offset` counts bytes from the start of the message, without the outer length (in a deframer: of the stream);
 * on writing it is where the field would begin. `path` names the part, such as `DE55`, `DE2.length` or `MTI`.
 */
export class Iso8583Error extends Error {
  override readonly name = 'Iso8583Error';
  readonly offset: number;
  readonly path: string;
  constructor(message: string, where: { readonly offset: number; readonly path: string }) {
    super(`${where.path}: ${message} (at byte ${where.offset})`);
    this.offset = where.offset;
    this.path = where.path;
  }
}

/** What `read` gives, or undefined where it throws `Iso8583Error`; for those who need not know what is wrong. */
export function readOrNone<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Iso8583Error) return undefined;
    throw error;
  }
}

/**
 * What a value may hold: digits; letters, digits and the space that fills them up; any printable text;
 * track data (digits and `=`); bytes; or a sign C or D followed by digits.
 * Text above 7E is GB18030 on the wire and stands here as one character a byte, U+0080 to U+00FE.
 */
export type Format = 'n' | 'an' | 'ans' | 'z' | 'b' | 'x+n';

/**
 * How a value lies on the wire: two digits a byte, one character a byte, or bytes as they are. Bytes (format b) in
 * `ascii` are written as upper-case hexadecimal digits.
 */
export type Encoding = 'bcd' | 'ascii' | 'raw';

/** A fixed count, or one told by a prefix of two or three digits. Counts are of digits, characters or (encoding raw) bytes. */
export type Length =
  | { readonly kind: 'fixed'; readonly count: number }
  | {
      readonly kind: 'variable';
      readonly digits: 2 | 3;
      readonly least: 0 | 1;
      readonly max: number;
    };

/** Where the filling nibble of an odd number of packed digits goes. */
export type Padding = 'left' | 'right';

/** A field: enough to read, write and measure it. */
export type Field = {
  readonly format: Format;
  readonly length: Length;
  readonly encoding: Encoding;
  readonly prefix: 'bcd' | 'ascii';
  readonly padding: Padding;
};

/** What all fields of one dialect have in common: how digits are written. */
export type Wire = 'bcd' | 'ascii';

/** A fixed length. */
export function fixed(count: number): Length {
  return { kind: 'fixed', count };
}

/** A length of up to 99, told by two digits; a value of no length is refused unless `least` is 0. */
export function llvar(max: number, least: 0 | 1 = 1): Length {
  return { kind: 'variable', digits: 2, least, max };
}

/** A length of up to 999, told by three digits (four, the first of them 0, in packed decimal); `least` as in `llvar`. */
export function lllvar(max: number, least: 0 | 1 = 1): Length {
  return { kind: 'variable', digits: 3, least, max };
}

/**
 * Make a field. Numbers, tracks and length prefixes follow the dialect's wire, text is always one byte a character.
 * Without a `padding`, fixed numbers are aligned right and variable ones left.
 * @example field('bcd', 'n', llvar(19)) // a PAN on the POS wire
 */
export function field(wire: Wire, format: Format, length: Length, padding?: Padding): Field {
  const packed = format === 'n' || format === 'z';
  return {
    format,
    length,
    encoding: format === 'b' ? 'raw' : packed ? wire : 'ascii',
    prefix: wire,
    padding: padding ?? (length.kind === 'fixed' ? 'left' : 'right'),
  };
}

/**
 * Make a field of bytes that are written as hexadecimal digits in ASCII; the length counts the digits.
 * @example hexField(fixed(16)).encoding // 'ascii'
 * @see docs/specs.md, ISO 8583 sheet, section 3
 */
export function hexField(length: Length): Field {
  return { format: 'b', length, encoding: 'ascii', prefix: 'ascii', padding: 'right' };
}

/** Where a field's value lies: `count` is of digits, characters or bytes, `end` is the byte after it. */
export type Extent = {
  readonly valueStart: number;
  readonly end: number;
  readonly count: number;
};

/** Find a field that begins at `start`. Throws `Iso8583Error` on a bad prefix, a length over its maximum or missing bytes. */
export function measure(field: Field, bytes: Uint8Array, start: number, path: string): Extent {
  const { length } = field;
  const valueStart = start + prefixLength(field);
  let count = length.kind === 'fixed' ? length.count : 0;
  if (length.kind === 'variable') {
    count = readPrefix(field, bytes, start, path);
    if (count < length.least || count > length.max) {
      throw new Iso8583Error(`a length of ${count}, allowed are ${length.least} to ${length.max}`, {
        offset: start,
        path: `${path}.length`,
      });
    }
    if (isHalfByte(field, count)) {
      const where = { offset: start, path: `${path}.length` };
      throw new Iso8583Error(`${count} hexadecimal digits are not whole bytes`, where);
    }
  }
  const end = valueStart + byteLength(field, count);
  if (end > bytes.length) throw new Iso8583Error('cut short', { offset: bytes.length, path });
  return { valueStart, end, count };
}

/**
 * Read a measured field. Throws `Iso8583Error` on a character that the format does not have, and on a filling nibble
 * other than 0, which would be a second spelling of the same value.
 * With `masked`, the marks that masking leaves (nibble F, `*`) are read as `*`.
 */
export function readValue(
  field: Field,
  bytes: Uint8Array,
  extent: Extent,
  path: string,
  masked = false,
): string {
  const { valueStart, end, count } = extent;
  const raw = bytes.subarray(valueStart, end);
  if (field.encoding === 'raw') return toHex(raw);
  const packed = field.encoding === 'bcd';
  const wireText = packed ? toHex(raw) : toCharacters(raw);
  const before = packed && field.padding === 'left' ? wireText.length - count : 0;
  let value = wireText.slice(before, before + count);
  const pad = wireText.slice(0, before) + wireText.slice(before + count);
  if (packed) value = value.replaceAll('D', '=');
  if (packed && masked) value = value.replaceAll('F', '*');
  const wrong = findWrong(field.format, value, masked);
  if (wrong !== -1) {
    const offset = valueStart + (packed ? (before + wrong) >> 1 : wrong);
    throw new Iso8583Error(`not a character of format ${field.format}`, { offset, path });
  }
  if (pad !== '' && pad !== '0') {
    const offset = before > 0 ? valueStart : end - 1;
    throw new Iso8583Error('the filling nibble is not 0', { offset, path });
  }
  return value;
}

/** Write a field, prefix and all. Throws `Iso8583Error` on a value of the wrong length or with a foreign character. */
export function writeField(
  field: Field,
  value: string,
  where: { readonly offset: number; readonly path: string },
): Uint8Array {
  const count = field.encoding === 'raw' ? value.length / 2 : value.length;
  const { length } = field;
  const fits =
    length.kind === 'fixed' ? count === length.count : count >= length.least && count <= length.max;
  if (!fits || !Number.isInteger(count) || isHalfByte(field, count))
    throw new Iso8583Error(`a length of ${count}`, where);
  if (findWrong(field.format, value, false) !== -1) {
    throw new Iso8583Error(`not a value of format ${field.format}`, where);
  }
  const start = prefixLength(field);
  const bytes = new Uint8Array(start + byteLength(field, count));
  bytes.set(writePrefix(field, count));
  bytes.set(writeValue(field, value), start);
  return bytes;
}

/** How many bytes a count of digits, characters or bytes takes. */
function byteLength(field: Field, count: number): number {
  return field.encoding === 'bcd' ? Math.ceil(count / 2) : count;
}

/** Whether so many hexadecimal digits end in the middle of a byte. */
function isHalfByte(field: Field, count: number): boolean {
  return field.format === 'b' && field.encoding === 'ascii' && count % 2 === 1;
}

function prefixLength(field: Field): number {
  if (field.length.kind === 'fixed') return 0;
  return field.prefix === 'bcd' ? field.length.digits - 1 : field.length.digits;
}

function readPrefix(field: Field, bytes: Uint8Array, start: number, path: string): number {
  let count = 0;
  for (let offset = start; offset < start + prefixLength(field); offset++) {
    const byte = bytes[offset];
    const where = { offset, path: `${path}.length` };
    if (byte === undefined) throw new Iso8583Error('cut short', where);
    const digits = field.prefix === 'bcd' ? [byte >> 4, byte & 15] : [byte - 0x30];
    for (const digit of digits) {
      if (digit < 0 || digit > 9) throw new Iso8583Error('not a digit', where);
      count = count * 10 + digit;
    }
  }
  return count;
}

function writePrefix(field: Field, count: number): Uint8Array {
  const length = prefixLength(field);
  return field.prefix === 'bcd'
    ? fromHex(
        String(count)
          .padStart(length * 2, '0')
          .slice(0, length * 2),
      )
    : fromCharacters(length === 0 ? '' : String(count).padStart(length, '0'));
}

function writeValue(field: Field, value: string): Uint8Array {
  if (field.encoding === 'raw') return fromHex(value);
  if (field.encoding === 'ascii') return fromCharacters(value);
  const digits = value.replaceAll('=', 'D');
  if (digits.length % 2 === 0) return fromHex(digits);
  return fromHex(field.padding === 'left' ? `0${digits}` : `${digits}0`);
}

/** Index of the first character that a format does not have, or -1. */
function findWrong(format: Format, value: string, masked: boolean): number {
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (masked && code === 0x2a) continue;
    if (!isAllowed(format, code, index)) return index;
  }
  return -1;
}

function isAllowed(format: Format, code: number, index: number): boolean {
  const digit = code >= 0x30 && code <= 0x39;
  const upper = code >= 0x41 && code <= 0x5a;
  if (format === 'n') return digit;
  if (format === 'z') return digit || code === 0x3d;
  if (format === 'b') return digit || (code >= 0x41 && code <= 0x46);
  if (format === 'x+n') return index === 0 ? code === 0x43 || code === 0x44 : digit;
  if (format === 'an') return digit || upper || (code >= 0x61 && code <= 0x7a) || code === 0x20;
  return (code >= 0x20 && code <= 0x7e) || (code >= 0x80 && code <= 0xfe);
}

function toCharacters(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function fromCharacters(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}
