import { equal, throws } from 'node:assert/strict';
import {
  constants,
  generateKeyPairSync,
  type KeyObject,
  privateEncrypt,
  publicDecrypt,
} from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { isRsaExponent, isRsaModulus, rsaKeyOfParts, rsaRecover, rsaSign } from './rsa.ts';

/** 11 times 17: small enough to reckon by hand. Two to the third power is eight; the private exponent is 107. */
const smallModulus = fromHex('BB');
const small = { modulus: smallModulus, exponent: fromHex('03') };
const smallPrivate = { modulus: smallModulus, privateExponent: fromHex('6B') };

test('a signature is raised to the public exponent, and a block to the private one', () => {
  equal(toHex(rsaRecover(small, fromHex('02')) ?? fromHex('')), '08');
  equal(toHex(rsaSign(smallPrivate, fromHex('08'))), '02');
});

const parts = {
  firstPrime: fromHex('0B'),
  secondPrime: fromHex('11'),
  firstExponent: fromHex('07'),
  secondExponent: fromHex('0B'),
  coefficient: fromHex('02'),
};

test('the prime parts sign as the private exponent does, over every block', () => {
  for (let value = 0; value < 0xbb; value++) {
    const block = Uint8Array.of(value);
    const signature = rsaSign({ modulus: smallModulus, parts }, block);
    equal(toHex(signature), toHex(rsaSign(smallPrivate, block)));
    equal(toHex(rsaRecover(small, signature) ?? fromHex('')), toHex(block));
  }
});

test('prime parts alone make the whole key, as an independent implementation made it', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024, publicExponent: 3 });
  const jwk = privateKey.export({ format: 'jwk' });
  const part = (name: 'n' | 'p' | 'q' | 'dp' | 'dq' | 'qi') =>
    new Uint8Array(Buffer.from(jwk[name] ?? '', 'base64url'));
  const key = rsaKeyOfParts({
    firstPrime: part('p'),
    secondPrime: part('q'),
    firstExponent: part('dp'),
    secondExponent: part('dq'),
    coefficient: part('qi'),
  });
  equal(toHex(key?.modulus ?? fromHex('')), toHex(part('n')));
  equal(toHex(key?.exponent ?? fromHex('')), '03');
});

test('parts that make no key make none, and what they make signs every block', () => {
  for (const name of Object.keys(parts)) {
    for (let other = 0; other < 256; other++) {
      const changed = { ...parts, [name]: Uint8Array.of(other) };
      const key = rsaKeyOfParts(changed);
      if (key === undefined) continue;
      for (let value = 0; value < 0xbb; value += 7) {
        const block = Uint8Array.of(value);
        equal(toHex(rsaSign(key, block)), toHex(rsaSign(smallPrivate, block)));
      }
    }
  }
  equal(rsaKeyOfParts({ ...parts, coefficient: fromHex('03') }), undefined);
  // 15 times 17, with exponents and coefficient that belong to them: 15 is no prime.
  const composite = {
    firstPrime: fromHex('0F'),
    secondPrime: fromHex('11'),
    firstExponent: fromHex('05'),
    secondExponent: fromHex('0B'),
    coefficient: fromHex('08'),
  };
  equal(rsaKeyOfParts(composite), undefined);
  equal(rsaKeyOfParts({ ...parts, secondPrime: parts.firstPrime }), undefined);
  equal(rsaKeyOfParts({ ...parts, coefficient: new Uint8Array(249) }), undefined);
});

test('a part that is not of this key gives out the right signature or none', () => {
  for (const name of Object.keys(parts)) {
    let refusals = 0;
    for (let other = 0; other < 256; other++) {
      const key = { modulus: smallModulus, parts: { ...parts, [name]: Uint8Array.of(other) } };
      for (const value of [0, 1, 2, 5, 8, 100, 186]) {
        const block = Uint8Array.of(value);
        try {
          equal(toHex(rsaSign(key, block)), toHex(rsaSign(smallPrivate, block)));
        } catch (error) {
          if (!(error instanceof AssertionError)) throw error;
          refusals += 1;
        }
      }
    }
    equal(refusals > 900, true, name);
  }
});

