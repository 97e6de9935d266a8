/**
 * Three thousand messages of plain ASCII, both ways between this codec and the npm library iso_8583: what one writes,
 * the other reads as the same elements.
 */
import { deepEqual, ok, equal as same } from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fromAscii, toHex } from '../bytes/bytes.ts';
import { asciiCodec, asciiSpec } from './ascii.ts';
import type { DataElement, Fields } from './message.ts';

type Values = Record<string, string>;
type TheirFormat = {
  readonly ContentType: string;
  readonly Label: string;
  readonly LenType: 'fixed' | 'llvar' | 'lllvar' | 'llllllvar';
  readonly MaxLen: number;
};
type TheirFormats = Record<string, TheirFormat>;
type Library = new (
  message?: Values,
  formats?: TheirFormats,
) => {
  /** Bytes without a length before them, or what is wrong. */
  getRawMessage(): Uint8Array | { readonly error: string };
  getIsoJSON(bytes: Uint8Array, config: Readonly<Record<string, unknown>>): Values;
};
const require = createRequire(import.meta.url);
const Iso8583 = require('iso_8583') as Library;
const theirTable = require('iso_8583/lib/formats.js') as TheirFormats;

/** Their bytes are raw and their DE55 is text; the bitmap is bytes or, by a format of its own, digits. */
const spec = asciiSpec({ binaryElements: 'raw', chipData: 'hex' });

const fixed = (ContentType: string, MaxLen: number): TheirFormat => ({
  ContentType,
  Label: 'as the 1987 table has it',
  LenType: 'fixed',
  MaxLen,
});
const text: TheirFormat = { ...fixed('ans', 999), LenType: 'lllvar' };

/**
 * Where their table differs from the 1987 one, they are given the latter: DE53 is 48 bytes with them, DE58 digits of
 * at most 11, DE59 of at most 255, DE64, 96 and 128 half as long, DE65 half a byte, DE118 to 122 digits. Bytes are
 * counted in digits. Elsewhere they only allow fewer characters.
 */
const as1987: TheirFormats = {
  53: fixed('n', 16),
  58: text,
  59: text,
  64: fixed('b', 16),
  65: fixed('b', 2),
  96: fixed('b', 16),
  118: text,
  119: text,
  120: text,
  121: text,
  122: text,
  123: text,
  128: fixed('b', 16),
};

/** DE127 is left out: they always take it apart into elements of their own, with a length of six digits before it. */
const numbers = Object.keys(spec.elements)
  .map(Number)
  .filter((number) => number !== 127);

/** Characters that both sides allow, by their formats; they have neither `#` nor `@` in text, nor a space in an. */
const CHARACTERS: Readonly<Record<string, string>> = {
  n: '0123456789',
  ns: '0123456789-!$%&*()=/ ',
  an: '0123456789ABCXYZabcxyz',
  anp: '0123456789ABCXYZabcxyz ',
  ans: '0123456789ABCXYZabcxyz-!$%^&*()_+|~={}[]:";<>?,./ ',
  z: '0123456789=',
  b: '0123456789ABCDEF',
};

const TYPES = ['0100', '0110', '0200', '0210', '0220', '0400', '0420', '0421', '0800', '0810'];

/** Numbers below a limit from a seed (xorshift), the same on every run. */
function chance(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

type Chance = (limit: number) => number;

function anyFields(next: Chance): Fields {
  // From a few elements to most of them, so that messages without a second half come up too.
  const density = 1 + next(12);
  const highest = next(3) === 0 ? 64 : 128;
  const chosen = numbers.filter((number) => number <= highest && next(density) === 0);
  return Object.fromEntries(
    chosen.map((number) => [number, anyValue(number, spec.elements[number] as DataElement, next)]),
  );
}

function anyValue(number: number, { format, length, encoding }: DataElement, next: Chance): string {
  const theirs = as1987[number] ?? (theirTable[number] as TheirFormat);
  const units = encoding === 'raw' ? 2 : 1;
  let count = length.kind === 'fixed' ? length.count * units : 1 + next(longest(length.max, next));
  if (format === 'b' && count % 2 === 1) count += 1;
  const kind = format === 'b' ? 'b' : theirs.ContentType;
  const alphabet = CHARACTERS[kind] ?? '0123456789';
  const characters = Array.from({ length: count }, () => alphabet[next(alphabet.length)]);
  if (format === 'x+n') characters[0] = next(2) === 0 ? 'C' : 'D';
  return characters.join('');
}

/** Every element comes up some hundred times, and ten times as long as may be. */
const ROUNDS = 1_500;

/** Mostly short, at times as long as may be. */
function longest(max: number, next: Chance): number {
  return next(40) === 0 ? max : Math.min(max, 30);
}

/** Theirs has small letters in bytes. */
function inCapitals(values: Values): Values {
  const { 0: mti, ...fields } = values;
  const entries = Object.entries(fields).map(([number, value]) => [
    number,
    spec.elements[Number(number)]?.encoding === 'raw' ? value.toUpperCase() : value,
  ]);
  return { 0: mti, ...Object.fromEntries(entries) };
}

const bitmaps = [
  { bitmap: 'binary', formats: as1987, config: { lenHeader: false } },
  {
    bitmap: 'hex',
    formats: { ...as1987, 1: fixed('an', 32) },
    config: { lenHeader: false, bitmapEncoding: 'utf8' },
  },
] as const;

for (const { bitmap, formats, config } of bitmaps) {
  const codec = asciiCodec({ bitmap, binaryElements: 'raw', chipData: 'hex' });
  test(`messages with bitmaps in ${bitmap} agree both ways`, () => {
    const next = chance(bitmap === 'hex' ? 1987 : 8583);
    const seen = new Set<number>();
    for (let round = 0; round < ROUNDS; round++) {
      const mti = TYPES[next(TYPES.length)] as string;
      const fields = anyFields(next);
      const values = { 0: mti, ...fields };
      const theirs = new Iso8583({ ...values }, formats).getRawMessage();
      ok(theirs instanceof Uint8Array, JSON.stringify([theirs, values]));

      deepEqual(withoutIdle(codec.decode(theirs)), { mti, fields });
      // They always write both bitmaps, and in digits read no others.
      const isLong = bitmap === 'hex' || next(2) === 0;
      const isIdle = isLong && !Object.keys(fields).some((number) => Number(number) > 64);
      const ours = codec.encode(isIdle ? { mti, fields, isIdle } : { mti, fields });
      if (isLong) same(toHex(ours), toHex(theirs));
      const read = new Iso8583(undefined, formats).getIsoJSON(Buffer.from(ours), config);
      deepEqual(inCapitals(read), values);
      for (const number of Object.keys(fields)) seen.add(Number(number));
    }
    deepEqual(
      [...seen].sort((one, other) => one - other),
      numbers,
    );
  });
}

test('elements that their table has otherwise are written otherwise without our formats', () => {
  const { MaxLen } = theirTable[64] as TheirFormat;
  same(MaxLen, 8);
  const theirs = new Iso8583({ 0: '0800', 64: '01234567' }).getRawMessage();
  ok(theirs instanceof Uint8Array);
  same(theirs.length, fromAscii('0800').length + 16 + 4);
});

function withoutIdle({ mti, fields }: { readonly mti: string; readonly fields: Fields }): {
  readonly mti: string;
  readonly fields: Fields;
} {
  return { mti, fields };
}
