import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { concat, fromHex, toHex } from '../bytes/bytes.ts';
import { sm2PublicKey, sm2Sign } from '../cipher/sm2.ts';
import { bytesOf, changedAt, pan, tap } from './chain.fixture.ts';
import { ODA_CHECKS } from './checks.ts';
import {
  sm2IccCertificate,
  sm2IccKey,
  sm2IssuerCertificate,
  sm2IssuerKey,
  sm2SignFdda,
  sm2SignStaticData,
  sm2VerifyFdda,
  sm2VerifyStaticData,
} from './sm2.ts';

const caPrivate = bytesOf('7.3-sm2-ca', 'private_key');
const caKey = bytesOf('7.3-sm2-ca', 'public_key');
const issuerPrivate = bytesOf('7.3-sm2-issuer-key', 'private_key');
const issuerKey = bytesOf('7.3-sm2-issuer-key', 'public_key');
const iccPrivate = bytesOf('7.3-sm2-icc-key', 'private_key');
const iccKey = bytesOf('7.3-sm2-icc-key', 'public_key');
const tag90 = bytesOf('7.3-sm2-issuer', 'tag_90');
const tag9F46 = bytesOf('7.3-sm2-icc', 'tag_9F46');
const staticData = bytesOf('7.3-sm2-icc', 'static_data');
const random = (length: number): Uint8Array => new Uint8Array(length).fill(7);
const atc = fromHex('0002');

const issuerVerdict = (certificate: Uint8Array, number?: string): string =>
  code(sm2IssuerKey(caKey, certificate, number));
const iccVerdict = (certificate: Uint8Array, data = staticData, number?: string): string =>
  code(sm2IccKey(issuerKey, certificate, data, number));
const code = (checked: { readonly kind: string } | { kind: 'refused'; code: string }): string =>
  'code' in checked ? checked.code : checked.kind;

test('the issuer’s key comes out of 142 bytes that the CA signed', () => {
  equal(tag90.length, 142);
  const recovered = sm2IssuerKey(caKey, tag90, pan);
  ok(recovered.kind === 'recovered');
  const { key, subject, expiry, serial } = recovered;
  deepEqual(key, issuerKey);
  deepEqual([subject, expiry, toHex(serial)], ['625824', '1230', '000001']);
});

test('the card’s key comes out of 148 bytes that the issuer signed with the static data', () => {
  equal(tag9F46.length, 148);
  const recovered = sm2IccKey(issuerKey, tag9F46, staticData, pan);
  ok(recovered.kind === 'recovered');
  const { key, subject, expiry, serial } = recovered;
  deepEqual(key, iccKey);
  deepEqual([subject, expiry, toHex(serial)], [pan, '1230', '000002']);
  equal(iccVerdict(tag9F46, changedAt(staticData, 3)), 'signature');
});

test('length, format, signature, subject, algorithm, key: in this order', () => {
  equal(issuerVerdict(tag90.subarray(1)), 'length');
  equal(issuerVerdict(concat(tag90, fromHex('00'))), 'length');
  equal(issuerVerdict(tag90.with(0, 0x14)), 'format');
  equal(issuerVerdict(tag90.with(9, 9)), 'signature');
  equal(issuerVerdict(tag90, '6258259900000017'), 'issuer_identifier');
  equal(issuerVerdict(resigned([1, 0xff], [10, 0x01])), 'issuer_identifier');
  equal(issuerVerdict(resigned([10, 0x01], [13, 0x41])), 'algorithm');
  equal(issuerVerdict(resigned([11, 0x01])), 'algorithm');
  equal(issuerVerdict(resigned([12, 0x04])), 'algorithm');
  equal(issuerVerdict(resigned([13, 0x41])), 'key');
  equal(issuerVerdict(resigned([77, 0x00])), 'key');
  equal(iccVerdict(tag9F46, staticData, '6258249900000026'), 'pan');
});

test('a card’s certificate may name curve 04, as one public card does', () => {
  const body = tag9F46.slice(0, 84).with(18, 0x04);
  const signature = sm2Sign(issuerPrivate, concat(body, staticData), random);
  equal(iccVerdict(concat(body, signature)), 'recovered');
});

