import { equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from '../bytes/assert.ts';
import { fromHex } from '../bytes/bytes.ts';
import { cardVerificationValue, SERVICE_CODE_CVN2, SERVICE_CODE_ICVN } from './cvv.ts';
import file from './emv.vectors.json' with { type: 'json' };

type Vector = { id: string; inputs: Record<string, string>; outputs: Record<string, string> };
const vectors = file.vectors as unknown as readonly Vector[];

const KEY = fromHex('0123456789ABCDEFFEDCBA9876543210');

test('the recorded value of another implementation', () => {
  const chosen = vectors.filter(({ id }) => id.startsWith('psec-generate_cvv'));
  same(chosen.length, 1);
  for (const { inputs, outputs } of chosen) {
    const { cvk, pan, expiry, service_code } = inputs as Record<
      'cvk' | 'pan' | 'expiry' | 'service_code',
      string
    >;
    same(cardVerificationValue(fromHex(cvk), pan, expiry, service_code), outputs.result);
  }
});

test('the vector of the sheet', () => {
  // cryptograms sheet, section 8.2
  same(cardVerificationValue(KEY, '4123456789012345', '8701', '101'), '561');
});

test('one card has a value for the stripe, for the back in either date order, and for the chip', () => {
  // cryptograms sheet, section 8.2
  const pan = '6228489900001234568';
  same(cardVerificationValue(KEY, pan, '3012', '201'), '126');
  same(cardVerificationValue(KEY, pan, '3012', SERVICE_CODE_CVN2), '945');
  same(cardVerificationValue(KEY, pan, '1230', SERVICE_CODE_CVN2), '963');
  same(cardVerificationValue(KEY, pan, '3012', SERVICE_CODE_ICVN), '333');
});

test('what is not a key, a number, a date or a code is a bug of the caller', () => {
  throws(
    () => cardVerificationValue(new Uint8Array(8), '4123456789012345', '8701', '101'),
    AssertionError,
  );
  throws(() => cardVerificationValue(KEY, '4123', '8701', '101'), AssertionError);
  throws(() => cardVerificationValue(KEY, '4123456789012345', '87', '101'), AssertionError);
  throws(() => cardVerificationValue(KEY, '4123456789012345', '8701', '1x1'), AssertionError);
});
