/**
 * P-256: key agreement, signatures as two numbers or in DER, and public keys in the form that certificates carry
 * (SubjectPublicKeyInfo), from the library.
 */
import { p256 } from '@noble/curves/nist.js';
import { assert } from '../bytes/assert.ts';
import { concat, fromHex } from '../bytes/bytes.ts';
import { type SecretBytes, secret } from '../bytes/secret.ts';

/** Everything of a SubjectPublicKeyInfo before the point: id-ecPublicKey on prime256v1, and a bit string's head. */
export const SPKI_HEAD = fromHex('3059301306072A8648CE3D020106082A8648CE3D030107034200');
const POINT_BYTES = 65;

/**
 * Whether these bytes are a private key: 32 bytes, neither zero nor as large as the order of the curve.
 * @example isPrivateKey(new Uint8Array(32)) // false
 */
export function isPrivateKey(bytes: Uint8Array): boolean {
  return bytes.length === 32 && p256.utils.isValidSecretKey(bytes);
}

/**
 * Whether these bytes are an uncompressed point of the curve: 65 bytes that begin with 04.
 * @example isPoint(publicKeyOf(fromHex('4F689D556954E5C3427A3FFA9B2F3A99866883C67B9B9D63061F028B0ECECF2B'))) // true
 */
export function isPoint(bytes: Uint8Array): boolean {
  return bytes.length === POINT_BYTES && p256.utils.isValidPublicKey(bytes, false);
}

/** How many bytes of chance a private key is made of. */
export const SEED_BYTES = 48;

/**
 * A private key from 48 bytes of chance: more than a key has, so that no key is likelier than another.
 * @example isPrivateKey(privateKeyFrom(new Uint8Array(SEED_BYTES))) // true
 */
export function privateKeyFrom(seed: Uint8Array): SecretBytes {
  assert(seed.length === SEED_BYTES, 'a seed is 48 bytes');
  return secret(p256.utils.randomSecretKey(seed));
}

/**
 * The public key of a private one: an uncompressed point, 65 bytes.
 * @example
 * const privateKey = fromHex('4F689D556954E5C3427A3FFA9B2F3A99866883C67B9B9D63061F028B0ECECF2B');
 * publicKeyOf(privateKey).subarray(0, 5) // 0488733F86
 * @see docs/specs.md, tokenisation sheet, section 8
 */
export function publicKeyOf(privateKey: Uint8Array): Uint8Array {
  assert(isPrivateKey(privateKey), 'no private key of P-256');
  return p256.getPublicKey(privateKey, false);
}

/**
 * What two parties share without having sent it: the x-coordinate, 32 bytes, of one's private key times the other's
 * point. Both must have been checked.
 * @example
 * const ephemeral = fromHex('AEB8C922A387EBBB73BF34D463F2E590D029A4C8B3C981C63CE629AD661E623E');
 * const merchant = fromHex('4F689D556954E5C3427A3FFA9B2F3A99866883C67B9B9D63061F028B0ECECF2B');
 * sharedSecret(ephemeral, publicKeyOf(merchant)).subarray(0, 4) // 948C5DFD
 * @see docs/specs.md, tokenisation sheet, section 8
 */
export function sharedSecret(privateKey: Uint8Array, point: Uint8Array): SecretBytes {
  assert(isPrivateKey(privateKey) && isPoint(point), 'keys of P-256 are agreed on');
  return secret(p256.getSharedSecret(privateKey, point, false).subarray(1, 33));
}

/**
 * Sign a message with ECDSA and SHA-256; DER. The nonce is derived (RFC 6979), so no chance is needed.
 * @example signDer(fromHex('01'), new Uint8Array(32).fill(1))[0] // 0x30
 */
export function signDer(message: Uint8Array, privateKey: Uint8Array): Uint8Array {
  assert(isPrivateKey(privateKey), 'no private key of P-256');
  return p256.sign(message, privateKey, { format: 'der' });
}

/**
 * Whether a signature (r and s, 64 bytes) over a message stands, with ECDSA and SHA-256. Both halves of s are accepted,
 * as other signers do not choose the lower one. A key that is no point verifies nothing.
 * @example verifyP256(new Uint8Array(64), fromHex('01'), publicKeyOf(new Uint8Array(32).fill(1))) // false
 */
export function verifyP256(
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  if (signature.length !== 64 || !isPoint(publicKey)) return false;
  return p256.verify(signature, message, publicKey, { lowS: false });
}

/**
 * Whether a signature in DER over a message stands, with ECDSA and SHA-256. Both halves of s are accepted, as wallets
 * do not choose the lower one; a signature that is not strict DER verifies nothing.
 * @example
 * const privateKey = new Uint8Array(32).fill(1);
 * const signature = signDer(fromHex('01'), privateKey);
 * verifyDer(signature, fromHex('01'), publicKeyOf(privateKey)) // true
 */
export function verifyDer(
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  if (!isPoint(publicKey)) return false;
  return p256.verify(signature, message, publicKey, { format: 'der', lowS: false });
}

/**
 * Write a point as a SubjectPublicKeyInfo of 91 bytes.
 * @example encodeSpki(publicKeyOf(new Uint8Array(32).fill(1))).length // 91
 */
export function encodeSpki(point: Uint8Array): Uint8Array {
  assert(isPoint(point), 'no point of P-256');
  return concat(SPKI_HEAD, point);
}
