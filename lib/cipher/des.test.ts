import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { concat, fromHex, toHex } from '../bytes/bytes.ts';
import {
  applyDes,
  desDecryptionKey,
  desEncryptBlocks,
  desKey,
  lastChainedBlock,
  tripleDesCbcDecrypt,
  tripleDesCbcEncrypt,
  tripleDesDecrypt,
  tripleDesEncrypt,
  tripleDesKey,
} from './des.ts';

const key8 = fc.uint8Array({ minLength: 8, maxLength: 8 });
const key16 = fc.uint8Array({ minLength: 16, maxLength: 16 });
const key24 = fc.uint8Array({ minLength: 24, maxLength: 24 });
const blocks = fc
  .array(fc.uint8Array({ minLength: 8, maxLength: 8 }), { maxLength: 5 })
  .map((parts) => concat(...parts));

type Mode = 'des-ede' | 'des-ede-cbc' | 'des-ede3' | 'des-ede3-cbc';

/** node:crypto as the independent implementation; single DES is triple DES with one key twice. */
function nodeEncrypt(key: Uint8Array, data: Uint8Array, mode: Mode, start = startOf(mode)) {
  const cipher = createCipheriv(mode, key, start).setAutoPadding(false);
  return new Uint8Array([...cipher.update(data), ...cipher.final()]);
}

function nodeDecrypt(key: Uint8Array, data: Uint8Array, mode: Mode, start = startOf(mode)) {
  const cipher = createDecipheriv(mode, key, start).setAutoPadding(false);
  return new Uint8Array([...cipher.update(data), ...cipher.final()]);
}

function startOf(mode: Mode): Uint8Array | null {
  return mode.endsWith('cbc') ? new Uint8Array(8) : null;
}

test('the known block of single DES', () => {
  // cryptograms sheet, section 16
  const encrypted = desEncryptBlocks(fromHex('0123456789ABCDEF'), fromHex('4E6F772069732074'));
  same(toHex(encrypted), '3FA40E8A984D4815');
});

test('single DES agrees with node:crypto on any key and blocks, both ways', () => {
  fc.assert(
    fc.property(key8, blocks, (key, data) => {
      const encrypted = desEncryptBlocks(key, data);
      deepEqual(encrypted, nodeEncrypt(concat(key, key), data, 'des-ede'));
      deepEqual(applyDes(desDecryptionKey(key), encrypted), data);
    }),
  );
});

test('two-key triple DES agrees with node:crypto on any key and blocks, both ways', () => {
  fc.assert(
    fc.property(key16, blocks, (key, data) => {
      deepEqual(tripleDesEncrypt(key, data), nodeEncrypt(key, data, 'des-ede'));
      deepEqual(tripleDesDecrypt(key, data), nodeDecrypt(key, data, 'des-ede'));
    }),
  );
});

test('three-key triple DES agrees with node:crypto on any key and blocks, both ways', () => {
  fc.assert(
    fc.property(key24, blocks, (key, data) => {
      deepEqual(tripleDesEncrypt(key, data), nodeEncrypt(key, data, 'des-ede3'));
      deepEqual(tripleDesDecrypt(key, data), nodeDecrypt(key, data, 'des-ede3'));
    }),
  );
});

test('a chain of triple DES agrees with node:crypto from any start, both ways', () => {
  fc.assert(
    fc.property(fc.oneof(key16, key24), key8, blocks, (key, start, data) => {
      const mode = key.length === 16 ? 'des-ede-cbc' : 'des-ede3-cbc';
      deepEqual(tripleDesCbcEncrypt(key, start, data), nodeEncrypt(key, data, mode, start));
      deepEqual(tripleDesCbcDecrypt(key, start, data), nodeDecrypt(key, data, mode, start));
    }),
  );
});

test('a chain with zero start ends in the block that node:crypto ends in', () => {
  fc.assert(
    fc.property(
      key8,
      blocks.filter((data) => data.length > 0),
      (key, data) => {
        const chained = nodeEncrypt(concat(key, key), data, 'des-ede-cbc');
        deepEqual(lastChainedBlock(desKey(key), data), chained.subarray(-8));
      },
    ),
  );
});

test('the chain of single DES with zero padding is the X9.9 MAC', () => {
  // cryptograms sheet, section 13
  const data = fromHex('30323030000102030405060708090A0B0C0D0E0F10111213');
  same(toHex(lastChainedBlock(desKey(fromHex('0123456789ABCDEF')), data)), 'BEADC1AFA0B3D847');
});

test('parity bits of a key change nothing', () => {
  fc.assert(
    fc.property(key16, blocks, (key, data) => {
      const turned = key.map((byte) => byte ^ 1);
      deepEqual(tripleDesEncrypt(turned, data), tripleDesEncrypt(key, data));
    }),
  );
});

test('a key or data of another length is a bug of the caller', () => {
  throws(() => desEncryptBlocks(new Uint8Array(16), new Uint8Array(8)), AssertionError);
  throws(() => tripleDesEncrypt(new Uint8Array(8), new Uint8Array(8)), AssertionError);
  throws(() => tripleDesDecrypt(new Uint8Array(17), new Uint8Array(8)), AssertionError);
  throws(() => desEncryptBlocks(new Uint8Array(8), new Uint8Array(7)), AssertionError);
  throws(() => lastChainedBlock(desKey(new Uint8Array(8)), new Uint8Array(0)), AssertionError);
  throws(() => lastChainedBlock(desKey(new Uint8Array(8)), new Uint8Array(9)), AssertionError);
  throws(() => tripleDesCbcEncrypt(new Uint8Array(16), new Uint8Array(7), new Uint8Array(8)));
  throws(() => tripleDesCbcDecrypt(new Uint8Array(16), new Uint8Array(9), new Uint8Array(8)));
});

test('a key made ready shows nothing of itself', () => {
  const bytes = fromHex('0123456789ABCDEFFEDCBA9876543210');
  const keys = [
    desKey(bytes.subarray(0, 8)),
    desDecryptionKey(bytes.subarray(8)),
    tripleDesKey(bytes),
  ];
  for (const key of keys) {
    const shown = [
      String(key),
      JSON.stringify(key),
      inspect(key, { depth: null }),
      inspect({ key }, { showHidden: true, customInspect: false, depth: null, getters: true }),
      JSON.stringify(Object.entries(key)),
    ];
    deepEqual(shown, ['[DES key]', '"[DES key]"', '[DES key]', '{ key: DesKey {} }', '[]']);
  }
});
