import { equal as same, throws } from 'node:assert/strict';
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { concat, fromAscii, fromHex, toAscii, toHex } from '../bytes/bytes.ts';
import file from '../emv/emv.vectors.json' with { type: 'json' };
import { cbcMac, hmacSha256, posEcbMac, retailMac, x919Mac } from './mac.ts';

type Vector = { id: string; inputs: Record<string, string>; outputs: Record<string, string> };
const vectors = file.vectors as unknown as readonly Vector[];

// cryptograms sheet, section 13: one key and one 24-byte message for both MACs
const SHEET_KEY = fromHex('0123456789ABCDEFFEDCBA9876543210');
const SHEET_MESSAGE = fromHex('30323030000102030405060708090A0B0C0D0E0F10111213');

test('the retail MAC gives the published values with either padding', () => {
  const chosen = vectors.filter(({ id }) => id.startsWith('pyemv-mac_iso9797_3'));
  same(chosen.length, 2);
  for (const { id, inputs, outputs } of chosen) {
    const key = fromHex(`${inputs.key1}${inputs.key2}`);
    const mac = retailMac(key, fromHex(inputs.data as string), Number(inputs.padding) as 1 | 2);
    same(toHex(mac), outputs.result, id);
  }
});

test('the retail MAC makes the published application cryptograms of other schemes', () => {
  const chosen = vectors.filter(({ id }) => id.startsWith('pyemv-generate_ac'));
  same(chosen.length, 10);
  for (const { id, inputs, outputs } of chosen) {
    const padding = inputs.padding_type === 'PaddingType.VISA' ? 1 : 2;
    const mac = retailMac(fromHex(inputs.sk_ac as string), fromHex(inputs.data as string), padding);
    same(toHex(mac), outputs.result, id);
  }
});

test('the retail MAC is a single-DES chain whose last block goes through both halves', () => {
  const key16 = fc.uint8Array({ minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(key16, fc.uint8Array({ maxLength: 40 }), (key, data) => {
      const left = concat(key.subarray(0, 8), key.subarray(0, 8));
      const right = concat(key.subarray(8), key.subarray(8));
      const fill = new Uint8Array(7 - (data.length % 8));
      const chain = cipher('des-ede-cbc', left, concat(data, Uint8Array.of(0x80), fill));
      const expected = cipher('des-ede', left, decipher(right, chain.subarray(-8)));
      same(toHex(retailMac(key, data, 2)), toHex(expected));
    }),
  );
});

test('zero padding adds nothing to whole blocks and makes one block of nothing', () => {
  const key = SHEET_KEY;
  same(
    toHex(retailMac(key, fromHex('0102'), 1)),
    toHex(retailMac(key, fromHex('0102000000000000'), 1)),
  );
  same(toHex(retailMac(key, new Uint8Array(0), 1)), toHex(retailMac(key, new Uint8Array(8), 1)));
});

test('the plain chain MAC gives the standard’s value, and that of the sheet for X9.9', () => {
  // FIPS 113, the example; cryptograms sheet, section 13
  const key = fromHex('0123456789ABCDEF');
  same(toHex(cbcMac(key, fromAscii('7654321 Now is the time for '), 1)), 'F1D30F6849312CA4');
  same(toHex(cbcMac(key, SHEET_MESSAGE, 1)), 'BEADC1AFA0B3D847');
});

test('the plain chain MAC is the last block of a chain of node:crypto, with either padding', () => {
  const key8 = fc.uint8Array({ minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(key8, fc.uint8Array({ minLength: 1, maxLength: 40 }), (key, data) => {
      const twice = concat(key, key);
      const zeros = new Uint8Array((8 - (data.length % 8)) % 8);
      const marked = concat(Uint8Array.of(0x80), new Uint8Array(7 - (data.length % 8)));
      const first = cipher('des-ede-cbc', twice, concat(data, zeros)).subarray(-8);
      const second = cipher('des-ede-cbc', twice, concat(data, marked)).subarray(-8);
      same(toHex(cbcMac(key, data, 1)), toHex(first));
      same(toHex(cbcMac(key, data, 2)), toHex(second));
    }),
  );
});

test('the keyed hash gives the standard’s value, and that of node:crypto for any key and data', () => {
  // RFC 4231, test case 2
  const mac = hmacSha256(fromAscii('Jefe'), fromAscii('what do ya want for nothing?'));
  same(toHex(mac), '5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.uint8Array(), (key, data) => {
      const expected = createHmac('sha256', key).update(data).digest();
      same(toHex(hmacSha256(key, data)), toHex(expected));
    }),
  );
});

test('the X9.19 MAC gives the value of the sheet', () => {
  same(toHex(x919Mac(SHEET_KEY, SHEET_MESSAGE)), 'AF428866B1397FB1');
});

test('the point-of-sale MAC gives the value of the sheet, as eight ASCII characters', () => {
  const mac = posEcbMac(SHEET_KEY, SHEET_MESSAGE);
  same(toHex(mac), '4239344434353435');
  same(toAscii(mac), 'B94D4545');
});

test('the point-of-sale MAC fills the last block with zeros', () => {
  const cut = SHEET_MESSAGE.subarray(0, 21);
  const filled = concat(cut, new Uint8Array(3));
  same(toHex(posEcbMac(SHEET_KEY, cut)), toHex(posEcbMac(SHEET_KEY, filled)));
});

test('a key of another length is a bug of the caller', () => {
  throws(() => retailMac(new Uint8Array(8), new Uint8Array(8), 1), AssertionError);
  throws(() => posEcbMac(new Uint8Array(8), new Uint8Array(8)), AssertionError);
  throws(() => cbcMac(new Uint8Array(16), new Uint8Array(8), 1), AssertionError);
});

/** node:crypto as the independent implementation; single DES is triple DES with one key twice. */
function cipher(mode: 'des-ede' | 'des-ede-cbc', key: Uint8Array, data: Uint8Array): Uint8Array {
  const start = mode === 'des-ede' ? null : new Uint8Array(8);
  const worker = createCipheriv(mode, key, start).setAutoPadding(false);
  return concat(worker.update(data), worker.final());
}

function decipher(key: Uint8Array, data: Uint8Array): Uint8Array {
  const worker = createDecipheriv('des-ede', key, null).setAutoPadding(false);
  return concat(worker.update(data), worker.final());
}
