import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { sha1 } from '@noble/hashes/legacy.js';
import fc from 'fast-check';
import { concat, fromHex, toHex } from '../bytes/bytes.ts';
import { rsaRecover, rsaSign } from '../cipher/rsa.ts';
import { bytesOf, changedAt, rsa, staticData } from './chain.fixture.ts';
import { ODA_CHECKS } from './checks.ts';
import { locatedRecords, signStaticData, staticDataOf, verifyStaticData } from './static.ts';

const { issuer } = rsa;
const code = fromHex('DAC0');

/** The records of a locator as text, + for a signed one. */
function located(hex: string): string | undefined {
  return locatedRecords(fromHex(hex))
    ?.map(({ sfi, record, isSigned }) => `${sfi}.${record}${isSigned ? '+' : ''}`)
    .join(' ');
}

function dataOf(
  records: readonly (readonly [sfi: number, bytes: string])[],
  tagList?: string,
): string {
  const data = staticDataOf(
    records.map(([sfi, hex]) => ({ sfi, bytes: fromHex(hex) })),
    tagList === undefined ? undefined : fromHex(tagList),
    fromHex('7000'),
  );
  return 'kind' in data ? data.code : toHex(data);
}

test('a locator lists records in order and counts the signed ones from the first', () => {
  equal(located('1001020018010201'), '2.1 2.2 3.1+ 3.2');
  equal(located('08010303'), '1.1+ 1.2+ 1.3+');
  equal(located(''), '');
});

test('a locator is entries of four bytes, files 1 to 30, records from 1, no more signed than listed', () => {
  for (const wrong of ['080101', '00010100', 'F8010100', '09010100', '08000100', '08020100']) {
    equal(located(wrong), undefined, wrong);
  }
  equal(located('08010102'), undefined);
  equal(located('F0010101'), '30.1+');
});

test('a locator is no longer than one response, since each of its entries lists up to 255 records', () => {
  equal(located('08010100'.repeat(63))?.split(' ').length, 63);
  equal(located('08010100'.repeat(64)), undefined);
});

test('the example’s static data: the value of template 70, then the AIP', () => {
  const record = bytesOf('9.3-static-data', 'record');
  equal(dataOf([[3, toHex(record)]], '82'), toHex(staticData));
});

test('files 1 to 10 give the value of template 70, files 11 to 30 the whole record', () => {
  equal(dataOf([[10, '70045F340101']]), '5F340101');
  equal(dataOf([[11, '70045F340101']]), '70045F340101');
  equal(
    dataOf([
      [3, '70045F340101'],
      [30, 'C0FFEE'],
    ]),
    '5F340101C0FFEE',
  );
});

test('a record of files 1 to 10 that is no template 70 alone is refused', () => {
  for (const wrong of ['77045F340101', '70055F340101', '70045F34010170', '', '5F340101']) {
    equal(dataOf([[1, wrong]]), 'static_data', wrong);
  }
});

test('the tag list is 82 alone, and without it the AIP is not signed', () => {
  equal(dataOf([[3, '70045F340101']], '82'), '5F3401017000');
  for (const wrong of ['', '95', '8282', '829F36']) {
    equal(dataOf([[3, '70045F340101']], wrong), 'static_data', wrong);
  }
});

test('what is signed verifies, and gives the code back', () => {
  const data = fc.uint8Array({ maxLength: 400 });
  fc.assert(
    fc.property(data, (bytes) => {
      const signature = signStaticData(issuer.hidden, code, bytes);
      deepEqual(verifyStaticData(issuer.open, signature, bytes), {
        kind: 'verified',
        dataAuthenticationCode: code,
      });
    }),
    { numRuns: 10 },
  );
});

test('length, trailer, header, format, hash, algorithm: in this order', () => {
  const signature = signStaticData(issuer.hidden, code, staticData);
  const block = rsaRecover(issuer.open, signature);
  ok(block !== undefined);
  equal(verdict(signature.subarray(1)), 'length');
  const wrong = block.with(127, 0).with(0, 0).with(1, 0x05).with(5, 0);
  equal(verdict(rsaSign(issuer.hidden, wrong)), 'trailer');
  equal(verdict(rsaSign(issuer.hidden, wrong.with(127, 0xbc))), 'header');
  equal(verdict(rsaSign(issuer.hidden, wrong.with(127, 0xbc).with(0, 0x6a))), 'format');
  const content = block.with(5, 0);
  equal(verdict(rsaSign(issuer.hidden, content)), 'hash');
  const other = block.with(2, 0x02);
  other.set(sha1(concat(other.subarray(1, 107), staticData)), 107);
  equal(verdict(rsaSign(issuer.hidden, other)), 'algorithm');
});

test('any byte changed is refused by a named check', () => {
  const signature = signStaticData(issuer.hidden, code, staticData);
  for (let at = 0; at < signature.length; at++) {
    ok(Object.hasOwn(ODA_CHECKS, verdict(changedAt(signature, at))));
  }
  for (let at = 0; at < staticData.length; at++) {
    equal(verdict(signature, changedAt(staticData, at)), 'hash');
  }
});

test('any records are static data or refused', () => {
  const record = fc.record({ sfi: fc.integer({ min: 1, max: 30 }), bytes: fc.uint8Array() });
  fc.assert(
    fc.property(fc.array(record), fc.option(fc.uint8Array()), (records, tagList) => {
      const data = staticDataOf(records, tagList ?? undefined, fromHex('7000'));
      ok(data instanceof Uint8Array || data.code === 'static_data');
    }),
  );
});

function verdict(signature: Uint8Array, data = staticData): string {
  const checked = verifyStaticData(issuer.open, signature, data);
  return checked.kind === 'refused' ? checked.code : checked.kind;
}
