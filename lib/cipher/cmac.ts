/**
 * The MAC of a block cipher made of its chain alone (CMAC), here over triple DES; AES has its own from the library.
 * @see docs/specs.md, cryptograms sheet, sections 12 and 16; NIST SP 800-38B
 */
import { assert } from '../bytes/assert.ts';
import { concat, xor } from '../bytes/bytes.ts';
import { applyDes, lastChainedBlock, tripleDesKey } from './des.ts';
import { paddedTo } from './padding.ts';

const BLOCK = 8;
/** What a doubling brings back in for the bit it pushes out of a block of eight bytes. */
const REDUCTION = 0x1b;

/**
 * The eight bytes of triple DES CMAC over any data; the key has 16 or 24 bytes.
 * @example tripleDesCmac(fromHex('4CF15134A2850DD58A3D10BA80570D38'), fromHex('6BC1BEE22E409F96')) // 4FF2AB813C53CE83
 * @see docs/specs.md, cryptograms sheet, sections 12 and 16
 */
export function tripleDesCmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  const ready = tripleDesKey(key);
  const whole = doubled(applyDes(ready, new Uint8Array(BLOCK)));
  const isWhole = data.length > 0 && data.length % BLOCK === 0;
  if (isWhole) return lastChainedBlock(ready, masked(data, whole));
  return lastChainedBlock(ready, masked(paddedTo(BLOCK, data, 2), doubled(whole)));
}

/** Whole blocks with the last one under a mask. */
function masked(blocks: Uint8Array, mask: Uint8Array): Uint8Array {
  const at = blocks.length - BLOCK;
  return concat(blocks.subarray(0, at), xor(blocks.subarray(at), mask));
}

/** A block times two in the field of its bits. */
function doubled(block: Uint8Array): Uint8Array {
  assert(block.length === BLOCK, 'a block of eight bytes');
  const carry = (block[0] as number) >> 7;
  const shifted = block.map((byte, at) => (byte << 1) | ((block[at + 1] ?? 0) >> 7));
  shifted[BLOCK - 1] = (shifted[BLOCK - 1] as number) ^ (carry * REDUCTION);
  return shifted;
}
