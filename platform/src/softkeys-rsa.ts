/**
 * RSA key pairs with the public exponent 3, as cards and their authorities have them. Primes come from the caller's
 * randomness, so that a seeded world has the same keys each time; Node's own cryptography says which numbers are prime.
 * @see docs/specs.md, EMV contactless sheet, section 7
 */
import { checkPrimeSync } from 'node:crypto';
import type { Random } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import type { RsaPrimeParts } from '@octavo/lib/cipher/rsa.ts';

/** A key pair: the modulus, and the prime parts that sign under it. */
export type RsaPair = { readonly modulus: Uint8Array; readonly parts: RsaPrimeParts };

/** The public exponent of every key here, as a certificate carries it. */
export const RSA_EXPONENT: Uint8Array = Uint8Array.of(0x03);

/** Make a key pair whose modulus has exactly this many bits, a multiple of sixteen. */
export function generateRsa(bits: number, random: Random): RsaPair {
  assert(bits % 16 === 0, 'both primes are whole bytes');
  const primes = [drawPrime(bits / 16, random), drawPrime(bits / 16, random)] as const;
  const pair = pairOf(primes[0], primes[1], bits / 16);
  assert(pair !== undefined, 'this randomness gives one prime twice');
  return pair;
}

/**
 * The pair that two primes of one length make; undefined when they are one number, when their product is shorter than
 * twice a prime, or when the exponent 3 has no inverse. Whether they are prime is not looked at.
 */
export function rsaOfPrimes(first: Uint8Array, second: Uint8Array): RsaPair | undefined {
  if (first.length === 0 || first.length !== second.length) return undefined;
  return pairOf(numberOf(first), numberOf(second), first.length);
}

/**
 * The first prime at or above a drawn number that is five modulo six: odd, and so that 3 has an inverse. Its first two
 * bits are set, so that the product of two has its full length.
 */
function drawPrime(bytes: number, random: Random): bigint {
  const start = numberOf(random(bytes)) | (3n << BigInt(bytes * 8 - 2));
  let candidate = start - (start % 6n) + 5n;
  while (!checkPrimeSync(candidate)) candidate += 6n;
  return candidate;
}

function pairOf(p: bigint, q: bigint, primeBytes: number): RsaPair | undefined {
  const modulus = p * q;
  const isLong = modulus >> BigInt(primeBytes * 16 - 1) === 1n;
  if (!isLong || p === q || p % 3n !== 2n || q % 3n !== 2n) return undefined;
  const coefficient = inverse(q, p);
  if (coefficient === undefined) return undefined;
  const part = (value: bigint): Uint8Array => bytesOf(value, primeBytes);
  return {
    modulus: bytesOf(modulus, primeBytes * 2),
    parts: {
      firstPrime: part(p),
      secondPrime: part(q),
      firstExponent: part(thirdModulo(p - 1n)),
      secondExponent: part(thirdModulo(q - 1n)),
      coefficient: part(coefficient),
    },
  };
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

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}

function bytesOf(value: bigint, length: number): Uint8Array {
  return fromHex(value.toString(16).padStart(length * 2, '0'));
}
