/**
 * BER-TLV as EMV uses it: tags of one to three bytes, definite lengths, nesting.
 * @see docs/specs.md, EMV contactless sheet
 */
import { assert } from '../bytes/assert.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';

/** Foreign bytes that are not TLV. `offset` counts bytes from the start of the outermost value. */
export class TlvError extends Error {
  override readonly name = 'TlvError';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(`${message} (at byte ${offset})`);
    this.offset = offset;
  }
}

/** A tag as upper-case hexadecimal, such as `9F26`. */
export type Tag = string;

/** One data object. A constructed one (bit 6 of its first tag byte) has its parts in `children`. */
export type Tlv = {
  readonly tag: Tag;
  readonly value: Uint8Array;
  readonly children?: readonly Tlv[];
};

/** Where an object lies in the bytes it was read from; what an explainer needs. */
export type TlvSpan = {
  readonly tag: Tag;
  readonly value: Uint8Array;
  /** First byte of the tag, of the length, of the value, and the byte after the value. */
  readonly start: number;
  readonly lengthStart: number;
  readonly valueStart: number;
  readonly end: number;
  readonly children?: readonly TlvSpan[];
};

/** How deep objects may nest; deeper input is refused before it is read, and we never write it. */
export const MAX_DEPTH = 8;

/**
 * Read a sequence of data objects. Throws `TlvError` on a truncated object, a length that is not
 * minimal or runs past the end, an indefinite length, or nesting past eight.
 * @example decodeTlv(fromHex('9F36020001')) // [{ tag: '9F36', value: 00 01 }]
 */
export function decodeTlv(bytes: Uint8Array): readonly TlvSpan[] {
  return readObjects(bytes, 0, bytes.length, 1);
}

/**
 * Write data objects one after another. An object with `children` is written from them. Tags that
 * `decodeTlv` would refuse, and nesting past eight, are bugs of the caller.
 * @example toHex(encodeTlv([tlv('9F36', fromHex('0001'))])) // '9F36020001'
 */
