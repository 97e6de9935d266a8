import { notEqual, equal as same, throws } from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { concat, fromHex } from '../bytes/bytes.ts';
import { retailMac } from '../cipher/mac.ts';
import { cvc3, cvc3StartValue } from './cvc3.ts';

const KEY = fromHex('6D6425FB9401C21AA1F80451AB85DA3B');
const ATC = fromHex('005E');
const UN = fromHex('00000899');
const TRACK_1 = fromHex(
  '42353132333435363738393031323334355E4B454E4F42492F4F424957414E5E33353132313031303030303030303030303030303030303030303030303030',
);
const TRACK_2 = fromHex('5123456789012345D35121010000000000000F');

test('the codes of both tracks of a real card', () => {
  // vectors pyemv-generate_cvc3-01 and -02
  same(cvc3(KEY, TRACK_2, ATC, UN), '29488');
  same(cvc3(KEY, TRACK_1, ATC, UN), '33419');
});

test('another counter or another unpredictable number makes another code', () => {
  notEqual(cvc3(KEY, TRACK_2, fromHex('005F'), UN), '29488');
  notEqual(cvc3(KEY, TRACK_2, ATC, fromHex('00000898')), '29488');
});

test('the code is the last two bytes that node:crypto encrypts, always in five digits', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.uint8Array({ minLength: 1, maxLength: 80 }),
      fc.uint8Array({ minLength: 2, maxLength: 2 }),
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      (key, track, atc, un) => {
        const start = retailMac(key, track, 2).subarray(6);
        const cipher = createCipheriv('des-ede', key, null).setAutoPadding(false);
        const result = cipher.update(concat(start, un, atc));
        same(cvc3(key, track, atc, un), String(result.readUInt16BE(6)).padStart(5, '0'));
        same(cvc3StartValue(key, track).length, 2);
      },
    ),
  );
});

test('a counter or a number of another length is a bug of the caller', () => {
  throws(() => cvc3(KEY, TRACK_2, UN, UN), AssertionError);
  throws(() => cvc3(KEY, TRACK_2, ATC, ATC), AssertionError);
});
