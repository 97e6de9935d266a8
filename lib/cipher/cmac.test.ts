import { deepEqual, equal, throws } from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { concat, fromHex, toHex, xor } from '../bytes/bytes.ts';
import { tripleDesCmac } from './cmac.ts';

test('CMAC gives the standard’s values with three keys and with two', () => {
  // NIST SP 800-38B, appendices D.4 and D.5, with the errata
  const message = fromHex('6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E51');
  const examples = [
    ['8AA83BF8CBDA10620BC1BF19FBB6CD58BC313D4A371CA8B5', 0, 'B7A688E122FFAF95'],
    ['8AA83BF8CBDA10620BC1BF19FBB6CD58BC313D4A371CA8B5', 8, '8E8F293136283797'],
    ['8AA83BF8CBDA10620BC1BF19FBB6CD58BC313D4A371CA8B5', 20, '743DDBE0CE2DC2ED'],
    ['8AA83BF8CBDA10620BC1BF19FBB6CD58BC313D4A371CA8B5', 32, '33E6B1092400EAE5'],
    ['4CF15134A2850DD58A3D10BA80570D38', 0, 'BD2EBF9A3BA00361'],
    ['4CF15134A2850DD58A3D10BA80570D38', 8, '4FF2AB813C53CE83'],
    ['4CF15134A2850DD58A3D10BA80570D38', 20, '62DD1B471902BD4E'],
    ['4CF15134A2850DD58A3D10BA80570D38', 32, '31B1E431DABC4EB8'],
  ] as const;
  for (const [key, length, mac] of examples) {
    equal(toHex(tripleDesCmac(fromHex(key), message.subarray(0, length))), mac);
  }
});

test('CMAC is a chain of node:crypto whose last block is under a doubled block of zeros', () => {
  const key = fc
    .constantFrom(16, 24)
    .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
  fc.assert(
    fc.property(key, fc.uint8Array({ maxLength: 40 }), (anyKey, data) => {
      deepEqual(tripleDesCmac(anyKey, data), nodeCmac(anyKey, data));
    }),
  );
});

test('a key of another length is a bug of the caller', () => {
  throws(() => tripleDesCmac(new Uint8Array(8), new Uint8Array(8)), AssertionError);
});

function nodeCmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  const zeros = nodeChain(key, new Uint8Array(8));
  const first = doubled(BigInt(`0x${toHex(zeros)}`));
  const isWhole = data.length > 0 && data.length % 8 === 0;
  const mask = fromHex((isWhole ? first : doubled(first)).toString(16).padStart(16, '0'));
  const fill = new Uint8Array(isWhole ? 0 : 8 - (data.length % 8));
  if (!isWhole) fill[0] = 0x80;
  const whole = concat(data, fill);
  const last = xor(whole.subarray(-8), mask);
  return nodeChain(key, concat(whole.subarray(0, -8), last)).subarray(-8);
}

function nodeChain(key: Uint8Array, data: Uint8Array): Uint8Array {
  const mode = key.length === 16 ? 'des-ede-cbc' : 'des-ede3-cbc';
  const cipher = createCipheriv(mode, key, new Uint8Array(8)).setAutoPadding(false);
  return new Uint8Array([...cipher.update(data), ...cipher.final()]);
}

function doubled(value: bigint): bigint {
  const shifted = value << 1n;
  return shifted >> 64n === 0n ? shifted : shifted ^ (1n << 64n) ^ 0x1bn;
}
