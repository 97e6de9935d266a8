import { equal, throws } from 'node:assert/strict';
import { createECDH, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { revealHex } from '../bytes/secret.ts';
import {
  encodeSpki,
  isPoint,
  isPrivateKey,
  privateKeyFrom,
  publicKeyOf,
  SEED_BYTES,
  SPKI_HEAD,
  sharedSecret,
  signDer,
  verifyDer,
  verifyP256,
} from './p256.ts';

/** The order of the curve: private keys are below it. */
const ORDER = BigInt('0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551');
const ONE = new Uint8Array(32).with(31, 1);

const anyKey = fc.bigInt({ min: 1n, max: ORDER - 1n }).map(scalar);
const message = fc.uint8Array({ maxLength: 80 });

test('a private key is neither zero nor as large as the order, and 32 bytes long', () => {
  equal(isPrivateKey(ONE), true);
  equal(isPrivateKey(scalar(ORDER - 1n)), true);
  equal(isPrivateKey(scalar(ORDER)), false);
  equal(isPrivateKey(scalar(0n)), false);
  equal(isPrivateKey(ONE.subarray(1)), false);
  equal(isPrivateKey(new Uint8Array(33).fill(1)), false);
});

test('a point is uncompressed and on the curve', () => {
  const point = publicKeyOf(ONE);
  equal(isPoint(point), true);
  equal(isPoint(point.with(64, (point[64] as number) ^ 1)), false);
  equal(isPoint(point.with(0, 0x06)), false);
  equal(isPoint(point.subarray(0, 64)), false);
  const compressed = Uint8Array.of(2 + ((point[64] as number) & 1), ...point.subarray(1, 33));
  equal(isPoint(compressed), false);
  equal(isPoint(Uint8Array.of(0)), false);
});

test('any 48 bytes of chance make a private key, which does not print', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: SEED_BYTES, maxLength: SEED_BYTES }), (seed) => {
      const key = privateKeyFrom(seed);
      equal(isPrivateKey(key), true);
      equal(String(key), '[32 secret bytes]');
    }),
  );
  equal(isPrivateKey(privateKeyFrom(new Uint8Array(SEED_BYTES).fill(0xff))), true);
});

test('public keys and what two parties share are those of node:crypto, from either side', () => {
  fc.assert(
    fc.property(anyKey, anyKey, (own, other) => {
      const [first, second] = [ecdhOf(own), ecdhOf(other)];
      const [point, otherPoint] = [publicKeyOf(own), publicKeyOf(other)];
      equal(toHex(point), toHex(first.getPublicKey()));
      const shared = toHex(first.computeSecret(second.getPublicKey()));
      equal(revealHex(sharedSecret(own, otherPoint)), shared);
      equal(revealHex(sharedSecret(other, point)), shared);
    }),
    { numRuns: 30 },
  );
});

test('what is shared does not print', () => {
  equal(String(sharedSecret(ONE, publicKeyOf(scalar(2n)))), '[32 secret bytes]');
});

test('node:crypto accepts our signatures, and we accept its, in both forms', () => {
  fc.assert(
    fc.property(anyKey, message, (key, data) => {
      const point = publicKeyOf(key);
      const [theirs, open] = [nodeKey(key), createPublicKey(nodeKey(key))];
      equal(verify('sha256', data, open, signDer(data, key)), true);
      equal(verifyDer(Uint8Array.from(sign('sha256', data, theirs)), data, point), true);
      const raw = sign('sha256', data, { key: theirs, dsaEncoding: 'ieee-p1363' });
      equal(verifyP256(Uint8Array.from(raw), data, point), true);
    }),
    { numRuns: 30 },
  );
});

test('both halves of s are accepted, in both forms', () => {
  const data = fromHex('010203');
  const key = nodeKey(ONE);
  const raw = Uint8Array.from(sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }));
  const s = BigInt(`0x${toHex(raw.subarray(32))}`);
  const turned = Uint8Array.of(...raw.subarray(0, 32), ...scalar(ORDER - s));
  for (const signature of [raw, turned]) {
    equal(verifyP256(signature, data, publicKeyOf(ONE)), true);
    equal(verifyDer(derOf(signature), data, publicKeyOf(ONE)), true);
  }
});

test('any byte of message or signature changed, and any other key, verifies nothing', () => {
  const data = fromHex('4F637461766F');
  const point = publicKeyOf(ONE);
  const der = signDer(data, ONE);
  const raw = Uint8Array.from(
    sign('sha256', data, { key: nodeKey(ONE), dsaEncoding: 'ieee-p1363' }),
  );
  for (let at = 0; at < der.length; at++) equal(verifyDer(flipped(der, at), data, point), false);
  for (let at = 0; at < raw.length; at++) equal(verifyP256(flipped(raw, at), data, point), false);
  equal(verifyDer(der, flipped(data, 0), point), false);
  equal(verifyP256(raw, flipped(data, 0), point), false);
  equal(verifyDer(der, data, publicKeyOf(scalar(2n))), false);
  equal(verifyP256(raw.subarray(1), data, point), false);
  equal(verifyDer(der, data, point.subarray(1)), false);
  equal(verifyP256(raw, data, flipped(point, 64)), false);
});

test('any bytes as a signature in DER are one that does not stand', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      equal(verifyDer(bytes, ONE, publicKeyOf(ONE)), false);
    }),
  );
});

test('a SubjectPublicKeyInfo is what node:crypto writes of the same key', () => {
  fc.assert(
    fc.property(anyKey, (key) => {
      const theirs = createPublicKey(nodeKey(key)).export({ format: 'der', type: 'spki' });
      equal(toHex(encodeSpki(publicKeyOf(key))), toHex(theirs));
      equal(toHex(theirs.subarray(0, SPKI_HEAD.length)), toHex(SPKI_HEAD));
    }),
    { numRuns: 20 },
  );
});

test('what is no key, no point and no seed is a bug of the caller', () => {
  const [none, point] = [new Uint8Array(32), publicKeyOf(ONE)];
  throws(() => publicKeyOf(none), AssertionError);
  throws(() => signDer(ONE, none), AssertionError);
  throws(() => sharedSecret(none, point), AssertionError);
  throws(() => sharedSecret(ONE, flipped(point, 64)), AssertionError);
  throws(() => encodeSpki(flipped(point, 64)), AssertionError);
  throws(() => privateKeyFrom(new Uint8Array(32)), AssertionError);
});

function scalar(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, '0'));
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.with(at, (bytes[at] as number) ^ 1);
}

function ecdhOf(privateKey: Uint8Array): ReturnType<typeof createECDH> {
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(privateKey);
  return curve;
}

function nodeKey(privateKey: Uint8Array): ReturnType<typeof createPrivateKey> {
  const point = ecdhOf(privateKey).getPublicKey();
  const part = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
  const [x, y] = [part(point.subarray(1, 33)), part(point.subarray(33))];
  const key = { kty: 'EC', crv: 'P-256', x, y, d: part(privateKey) };
  return createPrivateKey({ key, format: 'jwk' });
}

/** Two numbers of 32 bytes as DER has them: a zero before a first bit that is set, no zeros else. */
function derOf(raw: Uint8Array): Uint8Array {
  const numbers = [raw.subarray(0, 32), raw.subarray(32)].map((bytes) => {
    const hex = toHex(bytes).replace(/^(00)+/, '');
    const value = fromHex(Number.parseInt(hex.slice(0, 2), 16) >= 0x80 ? `00${hex}` : hex);
    return [0x02, value.length, ...value];
  });
  const content = numbers.flat();
  return Uint8Array.of(0x30, content.length, ...content);
}
