/**
 * RSA key pairs with the public exponent 3, as cards and their authorities have them. Primes come from the caller's
 * randomness, so that a seeded world has the same keys each time; Node's own cryptography says which numbers are prime.
 * @see docs/specs.md, EMV contactless sheet, section 7
 */
import { checkPrimeSync } from 'node:crypto';
import type { Random } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { secret } from '@octavo/lib/bytes/secret.ts';
import type { RsaPrimeParts } from '@octavo/lib/cipher/rsa.ts';

/** A key pair as it is kept: the modulus and its two primes, upper-case hexadecimal; all else follows from them. */
export type RsaSection = {
  readonly modulus: string;
  readonly firstPrime: string;
  readonly secondPrime: string;
};

/** A key pair at work: the modulus, and the prime parts that sign under it. The parts are secret. */
export type RsaPair = { readonly modulus: Uint8Array; readonly parts: RsaPrimeParts };

/** The public exponent of every key here, as a certificate carries it. */
export const RSA_EXPONENT: Uint8Array = Uint8Array.of(0x03);

/** Make a key pair whose modulus has exactly this many bits, a multiple of sixteen. */
export function generateRsa(bits: number, random: Random): RsaSection {
  assert(bits % 16 === 0, 'both primes are whole bytes');
  const [p, q] = [drawPrime(bits / 16, random), drawPrime(bits / 16, random)];
  assert(p !== q, 'this randomness gives one prime twice');
  const text = (value: bigint): string => value.toString(16).toUpperCase();
  return { modulus: text(p * q), firstPrime: text(p), secondPrime: text(q) };
}

/**
 * The pair of a section; undefined when its primes are one number, of two lengths, without an inverse of the exponent,
 * or not those of its modulus, or when that is shorter than both. Whether they are prime is not looked at.
 */
export function rsaOf({ modulus, firstPrime, secondPrime }: RsaSection): RsaPair | undefined {
  const [p, q, n] = [firstPrime, secondPrime, modulus].map((text) => BigInt(`0x${text}`));
  assert(p !== undefined && q !== undefined && n !== undefined, 'three numbers');
  const isLong = n.toString(16).length === firstPrime.length + secondPrime.length;
  if (firstPrime.length !== secondPrime.length || p === q || p * q !== n || !isLong) {
    return undefined;
  }
  const coefficient = inverse(q, p);
  if (coefficient === undefined || p % 3n !== 2n || q % 3n !== 2n) return undefined;
  const part = (value: bigint): Uint8Array => secret(bytesOf(value, firstPrime.length));
  return {
    modulus: fromHex(modulus),
    parts: {
      firstPrime: part(p),
      secondPrime: part(q),
      firstExponent: part(thirdModulo(p - 1n)),
      secondExponent: part(thirdModulo(q - 1n)),
      coefficient: part(coefficient),
    },
  };
}

/**
 * The first prime at or above a drawn number that is five modulo six: odd, and so that 3 has an inverse. Its first two
 * bits are set, so that the product of two has its full length.
 */
function drawPrime(bytes: number, random: Random): bigint {
  const start = BigInt(`0x${toHex(random(bytes))}`) | (3n << BigInt(bytes * 8 - 2));
  let candidate = start - (start % 6n) + 5n;
  while (!checkPrimeSync(candidate)) candidate += 6n;
  return candidate;
}

/** The inverse of 3 modulo a number that is one modulo three. */
function thirdModulo(modulus: bigint): bigint {
  return (2n * modulus + 1n) / 3n;
}

/** By the extended Euclidean algorithm; undefined when there is none. */
function inverse(value: bigint, modulus: bigint): bigint | undefined {
  let [remainder, next] = [modulus, value % modulus];
  let [factor, nextFactor] = [0n, 1n];
  while (next !== 0n) {
    const quotient = remainder / next;
    [remainder, next] = [next, remainder - quotient * next];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  return remainder === 1n ? ((factor % modulus) + modulus) % modulus : undefined;
}

function bytesOf(value: bigint, digits: number): Uint8Array {
  return fromHex(value.toString(16).padStart(digits, '0'));
}
