import { match, notEqual, equal as same, throws } from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { fromHex } from '../bytes/bytes.ts';
import { accountReference, deriveAccountReference } from './par.ts';

// Cryptograms sheet, section 8.2: a funding card
const PAN = '6228489900001234568';

test('a reference is the controller and 25 digits or capital letters', () => {
  match(deriveAccountReference(new Uint8Array(32), PAN, '9999'), /^9999[0-9A-Z]{25}$/);
  same(accountReference('Q1HJ', new Uint8Array(32)), `Q1HJ${'0'.repeat(25)}`);
});

test('it is the keyed hash of the number to the base of 36, last digit first', () => {
  const keys = fc.uint8Array({ minLength: 16, maxLength: 64 });
  fc.assert(
    fc.property(keys, fc.stringMatching(/^\d{12,19}$/), (key, pan) => {
      const hash = createHmac('sha256', key).update(`account_reference\0${pan}`).digest('hex');
      const digits = [...BigInt(`0x${hash}`).toString(36).toUpperCase()].reverse().join('');
      same(deriveAccountReference(key, pan, '9999'), `9999${digits.padEnd(25, '0').slice(0, 25)}`);
    }),
  );
});

test('one card has one reference, another card or key another', () => {
  const key = fromHex('00'.repeat(32));
  const reference = deriveAccountReference(key, PAN, '9999');
  same(deriveAccountReference(key, PAN, '9999'), reference);
  notEqual(deriveAccountReference(key, '6228489900001234576', '9999'), reference);
  notEqual(deriveAccountReference(fromHex('01'.repeat(32)), PAN, '9999'), reference);
});

test('a controller, a number or a hash of another form is a bug of the caller', () => {
  const key = new Uint8Array(32);
  for (const controller of ['999', '99999', 'abcd', '99 9']) {
    throws(() => accountReference(controller, key), AssertionError);
  }
  throws(() => accountReference('9999', new Uint8Array(31)), AssertionError);
  throws(() => deriveAccountReference(key, '622848990000123456x', '9999'), AssertionError);
});
