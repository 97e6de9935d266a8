import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  KeyBlockError,
  type KeyBlockHeader,
  readKeyBlockHeader,
  writeKeyBlockHeader,
} from './key-block-header.ts';

test('a header says what a key is for and who may have it', () => {
  // the header of the example of TR-31:2018, A.7.3.2
  const text = 'B0104B0TX12S0100KS1800604B120F9292800000BB68';
  deepEqual(readKeyBlockHeader(text), {
    header: {
      version: 'B',
      usage: 'B0',
      algorithm: 'T',
      mode: 'X',
      keyVersion: '12',
      exportability: 'S',
      optionalBlocks: [{ id: 'KS', data: '00604B120F9292800000' }],
    },
    blockLength: 104,
    headerLength: 40,
  });
});

test('as many attributes are read as the header counts', () => {
  // the headers that the tests of knovichikhin/psec load
  const none = readKeyBlockHeader('B0000P0TE00N0000KS1800604B120F9292800000');
  equal(none.headerLength, 16);
  const four = readKeyBlockHeader('B0000P0TE00N0400KS1800604B120F9292800000T104T20600PB0600');
  equal(four.headerLength, 56);
  deepEqual(
    four.header.optionalBlocks.map(({ id, data }) => `${id} ${data}`),
    ['KS 00604B120F9292800000', 'T1 ', 'T2 00', 'PB 00'],
  );
});

test('a long attribute has its length in more digits, and a short one may', () => {
  const long = `B0000P0TE00N0200KS0002010A${'P'.repeat(256)}PB0600`;
  equal(readKeyBlockHeader(long).headerLength, 288);
  equal(readKeyBlockHeader(long).header.optionalBlocks[0]?.data.length, 256);
  const short = readKeyBlockHeader('B0000P0TE00N0200KS00011600604B120F9292PB0A000000');
  equal(short.headerLength, 48);
  equal(short.header.optionalBlocks[0]?.data, '00604B120F9292');
});

test('every field is strict, and the error says where', () => {
  for (const [text, offset] of [
    ['', 0],
    ['B0000P0TE00N000', 15],
    ['A0000P0TE00N0000', 0],
    ['E0000P0TE00N0000', 0],
    ['B00X0P0TE00N0000', 1],
    ['B0000p0TE00N0000', 5],
    ['B0000P_TE00N0000', 5],
    ['B0000P0_E00N0000', 7],
    ['B0000P0T_00N0000', 8],
    ['B0000P0TE0_N0000', 9],
    ['B0000P0TE00X0000', 11],
    ['B0000P0TE00N0X00', 12],
    ['B0000P0TE00N0001', 14],
    ['B0000P0TE00N0100', 16],
    ['B0000P0TE00N0100K', 16],
    ['B0000P0TE00N0100**04', 16],
    ['B0000P0TE00N0100KS', 18],
    ['B0000P0TE00N0100KS1', 18],
    ['B0000P0TE00N0100KS1Y', 18],
    ['B0000P0TE00N0100KS03', 18],
    ['B0000P0TE00N0100KS071', 21],
    ['B0000P0TE00N0100KS00', 20],
    ['B0000P0TE00N0100KS0000', 20],
    ['B0000P0TE00N0100KS0003000000', 20],
    ['B0000P0TE00N0100KS00010H', 22],
    ['B0000P0TE00N0100KS000101', 18],
    ['B0000P0TE00N0100KS0001FF', 24],
    ['B0000P0TE00N0100KS05\u0003', 20],
    ['B0000P0TE00N0200KS0600TT', 24],
  ] as const) {
    throws(
      () => readKeyBlockHeader(text),
      (error: KeyBlockError) => error instanceof KeyBlockError && error.offset === offset,
      text,
    );
  }
});

test('what is written is read again', () => {
  fc.assert(
    fc.property(header, fc.nat(9999), (one, length) => {
      const text = writeKeyBlockHeader(one, length);
      deepEqual(readKeyBlockHeader(`${text}rest`), {
        header: one,
        blockLength: length,
        headerLength: text.length,
      });
    }),
  );
});

test('any text, and any header cut or changed, is a header or the decoder’s own error', () => {
  const changed = fc
    .tuple(header, fc.nat(60), fc.string({ maxLength: 2 }))
    .map(([one, at, other]) => {
      const text = writeKeyBlockHeader(one, 96);
      return text.slice(0, at) + other + text.slice(at + other.length);
    });
  fc.assert(
    fc.property(fc.oneof(fc.string(), changed), (text) => {
      try {
        ok(readKeyBlockHeader(text).headerLength <= text.length);
      } catch (error) {
        ok(error instanceof KeyBlockError);
      }
    }),
  );
});

const matching = (form: RegExp) => fc.stringMatching(form);
const header: fc.Arbitrary<KeyBlockHeader> = plain({
  version: fc.constantFrom('B', 'D'),
  usage: matching(/^[0-9A-Z]{2}$/),
  algorithm: matching(/^[0-9A-Z]$/),
  mode: matching(/^[0-9A-Z]$/),
  keyVersion: matching(/^[0-9A-Za-z]{2}$/),
  exportability: fc.constantFrom('E', 'S', 'N'),
  optionalBlocks: fc.array(
    plain({
      id: matching(/^[0-9A-Z]{2}$/),
      data: fc.string({ unit: 'grapheme-ascii', maxLength: 300, size: 'max' }),
    }),
    { maxLength: 4 },
  ),
});

/** Records with the prototype of any object, as the decoder makes them. */
function plain<Value>(model: { [Key in keyof Value]: fc.Arbitrary<Value[Key]> }) {
  return fc.record(model, { noNullPrototype: true });
}