test('one and the modulus itself, or nothing, are no primes', () => {
  const sign = (primes: object): (() => Uint8Array) => {
    return () =>
      rsaSign({ modulus: smallModulus, parts: { ...parts, ...primes } }, Uint8Array.of(8));
  };
  throws(sign({ firstPrime: fromHex('01'), secondPrime: fromHex('BB') }), AssertionError);
  throws(sign({ firstPrime: fromHex('BB'), secondPrime: fromHex('01') }), AssertionError);
  throws(sign({ firstPrime: fromHex(''), secondPrime: fromHex('') }), AssertionError);
  throws(sign({ coefficient: new Uint8Array(100_000).fill(1) }), AssertionError);
});

test('a signature that is not below the modulus recovers nothing', () => {
  equal(rsaRecover(small, fromHex('BB')), undefined);
  equal(rsaRecover(small, fromHex('FF')), undefined);
});

test('a modulus has its first and last bits set and at most 248 bytes', () => {
  const longest = new Uint8Array(248).fill(0xff);
  equal(isRsaModulus(longest), true);
  equal(isRsaModulus(new Uint8Array(249).fill(0xff)), false);
  equal(isRsaModulus(fromHex('7F')), false);
  equal(isRsaModulus(fromHex('80')), false);
  equal(isRsaModulus(fromHex('')), false);
});

test('the exponents are 3 and 65537', () => {
  const accepted = ['03', '010001', '02', '05', '0003', '000003', '11', ''].filter((hex) =>
    isRsaExponent(fromHex(hex)),
  );
  equal(accepted.join(), '03,010001');
});

test('a signature of another length, or a key that is none, is a bug of the caller', () => {
  throws(() => rsaRecover(small, fromHex('0002')), AssertionError);
  throws(() => rsaRecover({ ...small, exponent: fromHex('05') }, fromHex('02')), AssertionError);
  throws(() => rsaSign(smallPrivate, fromHex('BB')), AssertionError);
});

for (const publicExponent of [3, 65537]) {
  test(`node:crypto agrees on random blocks under exponent ${publicExponent}`, () => {
    const pair = generateKeyPairSync('rsa', { modulusLength: 1024, publicExponent });
    const key = partsOf(pair.privateKey);
    const block = fc
      .uint8Array({ minLength: 128, maxLength: 128 })
      .map((bytes) => bytes.with(0, 0x6a));
    fc.assert(
      fc.property(block, (bytes) => {
        const signature = rsaSign({ modulus: key.modulus, parts: key }, bytes);
        const theirs = privateEncrypt(raw(pair.privateKey), bytes);
        equal(toHex(signature), toHex(theirs));
        const { privateExponent } = key;
        equal(toHex(rsaSign({ modulus: key.modulus, privateExponent }, bytes)), toHex(theirs));
        const recovered = rsaRecover(key, signature) ?? fromHex('');
        equal(toHex(recovered), toHex(publicDecrypt(raw(pair.publicKey), signature)));
      }),
      { numRuns: 20 },
    );
  });
}

function raw(key: KeyObject): { key: KeyObject; padding: number } {
  return { key, padding: constants.RSA_NO_PADDING };
}

function partsOf(key: KeyObject) {
  const jwk = key.export({ format: 'jwk' });
  const number = (text: string | undefined): Uint8Array =>
    Uint8Array.from(Buffer.from(text ?? '', 'base64url'));
  return {
    modulus: number(jwk.n),
    exponent: number(jwk.e),
    privateExponent: number(jwk.d),
    firstPrime: number(jwk.p),
    secondPrime: number(jwk.q),
    firstExponent: number(jwk.dp),
    secondExponent: number(jwk.dq),
    coefficient: number(jwk.qi),
  };
}