test('what is certified is recovered', () => {
  const certified = {
    key: sm2PublicKey(iccPrivate),
    subject: '62582499',
    expiry: '0931',
    serial: fromHex('0A0B0C'),
  };
  const forIssuer = sm2IssuerCertificate(caPrivate, certified, random);
  deepEqual(sm2IssuerKey(caKey, forIssuer, pan), { kind: 'recovered', ...certified });
  const forCard = { ...certified, subject: '6258249900000000018' };
  const card = sm2IccCertificate(issuerPrivate, forCard, staticData, random);
  deepEqual(sm2IccKey(issuerKey, card, staticData), { kind: 'recovered', ...forCard });
});

test('static data: 67 bytes, format 13, the code, the signature', () => {
  const dac = fromHex('DAC0');
  const signed = sm2SignStaticData(issuerPrivate, dac, staticData, random);
  equal(signed.length, 67);
  const check = (bytes: Uint8Array, data = staticData): string =>
    code(sm2VerifyStaticData(issuerKey, bytes, data));
  deepEqual(sm2VerifyStaticData(issuerKey, signed, staticData), {
    kind: 'verified',
    dataAuthenticationCode: dac,
  });
  equal(check(signed.subarray(1)), 'length');
  equal(check(signed.with(0, 0x03)), 'format');
  equal(check(signed.with(1, 0)), 'signature');
  equal(check(signed, changedAt(staticData, 0)), 'signature');
});

test('fDDA: format 15 over the same dynamic data and tap as the RSA chain', () => {
  for (const data of [tap, { version: 0, unpredictableNumber: tap.unpredictableNumber } as const]) {
    const signed = sm2SignFdda(iccPrivate, atc, data, random);
    deepEqual(sm2VerifyFdda(iccKey, signed, data), { kind: 'verified', iccDynamicNumber: atc });
    const amountAuthorised = fromHex('000000001251');
    const changed = sm2VerifyFdda(iccKey, signed, { ...tap, amountAuthorised });
    equal(code(changed), 'signature');
  }
});

test('fDDA: length, format, signature, algorithm, dynamic_data: in this order', () => {
  const check = (bytes: Uint8Array): string => code(sm2VerifyFdda(iccKey, bytes, tap));
  const signed = sm2SignFdda(iccPrivate, atc, tap, random);
  equal(check(signed.subarray(1)), 'length');
  equal(check(signed.with(2, 3)), 'length');
  equal(check(new Uint8Array(66)), 'length');
  equal(check(signed.with(0, 0x05)), 'format');
  equal(check(signed.with(5, 9)), 'signature');
  equal(check(dynamic('150103020002')), 'algorithm');
  equal(check(dynamic('150402010002')), 'length');
  equal(check(dynamic('150403010002')), 'dynamic_data');
  equal(check(dynamic('150403030002')), 'dynamic_data');
});

test('any byte changed, and any bytes, are refused by a named check', () => {
  const fdda = sm2SignFdda(iccPrivate, atc, tap, random);
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (position, mask) => {
      const issuer = changedAt(tag90, position % tag90.length, mask);
      const icc = changedAt(tag9F46, position % tag9F46.length, mask);
      const tapped = changedAt(fdda, position % fdda.length, mask);
      const codes = [
        issuerVerdict(issuer),
        iccVerdict(icc),
        code(sm2VerifyFdda(iccKey, tapped, tap)),
      ];
      for (const one of codes) ok(Object.hasOwn(ODA_CHECKS, one));
    }),
    { numRuns: 20 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 160 }), (bytes) => {
      for (const one of [issuerVerdict(bytes), code(sm2VerifyFdda(iccKey, bytes, tap))]) {
        ok(Object.hasOwn(ODA_CHECKS, one));
      }
    }),
  );
});

test('a key off the curve is not certified', () => {
  const serial = fromHex('000001');
  const certified = { key: new Uint8Array(64), subject: '625824', expiry: '1230', serial };
  throws(() => sm2IssuerCertificate(caPrivate, certified, random), AssertionError);
});

/** The issuer's certificate with bytes replaced, signed anew. */
function resigned(...bytes: readonly (readonly [at: number, byte: number])[]): Uint8Array {
  const body = bytes.reduce((changed, [at, byte]) => changed.with(at, byte), tag90.slice(0, 78));
  return concat(body, sm2Sign(caPrivate, body, random));
}

/** A dynamic signature over the tap with this prefix. */
function dynamic(prefix: string): Uint8Array {
  const bytes = fromHex(prefix);
  const covered = fromHex('1A2B3C4D000000001250015601A1B2C3D4008000');
  return concat(bytes, sm2Sign(iccPrivate, concat(bytes, covered), random));
}
