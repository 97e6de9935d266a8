/**
 * P-256 as wallet payloads use it: key agreement, signatures in DER, and public keys in the form that certificates
 * carry (SubjectPublicKeyInfo).
 */
import { p256 } from '@noble/curves/nist.js';
import { assert } from '../bytes/assert.ts';
import { concat, equal, fromHex } from '../bytes/bytes.ts';
import { type SecretBytes, secret } from '../bytes/secret.ts';
import { PayloadError } from './malformed.ts';

/** Everything of a SubjectPublicKeyInfo before the point: id-ecPublicKey on prime256v1, and a bit string's head. */
const SPKI_HEAD = fromHex('3059301306072A8648CE3D020106082A8648CE3D030107034200');
const POINT_BYTES = 65;

/** Whether these bytes are a private key: 32 bytes, neither zero nor as large as the order of the curve. */
export function isPrivateKey(bytes: Uint8Array): boolean {
  return bytes.length === 32 && p256.utils.isValidSecretKey(bytes);
}

/** Whether these bytes are an uncompressed point of the curve: 65 bytes that begin with 04. */
export function isPoint(bytes: Uint8Array): boolean {
  return bytes.length === POINT_BYTES && p256.utils.isValidPublicKey(bytes, false);
}

/** How many bytes of chance a private key is made of. */
export const SEED_BYTES = 48;

/** A private key from 48 bytes of chance: more than a key has, so that no key is likelier than another. */
export function privateKeyFrom(seed: Uint8Array): SecretBytes {
  assert(seed.length === SEED_BYTES, 'a seed is 48 bytes');
  return secret(p256.utils.randomSecretKey(seed));
}

/**
 * The public key of a private one: an uncompressed point, 65 bytes.
 * @see docs/specs.md, tokenisation sheet, section 8
 */
export function publicKeyOf(privateKey: Uint8Array): Uint8Array {
  assert(isPrivateKey(privateKey), 'no private key of P-256');
  return p256.getPublicKey(privateKey, false);
}

/**
 * What two parties share without having sent it: the x-coordinate, 32 bytes, of one's private key times the other's
 * point. Both must have been checked.
 * @see docs/specs.md, tokenisation sheet, section 8
 */
export function sharedSecret(privateKey: Uint8Array, point: Uint8Array): SecretBytes {
  assert(isPrivateKey(privateKey) && isPoint(point), 'keys of P-256 are agreed on');
  return secret(p256.getSharedSecret(privateKey, point, false).subarray(1, 33));
}

/** Sign a message with ECDSA and SHA-256; DER. The nonce is derived (RFC 6979), so no chance is needed. */
export function signDer(message: Uint8Array, privateKey: Uint8Array): Uint8Array {
  assert(isPrivateKey(privateKey), 'no private key of P-256');
  return p256.sign(message, privateKey, { format: 'der' });
}

/**
 * Whether a signature in DER over a message stands, with ECDSA and SHA-256. Both halves of s are accepted, as wallets
 * do not choose the lower one; a signature that is not strict DER verifies nothing.
 */
export function verifyDer(
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  if (!isPoint(publicKey)) return false;
  return p256.verify(signature, message, publicKey, { format: 'der', lowS: false });
}

/** Write a point as a SubjectPublicKeyInfo of 91 bytes. */
export function encodeSpki(point: Uint8Array): Uint8Array {
  assert(isPoint(point), 'no point of P-256');
  return concat(SPKI_HEAD, point);
}

/**
 * Read the point of a SubjectPublicKeyInfo. Throws `PayloadError` on another algorithm, curve or form, and on bytes
 * that are no point.
 */
export function decodeSpki(bytes: Uint8Array): Uint8Array {
  const head = bytes.subarray(0, SPKI_HEAD.length);
  if (!equal(head, SPKI_HEAD)) throw new PayloadError('not a public key of P-256');
  return readPoint(bytes.subarray(SPKI_HEAD.length), SPKI_HEAD.length);
}

/** The same bytes when they are a point; throws `PayloadError` otherwise. */
export function readPoint(bytes: Uint8Array, offset = 0): Uint8Array {
  if (!isPoint(bytes)) throw new PayloadError('not a point of P-256', offset);
  return bytes;
}
