/**
 * AES over whole blocks, and its MAC, from the library; keys of 16, 24 or 32 bytes. It is not constant-time: it looks up
 * tables at places that the key tells, so whoever can measure the cache finely may learn the key.
 * @see docs/specs.md, cryptograms sheet, sections 1.3 and 3
 */
import { cbc, cmac, ecb } from '@noble/ciphers/aes.js';
import { assert } from '../bytes/assert.ts';

const BLOCK = 16;
const UNPADDED = { disablePadding: true } as const;

/**
 * Encrypt whole blocks, each on its own (ECB).
 * @example aesEncrypt(fromHex('2B7E151628AED2A6ABF7158809CF4F3C'), new Uint8Array(16)) // 7DF76B0C1AB899B33E42F047B91B546F
 * @see docs/specs.md, RFC 4493
 */
export function aesEncrypt(key: Uint8Array, data: Uint8Array): Uint8Array {
  assert(data.length % BLOCK === 0, 'AES works on whole blocks of sixteen bytes');
  return ecb(key, UNPADDED).encrypt(data);
}

/**
 * Decrypt whole blocks, each on its own (ECB).
 * @example aesDecrypt(fromHex('2B7E151628AED2A6ABF7158809CF4F3C'), fromHex('7DF76B0C1AB899B33E42F047B91B546F')) // 00000000000000000000000000000000
 * @see docs/specs.md, RFC 4493
 */
export function aesDecrypt(key: Uint8Array, data: Uint8Array): Uint8Array {
  assert(data.length % BLOCK === 0, 'AES works on whole blocks of sixteen bytes');
  return ecb(key, UNPADDED).decrypt(data);
}

/**
 * Encrypt whole blocks as a chain (CBC) from a start of sixteen bytes.
 * @example aesCbcEncrypt(fromHex('2B7E151628AED2A6ABF7158809CF4F3C'), new Uint8Array(16), new Uint8Array(16)) // 7DF76B0C1AB899B33E42F047B91B546F
 * @see docs/specs.md, cryptograms sheet, section 1.3
 */
export function aesCbcEncrypt(key: Uint8Array, start: Uint8Array, data: Uint8Array): Uint8Array {
  assert(data.length % BLOCK === 0, 'AES works on whole blocks of sixteen bytes');
  return cbc(key, start, UNPADDED).encrypt(data);
}

/**
 * Decrypt whole blocks of a chain (CBC) from a start of sixteen bytes.
 * @example aesCbcDecrypt(fromHex('2B7E151628AED2A6ABF7158809CF4F3C'), new Uint8Array(16), fromHex('7DF76B0C1AB899B33E42F047B91B546F')) // 00000000000000000000000000000000
 * @see docs/specs.md, cryptograms sheet, section 1.3
 */
export function aesCbcDecrypt(key: Uint8Array, start: Uint8Array, data: Uint8Array): Uint8Array {
  assert(data.length % BLOCK === 0, 'AES works on whole blocks of sixteen bytes');
  return cbc(key, start, UNPADDED).decrypt(data);
}

/**
 * The sixteen bytes of AES-CMAC over any data.
 * @example aesCmac(fromHex('2B7E151628AED2A6ABF7158809CF4F3C'), fromHex('6BC1BEE22E409F96E93D7E117393172A')) // 070A16B46B4D4144F79BDD9DD04A287C
 * @see docs/specs.md, RFC 4493
 */
export function aesCmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  return cmac(data, key);
}
