/**
 * SM4, the block cipher of the Chinese algorithms, over whole blocks of sixteen bytes, from the library. It is not
 * constant-time: it looks up tables at places that the key tells, so whoever can measure the cache finely may learn the
 * key.
 * @see docs/specs.md, cryptograms sheet, section 7
 */
import { sm4 } from 'sm-crypto-v2';
import { assert } from '../bytes/assert.ts';

const BLOCK = 16;

/** Encrypt whole blocks, each on its own (ECB). */
export function sm4Encrypt(key16: Uint8Array, data: Uint8Array): Uint8Array {
  assert(key16.length === 16, 'an SM4 key has sixteen bytes');
  assert(data.length % BLOCK === 0, 'SM4 works on whole blocks of sixteen bytes');
  return sm4.encrypt(data, key16, { padding: 'none', output: 'array' });
}

/** Decrypt whole blocks, each on its own (ECB). */
export function sm4Decrypt(key16: Uint8Array, data: Uint8Array): Uint8Array {
  assert(key16.length === 16, 'an SM4 key has sixteen bytes');
  assert(data.length % BLOCK === 0, 'SM4 works on whole blocks of sixteen bytes');
  return sm4.decrypt(data, key16, { padding: 'none', output: 'array' });
}

/** The last block of a chain (CBC) with zero start over whole blocks: what MACs are made of. */
export function sm4LastChainedBlock(key16: Uint8Array, data: Uint8Array): Uint8Array {
  assert(data.length > 0 && data.length % BLOCK === 0, 'a chain needs whole blocks');
  const iv = new Uint8Array(BLOCK);
  const chained = sm4.encrypt(data, key16, { mode: 'cbc', iv, padding: 'none', output: 'array' });
  return chained.subarray(-BLOCK);
}
