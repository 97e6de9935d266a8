/**
 * AES over whole blocks, and its MAC, from the library; keys of 16, 24 or 32 bytes.
 * @see docs/specs.md, cryptograms sheet, sections 1.3 and 3
 */
import { cbc, cmac, ecb } from '@noble/ciphers/aes.js';
import { assert } from '../bytes/assert.ts';

const BLOCK = 16;
const UNPADDED = { disablePadding: true } as const;

/** Encrypt whole blocks, each on its own (ECB). */
export function aesEncrypt(key: Uint8Array, data: Uint8Array): Uint8Array {
  assert(data.length % BLOCK === 0, 'AES works on whole blocks of sixteen bytes');
  return ecb(key, UNPADDED).encrypt(data);
}

/** Decrypt whole blocks, each on its own (ECB). */
export function aesDecrypt(key: Uint8Array, data: Uint8Array): Uint8Array {
  assert(data.length % BLOCK === 0, 'AES works on whole blocks of sixteen bytes');
  return ecb(key, UNPADDED).decrypt(data);
}

/** Encrypt whole blocks as a chain (CBC) from a start of sixteen bytes. */
export function aesCbcEncrypt(key: Uint8Array, start: Uint8Array, data: Uint8Array): Uint8Array {
  assert(data.length % BLOCK === 0, 'AES works on whole blocks of sixteen bytes');
  return cbc(key, start, UNPADDED).encrypt(data);
}

/** Decrypt whole blocks of a chain (CBC). */
export function aesCbcDecrypt(key: Uint8Array, start: Uint8Array, data: Uint8Array): Uint8Array {
  assert(data.length % BLOCK === 0, 'AES works on whole blocks of sixteen bytes');
  return cbc(key, start, UNPADDED).decrypt(data);
}

/** The sixteen bytes of AES-CMAC over any data. @see docs/specs.md, RFC 4493 */
export function aesCmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  return cmac(key, data);
}
