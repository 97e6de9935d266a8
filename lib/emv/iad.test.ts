import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { retailMac } from '../cipher/mac.ts';
import file from './emv.vectors.json' with { type: 'json' };
import { decodeIad, encodeIad, type Iad, IadError, iadMac } from './iad.ts';
import { deriveCardKeyOptionA, unionPaySessionKey } from './keys.ts';

type Tags = { readonly tags: Readonly<Record<string, string>> };
type Vector = { id: string; inputs: Tags; outputs: Tags };
const vectors = file.vectors as unknown as readonly Vector[];

const WORKED = '07010103A40000010A0100000000003A65702A'; // cryptograms sheet, section 9

test('the form of 19 bytes says key index, version, results, algorithm, amount and MAC', () => {
  deepEqual(decodeIad(fromHex(WORKED)), {
    dki: 1,
    cvn: 1,
    cvr: fromHex('03A40000'),
    algorithm: 1,
    discretionary: { dataId: 1, amountBcd5: fromHex('0000000000'), mac: fromHex('3A65702A') },
  });
});

test('the form of 8 bytes has no discretionary part', () => {
  const iad = decodeIad(fromHex('0701110300000001'));
  deepEqual(iad, { dki: 1, cvn: 17, cvr: fromHex('03000000'), algorithm: 1 });
  same(toHex(encodeIad(iad)), '0701110300000001');
});

test('real cards are read and written back byte for byte', () => {
  const published = vectors.find(({ id }) => id === 'upi-arqc-001')?.inputs;
  const pointOfSale = vectors.find(({ id }) => id === 'upi-pos-0200-purchase-chip-data')?.outputs;
  const real = [
    published?.tags['9F10'] ?? '',
    pointOfSale?.tags['9F10'] ?? '',
    '07010103A00000010A010000038787868FD1FC', // EMV contactless sheet, section 9.1
    '07010103A00000040A0100000489729AD84140', // cryptograms sheet, section 5, with SM4
  ];
  for (const hex of real) same(toHex(encodeIad(decodeIad(fromHex(hex)))), hex);
});

test('data ids 03 and 04 carry two amounts and length 0F', () => {
  const hex = '07010103A00000010F0300000010000000002000AABBCCDD';
  const { discretionary } = decodeIad(fromHex(hex));
  deepEqual(discretionary?.secondAmountBcd5, fromHex('0000002000'));
  same(toHex(encodeIad(decodeIad(fromHex(hex)))), hex);
  throws(() => decodeIad(fromHex(hex.replace('0F03', '0F01'))), IadError);
  throws(() => decodeIad(fromHex(WORKED.replace('0A01', '0A04'))), IadError);
});

test('whatever can be written is read back the same', () => {
  fc.assert(
    fc.property(iads(), (iad) => {
      deepEqual(decodeIad(encodeIad(iad)), iad);
    }),
  );
});

test('any bytes are read or refused with the own error, and what is read is written back', () => {
  const near = fc
    .tuple(fc.nat({ max: 18 }), fc.nat({ max: 255 }))
    .map(([at, value]) => fromHex(WORKED).with(at, value));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 32 }), near), (bytes) => {
      try {
        deepEqual(encodeIad(decodeIad(bytes)), Uint8Array.from(bytes));
      } catch (error) {
        same(error instanceof IadError, true);
      }
    }),
  );
});

test('data cut at any byte but after the eighth, or followed by another, are refused', () => {
  const whole = fromHex(WORKED);
  for (let length = 0; length < whole.length; length++) {
    if (length !== 8) throws(() => decodeIad(whole.subarray(0, length)), IadError);
  }
  throws(() => decodeIad(fromHex(`${WORKED}00`)), { name: 'IadError', offset: 19 });
});

test('a refusal says where', () => {
  throws(() => decodeIad(fromHex(WORKED.replace('0701', '0601'))), { offset: 0 });
  throws(() => decodeIad(fromHex(WORKED.replace('03A4', '04A4'))), { offset: 3 });
  throws(() => decodeIad(fromHex(WORKED.replace('0A01', '0B01'))), { offset: 8 });
  throws(() => decodeIad(fromHex(WORKED.replace('0A01', '0A09'))), { offset: 9 });
  throws(() => decodeIad(fromHex(WORKED.replace('0000003A', '00000F3A'))), { offset: 14 });
  throws(() => decodeIad(fromHex(WORKED.replace('0000003A', '0000A03A'))), { offset: 14 });
});

test('the MAC over the amount gives that of the published card', () => {
  // cryptograms sheet, section 5, with number and counter of section 4.3, V1
  const master = fromHex('12B1AC4AF070CC35612BFE2D30AB600D');
  const atc = fromHex('0240');
  const sessionKey = unionPaySessionKey(deriveCardKeyOptionA(master, '6228000100001', '01'), atc);
  same(toHex(iadMac(sessionKey, atc, fromHex('0000001000'))), 'D1F61152');
});

test('the MAC over the amount gives that of the worked tap', () => {
  // cryptograms sheet, section 9
  const sessionKey = fromHex('F13DE5FA61E0BE98D39D821E403C3367');
  same(toHex(iadMac(sessionKey, fromHex('0001'), fromHex('0000000000'))), '3A65702A');
});

test('the MAC over two amounts covers both, four zeros after them', () => {
  // cryptograms sheet, section 5: the input is named there, the retail MAC has vectors of its own
  const key = fromHex('F13DE5FA61E0BE98D39D821E403C3367');
  const mac = iadMac(key, fromHex('0001'), fromHex('0000001000'), fromHex('0000002000'));
  const expected = retailMac(key, fromHex('00010000001000000000200000000000'), 2).subarray(0, 4);
  same(toHex(mac), toHex(expected));
});

test('what does not fit the layout is a bug of the writer', () => {
  const iad = decodeIad(fromHex(WORKED));
  throws(() => encodeIad({ ...iad, dki: 256 }), AssertionError);
  throws(() => encodeIad({ ...iad, cvr: fromHex('A40000') }), AssertionError);
  const mac = fromHex('3A65702A');
  const short = { dataId: 1, amountBcd5: fromHex('00'), mac };
  throws(() => encodeIad({ ...iad, discretionary: short }), AssertionError);
  const unknown = { dataId: 9, amountBcd5: fromHex('0000000000'), mac };
  throws(() => encodeIad({ ...iad, discretionary: unknown }), AssertionError);
});

function iads(): fc.Arbitrary<Iad> {
  const byte = fc.nat({ max: 255 });
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const amount = fc
    .array(fc.nat({ max: 99 }), { minLength: 5, maxLength: 5 })
    .map((pairs) => fromHex(pairs.map((pair) => String(pair).padStart(2, '0')).join('')));
  const head = { dki: byte, cvn: byte, algorithm: byte, cvr: bytes(3).map((rest) => cvr(rest)) };
  const one = { dataId: fc.constantFrom(1, 2, 5), amountBcd5: amount, mac: bytes(4) };
  const two = { ...one, dataId: fc.constantFrom(3, 4), secondAmountBcd5: amount };
  const discretionary = fc.oneof(record(one), record(two));
  return fc.oneof(record(head), record({ ...head, discretionary }));
}

function cvr(rest: Uint8Array): Uint8Array {
  return Uint8Array.of(3, ...rest);
}

/** Records with the prototype that our own objects have. */
function record<T>(model: { [Key in keyof T]: fc.Arbitrary<T[Key]> }): fc.Arbitrary<T> {
  return fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<T>;
}
