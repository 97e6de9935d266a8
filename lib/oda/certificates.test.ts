import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { sha1 } from '@noble/hashes/legacy.js';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { concat, fromHex, toHex } from '../bytes/bytes.ts';
import { rsaRecover, rsaSign } from '../cipher/rsa.ts';
import {
  type CertificateObjects,
  makeIccCertificate,
  makeIssuerCertificate,
  recoverIccKey,
  recoverIssuerKey,
} from './certificates.ts';
import { changedAt, iccObjects, issuerObjects, pan, rsa, staticData } from './chain.fixture.ts';
import { ODA_CHECKS } from './checks.ts';

const { ca, issuer, icc } = rsa;

/** What a certificate is refused for; `recovered` when it is not. */
const issuerVerdict = (objects: CertificateObjects, number?: string): string =>
  verdict(recoverIssuerKey(ca.open, objects, number));
const iccVerdict = (objects: CertificateObjects, data = staticData, number?: string): string =>
  verdict(recoverIccKey(issuer.open, objects, data, number));

function verdict(recovered: ReturnType<typeof recoverIssuerKey>): string {
  return recovered.kind === 'refused' ? recovered.code : recovered.kind;
}

test('the issuer’s key, identifier, expiry and serial number are recovered with the CA’s key', () => {
  const recovered = recoverIssuerKey(ca.open, issuerObjects, pan);
  ok(recovered.kind === 'recovered');
  deepEqual(recovered.key, issuer.open);
  const { subject, expiry, serial } = recovered;
  deepEqual([subject, expiry, toHex(serial)], ['625824', '1230', '000001']);
});

test('the card’s key, number, expiry and serial number are recovered with the issuer’s key', () => {
  const recovered = recoverIccKey(issuer.open, iccObjects, staticData, pan);
  ok(recovered.kind === 'recovered');
  deepEqual(recovered.key, icc.open);
  const { subject, expiry, serial } = recovered;
  deepEqual([subject, expiry, toHex(serial)], [pan, '1230', '000002']);
});

test('length: a certificate is as long as the signer’s modulus', () => {
  const { certificate } = issuerObjects;
  for (const wrong of [certificate.subarray(1), concat(certificate, fromHex('00')), fromHex('')]) {
    equal(issuerVerdict({ ...issuerObjects, certificate: wrong }), 'length');
  }
});

test('length: a signer whose modulus holds no certificate at all', () => {
  const short = { modulus: new Uint8Array(35).fill(0xff), exponent: fromHex('03') };
  const objects = { ...issuerObjects, certificate: new Uint8Array(35) };
  equal(verdict(recoverIssuerKey(short, objects)), 'length');
});

test('trailer, header, format: in this order, before the hash', () => {
  equal(issuerVerdict(resigned([127, 0xbd], [0, 0x6b], [1, 0x04], [30, 0])), 'trailer');
  equal(issuerVerdict(resigned([0, 0x6b], [1, 0x04], [30, 0])), 'header');
  equal(issuerVerdict(resigned([1, 0x04], [30, 0])), 'format');
  equal(issuerVerdict(resigned([30, 0])), 'hash');
});

test('trailer: a signature that is not below the modulus', () => {
  const certificate = new Uint8Array(128).fill(0xff);
  equal(issuerVerdict({ ...issuerObjects, certificate }), 'trailer');
});

test('a card’s certificate is no issuer’s, and the other way round', () => {
  equal(verdict(recoverIssuerKey(issuer.open, iccObjects)), 'format');
  equal(verdict(recoverIccKey(ca.open, issuerObjects, staticData)), 'format');
});

test('hash: the card’s certificate is bound to its static data', () => {
  equal(iccVerdict(iccObjects, changedAt(staticData, 7)), 'hash');
  equal(iccVerdict(iccObjects, fromHex('')), 'hash');
});

test('issuer_identifier: the first 3 to 8 digits of the card number, F behind them', () => {
  equal(issuerVerdict(issuerObjects, '6258259900000017'), 'issuer_identifier');
  for (const [field, expected] of [
    ['62FFFFFF', 'issuer_identifier'],
    ['FFFFFFFF', 'issuer_identifier'],
    ['62F824FF', 'issuer_identifier'],
    ['62582A99', 'issuer_identifier'],
    ['625FFFFF', 'recovered'],
    ['62582499', 'recovered'],
  ] as const) {
    equal(issuerVerdict(rehashed(2, fromHex(field)), pan), expected, field);
  }
});

test('pan: the whole card number, F behind it', () => {
  equal(iccVerdict(iccObjects, staticData, '6258249900000026'), 'pan');
  equal(iccVerdict(iccObjects, staticData, '625824990000001'), 'pan');
});

test('algorithm: SHA-1 and RSA alone', () => {
  equal(issuerVerdict(rehashed(11, fromHex('02'))), 'algorithm');
  equal(issuerVerdict(rehashed(12, fromHex('02'))), 'algorithm');
});

test('key: a remainder exactly where the modulus does not fit, and the exponent’s own length', () => {
  equal(issuerVerdict(rehashed(13, fromHex('7F'))), 'key');
  equal(issuerVerdict(rehashed(13, fromHex('81'))), 'key');
  equal(issuerVerdict(rehashed(13, fromHex('00'))), 'key');
  equal(issuerVerdict(rehashed(14, fromHex('03'))), 'key');
});

