/**
 * The check value of a key: enough of a block of zeros under it to see that two parties hold the same one, and far
 * too little to find the key.
 * @see docs/specs.md, cryptograms sheet, section 9
 */
import { assert } from '../bytes/assert.ts';
import { aesEncrypt } from './aes.ts';
import { desEncryptBlocks, tripleDesEncrypt } from './des.ts';

/**
 * The check value of a DES key of 8, 16 or 24 bytes: the first `length` bytes, one to eight, of eight zeros encrypted
 * under it. Parity bits of the key do not count.
 * @example keyCheckValue(fromHex('0123456789ABCDEF23456789ABCDEF01')) // 86E965
 * @see docs/specs.md, cryptograms sheet, section 9
 */
export function keyCheckValue(key: Uint8Array, length = 3): Uint8Array {
  assert(length >= 1 && length <= 8, 'a check value has one to eight bytes');
  const zeros = new Uint8Array(8);
  const block = key.length === 8 ? desEncryptBlocks(key, zeros) : tripleDesEncrypt(key, zeros);
  return block.subarray(0, length);
}

/**
 * The check value of an AES key of 16, 24 or 32 bytes: the first `length` bytes, one to eight, of sixteen zeros
 * encrypted under it.
 * @example aesKeyCheckValue(fromHex('000102030405060708090A0B0C0D0E0F')) // C6A13B
 * @see docs/specs.md, cryptograms sheet, section 9
 */
export function aesKeyCheckValue(key: Uint8Array, length = 3): Uint8Array {
  assert(length >= 1 && length <= 8, 'a check value has one to eight bytes');
  return aesEncrypt(key, new Uint8Array(16)).subarray(0, length);
}
