/**
 * JSON of wallet payloads, read strictly: a name stands once in an object, depth and size are bounded, numbers stay
 * as they are written. What is signed as text must not be read in two ways.
 */
import { toHex } from '../bytes/bytes.ts';
import { PayloadError } from './malformed.ts';

/** A JSON value. A number keeps its digits, since amounts and times are not for floating point. */
export type Json =
  | string
  | boolean
  | null
  | JsonNumber
  | readonly Json[]
  | ReadonlyMap<string, Json>;

/** A number as it is written. */
export type JsonNumber = { readonly digits: string };

/** An object by its names. */
export type JsonObject = ReadonlyMap<string, Json>;

/** The longest text that is read, in UTF-16 units; real payloads have some thousands. */
const JSON_MOST = 65_536;

const DEPTH_MOST = 8;
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// A string up to the first quotation mark, backslash or control character.
const PLAIN = /[ !#-[\]-\u{10ffff}]*/uy;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
const WORDS: readonly (readonly [string, boolean | null])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/**
 * Read one JSON value. Throws `PayloadError` on text that is longer than 65,536 characters, deeper than eight, holds
 * a name twice in one object, or is not JSON.
 * @example parseJson('{"a":1}') // Map { 'a' => { digits: '1' } }
 */
export function parseJson(text: string): Json {
  if (text.length > JSON_MOST) throw new PayloadError('text too long', JSON_MOST);
  if (!text.isWellFormed()) throw new PayloadError('half a character', 0);
  const cursor = new Cursor(text);
  const value = readValue(cursor, 0);
  cursor.skip(SPACE);
  if (cursor.at < text.length) throw cursor.error('more after the end');
  return value;
}

/**
 * Read one JSON object that has these names and no others. Throws `PayloadError`.
 * @example jsonObject('{"a":"b"}', ['a']).get('a') // 'b'
 */
export function jsonObject(
  text: string,
  needed: readonly string[],
  allowed: readonly string[] = [],
): JsonObject {
  return objectOf(parseJson(text), needed, allowed);
}

/**
 * The same of a value that was read already. Throws `PayloadError`.
 * @example objectOf(parseJson('{"a":"b"}'), ['a']).size // 1
 */
export function objectOf(
  value: Json | undefined,
  needed: readonly string[],
  allowed: readonly string[] = [],
): JsonObject {
  if (!(value instanceof Map)) throw new PayloadError('an object is wanted');
  const object: JsonObject = value;
  for (const name of needed) {
    if (!object.has(name)) throw new PayloadError(`${name} is missing`);
  }
  for (const name of object.keys()) {
    if (!needed.includes(name) && !allowed.includes(name)) {
      throw new PayloadError(`a member that does not belong in an object of ${needed.join(', ')}`);
    }
  }
  return object;
}

/**
 * The text of a member. Throws `PayloadError` where there is none.
 * @example textOf(jsonObject('{"a":"b"}', ['a']), 'a') // 'b'
 */
export function textOf(object: JsonObject, name: string): string {
  const value = object.get(name);
  if (typeof value !== 'string') throw new PayloadError(`${name} is no text`);
  return value;
}

/**
 * The list of a member. Throws `PayloadError` where there is none, or one of more than `most`.
 * @example listOf(jsonObject('{"a":["b"]}', ['a']), 'a', 1) // ['b']
 */
export function listOf(object: JsonObject, name: string, most: number): readonly Json[] {
  const value = object.get(name);
  if (!Array.isArray(value)) throw new PayloadError(`${name} is no list`);
  const list: readonly Json[] = value;
  if (list.length > most) throw new PayloadError(`${name} has more than ${most}`);
  return list;
}

/**
 * Read text in UTF-8, strictly. Throws `PayloadError` on bytes that are none.
 * @example fromUtf8(Uint8Array.of(0xe5, 0x85, 0xab)) // '八'
 */
export function fromUtf8(bytes: Uint8Array): string {
  if (bytes.length > JSON_MOST) throw new PayloadError('text too long', JSON_MOST);
  try {
    return decodeURIComponent(toHex(bytes).replace(/../g, '%$&'));
  } catch (error) {
    if (error instanceof URIError) throw new PayloadError('not UTF-8');
    throw error;
  }
}

/** The place in a text up to which it was read. */
class Cursor {
  readonly text: string;
  at = 0;
  constructor(text: string) {
    this.text = text;
  }
  /** What a sticky pattern finds here, and step over it. */
  skip(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const [found = ''] = pattern.exec(this.text) ?? [];
    this.at += found.length;
    return found;
  }
  /** Step over a text, if it stands here. */
  take(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }
  error(message: string): PayloadError {
    return new PayloadError(message, this.at);
  }
}

function readValue(cursor: Cursor, depth: number): Json {
  if (depth > DEPTH_MOST) throw cursor.error('too deep');
  cursor.skip(SPACE);
  if (cursor.take('{')) return readObject(cursor, depth);
  if (cursor.take('[')) return readList(cursor, depth);
  if (cursor.take('"')) return readString(cursor);
  const word = WORDS.find(([written]) => cursor.take(written));
  if (word !== undefined) return word[1];
  const digits = cursor.skip(NUMBER);
  if (digits === '') throw cursor.error('no JSON value');
  return { digits };
}

function readObject(cursor: Cursor, depth: number): JsonObject {
  const object = new Map<string, Json>();
  cursor.skip(SPACE);
  if (cursor.take('}')) return object;
  for (;;) {
    cursor.skip(SPACE);
    if (!cursor.take('"')) throw cursor.error('a name is wanted');
    const name = readString(cursor);
    if (object.has(name)) throw cursor.error('a name that stood before');
    cursor.skip(SPACE);
    if (!cursor.take(':')) throw cursor.error('a colon is wanted');
    object.set(name, readValue(cursor, depth + 1));
    cursor.skip(SPACE);
    if (cursor.take('}')) return object;
    if (!cursor.take(',')) throw cursor.error('a comma is wanted');
  }
}

function readList(cursor: Cursor, depth: number): readonly Json[] {
  const list: Json[] = [];
  cursor.skip(SPACE);
  if (cursor.take(']')) return list;
  for (;;) {
    list.push(readValue(cursor, depth + 1));
    cursor.skip(SPACE);
    if (cursor.take(']')) return list;
    if (!cursor.take(',')) throw cursor.error('a comma is wanted');
  }
}

function readString(cursor: Cursor): string {
  let text = '';
  for (;;) {
    text += cursor.skip(PLAIN);
    if (cursor.take('"')) break;
    if (!cursor.take('\\')) throw cursor.error('a string without an end');
    text += readEscape(cursor);
  }
  // An escape can write half a character, which has no bytes to sign.
  if (!text.isWellFormed()) throw cursor.error('half a character');
  return text;
}

const HEX_ESCAPE = /u[0-9a-fA-F]{4}/y;

function readEscape(cursor: Cursor): string {
  const hexadecimal = cursor.skip(HEX_ESCAPE);
  if (hexadecimal !== '') return String.fromCharCode(Number.parseInt(hexadecimal.slice(1), 16));
  const found = ESCAPES.get(cursor.text.charAt(cursor.at));
  if (found === undefined) throw cursor.error('no escape');
  cursor.at += 1;
  return found;
}
