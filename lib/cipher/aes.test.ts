import { deepEqual, equal, throws } from 'node:assert/strict';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { concat, fromHex, toHex, xor } from '../bytes/bytes.ts';
import { aesCbcDecrypt, aesCbcEncrypt, aesCmac, aesDecrypt, aesEncrypt } from './aes.ts';

const key = fc
  .constantFrom(16, 24, 32)
  .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
const block = fc.uint8Array({ minLength: 16, maxLength: 16 });
const blocks = fc.array(block, { maxLength: 5 }).map((parts) => concat(...parts));

test('AES agrees with node:crypto on any key and blocks, both ways', () => {
  fc.assert(
    fc.property(key, blocks, (anyKey, data) => {
      deepEqual(aesEncrypt(anyKey, data), nodeEncrypt('ecb', anyKey, null, data));
      deepEqual(aesDecrypt(anyKey, data), nodeDecrypt('ecb', anyKey, null, data));
    }),
  );
});

test('a chain of AES agrees with node:crypto from any start, both ways', () => {
  fc.assert(
    fc.property(key, block, blocks, (anyKey, start, data) => {
      deepEqual(aesCbcEncrypt(anyKey, start, data), nodeEncrypt('cbc', anyKey, start, data));
      deepEqual(aesCbcDecrypt(anyKey, start, data), nodeDecrypt('cbc', anyKey, start, data));
    }),
  );
});

test('CMAC gives the standard’s values for keys of every length', () => {
  // NIST SP 800-38B, appendix D.1 to D.3, over 40 bytes; the first is RFC 4493's too
  const message = fromHex(
    '6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411',
  );
  const examples = [
    ['2B7E151628AED2A6ABF7158809CF4F3C', 'DFA66747DE9AE63030CA32611497C827'],
    ['8E73B0F7DA0E6452C810F32B809079E562F8EAD2522C6B7B', '8A1DE5BE2EB31AAD089A82E6EE908B0E'],
    [
      '603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4',
      'AAF3D8F1DE5640C232F5B169B9C911E6',
    ],
  ] as const;
  for (const [written, mac] of examples) equal(toHex(aesCmac(fromHex(written), message)), mac);
});

test('CMAC is a chain of node:crypto whose last block is under a doubled block of zeros', () => {
  fc.assert(
    fc.property(key, fc.uint8Array({ maxLength: 50 }), (anyKey, data) => {
      deepEqual(aesCmac(anyKey, data), nodeCmac(anyKey, data));
    }),
  );
});

test('data that is not whole blocks is a bug of the caller', () => {
  const zeros = new Uint8Array(16);
  const data = new Uint8Array(15);
  for (const call of [
    () => aesEncrypt(zeros, data),
    () => aesDecrypt(zeros, data),
    () => aesCbcEncrypt(zeros, zeros, data),
    () => aesCbcDecrypt(zeros, zeros, data),
  ]) {
    throws(call, AssertionError);
  }
});

type Start = Uint8Array | null;

function nodeEncrypt(mode: 'ecb' | 'cbc', anyKey: Uint8Array, start: Start, data: Uint8Array) {
  const name = `aes-${8 * anyKey.length}-${mode}`;
  const cipher = createCipheriv(name, anyKey, start).setAutoPadding(false);
  return new Uint8Array([...cipher.update(data), ...cipher.final()]);
}

function nodeDecrypt(mode: 'ecb' | 'cbc', anyKey: Uint8Array, start: Start, data: Uint8Array) {
  const name = `aes-${8 * anyKey.length}-${mode}`;
  const cipher = createDecipheriv(name, anyKey, start).setAutoPadding(false);
  return new Uint8Array([...cipher.update(data), ...cipher.final()]);
}

/** RFC 4493 by hand, on integers: nothing of it is shared with the library's. */
function nodeCmac(anyKey: Uint8Array, data: Uint8Array): Uint8Array {
  const zeros = nodeEncrypt('ecb', anyKey, null, new Uint8Array(16));
  const first = doubled(BigInt(`0x${toHex(zeros)}`));
  const isWhole = data.length > 0 && data.length % 16 === 0;
  const mask = fromHex((isWhole ? first : doubled(first)).toString(16).padStart(32, '0'));
  const fill = new Uint8Array(isWhole ? 0 : 16 - (data.length % 16));
  if (!isWhole) fill[0] = 0x80;
  const whole = concat(data, fill);
  const last = xor(whole.subarray(-16), mask);
  const chain = concat(whole.subarray(0, -16), last);
  return nodeEncrypt('cbc', anyKey, new Uint8Array(16), chain).subarray(-16);
}

function doubled(value: bigint): bigint {
  const shifted = value << 1n;
  return shifted >> 128n === 0n ? shifted : shifted ^ (1n << 128n) ^ 0x87n;
}