test('key: exponents 3 and 65537 alone', () => {
  for (const [hex, expected] of [
    ['010001', 'recovered'],
    ['05', 'key'],
    ['000003', 'key'],
    ['', 'key'],
  ] as const) {
    const exponent = fromHex(hex);
    const objects = rehashed(14, Uint8Array.of(exponent.length), { ...issuerObjects, exponent });
    equal(issuerVerdict(objects), expected, hex);
  }
});

test('key: a modulus with its first and last bits set', () => {
  equal(issuerVerdict(rehashed(15, fromHex('53'))), 'key');
  const remainder = changedAt(issuerObjects.remainder, 35);
  equal(issuerVerdict(rehashed(2, fromHex('62'), { ...issuerObjects, remainder })), 'key');
});

test('any byte changed is refused by a named check', () => {
  for (const part of ['certificate', 'remainder', 'exponent'] as const) {
    for (let at = 0; at < issuerObjects[part].length; at++) {
      const objects = { ...issuerObjects, [part]: changedAt(issuerObjects[part], at, 0x10) };
      ok(Object.hasOwn(ODA_CHECKS, issuerVerdict(objects)), `${part} ${at}`);
    }
    for (let at = 0; at < iccObjects[part].length; at++) {
      const objects = { ...iccObjects, [part]: changedAt(iccObjects[part], at, 0x10) };
      ok(Object.hasOwn(ODA_CHECKS, iccVerdict(objects)), `${part} ${at}`);
    }
  }
  for (let at = 0; at < staticData.length; at++) {
    equal(iccVerdict(iccObjects, changedAt(staticData, at)), 'hash');
  }
});

test('any bytes are refused by a named check', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.uint8Array({ minLength: 128, maxLength: 128 }),
  );
  fc.assert(
    fc.property(bytes, bytes, bytes, (certificate, remainder, exponent) => {
      ok(Object.hasOwn(ODA_CHECKS, issuerVerdict({ certificate, remainder, exponent })));
      ok(Object.hasOwn(ODA_CHECKS, iccVerdict({ certificate, remainder, exponent })));
    }),
  );
});

test('what is certified is recovered, with and without remainder', () => {
  const digits = (least: number, most: number) =>
    fc.stringMatching(new RegExp(`^[0-9]{${least},${most}}$`));
  const modulus = fc
    .uint8Array({ minLength: 1, maxLength: 248 })
    .map((bytes) => bytes.with(0, 0x80 | (bytes[0] as number)))
    .map((bytes) => bytes.with(-1, 1 | (bytes.at(-1) as number)));
  const certified = fc.record({
    key: fc
      .tuple(modulus, fc.constantFrom(fromHex('03'), fromHex('010001')))
      .map(([modulus, exponent]) => ({ modulus, exponent })),
    expiry: digits(4, 4),
    serial: fc.uint8Array({ minLength: 3, maxLength: 3 }),
  });
  fc.assert(
    fc.property(certified, digits(3, 8), digits(8, 19), (key, identifier, number) => {
      const forIssuer = { ...key, subject: identifier };
      const made = makeIssuerCertificate(ca.hidden, forIssuer);
      deepEqual(recoverIssuerKey(ca.open, made, identifier.padEnd(16, '0')), {
        kind: 'recovered',
        ...forIssuer,
      });
      const forCard = { ...key, subject: number };
      const card = makeIccCertificate(issuer.hidden, forCard, staticData);
      deepEqual(recoverIccKey(issuer.open, card, staticData, number), {
        kind: 'recovered',
        ...forCard,
      });
    }),
    { numRuns: 15 },
  );
});

test('an impossible subject, expiry, serial number or signer is a bug of the caller', () => {
  const good = { key: icc.open, subject: '625824', expiry: '1230', serial: fromHex('000001') };
  for (const wrong of [
    { subject: '62' },
    { subject: '625824990' },
    { subject: '62582A' },
    { expiry: '123' },
    { serial: fromHex('01') },
    { key: { modulus: fromHex('02'), exponent: fromHex('03') } },
  ]) {
    throws(() => makeIssuerCertificate(ca.hidden, { ...good, ...wrong }), AssertionError);
  }
  const short = { modulus: new Uint8Array(35).fill(0xff), privateExponent: fromHex('01') };
  throws(() => makeIssuerCertificate(short, good), AssertionError);
});

/** The issuer's certificate with bytes of its block replaced, under the old hash. */
function resigned(...bytes: readonly (readonly [at: number, byte: number])[]): CertificateObjects {
  const block = bytes.reduce((changed, [at, byte]) => changed.with(at, byte), issuerBlock());
  return { ...issuerObjects, certificate: rsaSign(ca.hidden, block) };
}

/** The issuer's certificate with a part of its block replaced, under a hash made anew. */
function rehashed(at: number, part: Uint8Array, objects = issuerObjects): CertificateObjects {
  const block = issuerBlock();
  block.set(part, at);
  block.set(sha1(concat(block.subarray(1, 107), objects.remainder, objects.exponent)), 107);
  return { ...objects, certificate: rsaSign(ca.hidden, block) };
}

function issuerBlock(): Uint8Array {
  const block = rsaRecover(ca.open, issuerObjects.certificate);
  ok(block !== undefined);
  return block;
}
