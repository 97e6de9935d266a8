import { equal } from 'node:assert/strict';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { sm4Decrypt, sm4Encrypt, sm4LastChainedBlock } from './sm4.ts';

const key = fc.uint8Array({ minLength: 16, maxLength: 16 });
const blocks = fc
  .array(fc.uint8Array({ minLength: 16, maxLength: 16 }), { minLength: 1, maxLength: 5 })
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

test('the standard’s own value', () => {
  const bytes = fromHex('0123456789ABCDEFFEDCBA9876543210');
  equal(toHex(sm4Encrypt(bytes, bytes)), '681EDF34D206965E86B3E94F536E4246');
});

test('node:crypto agrees on any key and blocks', () => {
  fc.assert(
    fc.property(key, blocks, (key16, data) => {
      const cipher = createCipheriv('sm4-ecb', key16, null).setAutoPadding(false);
      equal(toHex(sm4Encrypt(key16, data)), toHex(cipher.update(data)));
      const decipher = createDecipheriv('sm4-ecb', key16, null).setAutoPadding(false);
      equal(toHex(sm4Decrypt(key16, data)), toHex(decipher.update(data)));
      const chain = createCipheriv('sm4-cbc', key16, new Uint8Array(16)).setAutoPadding(false);
      equal(toHex(sm4LastChainedBlock(key16, data)), toHex(chain.update(data).subarray(-16)));
    }),
  );
});
