import { equal as same, throws } from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { fromHex } from '../bytes/bytes.ts';
import { type Ibm3624Rule, ibm3624Offset, ibm3624Pin, ibm3624ValidationData } from './ibm3624.ts';

const RULE: Ibm3624Rule = {
  key: fromHex('0123456789ABCDEFFEDCBA9876543210'),
  conversionTable: '1234567890123456',
  validationData: '1122334455667788',
};

const digit = fc.constantFrom(...'0123456789');
const anyDigits = fc.string({ unit: digit, minLength: 4, maxLength: 16 });
const sixteen = fc.string({ unit: digit, minLength: 16, maxLength: 16 });
const anyRule = fc.record({
  key: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  conversionTable: sixteen,
  validationData: sixteen,
});

test('the natural PIN is the one whose offset is zero', () => {
  // vectors psec-generate_ibm3624_pin-01 and psec-generate_ibm3624_offset-01
  same(ibm3624Pin(RULE, '0000'), '4524');
  same(ibm3624Offset(RULE, '4524'), '0000');
});

test('the offset is subtracted digit by digit without a carry', () => {
  // vectors psec-generate_ibm3624_offset-04 and -06
  same(ibm3624Offset(RULE, '0000'), '6586');
  same(ibm3624Offset(RULE, '1234'), '7710');
});

test('only a part of the number may be taken, filled up on the right', () => {
  // vector psec-generate_ibm3624_offset-07
  const validationData = ibm3624ValidationData('1122334455667788', 0, 14, 'F');
  same(validationData, '11223344556677FF');
  same(ibm3624Offset({ ...RULE, validationData }, '5518'), '0000');
  same(ibm3624ValidationData('1122334455667788', 4, 3, '0'), '3340000000000000');
});

test('the natural PIN is what node:crypto encrypts, each digit through the table', () => {
  fc.assert(
    fc.property(anyRule, fc.integer({ min: 4, max: 16 }), (rule, length) => {
      const cipher = createCipheriv('des-ede', rule.key, null).setAutoPadding(false);
      const hex = cipher.update(rule.validationData, 'hex', 'hex');
      const natural = [...hex].map((one) => rule.conversionTable[Number.parseInt(one, 16)]);
      same(ibm3624Pin(rule, '0'.repeat(length)), natural.slice(0, length).join(''));
    }),
  );
});

test('the offset of a PIN gives that PIN', () => {
  fc.assert(
    fc.property(anyRule, anyDigits, (rule, pin) => {
      same(ibm3624Pin(rule, ibm3624Offset(rule, pin)), pin);
    }),
  );
});

test('what is no PIN, no table and no part of the number is a bug of the caller', () => {
  throws(() => ibm3624Pin(RULE, '123'), AssertionError);
  throws(() => ibm3624Offset(RULE, '12345678901234567'), AssertionError);
  throws(() => ibm3624Pin({ ...RULE, conversionTable: '123' }, '0000'), AssertionError);
  throws(() => ibm3624Pin({ ...RULE, validationData: '12' }, '0000'), AssertionError);
  throws(() => ibm3624ValidationData('1122', 2, 3, 'F'), AssertionError);
  throws(() => ibm3624ValidationData('1122', 0, 4, 'G'), AssertionError);
});
