import { deepEqual, equal } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { concat, fromHex, toHex } from '../bytes/bytes.ts';
import { authorityKeyChecksum, isExpired, revocationEntry, standingOf } from './authority.ts';
import { rsa, textOf } from './chain.fixture.ts';

const rid = fromHex('A000000333');
const index = 0xf1;

test('the check sum is SHA-1 over RID, index, modulus and exponent', () => {
  const checksum = authorityKeyChecksum({ rid, index, ...rsa.ca.open });
  equal(toHex(checksum), textOf('9.3-checksum', 'checksum'));
  const { modulus, exponent } = rsa.ca.open;
  const hashed = concat(rid, Uint8Array.of(index), modulus, exponent);
  equal(toHex(checksum), toHex(createHash('sha1').update(hashed).digest()));
});

test('a certificate holds to the end of its last month', () => {
  equal(isExpired('1230', '301231'), false);
  equal(isExpired('1230', '310101'), true);
  equal(isExpired('0131', '301231'), false);
  equal(isExpired('1129', '301101'), true);
});

test('years from 50 are of the last century', () => {
  equal(isExpired('1299', '000101'), true);
  equal(isExpired('0100', '991231'), false);
  equal(isExpired('1249', '500101'), false);
});

test('a month that is none has passed', () => {
  for (const wrong of ['0030', '1330', '1A30', '123', 'FFFF']) {
    equal(isExpired(wrong, '260101'), true, wrong);
  }
});

test('an expired certificate is refused before a revoked one', () => {
  const certificate = { expiry: '1230', serial: fromHex('000001') };
  const revoked = new Set([revocationEntry(rid, index, certificate.serial)]);
  const code = (date: string, list: ReadonlySet<string>, key = index): string =>
    standingOf(certificate, { date, rid, index: key, revoked: list })?.code ?? 'good';
  deepEqual(
    [
      code('310101', revoked),
      code('261122', revoked),
      code('261122', new Set()),
      code('261122', revoked, 0xf2),
    ],
    ['expired', 'revoked', 'good', 'good'],
  );
});
