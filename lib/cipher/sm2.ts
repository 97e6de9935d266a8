/**
 * SM2, the signature of the Chinese algorithms: over the SM3 hash of Z and the message, Z naming the signer's key
 * and the default identity `1234567812345678`. Points and signatures are 64 bytes: X and Y, r and s. The arithmetic
 * is the library's; it is not constant-time.
 * @see docs/specs.md, EMV contactless sheet, section 7.3
 */
import { bytesToNumberBE } from '@noble/curves/utils.js';
import { sm2 } from 'sm-crypto-v2';
import { assert } from '../bytes/assert.ts';
import { concat, fromHex, toHex } from '../bytes/bytes.ts';
import { sm3Hash } from './sm3.ts';

/** The field's prime and the curve's two coefficients; a is the prime less three. */
const P = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const A = P - 3n;
const B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
/** The order of the base point: private keys, nonces, r and s are below it. */
export const SM2_ORDER = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;

/**
 * How many random bytes a signature draws. Eight more than the order has, so that every number below the order is
 * as likely as any other.
 */
const NONCE_BYTES = 40;

/**
 * Whether 64 bytes are a point of the curve.
 * @example isSm2Point(new Uint8Array(64)) // false
 */
export function isSm2Point(point: Uint8Array): boolean {
  if (point.length !== 64) return false;
  const x = bytesToNumberBE(point.subarray(0, 32));
  const y = bytesToNumberBE(point.subarray(32));
  return x < P && y < P && (y * y - (x * x * x + A * x + B)) % P === 0n;
}

/**
 * The public key (64 bytes) of a private key of 32 bytes between 1 and the order less two.
 * @example toHex(sm2PublicKey(fromHex('01'.padStart(64, '0')))).slice(0, 16) // '32C4AE2C1F198119'
 */
export function sm2PublicKey(privateKey: Uint8Array): Uint8Array {
  return basePointTimes(privateNumber(privateKey));
}

/**
 * Z, the 32 bytes by which a signature names its signer's key. A key off the curve is a bug of the caller.
 * @example sm2Identity(sm2PublicKey(fromHex('01'.padStart(64, '0')))).length // 32
 */
export function sm2Identity(publicKey: Uint8Array): Uint8Array {
  assert(isSm2Point(publicKey), 'not a point of the curve');
  return sm2.getZ(toHex(publicKey));
}

/**
 * Sign a message; answers r and s, 64 bytes. `random` is asked for 40 bytes and makes the nonce: it must never give
 * the same bytes for two messages, as two signatures with one nonce give the private key away.
 * @example sm2Sign(fromHex('01'.padStart(64, '0')), fromAscii('hello'), (length) => new Uint8Array(length)).length // 64
 */
export function sm2Sign(
  privateKey: Uint8Array,
  message: Uint8Array,
  random: (length: number) => Uint8Array,
): Uint8Array {
  const d = privateNumber(privateKey);
  const digest = digestOf(basePointTimes(d), message);
  const drawn = random(NONCE_BYTES);
  assert(drawn.length === NONCE_BYTES, 'a nonce is made of forty bytes');
  const k = (bytesToNumberBE(drawn) % (SM2_ORDER - 1n)) + 1n;
  const x1 = bytesToNumberBE(basePointTimes(k).subarray(0, 32));
  const r = (bytesToNumberBE(digest) + x1) % SM2_ORDER;
  // The library would go on with a nonce of its own; that one in 2^254 nonces does not sign is not worth a loop.
  assert(
    r !== 0n && r + k !== SM2_ORDER && (k - r * d) % SM2_ORDER !== 0n,
    'a nonce that cannot sign',
  );
  return fromHex(sm2.doSignature(digest, hexOfNumber(d), { pointPool: [{ k, x1 }] }));
}

/**
 * Whether a signature (r and s) over a message stands. A key off the curve, and numbers out of range, verify nothing.
 * @example sm2Verify(new Uint8Array(64), fromAscii('hello'), new Uint8Array(64)) // false
 */
export function sm2Verify(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (signature.length !== 64 || !isSm2Point(publicKey)) return false;
  if (!isInRange(signature.subarray(0, 32)) || !isInRange(signature.subarray(32))) return false;
  const digest = digestOf(publicKey, message);
  return sm2.doVerifySignature(digest, toHex(signature), `04${toHex(publicKey)}`);
}

function digestOf(publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  return sm3Hash(concat(sm2Identity(publicKey), message));
}

function isInRange(bytes: Uint8Array): boolean {
  const value = bytesToNumberBE(bytes);
  return value > 0n && value < SM2_ORDER;
}

function privateNumber(privateKey: Uint8Array): bigint {
  assert(privateKey.length === 32, 'a private key has 32 bytes');
  const d = bytesToNumberBE(privateKey);
  // One more than the key is inverted, so the order less one is no key.
  assert(d > 0n && d < SM2_ORDER - 1n, 'a private key is below the order');
  return d;
}

/** X and Y of a multiple of the curve's base point; the library writes 04 before them. */
function basePointTimes(scalar: bigint): Uint8Array {
  return fromHex(sm2.getPublicKeyFromPrivateKey(hexOfNumber(scalar))).subarray(1);
}

/** The library takes numbers as text. */
function hexOfNumber(value: bigint): string {
  return value.toString(16).padStart(64, '0');
}
