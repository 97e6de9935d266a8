/**
 * ASN.1 as it stands in signatures and certificates, read strictly: a tree of objects, each with its very bytes, since
 * those are what is signed. Wallets write the outermost parts with indefinite lengths, so these are read too.
 */
import { concat, fromUint, toAscii } from '../bytes/bytes.ts';
import { PayloadError, readPart } from './malformed.ts';

/** One object. */
export type DerNode = {
  /** Identifier: class, form and number in one byte. */
  readonly tag: number;
  /** Everything, identifier and length included. */
  readonly raw: Uint8Array;
  /** What stands between the length and the end. */
  readonly value: Uint8Array;
  /** The objects inside; empty where there are none. */
  readonly children: readonly DerNode[];
  /** Where it begins, in bytes from the start of the whole. */
  readonly offset: number;
};

/** Identifiers of the kinds of objects that payloads hold. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  context0: 0xa0,
  context1: 0xa1,
  context3: 0xa3,
} as const;

/** The largest whole that is read; real signatures have some 3,000 bytes. */
const BYTES_MOST = 16_384;
const DEPTH_MOST = 16;
const INDEFINITE = 0x80;

/**
 * Read one object and everything inside it. Throws `PayloadError` on a length that is not minimal or runs past the end,
 * an identifier of more than one byte, bytes after the end, more than 16,384 bytes, or more than sixteen levels.
 * @example decodeDer(fromHex('3003020105')).children[0].value // 05
 */
export function decodeDer(bytes: Uint8Array): DerNode {
  if (bytes.length > BYTES_MOST) throw new PayloadError('too many bytes', BYTES_MOST);
  const node = readNode(bytes, 0, bytes.length, 0);
  const end = node.offset + node.raw.length;
  if (end !== bytes.length) throw new PayloadError('bytes after the end', end);
  return node;
}

/** Reads the objects inside another in order, and says where it stopped. */
export class Members {
  readonly parent: DerNode;
  private index = 0;
  constructor(parent: DerNode, tag: number) {
    if (parent.tag !== tag) throw new PayloadError('another object was expected', parent.offset);
    this.parent = parent;
  }
  /** The next object, which must be of this kind. */
  take(tag: number): DerNode {
    const node = this.maybe(tag);
    if (node !== undefined) return node;
    const at = this.parent.children[this.index]?.offset ?? this.parent.offset;
    throw new PayloadError('another object was expected', at);
  }
  /** The next object if it is of this kind. */
  maybe(tag: number): DerNode | undefined {
    const node = this.parent.children[this.index];
    if (node?.tag !== tag) return undefined;
    this.index += 1;
    return node;
  }
  /** Nothing may be left. */
  end(): void {
    const node = this.parent.children[this.index];
    if (node !== undefined) throw new PayloadError('more than belongs here', node.offset);
  }
}

/**
 * * The single object inside another of a given kind. Throws `PayloadError` where there is none, or more than one.
 * @example onlyMember(decodeDer(fromHex('3003020105')), TAG.sequence, TAG.integer).value // 05
 */
export function onlyMember(parent: DerNode, parentTag: number, tag: number): DerNode {
  const members = new Members(parent, parentTag);
  const node = members.take(tag);
  members.end();
  return node;
}

/**
 * An object identifier in dots. Throws `PayloadError` on an arc that is not minimal or too large.
 * @example oidOf(decodeDer(fromHex('0603551D13'))) // '2.5.29.19'
 */
