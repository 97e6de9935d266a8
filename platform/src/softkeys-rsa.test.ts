import assert from 'node:assert/strict';
import { checkPrimeSync, constants, createPrivateKey, privateEncrypt } from 'node:crypto';
import { describe, test } from 'node:test';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { rsaRecover, rsaSign } from '@octavo/lib/cipher/rsa.ts';
import { systemRandom } from './personalised.fixture.ts';
import { generateRsa, RSA_EXPONENT, rsaOfPrimes } from './softkeys-rsa.ts';

describe('an RSA key pair', () => {
  test('has two primes of half its length, and a modulus of exactly as many bits', () => {
    for (const bits of [1024, 1152, 1408]) {
      const { modulus, parts } = generateRsa(bits, systemRandom);
      assert.equal(modulus.length * 8, bits);
      assert.ok((modulus[0] as number) >= 0x80);
      for (const prime of [parts.firstPrime, parts.secondPrime]) {
        assert.equal(prime.length * 16, bits);
        assert.ok(checkPrimeSync(prime));
      }
    }
  });

  test('signs as Node’s own RSA does with the same parts, and the signature recovers', () => {
    const { modulus, parts } = generateRsa(1024, systemRandom);
    const block = systemRandom(128);
    block[0] = 0x6a;
    const signature = rsaSign({ modulus, parts }, block);
    const [e, n] = [3n, BigInt(`0x${toHex(modulus)}`)];
    const [p, q] = [parts.firstPrime, parts.secondPrime].map((bytes) =>
      BigInt(`0x${toHex(bytes)}`),
    );
    assert.ok(p !== undefined && q !== undefined && p * q === n);
    // The private exponent is not kept; OpenSSL wants to see one: the inverse of 3 modulo (p - 1)(q - 1).
    const totient = (p - 1n) * (q - 1n);
    const d = (2n * totient + 1n) / e;
    assert.equal((d * e) % totient, 1n);
    const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
    const key = createPrivateKey({
      format: 'jwk',
      key: {
        kty: 'RSA',
        n: text(modulus),
        e: text(RSA_EXPONENT),
        d: text(fromHex(d.toString(16).padStart(256, '0'))),
        p: text(parts.firstPrime),
        q: text(parts.secondPrime),
        dp: text(parts.firstExponent),
        dq: text(parts.secondExponent),
        qi: text(parts.coefficient),
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

  test('is made again from its primes alone', () => {
    const pair = generateRsa(1024, systemRandom);
    const { firstPrime, secondPrime } = pair.parts;
    assert.deepEqual(rsaOfPrimes(firstPrime, secondPrime), pair);
  });

  test('is not made of numbers that are one, too short, of two lengths, or without an inverse of 3', () => {
    const { firstPrime, secondPrime } = generateRsa(1024, systemRandom).parts;
    assert.equal(rsaOfPrimes(firstPrime, firstPrime), undefined);
    assert.equal(rsaOfPrimes(firstPrime, secondPrime.subarray(1)), undefined);
    assert.equal(rsaOfPrimes(new Uint8Array(0), new Uint8Array(0)), undefined);
    const short = secondPrime.with(0, 0x01);
    assert.equal(rsaOfPrimes(firstPrime, short), undefined);
    const two = BigInt(`0x${toHex(secondPrime)}`) + 2n;
    assert.equal(rsaOfPrimes(firstPrime, fromHex(two.toString(16))), undefined);
  });
});
