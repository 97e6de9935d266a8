import assert from 'node:assert/strict';
import { checkPrimeSync, constants, createPrivateKey, privateEncrypt } from 'node:crypto';
import { describe, test } from 'node:test';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { revealHex } from '@octavo/lib/bytes/secret.ts';
import { rsaRecover, rsaSign } from '@octavo/lib/cipher/rsa.ts';
import { systemRandom } from './personalised.fixture.ts';
import { generateRsa, RSA_EXPONENT, rsaOf } from './softkeys-rsa.ts';

const numberOf = (hex: string): bigint => BigInt(`0x${hex}`);

describe('an RSA key pair', () => {
  test('has two primes of half its length, and a modulus of exactly as many bits', () => {
    for (const bits of [1024, 1152, 1408]) {
      const { modulus, firstPrime, secondPrime } = generateRsa(bits, systemRandom);
      assert.equal(numberOf(modulus).toString(2).length, bits);
      for (const prime of [firstPrime, secondPrime]) {
        assert.equal(numberOf(prime).toString(2).length, bits / 2);
        assert.ok(checkPrimeSync(numberOf(prime)));
      }
    }
  });

  test('signs as Node’s own RSA does with the same primes, and the signature recovers', () => {
    const section = generateRsa(1024, systemRandom);
    const pair = rsaOf(section);
    assert.ok(pair !== undefined);
    const { modulus, parts } = pair;
    const block = systemRandom(128);
    block[0] = 0x6a;
    const signature = rsaSign({ modulus, parts }, block);
    const [p, q] = [numberOf(section.firstPrime), numberOf(section.secondPrime)];
    // The private exponent is not kept; OpenSSL wants to see one: the inverse of 3 modulo (p - 1)(q - 1).
    const totient = (p - 1n) * (q - 1n);
    const d = (2n * totient + 1n) / 3n;
    assert.equal((d * 3n) % totient, 1n);
    const text = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url');
    const key = createPrivateKey({
      format: 'jwk',
      key: {
        kty: 'RSA',
        n: text(section.modulus),
        e: text(toHex(RSA_EXPONENT)),
        d: text(d.toString(16).padStart(256, '0')),
        p: text(revealHex(parts.firstPrime)),
        q: text(revealHex(parts.secondPrime)),
        dp: text(revealHex(parts.firstExponent)),
        dq: text(revealHex(parts.secondExponent)),
        qi: text(revealHex(parts.coefficient)),
      },
    });
    const independent = privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, block);
    assert.equal(toHex(signature), toHex(independent));
    const recovered = rsaRecover({ modulus, exponent: RSA_EXPONENT }, signature);
    assert.equal(toHex(recovered ?? new Uint8Array(0)), toHex(block));
  });

  test('follows from its randomness', () => {
    const seeded = () => {
      let next = 1;
      return generateRsa(1024, (length) => Uint8Array.from({ length }, () => (next++ * 37) & 0xff));
    };
    assert.deepEqual(seeded(), seeded());
    assert.notDeepEqual(seeded(), generateRsa(1024, systemRandom));
  });

  test('keeps its parts to itself', () => {
    const pair = rsaOf(generateRsa(1024, systemRandom));
    assert.ok(pair !== undefined);
    assert.throws(() => toHex(pair.parts.firstPrime));
    const shown = Object.values(pair.parts).map((part) => JSON.stringify(part));
    assert.deepEqual(new Set(shown), new Set(['"[64 secret bytes]"']));
  });

  test('is not made of primes that are one, of two lengths, of another modulus, or without an inverse of 3', () => {
    const section = generateRsa(1024, systemRandom);
    const { firstPrime, secondPrime } = section;
    const made = (first: string, second: string) => {
      const modulus = (numberOf(first) * numberOf(second)).toString(16).toUpperCase();
      return rsaOf({ modulus, firstPrime: first, secondPrime: second });
    };
    assert.notEqual(made(firstPrime, secondPrime), undefined);
    assert.equal(made(firstPrime, firstPrime), undefined);
    assert.equal(made(firstPrime, secondPrime.slice(2)), undefined);
    assert.equal(made(firstPrime, `01${secondPrime.slice(2)}`), undefined);
    assert.equal(made(firstPrime, (numberOf(secondPrime) + 2n).toString(16)), undefined);
    const other = generateRsa(1024, systemRandom);
    assert.equal(rsaOf({ ...section, modulus: other.modulus }), undefined);
  });
});
