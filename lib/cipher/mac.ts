/**
 * Message authentication codes of cards and of the acquiring side: those made of DES, and the keyed hash.
 * @see docs/specs.md, cryptograms sheet, sections 3 and 13
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { assert } from '../bytes/assert.ts';
import { fromAscii, toHex, xor } from '../bytes/bytes.ts';
import { applyDes, desDecryptionKey, desKey, lastChainedBlock, tripleDesEncrypt } from './des.ts';
import { type MacPadding, paddedTo } from './padding.ts';

/**
 * The plain chain MAC, ISO 9797-1 algorithm 1 over single DES: the last block of the chain, eight bytes. With zero
 * padding it is the ANSI X9.9 MAC.
 * @example cbcMac(fromHex('0123456789ABCDEF'), fromHex('30323030000102030405060708090A0B0C0D0E0F10111213'), 1) // BEADC1AFA0B3D847
 * @see docs/specs.md, cryptograms sheet, section 13
 */
export function cbcMac(key8: Uint8Array, data: Uint8Array, padding: MacPadding): Uint8Array {
  return lastChainedBlock(desKey(key8), paddedTo(8, data, padding));
}

/**
 * The retail MAC, ISO 9797-1 algorithm 3: a single-DES chain under the left half of a 16-byte key, whose
 * last block is decrypted with the right half and encrypted with the left. Eight bytes; scripts send four.
 * @example retailMac(fromHex('AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBB'), fromAscii('hello world'), 2) // 2BC2D9EDE0CF31F6
 * @see docs/specs.md, cryptograms sheet, section 3
 */
export function retailMac(key16: Uint8Array, data: Uint8Array, padding: MacPadding): Uint8Array {
  assert(key16.length === 16, 'a retail MAC key has sixteen bytes');
  const left = desKey(key16.subarray(0, 8));
  const right = desDecryptionKey(key16.subarray(8));
  const last = lastChainedBlock(left, paddedTo(8, data, padding));
  return applyDes(left, applyDes(right, last));
}

/**
 * The ANSI X9.19 MAC of the interchange links: the retail MAC with zero padding, eight bytes.
 * @example x919Mac(fromHex('0123456789ABCDEFFEDCBA9876543210'), fromHex('30323030000102030405060708090A0B0C0D0E0F10111213')) // AF428866B1397FB1
 * @see docs/specs.md, cryptograms sheet, section 13
 */
export function x919Mac(key16: Uint8Array, data: Uint8Array): Uint8Array {
  return retailMac(key16, data, 1);
}

/**
 * The "ECB" MAC between a point of sale and its acquirer: the eight ASCII bytes of DE64.
 * The blocks are folded into one, that one is written as hexadecimal text, and the text is encrypted.
 * @example posEcbMac(fromHex('0123456789ABCDEFFEDCBA9876543210'), fromHex('30323030000102030405060708090A0B0C0D0E0F10111213')) // 4239344434353435
 * @see docs/specs.md, cryptograms sheet, section 13
 */
export function posEcbMac(key16: Uint8Array, data: Uint8Array): Uint8Array {
  const text = fromAscii(toHex(folded(paddedTo(8, data, 1))));
  const first = tripleDesEncrypt(key16, text.subarray(0, 8));
  const second = tripleDesEncrypt(key16, xor(first, text.subarray(8)));
  return fromAscii(toHex(second.subarray(0, 4)));
}

/**
 * The keyed hash HMAC with SHA-256: 32 bytes; key and data of any length.
 * @example hmacSha256(fromAscii('Jefe'), fromAscii('what do ya want for nothing?')) // 5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843
 * @see docs/specs.md, RFC 4231
 */
export function hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array {
  return hmac(sha256, key, data);
}

function folded(blocks: Uint8Array): Uint8Array {
  const result = new Uint8Array(8);
  for (let index = 0; index < blocks.length; index++) {
    result[index & 7] = (result[index & 7] as number) ^ (blocks[index] as number);
  }
  return result;
}
