/**
 * P-256 key pairs and signatures on Node's own cryptography: how keys are made, written as JWK, and named.
 * Private scalars come from the caller's randomness, so that a seeded world has the same keys each time.
 */
import {
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import type { Random } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { concat, fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { isPoint } from '@octavo/lib/cipher/p256.ts';

/** A P-256 public key as a JWK; coordinates are base64url of 32 bytes. */
export type PublicJwk = {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
};

/** A P-256 key pair as a JWK; `d` is the secret scalar, base64url of 32 bytes. */
export type PrivateJwk = PublicJwk & { readonly d: string };

/** Make a key pair. The scalar is drawn anew until it lies below the order of the curve. */
export function generateP256(random: Random): PrivateJwk {
  return pairOf(generateScalar(random));
}

/** A secret scalar of P-256, 32 bytes: at least one and below the order of the curve. */
export function generateScalar(random: Random): Uint8Array {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const scalar = random(32);
    if (isScalar(scalar)) return scalar;
  }
  assert(false, 'this randomness never gives a scalar');
}

/** The pair that a secret scalar makes; undefined when these bytes are not a scalar of P-256. */
export function pairOfScalar(scalar: Uint8Array): PrivateJwk | undefined {
  return isScalar(scalar) ? pairOf(scalar) : undefined;
}

/** The public half of a pair. */
export function publicJwkOf({ kty, crv, x, y }: PublicJwk): PublicJwk {
  return { kty, crv, x, y };
}

/** A public key as an uncompressed point, 65 bytes. */
export function pointOf({ x, y }: PublicJwk): Uint8Array {
  return concat(Uint8Array.of(0x04), fromBase64url(x), fromBase64url(y));
}

/** An uncompressed point as a JWK; undefined when the bytes are not a point of P-256. */
export function jwkOfPoint(point: Uint8Array): PublicJwk | undefined {
  if (!isPoint(point)) return undefined;
  const x = toBase64url(point.subarray(1, 33));
  const y = toBase64url(point.subarray(33));
  return { kty: 'EC', crv: 'P-256', x, y };
}

/** The name of a public key (`kid`): its JWK thumbprint with SHA-256, base64url, as RFC 7638 has it. */
export function keyIdOf({ x, y }: PublicJwk): string {
  const canonical = `{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`;
  return createHash('sha256').update(canonical).digest('base64url');
}

/** A signer that keeps the key to itself: ECDSA P-256 with SHA-256, 64 bytes r and s. */
export function signerOf(pair: PrivateJwk): (message: Uint8Array) => Uint8Array {
  const key = createPrivateKey({ key: { ...pair }, format: 'jwk' });
  return (message) => new Uint8Array(sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' }));
}

/**
 * Whether a signature (r and s, 64 bytes) over a message stands under a public key (65 bytes, uncompressed):
 * ECDSA P-256 with SHA-256. A key that is no point verifies nothing.
 */
export function verifySignature(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  return verifierOf(publicKey)(message, signature);
}

/** The same for many signatures under one key, which is read once. */
export function verifierOf(
  publicKey: Uint8Array,
): (message: Uint8Array, signature: Uint8Array) => boolean {
  const jwk = jwkOfPoint(publicKey);
  if (jwk === undefined) return () => false;
  const key: KeyObject = createPublicKey({ key: jwk, format: 'jwk' });
  return (message, signature) =>
    signature.length === 64 &&
    verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/** Write bytes as base64url without padding. */
export function toBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

/** Read base64url that is known to be well formed. */
export function fromBase64url(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64url'));
}

const MOST_ATTEMPTS = 64;
/** The order of the curve's group; a scalar is below it. */
const ORDER = 'FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551';
const ZERO = '0'.repeat(64);

/** Numbers of one length in upper-case hexadecimal compare as text does. */
function isScalar(bytes: Uint8Array): boolean {
  const hex = toHex(bytes);
  return hex.length === ORDER.length && hex < ORDER && hex !== ZERO;
}

function pairOf(scalar: Uint8Array): PrivateJwk {
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(scalar);
  const point = fromHex(curve.getPublicKey('hex'));
  const jwk = jwkOfPoint(point);
  assert(jwk !== undefined, 'a scalar always gives a point');
  return { ...jwk, d: toBase64url(scalar) };
}
