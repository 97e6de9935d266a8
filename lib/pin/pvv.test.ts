import { equal as same, throws } from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { pinVerificationValue } from './pvv.ts';

const KEY = fromHex('0123456789ABCDEFFEDCBA9876543210');
const PAN = '1122334455667788';

const digit = fc.constantFrom(...'0123456789');
const digits = (minLength: number, maxLength: number) =>
  fc.string({ unit: digit, minLength, maxLength });

test('the value is the first four digits of the encrypted number, index and PIN', () => {
  // vectors psec-generate_visa_pvv-01 and -02
  same(pinVerificationValue(KEY, PAN, '1', '4524'), '8523');
  same(pinVerificationValue(KEY, PAN, '2', '1912'), '3244');
});

test('where the result has fewer than four digits, its letters follow, less ten', () => {
  // vectors psec-generate_visa_pvv-03 and -04; the second pass is reached by the rare result alone
  same(pinVerificationValue(KEY, '1122334455667718', '1', '0570'), '3144');
  same(pinVerificationValue(KEY, '1122334455667708', '1', '8299'), '4422');
});

test('a longer PIN counts with its first four digits', () => {
  same(pinVerificationValue(KEY, PAN, '1', '452499'), '8523');
});

test('the value is what node:crypto encrypts, read in two passes', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      digits(12, 19),
      digits(1, 1),
      digits(4, 12),
      (key, pan, index, pin) => {
        const cipher = createCipheriv('des-ede', key, null).setAutoPadding(false);
        const data = pan.slice(-12, -1) + index + pin.slice(0, 4);
        const result = [...toHex(cipher.update(fromHex(data)))];
        const first = result.filter((one) => one <= '9');
        const second = result.filter((one) => one > '9').map((one) => 'ABCDEF'.indexOf(one));
        same(
          pinVerificationValue(key, pan, index, pin),
          [...first, ...second].slice(0, 4).join(''),
        );
      },
    ),
  );
});

test('what is no number, no index and no PIN is a bug of the caller', () => {
  throws(() => pinVerificationValue(KEY, '1122', '1', '4524'), AssertionError);
  throws(() => pinVerificationValue(KEY, PAN, '11', '4524'), AssertionError);
  throws(() => pinVerificationValue(KEY, PAN, '1', '452'), AssertionError);
});