export function encodeTlv(objects: readonly Tlv[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const bytes = new Uint8Array(collect(objects, parts, 1));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/**
 * A primitive data object.
 * @example tlv('9F36', fromHex('0001')) // { tag: '9F36', value: 00 01 }
 */
export function tlv(tag: Tag, value: Uint8Array): Tlv {
  return { tag, value };
}

/**
 * A constructed data object, such as a template.
 * @example toHex(encodeTlv([template('70', [tlv('5F34', fromHex('01'))])])) // '70045F340101'
 */
export function template(tag: Tag, children: readonly Tlv[]): Tlv {
  return { tag, value: encodeTlv(children), children };
}

/**
 * The first object with this tag on this level, or undefined.
 * @example find(decodeTlv(fromHex('8701019F36020001')), '9F36')?.value // 00 01
 */
export function find<T extends { readonly tag: Tag }>(
  objects: readonly T[],
  tag: Tag,
): T | undefined {
  return objects.find((object) => object.tag === tag);
}

/**
 * The object at a path of tags, outermost first, or undefined. On each level the first object with the tag counts.
 * @example findPath(decodeTlv(fromHex('70045F340101')), '70', '5F34')?.value // 01
 */
export function findPath(objects: readonly Tlv[], ...path: readonly Tag[]): Tlv | undefined {
  let level: readonly Tlv[] = objects;
  let found: Tlv | undefined;
  for (const tag of path) {
    found = find(level, tag);
    if (found === undefined) return undefined;
    level = found.children ?? [];
  }
  return found;
}

/**
 * Write a length in the fewest bytes: one below 128, else 81 or 82 or 83 and the length.
 * @example toHex(encodeLength(200)) // '81C8'
 */
export function encodeLength(length: number): Uint8Array {
  assert(Number.isInteger(length) && length >= 0 && length <= 0xffffff);
  if (length < 0x80) return Uint8Array.of(length);
  if (length < 0x100) return Uint8Array.of(0x81, length);
  if (length < 0x10000) return Uint8Array.of(0x82, length >> 8, length & 0xff);
  return Uint8Array.of(0x83, length >> 16, (length >> 8) & 0xff, length & 0xff);
}

/**
 * Whether a tag's objects hold other objects: bit 6 of its first byte.
 * @example isConstructed('70') // true
 */
export function isConstructed(tag: Tag): boolean {
  return (Number.parseInt(tag.slice(0, 2), 16) & 0x20) !== 0;
}

/**
 * Where the tag that begins at `start` ends, reading no further than `to`. Throws `TlvError` on a tag
 * that is cut short, longer than three bytes, not minimal, or begins with 00 or FF.
 * @example readTag(fromHex('9F3602'), 0, 3) // 2
 */
export function readTag(bytes: Uint8Array, start: number, to: number): number {
  const first = bytes[start] as number;
  if (first === 0x00 || first === 0xff)
    throw new TlvError('a tag cannot begin with 00 or FF', start);
  if ((first & 0x1f) !== 0x1f) return start + 1;
  for (let offset = start + 1; offset < to && offset < start + 3; offset++) {
    const next = bytes[offset] as number;
    if (offset === start + 1 && next === 0x80)
      throw new TlvError('a tag number is not minimal', offset);
    if ((next & 0x80) === 0) return offset + 1;
  }
  throw new TlvError(
    to - start < 3 ? 'the tag is cut short' : 'a tag of more than three bytes',
    start,
  );
}

/** Put the pieces of the objects behind `parts`, each once; answers how many bytes they are. */
function collect(objects: readonly Tlv[], parts: Uint8Array[], depth: number): number {
  assert(depth <= MAX_DEPTH, 'objects nest deeper than they may');
  let total = 0;
  for (const { tag, value, children } of objects) {
    const lengthAt = parts.push(tagBytes(tag), NOTHING) - 1;
    if (children === undefined) parts.push(value);
    const length = children === undefined ? value.length : collect(children, parts, depth + 1);
    // The length stands before the value but is known only after it.
    const lengthBytes = encodeLength(length);
    parts[lengthAt] = lengthBytes;
    total += tag.length / 2 + lengthBytes.length + length;
  }
  return total;
}

const NOTHING = new Uint8Array(0);

function tagBytes(tag: Tag): Uint8Array {
  const bytes = fromHex(tag);
  assert(bytes.length > 0 && readTag(bytes, 0, bytes.length) === bytes.length, 'not a tag');
  return bytes;
}

function readObjects(
  bytes: Uint8Array,
  from: number,
  to: number,
  depth: number,
): readonly TlvSpan[] {
  if (depth > MAX_DEPTH) throw new TlvError(`nested deeper than ${MAX_DEPTH}`, from);
  const objects: TlvSpan[] = [];
  let start = from;
  while (start < to) {
    const object = readObject(bytes, start, to, depth);
    objects.push(object);
    start = object.end;
  }
  return objects;
}

function readObject(bytes: Uint8Array, start: number, to: number, depth: number): TlvSpan {
  const lengthStart = readTag(bytes, start, to);
  const { length, valueStart } = readLength(bytes, lengthStart, to);
  const end = valueStart + length;
  if (end > to) throw new TlvError('the length runs past the end', lengthStart);
  const tag = toHex(bytes.subarray(start, lengthStart));
  const value = bytes.subarray(valueStart, end);
  const span = { tag, value, start, lengthStart, valueStart, end };
  if (!isConstructed(tag)) return span;
  return { ...span, children: readObjects(bytes, valueStart, end, depth + 1) };
}

function readLength(
  bytes: Uint8Array,
  start: number,
  to: number,
): { length: number; valueStart: number } {
  if (start >= to) throw new TlvError('the length is missing', start);
  const first = bytes[start] as number;
  if (first < 0x80) return { length: first, valueStart: start + 1 };
  const count = first & 0x7f;
  if (count === 0 || count > 3) throw new TlvError('a length of this form is not allowed', start);
  if (start + 1 + count > to) throw new TlvError('the length is cut short', start);
  let length = 0;
  for (let index = 1; index <= count; index++)
    length = length * 256 + (bytes[start + index] as number);
  if (encodeLength(length).length !== count + 1)
    throw new TlvError('the length is not minimal', start);
  return { length, valueStart: start + 1 + count };
}
