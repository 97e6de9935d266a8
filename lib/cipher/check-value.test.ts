import { deepEqual, equal, throws } from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { concat, fromHex, toHex } from '../bytes/bytes.ts';
import { aesKeyCheckValue, keyCheckValue } from './check-value.ts';

test('the check value of a triple DES key is the beginning of a zero block under it', () => {
  // NIST SP 800-38B, appendices D.4 and D.5: the block of zeros that the subkeys begin with
  const three = fromHex('8AA83BF8CBDA10620BC1BF19FBB6CD58BC313D4A371CA8B5');
  equal(toHex(keyCheckValue(three, 8)), 'C8CC74E98A7329A2');
  equal(toHex(keyCheckValue(three)), 'C8CC74');
  const two = fromHex('4CF15134A2850DD58A3D10BA80570D38');
  equal(toHex(keyCheckValue(two, 8)), 'C7679B9F6B8D7D7A');
});

test('the check value of an AES key is the beginning of a zero block under it', () => {
  // RFC 4493 and NIST SP 800-38B, appendix D.3
  equal(toHex(aesKeyCheckValue(fromHex('2B7E151628AED2A6ABF7158809CF4F3C'))), '7DF76B');
  const long = fromHex('603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4');
  equal(toHex(aesKeyCheckValue(long, 8)), 'E568F68194CF76D6');
});

test('node:crypto agrees on keys of every length; single DES is triple DES with one key twice', () => {
  const lengths = fc.constantFrom(8, 16, 24);
  const key = lengths.chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
  fc.assert(
    fc.property(key, (anyKey) => {
      const whole = anyKey.length === 8 ? concat(anyKey, anyKey) : anyKey;
      const mode = whole.length === 16 ? 'des-ede' : 'des-ede3';
      const cipher = createCipheriv(mode, whole, null).setAutoPadding(false);
      deepEqual(keyCheckValue(anyKey, 8), new Uint8Array(cipher.update(new Uint8Array(8))));
    }),
  );
});

test('another length of key or value is a bug of the caller', () => {
  throws(() => keyCheckValue(new Uint8Array(12)), AssertionError);
  for (const length of [0, 9]) {
    throws(() => keyCheckValue(new Uint8Array(16), length), AssertionError);
    throws(() => aesKeyCheckValue(new Uint8Array(16), length), AssertionError);
  }
});
