import { equal, notEqual, throws } from 'node:assert/strict';
import { createECDH } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { concat, fromAscii, fromHex, toHex } from '../bytes/bytes.ts';
import { isSm2Point, SM2_ORDER, sm2Identity, sm2PublicKey, sm2Sign, sm2Verify } from './sm2.ts';

// vectors.json, sm2-sign-001: the example of GB/T 32918.5, annex A.
const standard = {
  privateKey: fromHex('3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8'),
  publicKey: fromHex(
    '09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020' +
      'CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13',
  ),
  message: fromAscii('message digest'),
  signature: fromHex(
    'F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3' +
      'B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA',
  ),
};
const order = fromHex(SM2_ORDER.toString(16));
const randomBytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
/** Below the order, and not zero. */
const privateKeys = randomBytes(32).map((bytes) => bytes.with(0, 0x7f));

test('Z names the signer’s key and the default identity', () => {
  equal(
    toHex(sm2Identity(standard.publicKey)),
    'B2E14C5C79C6DF5B85F4FE7ED8DB7A262B9DA7E07CCB0EA9F4747B8CCDA8A4F3',
  );
});

test('the standard’s signature stands, and not over another message nor under another key', () => {
  const { publicKey, message, signature } = standard;
  equal(sm2Verify(publicKey, message, signature), true);
  equal(sm2Verify(publicKey, fromAscii('message digesT'), signature), false);
  equal(sm2Verify(sm2PublicKey(fromHex('01'.padStart(64, '0'))), message, signature), false);
});

test('node:crypto agrees on the public key of any private key', () => {
  fc.assert(
    fc.property(privateKeys, (privateKey) => {
      const theirs = createECDH('SM2');
      theirs.setPrivateKey(privateKey);
      equal(toHex(concat(fromHex('04'), sm2PublicKey(privateKey))), toHex(theirs.getPublicKey()));
    }),
    { numRuns: 10 },
  );
});

test('what is signed verifies; with one bit changed it does not', () => {
  fc.assert(
    fc.property(
      privateKeys,
      fc.uint8Array({ maxLength: 80 }),
      randomBytes(40),
      fc.nat(511),
      (privateKey, message, nonce, bit) => {
        const signature = sm2Sign(privateKey, message, () => nonce);
        const publicKey = sm2PublicKey(privateKey);
        equal(sm2Verify(publicKey, message, signature), true);
        const at = bit >> 3;
        const changed = signature.with(at, (signature[at] as number) ^ (1 << (bit & 7)));
        equal(sm2Verify(publicKey, message, changed), false);
      },
    ),
    { numRuns: 10 },
  );
});

test('the nonce comes from the argument alone', () => {
  const { privateKey, message } = standard;
  const sign = (fill: number): string =>
    toHex(sm2Sign(privateKey, message, (length) => new Uint8Array(length).fill(fill)));
  equal(sign(1), sign(1));
  notEqual(sign(1), sign(2));
});

test('halves of a signature that are zero or not below the order verify nothing', () => {
  const { publicKey, message, signature } = standard;
  const r = signature.subarray(0, 32);
  const s = signature.subarray(32);
  for (const half of [new Uint8Array(32), order, new Uint8Array(32).fill(0xff)]) {
    equal(sm2Verify(publicKey, message, concat(half, s)), false);
    equal(sm2Verify(publicKey, message, concat(r, half)), false);
  }
});

test('any bytes are a key and a signature that verify or do not', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 70 }),
      fc.uint8Array({ maxLength: 70 }),
      (publicKey, signature) => sm2Verify(publicKey, standard.message, signature) === false,
    ),
  );
  fc.assert(
    fc.property(randomBytes(64), (signature) => {
      equal(sm2Verify(standard.publicKey, standard.message, signature), false);
    }),
    { numRuns: 20 },
  );
});

test('a point is on the curve, with both coordinates below the prime', () => {
  equal(isSm2Point(standard.publicKey), true);
  equal(isSm2Point(standard.publicKey.with(63, 0)), false);
  equal(isSm2Point(new Uint8Array(64)), false);
  equal(isSm2Point(new Uint8Array(64).fill(0xff)), false);
  equal(isSm2Point(standard.publicKey.subarray(1)), false);
});

test('a private key is between one and the order less two', () => {
  const lessOne = order.with(31, (order[31] as number) - 1);
  throws(() => sm2PublicKey(new Uint8Array(32)), AssertionError);
  throws(() => sm2PublicKey(order), AssertionError);
  throws(() => sm2PublicKey(lessOne), AssertionError);
});
