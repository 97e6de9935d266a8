/**
 * RSA as cards use it: the bare exponentiation over blocks as long as the modulus, without padding. It is not
 * constant-time: whoever can measure it finely may learn a private key, so it signs with keys of tests and
 * demonstrations, or where nobody else runs on the machine.
 * @see docs/specs.md, EMV contactless sheet, section 7
 */
import { pow } from '@noble/curves/abstract/modular.js';
import { bytesToNumberBE, numberToBytesBE } from '@noble/curves/utils.js';
import { assert } from '../bytes/assert.ts';

/** A public key: the modulus without leading zeros, and the exponent in as many bytes as its certificate counts. */
export type RsaPublicKey = { readonly modulus: Uint8Array; readonly exponent: Uint8Array };

/** The five parts of a private key that make signing four times faster (Chinese remainder theorem). */
export type RsaPrimeParts = {
  readonly firstPrime: Uint8Array;
  readonly secondPrime: Uint8Array;
  /** The private exponent modulo the first prime less one, and modulo the second prime less one. */
  readonly firstExponent: Uint8Array;
  readonly secondExponent: Uint8Array;
  /** The inverse of the second prime modulo the first. */
  readonly coefficient: Uint8Array;
};

/** A private key, by its exponent or by its prime parts. */
export type RsaPrivateKey =
  | { readonly modulus: Uint8Array; readonly privateExponent: Uint8Array }
  | { readonly modulus: Uint8Array; readonly parts: RsaPrimeParts };

/** The longest modulus that a card can carry, in bytes: 1984 bits. */
export const MAX_MODULUS_BYTES = 248;

/**
 * Whether these bytes can be a modulus: at most 248, the first bit and the last one set.
 * @example isRsaModulus(fromHex('BB')) // true
 */
export function isRsaModulus(bytes: Uint8Array): boolean {
  const first = bytes[0] ?? 0;
  const last = bytes[bytes.length - 1] ?? 0;
  return bytes.length <= MAX_MODULUS_BYTES && first >= 0x80 && (last & 1) === 1;
}

/**
 * Whether these bytes are one of the two public exponents of cards: 3, or 65537 in three bytes.
 * @example isRsaExponent(fromHex('010001')) // true
 */
export function isRsaExponent(bytes: Uint8Array): boolean {
  if (bytes.length === 1) return bytes[0] === 3;
  return bytes.length === 3 && bytesToNumberBE(bytes) === 65537n;
}

/**
 * The block that a signature holds, as long as the modulus; undefined when the signature is not below the modulus,
 * as a value and the same value plus the modulus would otherwise both pass. A key that is none, or a signature of
 * another length, is a bug of the caller.
 * @example toHex(rsaRecover({ modulus: fromHex('BB'), exponent: fromHex('03') }, fromHex('02')) ?? fromHex('')) // '08'
 */
export function rsaRecover(key: RsaPublicKey, signature: Uint8Array): Uint8Array | undefined {
  const { modulus, exponent } = key;
  assert(isRsaModulus(modulus) && isRsaExponent(exponent), 'not a public key');
  assert(signature.length === modulus.length, 'a signature is as long as the modulus');
  const n = bytesToNumberBE(modulus);
  const value = bytesToNumberBE(signature);
  if (value >= n) return undefined;
  return numberToBytesBE(pow(value, bytesToNumberBE(exponent), n), modulus.length);
}

/**
 * Sign a block that is as long as the modulus and below it; a private key that is none, or another block, is a bug
 * of the caller. Not constant-time.
 * @example toHex(rsaSign({ modulus: fromHex('BB'), privateExponent: fromHex('6B') }, fromHex('08'))) // '02'
 */
export function rsaSign(key: RsaPrivateKey, block: Uint8Array): Uint8Array {
  const { modulus } = key;
  assert(isRsaModulus(modulus) && block.length === modulus.length, 'a block is one modulus long');
  const n = bytesToNumberBE(modulus);
  const value = bytesToNumberBE(block);
  assert(value < n, 'a block is below the modulus');
  const signature =
    'parts' in key ? signByParts(key.parts, value) : pow(value, privateExponentOf(key), n);
  assert(signature < n, 'the prime parts are of another modulus');
  return numberToBytesBE(signature, modulus.length);
}

function privateExponentOf(key: {
  readonly modulus: Uint8Array;
  readonly privateExponent: Uint8Array;
}): bigint {
  assert(key.privateExponent.length <= key.modulus.length, 'not a private exponent');
  return bytesToNumberBE(key.privateExponent);
}

function signByParts(parts: RsaPrimeParts, value: bigint): bigint {
  const p = bytesToNumberBE(parts.firstPrime);
  const q = bytesToNumberBE(parts.secondPrime);
  const first = pow(value % p, bytesToNumberBE(parts.firstExponent), p);
  const second = pow(value % q, bytesToNumberBE(parts.secondExponent), q);
  const difference = (((first - second) % p) + p) % p;
  return second + ((bytesToNumberBE(parts.coefficient) * difference) % p) * q;
}
