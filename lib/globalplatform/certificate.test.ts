import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { createECDH, createHash, type ECDH, generateKeyPairSync, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { concat, fromHex, toHex } from '../bytes/bytes.ts';
import { isPoint } from '../cipher/p256.ts';
import {
  CertificateError,
  certificateToSign,
  decodeCplc,
  decodeElementCertificate,
  type ElementCertificate,
  elementId,
  encodeCplc,
  encodeElementCertificate,
  verifyElementCertificate,
} from './certificate.ts';

const maker = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const makerPoint = pointOf(maker.publicKey.export({ format: 'jwk' }));
const elementPoint = newPoint();
const cplc = Uint8Array.from({ length: 42 }, (_, index) => index);
const certificate = signed('MAKER');
const whole = encodeElementCertificate(certificate);

test('a certificate is 7F21 with maker, CPLC, key and signature in this order', () => {
  // profile octavo-1, section 3; 42 + 45 + 86 + 5F37 of 7, 44, 67 and 67 bytes make B9.
  const signedPart = `42054D414B4552452A${toHex(cplc)}8641${toHex(elementPoint)}`;
  same(toHex(whole), `7F2181B9${signedPart}5F3740${toHex(certificate.signature)}`);
  same(toHex(certificateToSign(certificate)), signedPart);
});

test('what was encoded is read back', () => {
  deepEqual(decodeElementCertificate(whole), certificate);
});

test('the maker signs the encoded objects as they stand', () => {
  same(verifyElementCertificate(certificate, makerPoint), true);
  const jwk = { key: maker.publicKey, dsaEncoding: 'ieee-p1363' } as const;
  same(verify('sha256', certificateToSign(certificate), jwk, certificate.signature), true);
});

test('signatures with either half of s are accepted', () => {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const s = BigInt(`0x${toHex(certificate.signature.subarray(32))}`);
  const other = fromHex((order - s).toString(16).padStart(64, '0'));
  const signature = concat(certificate.signature.subarray(0, 32), other);
  same(verifyElementCertificate({ ...certificate, signature }, makerPoint), true);
});

test("another maker's key, another key, another CPLC or another name verifies nothing", () => {
  same(verifyElementCertificate(certificate, newPoint()), false);
  same(verifyElementCertificate(certificate, new Uint8Array(65)), false);
  same(verifyElementCertificate({ ...certificate, publicKey: newPoint() }, makerPoint), false);
  same(verifyElementCertificate({ ...certificate, cplc: new Uint8Array(42) }, makerPoint), false);
  same(verifyElementCertificate({ ...certificate, makerId: 'NAKER' }, makerPoint), false);
  const signature = new Uint8Array(64);
  same(verifyElementCertificate({ ...certificate, signature }, makerPoint), false);
});

test('the id of an element is SHA-256 of its whole certificate', () => {
  same(toHex(elementId(whole)), createHash('sha256').update(whole).digest('hex').toUpperCase());
});

test('a certificate cut short at any byte, or with one more, is refused', () => {
  for (let length = 0; length < whole.length; length++) {
    throws(() => decodeElementCertificate(whole.subarray(0, length)), CertificateError);
  }
  throws(() => decodeElementCertificate(concat(whole, fromHex('00'))), CertificateError);
  throws(() => decodeElementCertificate(concat(whole, whole)), CertificateError);
});

test('any one byte changed gives another certificate that does not verify, or the own error', () => {
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (index, change) => {
      const mutant = Uint8Array.from(whole);
      mutant[index] = (mutant[index] as number) ^ change;
      try {
        same(verifyElementCertificate(decodeElementCertificate(mutant), makerPoint), false);
      } catch (error) {
        if (!(error instanceof CertificateError)) throw error;
      }
    }),
  );
});

test('any bytes are a certificate or the own error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
      throws(() => decodeElementCertificate(bytes), CertificateError),
    ),
  );
});

test('a maker id is printable and at most 64 characters, a key is on the curve', () => {
  throws(() => encodeElementCertificate({ ...certificate, makerId: '' }), AssertionError);
  throws(
    () => encodeElementCertificate({ ...certificate, makerId: 'M'.repeat(65) }),
    AssertionError,
  );
  const unprintable = Uint8Array.from(whole);
  unprintable[6] = 0x07;
  throws(() => decodeElementCertificate(unprintable), CertificateError);
  const publicKey = Uint8Array.from(elementPoint);
  publicKey[64] = (publicKey[64] as number) ^ 0x01;
  throws(
    () => decodeElementCertificate(encodeElementCertificate({ ...certificate, publicKey })),
    CertificateError,
  );
  same(isPoint(elementPoint), true);
  same(isPoint(createPoint().getPublicKey(undefined, 'compressed')), false);
});

test('CPLC fields lie in the order of the sheet', () => {
  // Provisioning sheet, section 2; every byte of the sample is its own place.
  const fields = decodeCplc(cplc);
  same(fields.icFabricator, '0001');
  same(fields.icType, '0203');
  same(fields.operatingSystemReleaseDate, '0607');
  same(fields.icFabricationDate, '0A0B');
  same(fields.icSerialNumber, '0C0D0E0F');
  same(fields.icBatchId, '1011');
  same(fields.prePersonalisationEquipment, '1E1F2021');
  same(fields.personaliser, '2223');
  same(fields.personalisationEquipment, '26272829');
});

test('any 42 bytes are CPLC data and come back the same; any other length is refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 42, maxLength: 42 }), (bytes) =>
      same(toHex(encodeCplc(decodeCplc(bytes))), toHex(bytes)),
    ),
  );
  throws(() => decodeCplc(new Uint8Array(41)), CertificateError);
  throws(() => decodeCplc(new Uint8Array(43)), CertificateError);
  throws(() => encodeCplc({ ...decodeCplc(cplc), icType: '02' }), AssertionError);
});

function signed(makerId: string): ElementCertificate {
  const unsigned = { makerId, cplc, publicKey: elementPoint };
  const key = { key: maker.privateKey, dsaEncoding: 'ieee-p1363' } as const;
  const signature = Uint8Array.from(sign('sha256', certificateToSign(unsigned), key));
  return { ...unsigned, signature };
}

function createPoint(): ECDH {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  return pair;
}

function newPoint(): Uint8Array {
  return Uint8Array.from(createPoint().getPublicKey());
}

function pointOf(jwk: { x?: string; y?: string }): Uint8Array {
  const part = (text = ''): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64url'));
  return concat(fromHex('04'), part(jwk.x), part(jwk.y));
}
