/**
 * RSA as cards use it: the bare exponentiation over blocks as long as the modulus, without padding. It is not
 * constant-time: whoever can measure it finely may learn a private key, so it signs with keys of tests and
 * demonstrations, or where nobody else runs on the machine.
 * @see docs/specs.md, EMV contactless sheet, section 7
 */
import { pow } from '@noble/curves/abstract/modular.js';
import { bytesToNumberBE, numberToBytesBE } from '@noble/curves/utils.js';
import { assert } from '../bytes/assert.ts';
import { fromHex } from '../bytes/bytes.ts';

/** A public key: the modulus without leading zeros, and the exponent in as many bytes as its certificate counts. */
export type RsaPublicKey = { readonly modulus: Uint8Array; readonly exponent: Uint8Array };

/**
 * The five parts of a private key that make signing four times faster (Chinese remainder theorem). The public exponent
 * follows from them.
 */
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

/** A private key whose prime parts belong together, with its public exponent. */
export type RsaPartsKey = {
  readonly modulus: Uint8Array;
  readonly parts: RsaPrimeParts;
  readonly exponent: Uint8Array;
};

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
  if (bytes.length !== 1 && bytes.length !== 3) return false;
  const value = bytesToNumberBE(bytes);
  return value === (bytes.length === 1 ? SHORT_EXPONENT : LONG_EXPONENT);
}

const SHORT_EXPONENT = 3n;
const LONG_EXPONENT = 65537n;
const PUBLIC_EXPONENTS = [SHORT_EXPONENT, LONG_EXPONENT] as const;

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
 * Sign a block that is as long as the modulus and below it; a private key that is none, prime parts that do not belong
 * together, or another block, are a bug of the caller. Not constant-time.
 * @example toHex(rsaSign({ modulus: fromHex('BB'), privateExponent: fromHex('6B') }, fromHex('08'))) // '02'
 */
export function rsaSign(key: RsaPrivateKey, block: Uint8Array): Uint8Array {
  const { modulus } = key;
  assert(isRsaModulus(modulus) && block.length === modulus.length, 'a block is one modulus long');
  const n = bytesToNumberBE(modulus);
  const value = bytesToNumberBE(block);
  assert(value < n, 'a block is below the modulus');
  const signature =
    'parts' in key ? signByParts(key.parts, n, value) : pow(value, privateExponentOf(key), n);
  return numberToBytesBE(signature, modulus.length);
}

/**
 * The private key that prime parts make, for whoever was given nothing else; undefined when they do not belong
 * together, a factor is no prime, or their product is no modulus of a card.
 * @example rsaKeyOfParts({ firstPrime: fromHex('0B'), secondPrime: fromHex('11'), firstExponent: fromHex('07'), secondExponent: fromHex('0B'), coefficient: fromHex('02') })?.modulus // 'BB'
 */
export function rsaKeyOfParts(parts: RsaPrimeParts): RsaPartsKey | undefined {
  if (Object.values(parts).some((part) => part.length > MAX_MODULUS_BYTES)) return undefined;
  const [p, q] = [numberOf(parts.firstPrime), numberOf(parts.secondPrime)];
  const product = numberToBytesBE(p * q, parts.firstPrime.length + parts.secondPrime.length);
  const modulus = product[0] === 0 ? product.subarray(1) : product;
  if (p === q || !isRsaModulus(modulus) || !isLikelyPrime(p) || !isLikelyPrime(q)) return undefined;
  const exponent = publicExponentOf(parts, p, q);
  if (exponent === undefined || (numberOf(parts.coefficient) * q) % p !== 1n) return undefined;
  return { modulus, parts, exponent: fromHex(exponent === SHORT_EXPONENT ? '03' : '010001') };
}

/** By Fermat's little theorem to the base of two: enough to tell a damaged key, not one made to deceive. */
function isLikelyPrime(value: bigint): boolean {
  return value > 2n && pow(2n, value - 1n, value) === 1n;
}

/** The public exponent that both halves of the private one belong to. */
function publicExponentOf(parts: RsaPrimeParts, p: bigint, q: bigint): bigint | undefined {
  const first = numberOf(parts.firstExponent);
  const second = numberOf(parts.secondExponent);
  return PUBLIC_EXPONENTS.find(
    (e) => (e * first) % (p - 1n) === 1n && (e * second) % (q - 1n) === 1n,
  );
}

function privateExponentOf(key: {
  readonly modulus: Uint8Array;
  readonly privateExponent: Uint8Array;
}): bigint {
  assert(key.privateExponent.length <= key.modulus.length, 'not a private exponent');
  return bytesToNumberBE(key.privateExponent);
}

function signByParts(parts: RsaPrimeParts, n: bigint, value: bigint): bigint {
  const [p, q] = [numberOf(parts.firstPrime), numberOf(parts.secondPrime)];
  assert(p > 1n && q > 1n && p * q === n, 'the primes are not those of the modulus');
  const exponent = publicExponentOf(parts, p, q);
  assert(exponent !== undefined, 'the exponents are not those of the primes');
  const first = pow(value % p, numberOf(parts.firstExponent), p);
  const second = pow(value % q, numberOf(parts.secondExponent), q);
  const difference = (((first - second) % p) + p) % p;
  const signature = second + ((numberOf(parts.coefficient) * difference) % p) * q;
  // One half right and the other wrong would give the primes away to whoever has the signature.
  assert(pow(signature, exponent, n) === value, 'a faulty signature is not given out');
  return signature;
}

function numberOf(part: Uint8Array): bigint {
  assert(part.length <= MAX_MODULUS_BYTES, 'a part is not longer than a modulus');
  return bytesToNumberBE(part);
}
