/** Plain ISO 8583:1987 in ASCII, rule by rule; messages of other libraries are checked in lib/vectors. */
import { deepEqual, ok, equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { concat, fromAscii, fromHex, toHex } from '../bytes/bytes.ts';
import { type AsciiCodec, type AsciiCoding, asciiCodec, asciiSpec } from './ascii.ts';
import type { Field } from './field.ts';
import { maskMessage } from './mask.ts';
import { type Fields, Iso8583Error } from './message.ts';
import { describe } from './unionpay.ts';

const codec = asciiCodec();

/** The minimal message of moov-io/iso8583, message_test.go (moov-minimal-0100). */
const minimal = '01007000000000000000164242424242424242123456000000000100';
const minimalFields = { 2: '4242424242424242', 3: '123456', 4: '000000000100' };

/** A message of elements 63 and 70 in the shape of moov's 0800, with what stands behind the bitmaps. */
const network = (bitmaps: string, elements: string): Uint8Array =>
  fromAscii(`0800${bitmaps}${elements}`);

function refused(bytes: Uint8Array, path: string, offset: number, by: AsciiCodec = codec): void {
  throws(
    () => by.decode(bytes),
    (error) => error instanceof Iso8583Error && error.path === path && error.offset === offset,
  );
}

test('a message is its type, its bitmap in sixteen hexadecimal digits, and its elements', () => {
  deepEqual(codec.decode(fromAscii(minimal)), { mti: '0100', fields: minimalFields });
  same(toHex(codec.encode({ mti: '0100', fields: minimalFields })), toHex(fromAscii(minimal)));
});

test('every element from 2 to 128 is there', () => {
  const { elements } = asciiSpec();
  deepEqual(
    Object.keys(elements).map(Number),
    Array.from({ length: 127 }, (_, index) => index + 2),
  );
});

test('elements above 64 bring a second bitmap', () => {
  const bytes = network('80000000000000000400000000000000', '001');
  deepEqual(codec.decode(bytes), { mti: '0800', fields: { 70: '001' } });
  same(toHex(codec.encode({ mti: '0800', fields: { 70: '001' } })), toHex(bytes));
});

test('a second bitmap without elements is kept, since a library always writes it', () => {
  const bytes = network('C0000000000000000000000000000000', '0512345');
  const message = { mti: '0800', fields: { 2: '12345' }, isIdle: true } as const;
  deepEqual(codec.decode(bytes), message);
  same(toHex(codec.encode(message)), toHex(bytes));
});

test('bitmaps may be bytes', () => {
  const bytes = concat(
    fromAscii('0100'),
    fromHex('7000000000000000'),
    fromAscii(minimal.slice(20)),
  );
  deepEqual(asciiCodec({ bitmap: 'binary' }).decode(bytes).fields, minimalFields);
});

test('a bitmap in small letters or other characters is refused where it stands', () => {
  refused(network('000000000000040a', ''), 'bitmap', 19);
  refused(network('00000000000 0000', ''), 'bitmap', 15);
});

test('a PIN block and a MAC are sixteen digits, or eight bytes where that is agreed', () => {
  const fields = { 52: '0123456789ABCDEF', 64: '00000000000000FF' };
  const bitmap = '0000000000001001';
  const digits = network(bitmap, '0123456789ABCDEF00000000000000FF');
  same(toHex(codec.encode({ mti: '0800', fields })), toHex(digits));
  deepEqual(codec.decode(digits).fields, fields);
  const raw = concat(network(bitmap, ''), fromHex('0123456789ABCDEF00000000000000FF'));
  const byBytes = asciiCodec({ binaryElements: 'raw' });
  same(toHex(byBytes.encode({ mti: '0800', fields })), toHex(raw));
  deepEqual(byBytes.decode(raw).fields, fields);
});

test('chip data are bytes, which the length counts, or digits, which it counts too', () => {
  const fields = { 55: '9F360200' + '01' };
  const bitmap = '0000000000000200';
  const raw = concat(network(bitmap, '005'), fromHex('9F36020001'));
  same(toHex(codec.encode({ mti: '0800', fields })), toHex(raw));
  const digits = network(bitmap, '0109F36020001');
  const byDigits = asciiCodec({ chipData: 'hex' });
  same(toHex(byDigits.encode({ mti: '0800', fields })), toHex(digits));
  deepEqual(byDigits.decode(digits).fields, fields);
  refused(network(bitmap, '0099F3602000'), 'DE55.length', 20, byDigits);
  throws(() => byDigits.encode({ mti: '0800', fields: { 55: '9F3' } }), Iso8583Error);
});

test('an element of variable length may be empty, as one in a recorded reversal is', () => {
  const bytes = network('0000000100000000', '00');
  deepEqual(codec.decode(bytes).fields, { 32: '' });
  same(toHex(codec.encode({ mti: '0800', fields: { 32: '' } })), toHex(bytes));
  deepEqual(
    describe('1987-ascii', bytes).map(({ path }) => path),
    ['MTI', 'bitmap', 'DE32.length'],
  );
});

test('a fee begins with C or D', () => {
  deepEqual(codec.decode(network('0000001000000000', 'D00000150')).fields, { 28: 'D00000150' });
  refused(network('0000001000000000', 'X00000150'), 'DE28', 20);
  refused(network('0000001000000000', 'C0000015D'), 'DE28', 28);
});

test('a length over the maximum, no digits, and bytes after the end are refused', () => {
  refused(network('4000000000000000', `20${'1'.repeat(20)}`), 'DE2.length', 20);
  refused(network('4000000000000000', '1 1'), 'DE2.length', 21);
  refused(fromAscii(`${minimal}0`), 'message', minimal.length);
  refused(fromAscii(minimal.slice(0, -1)), 'DE4', minimal.length - 1);
});

test('what the dialect cannot say is not written', () => {
  const bad = (fields: Fields): void => {
    throws(() => codec.encode({ mti: '0200', fields }), Iso8583Error);
  };
  bad({ 1: '0000000000000000' });
  bad({ 129: '0' });
  bad({ 3: '12345' });
  bad({ 4: '0000000000X0' });
  bad({ 52: '0123456789abcdef' });
  bad({ 52: '01234567' });
  bad({ 48: 'x'.repeat(1000) });
  bad({ 43: '\u516b'.padEnd(40) });
  throws(() => codec.encode({ mti: '20', fields: {} }), Iso8583Error);
});

test('a masked message keeps its length and shows neither number, track nor PIN', () => {
  const fields = {
    2: '4242424242424242',
    35: '4242424242424242=30122011234567890',
    45: 'B4242424242424242^A/B^3012',
    52: '0123456789ABCDEF',
  };
  const masked = maskMessage('1987-ascii', codec.encode({ mti: '0100', fields }), 'pan');
  const shown = describe('1987-ascii', masked).map(({ path, value }) => [path, value]);
  const values = Object.fromEntries(shown) as Readonly<Record<string, string>>;
  same(values.DE2, '424242******4242');
  same(values.DE35, `424242******4242=${'*'.repeat(17)}`);
  same(values.DE45, '*'.repeat(fields[45].length));
  same(values.DE52, '*'.repeat(16));
  throws(() => codec.decode(masked), Iso8583Error);
});

const codings: fc.Arbitrary<AsciiCoding> = fc.record({
  bitmap: fc.constantFrom('hex', 'binary'),
  binaryElements: fc.constantFrom('hex', 'raw'),
  chipData: fc.constantFrom('hex', 'raw'),
});
const alphabets = {
  n: '0123456789',
  z: '0123456789=',
  an: 'AZaz09 ',
  ans: ' !#~=AZaz09\u00b0\u00fe',
};
const text = (alphabet: string, minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength });

function anyValue({ format, length }: Field): fc.Arbitrary<string> {
  const [from, to] =
    length.kind === 'fixed' ? [length.count, length.count] : [0, Math.min(length.max, 40)];
  if (format === 'b') {
    // The table with raw bytes counts bytes.
    return fc.uint8Array({ minLength: from, maxLength: to }).map(toHex);
  }
  if (format === 'x+n') return text(alphabets.n, to - 1, to - 1).map((digits) => `C${digits}`);
  return text(alphabets[format], from, to);
}
const table = asciiSpec({ binaryElements: 'raw' }).elements;
const anyFields: fc.Arbitrary<Fields> = fc.record(
  Object.fromEntries(
    Object.entries(table).map(([number, field]) => [number, anyValue(field)]),
  ) as Record<number, fc.Arbitrary<string>>,
  { requiredKeys: [], noNullPrototype: true },
);

test('what is encoded decodes to the same message, in every coding', () => {
  fc.assert(
    fc.property(codings, text('0123456789', 4, 4), anyFields, (coding, mti, fields) => {
      const one = asciiCodec(coding);
      deepEqual(one.decode(one.encode({ mti, fields })), { mti, fields });
    }),
  );
});

/** Decode and encode again; undefined when the decoder refuses, in its own words. */
function again(coding: AsciiCoding, bytes: Uint8Array): Uint8Array | undefined {
  const one = asciiCodec(coding);
  try {
    return one.encode(one.decode(bytes));
  } catch (error) {
    if (error instanceof Iso8583Error) return undefined;
    throw error;
  }
}

test("any bytes are a message or refused in the codec's own words, and nothing is spelled twice", () => {
  const printable = fc.uint8Array({ min: 0x30, max: 0x39, maxLength: 120 });
  fc.assert(
    fc.property(
      codings,
      fc.oneof(fc.uint8Array({ maxLength: 120 }), printable),
      (coding, bytes) => {
        const repeated = again(coding, bytes);
        if (repeated !== undefined) same(toHex(repeated), toHex(bytes));
      },
    ),
    { numRuns: 1000 },
  );
});

test('a message cut short anywhere is refused, and one byte changed is refused or says so', () => {
  fc.assert(
    fc.property(
      codings,
      anyFields,
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (coding, fields, at, change) => {
        const bytes = asciiCodec(coding).encode({ mti: '0200', fields });
        same(again(coding, bytes.subarray(0, at % bytes.length)), undefined);
        const changed = bytes.slice();
        changed[at % bytes.length] = (changed[at % bytes.length] as number) ^ change;
        const repeated = again(coding, changed);
        if (repeated !== undefined) same(toHex(repeated), toHex(changed));
      },
    ),
  );
  for (let length = 0; length < minimal.length; length++) {
    throws(() => codec.decode(fromAscii(minimal.slice(0, length))), Iso8583Error);
  }
});

test('a description covers every byte once', () => {
  fc.assert(
    fc.property(anyFields, (fields) => {
      const bytes = codec.encode({ mti: '0200', fields });
      let at = 0;
      for (const { start, end, name } of describe('1987-ascii', bytes)) {
        same(start, at);
        ok(end > start && name !== '');
        at = end;
      }
      same(at, bytes.length);
    }),
  );
});
