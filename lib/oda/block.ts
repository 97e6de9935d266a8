/**
 * The block that every RSA signature of a card holds: `6A || content || SHA-1 || BC`, as long as the modulus. The
 * content begins with a byte for its kind and is filled with BB; the hash also covers data that are not inside.
 * @see docs/specs.md, EMV contactless sheet, section 7.1
 */
import { sha1 } from '@noble/hashes/legacy.js';
import { assert } from '../bytes/assert.ts';
import { concat, equal } from '../bytes/bytes.ts';
import { type RsaPrivateKey, type RsaPublicKey, rsaRecover, rsaSign } from '../cipher/rsa.ts';
import { type OdaRefused, refusedBy } from './checks.ts';

/** What is recovered: the content from its kind to the end of the filling, and the hash (20 bytes). */
export type OpenedBlock = {
  readonly kind: 'opened';
  readonly content: Uint8Array;
  readonly hash: Uint8Array;
};

/** Header, hash and trailer: the bytes of a block that are not content. */
const FRAME_BYTES = 22;
const HASH_BYTES = 20;
const HEADER = 0x6a;
const TRAILER = 0xbc;
const FILLING = 0xbb;

/**
 * Recover a block and check its frame and its kind, but not its hash. `leastContent` counts the bytes that a content
 * of this kind has at least. Refused by length, trailer, header or format, in this order.
 * @example openBlock({ modulus: new Uint8Array(48).fill(0xff), exponent: fromHex('03') }, new Uint8Array(47), 0x03, 4) // { kind: 'refused', code: 'length' }
 */
export function openBlock(
  key: RsaPublicKey,
  signature: Uint8Array,
  format: number,
  leastContent: number,
): OpenedBlock | OdaRefused {
  const { length } = key.modulus;
  if (signature.length !== length || length < FRAME_BYTES + leastContent) {
    return refusedBy('length');
  }
  const block = rsaRecover(key, signature);
  // A signature that is not below the modulus holds no block at all, and so none that ends in BC.
  if (block === undefined || block[length - 1] !== TRAILER) return refusedBy('trailer');
  if (block[0] !== HEADER) return refusedBy('header');
  if (block[1] !== format) return refusedBy('format');
  const hashStart = length - 1 - HASH_BYTES;
  return {
    kind: 'opened',
    content: block.subarray(1, hashStart),
    hash: block.subarray(hashStart, length - 1),
  };
}

/**
 * Recover a block and check its hash too; `alsoHashed` is what the hash covers after the content.
 * @example verifyBlock({ modulus: new Uint8Array(48).fill(0xff), exponent: fromHex('03') }, new Uint8Array(48), 0x03, 4, fromHex('')) // { kind: 'refused', code: 'trailer' }
 */
export function verifyBlock(
  key: RsaPublicKey,
  signature: Uint8Array,
  format: number,
  leastContent: number,
  alsoHashed: Uint8Array,
): OpenedBlock | OdaRefused {
  const opened = openBlock(key, signature, format, leastContent);
  if (opened.kind === 'refused') return opened;
  if (!equal(sha1(concat(opened.content, alsoHashed)), opened.hash)) return refusedBy('hash');
  return opened;
}

/**
 * Fill a content with BB, hash it with what else the hash covers, and sign the block. A content that does not fit
 * the key is a bug of the caller.
 * @example toHex(signBlock({ modulus: new Uint8Array(26).fill(0xff), privateExponent: fromHex('01') }, fromHex('0301'), fromHex(''))).slice(0, 10) // '6A0301BBBB'
 */
export function signBlock(
  key: RsaPrivateKey,
  content: Uint8Array,
  alsoHashed: Uint8Array,
): Uint8Array {
  const room = key.modulus.length - FRAME_BYTES;
  assert(content.length <= room, 'the content is longer than the key can hold');
  const filled = new Uint8Array(room).fill(FILLING);
  filled.set(content);
  const hash = sha1(concat(filled, alsoHashed));
  return rsaSign(key, concat(Uint8Array.of(HEADER), filled, hash, Uint8Array.of(TRAILER)));
}