export function oidOf(node: DerNode): string {
  const { value, offset } = node;
  const arcs: number[] = [];
  let arc = 0;
  let isInside = false;
  for (const byte of value) {
    if (!isInside && byte === 0x80) throw new PayloadError('an arc that is not minimal', offset);
    arc = arc * 128 + (byte & 0x7f);
    if (arc > 0xffffffff) throw new PayloadError('an arc that is too large', offset);
    isInside = byte >= 0x80;
    if (isInside) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [first, ...others] = arcs;
  if (isInside || first === undefined) throw new PayloadError('no object identifier', offset);
  const root = Math.min(Math.floor(first / 40), 2);
  return [root, first - root * 40, ...others].join('.');
}

/**
 * A time in milliseconds since 1970. Throws `PayloadError` on a date that is none and on another form than DER's: to
 * the second, in UTC.
 * @example timeOf(decodeDer(concat(fromHex('170D'), fromAscii('210901190306Z')))) // 1630522986000
 */
export function timeOf(node: DerNode): number {
  const text = readPart(() => toAscii(node.value));
  const isShort = node.tag === TAG.utcTime;
  if (!isShort && node.tag !== TAG.generalizedTime) {
    throw new PayloadError('a time was expected', node.offset);
  }
  const parts = (isShort ? SHORT_TIME : LONG_TIME).exec(text)?.slice(1).map(Number);
  if (parts === undefined) throw new PayloadError('no time of DER', node.offset);
  const [written = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const year = isShort ? written + (written < 50 ? 2000 : 1900) : written;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  // A thirty-first of April would become a first of May.
  const digits = date
    .toISOString()
    .replace(/\D/g, '')
    .slice(isShort ? 2 : 0, 14);
  if (`${digits}Z` !== text) throw new PayloadError('no such date', node.offset);
  return date.getTime();
}

const SHORT_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const LONG_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;

/**
 * The bytes of a bit string that fills whole bytes. Throws `PayloadError` on another.
 * @example wholeBits(decodeDer(fromHex('030200FF'))) // FF
 */
export function wholeBits(node: DerNode): Uint8Array {
  if (node.value[0] !== 0) throw new PayloadError('bits that fill no bytes', node.offset);
  return node.value.subarray(1);
}

/**
 * Write one object of a kind around its content.
 * @example encodeDer(TAG.integer, fromHex('05')) // 020105
 */
export function encodeDer(tag: number, value: Uint8Array): Uint8Array {
  const { length } = value;
  if (length < 0x80) return concat(Uint8Array.of(tag, length), value);
  const bytes = length < 0x100 ? 1 : 2;
  return concat(Uint8Array.of(tag, 0x80 | bytes), fromUint(length, bytes), value);
}

function readNode(bytes: Uint8Array, offset: number, limit: number, depth: number): DerNode {
  if (depth > DEPTH_MOST) throw new PayloadError('too deep', offset);
  const tag = byteAt(bytes, offset, limit);
  if ((tag & 0x1f) === 0x1f) throw new PayloadError('an identifier of several bytes', offset);
  const isConstructed = (tag & 0x20) !== 0;
  // Strings in pieces have several writings and no use here; of the universal kinds only these two hold others.
  if (isConstructed && tag < 0x40 && tag !== TAG.sequence && tag !== TAG.set) {
    throw new PayloadError('a string in pieces', offset);
  }
  const { length, start } = readLength(bytes, offset + 1, limit);
  if (length === undefined && !isConstructed) {
    throw new PayloadError('an indefinite length without members', offset);
  }
  const valueLimit = length === undefined ? limit : start + length;
  const children: DerNode[] = [];
  let at = start;
  while (isConstructed && at < valueLimit) {
    if (length === undefined && bytes[at] === 0 && bytes[at + 1] === 0) break;
    const child = readNode(bytes, at, valueLimit, depth + 1);
    children.push(child);
    at += child.raw.length;
  }
  const valueEnd = length === undefined ? at : valueLimit;
  const end = length === undefined ? at + 2 : valueLimit;
  if (end > limit) throw new PayloadError('an end is missing', limit);
  const raw = bytes.subarray(offset, end);
  return { tag, raw, value: bytes.subarray(start, valueEnd), children, offset };
}

/** A length, undefined where it is indefinite, and where the value begins. */
function readLength(
  bytes: Uint8Array,
  offset: number,
  limit: number,
): { readonly length: number | undefined; readonly start: number } {
  const first = byteAt(bytes, offset, limit);
  if (first === INDEFINITE) return { length: undefined, start: offset + 1 };
  const count = first < 0x80 ? 0 : first & 0x7f;
  if (count > 2) throw new PayloadError('a length of too many bytes', offset);
  let length = count === 0 ? first : 0;
  for (let index = 1; index <= count; index++) {
    length = length * 256 + byteAt(bytes, offset + index, limit);
  }
  const isMinimal = count === 0 || length >= (count === 1 ? 0x80 : 0x100);
  if (!isMinimal) throw new PayloadError('a length that is not minimal', offset);
  const start = offset + 1 + count;
  if (length > limit - start) throw new PayloadError('a length that runs past the end', offset);
  return { length, start };
}

function byteAt(bytes: Uint8Array, offset: number, limit: number): number {
  if (offset >= limit) throw new PayloadError('an end before its time', offset);
  return bytes[offset] as number;
}
