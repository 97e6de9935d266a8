/**
 * Column values as PostgreSQL writes them in text: one codec for both engines, so that they cannot differ.
 * Both drivers are told to hand over text and to take text; what a value is in TypeScript is decided here alone.
 */

import type { SqlValue } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';

/** A column that was read has a type that the house does not use; cast it in the statement. */
export class ColumnRefused extends Error {
  override readonly name = 'ColumnRefused';
}

/** What both drivers give: the columns' names and type numbers, and every value as text. */
export type TextRows = {
  readonly columns: readonly { readonly name: string; readonly type: number }[];
  readonly rows: readonly (readonly (string | null)[])[];
};

/**
 * Write one parameter as text: bytes as `\x` hexadecimal, arrays as array literals of any depth. JSON is given as a string.
 * A number that is not finite is a bug of the caller.
 */
export function writeValue(value: SqlValue): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  if (typeof value === 'number') {
    assert(Number.isFinite(value), 'a parameter that is not a finite number');
    return String(value);
  }
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  assert(Array.isArray(value), 'a parameter of an unknown kind');
  return `{${value.map(writeElement).join(',')}}`;
}

function writeElement(value: SqlValue): string {
  const text = writeValue(value);
  if (text === null) return 'NULL';
  if (Array.isArray(value)) return text;
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** Read rows of text as rows of values by column name. Throws `ColumnRefused` for a type outside the table below. */
export function readRows(result: TextRows): Record<string, unknown>[] {
  const readers = result.columns.map(({ name, type }) => {
    const read = scalars[type] ?? arrays[type];
    if (read === undefined) {
      const hint = refusedTypes[type] ?? 'cast it to text';
      throw new ColumnRefused(`column ${name} is of type ${type}: ${hint}`);
    }
    return { name, read };
  });
  return result.rows.map((row) => {
    const values: Record<string, unknown> = {};
    for (const [index, { name, read }] of readers.entries()) {
      const text = row[index];
      values[name] = text === null || text === undefined ? null : read(text);
    }
    return values;
  });
}

type ReadValue = (text: string) => unknown;

const asIs: ReadValue = (text) => text;
const bytes: ReadValue = (text) => {
  assert(text.startsWith('\\x'), 'bytea_output must be hex');
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'));
};

/** How each type is read, by the type number that PostgreSQL gives it in pg_type. */
const scalars: Readonly<Record<number, ReadValue>> = {
  16: (text) => text === 't', // bool
  17: bytes, // bytea
  18: asIs, // "char"
  19: asIs, // name
  20: BigInt, // int8
  21: Number, // int2
  23: Number, // int4
  25: asIs, // text
  26: Number, // oid
  114: JSON.parse, // json
  700: Number, // float4
  701: Number, // float8
  705: asIs, // unknown
  1042: asIs, // bpchar
  1043: asIs, // varchar
  2205: asIs, // regclass
  2206: asIs, // regtype
  2278: () => null, // void
  2950: asIs, // uuid
  3802: (text) => JSON.parse(text), // jsonb
};

/** Array types and how their elements are read. */
const arrays: Readonly<Record<number, ReadValue>> = Object.fromEntries(
  [
    [1000, 16],
    [1001, 17],
    [1002, 18],
    [1003, 19],
    [1005, 21],
    [1007, 23],
    [1009, 25],
    [1014, 1042],
    [1015, 1043],
    [1016, 20],
    [1021, 700],
    [1022, 701],
    [1028, 26],
    [2951, 2950],
    [3807, 3802],
  ].map(([array, element]) => {
    const read = scalars[element as number] as ReadValue;
    return [array, (text: string) => readArray(text, read)];
  }),
);

/** Types that are refused on purpose, and what to do instead. */
const refusedTypes: Readonly<Record<number, string>> = {
  1700: 'numeric is not used; amounts are int8, and a sum of int8 is cast back to int8',
  1082: 'dates are not used; store text or milliseconds in int8',
  1114: 'timestamps are not used; instants are milliseconds in int8',
  1184: 'timestamps are not used; instants are milliseconds in int8',
};

/** Read an array literal: braces, commas, NULL, and elements bare or in quotes with backslash escapes. */
function readArray(text: string, read: ReadValue): unknown[] {
  assert(text.startsWith('{'), 'an array whose bounds do not begin at one');
  const stack: unknown[][] = [];
  let whole: unknown[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at];
    if (character === '{') {
      const inner: unknown[] = [];
      stack.at(-1)?.push(inner);
      stack.push(inner);
      at++;
    } else if (character === '}') {
      whole = stack.pop() as unknown[];
      at++;
    } else if (character === ',') {
      at++;
    } else {
      const element = character === '"' ? quoted(text, at) : bare(text, at);
      stack.at(-1)?.push(element.value === null ? null : read(element.value));
      at = element.end;
    }
  }
  assert(stack.length === 0, 'an array literal that does not end');
  return whole;
}

function quoted(text: string, start: number): { value: string; end: number } {
  let value = '';
  let at = start + 1;
  while (text[at] !== '"') {
    assert(at < text.length, 'a quoted element that does not end');
    if (text[at] === '\\') at++;
    value += text[at++];
  }
  return { value, end: at + 1 };
}

function bare(text: string, start: number): { value: string | null; end: number } {
  let end = start;
  while (end < text.length && text[end] !== ',' && text[end] !== '}') end++;
  const value = text.slice(start, end);
  return { value: value === 'NULL' ? null : value, end };
}
