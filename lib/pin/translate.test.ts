import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { concat, fromHex, toHex } from '../bytes/bytes.ts';
import { encodePinBlock } from './pin-block.ts';
import { PinBlockError, type PinFormat } from './pin-field.ts';
import {
  decipherPin,
  encipherPin,
  mayTranslate,
  type PinLeg,
  remapPinBlock,
  translatePinBlock,
} from './translate.ts';

/** The example of the cryptograms sheet, section 11. */
const CARD = '6228489900001234568';
const TOKEN = '6258249900000018';
const FIRST: PinLeg = { format: 0, key: fromHex('0123456789ABCDEFFEDCBA9876543210') };
const SECOND: PinLeg = { format: 0, key: fromHex('11112222333344445555666677778888') };
const NO_CHANCE = new Uint8Array(8);

const digit = fc.constantFrom(...'0123456789');
const anyPin = fc.string({ unit: digit, minLength: 4, maxLength: 12 });
const anyPan = fc.string({ unit: digit, minLength: 12, maxLength: 19 });
const eightBytes = fc.uint8Array({ minLength: 8, maxLength: 8 });
const formats: readonly PinFormat[] = [0, 1, 2, 3, 4];
const anyLeg = fc.constantFrom(...formats).chain((format) =>
  fc
    .constantFrom(...(format === 4 ? [16, 24, 32] : [16, 24]))
    .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }))
    .map((key): PinLeg => ({ format, key })),
);

test('a block is translated from one key to another', () => {
  // cryptograms sheet, section 11
  const block = encipherPin(FIRST, '123456', CARD, NO_CHANCE);
  same(toHex(block), '4606D67DC0C66F77');
  same(toHex(translatePinBlock(block, CARD, FIRST, SECOND, NO_CHANCE)), '817255D80B6C26A9');
});

test('a block of the token becomes the block of the card', () => {
  // cryptograms sheet, section 11
  const block = fromHex('4182CBE392D01DC8');
  const card = { number: CARD, leg: SECOND };
  const remapped = remapPinBlock(block, { number: TOKEN, leg: FIRST }, card, NO_CHANCE);
  same(toHex(remapped), '817255D80B6C26A9');
});

test('the cipher of formats 0 to 3 is triple DES with two keys or three, as node:crypto has it', () => {
  fc.assert(
    fc.property(
      anyPin,
      anyPan,
      fc.uint8Array({ minLength: 24, maxLength: 24 }),
      (pin, pan, key) => {
        const clear = encodePinBlock(0, pin, pan, 'F'.repeat(14 - pin.length));
        const twoKeys = key.subarray(0, 16);
        deepEqual(encipherPin({ format: 0, key }, pin, pan, NO_CHANCE), nodeTripleDes(key, clear));
        deepEqual(
          encipherPin({ format: 0, key: twoKeys }, pin, pan, NO_CHANCE),
          nodeTripleDes(concat(twoKeys, twoKeys.subarray(0, 8)), clear),
        );
      },
    ),
  );
});

test('a PIN with its number stays bound to it, one without may be bound, format 2 stays at home', () => {
  // PCI PIN Security 3.1, requirement 3-3
  const allowed = formats.flatMap((from) =>
    formats.filter((to) => mayTranslate(from, to)).map((to) => `${from}${to}`),
  );
  deepEqual(allowed, '00 03 04 10 11 13 14 30 33 34 40 43 44'.split(' '));
});

test('every translation that the rules allow keeps the PIN; the others are a bug of the caller', () => {
  fc.assert(
    fc.property(anyLeg, anyLeg, anyPin, anyPan, eightBytes, (from, to, pin, pan, random) => {
      const block = encipherPin(from, pin, pan, random);
      const translate = () => translatePinBlock(block, pan, from, to, random);
      if (mayTranslate(from.format, to.format)) same(decipherPin(to, translate(), pan), pin);
      else throws(translate, AssertionError);
    }),
  );
});

test('every pair of formats with a number binds the PIN of a token to its card', () => {
  const bound = anyLeg.filter(({ format }) => format !== 1 && format !== 2);
  fc.assert(
    fc.property(bound, bound, anyPin, anyPan, anyPan, (from, to, pin, tokenNumber, cardNumber) => {
      const token = { number: tokenNumber, leg: from };
      const card = { number: cardNumber, leg: to };
      const block = encipherPin(from, pin, tokenNumber, NO_CHANCE);
      const remapped = remapPinBlock(block, token, card, NO_CHANCE);
      same(decipherPin(to, remapped, cardNumber), pin);
    }),
  );
});

test('a format without the number cannot change it', () => {
  const leg: PinLeg = { format: 1, key: FIRST.key };
  const block = encipherPin(leg, '1234', '', NO_CHANCE);
  const card = { number: CARD, leg: SECOND };
  throws(() => remapPinBlock(block, { number: TOKEN, leg }, card, NO_CHANCE), AssertionError);
});

test('a wrong key, a wrong number and a wrong length are one refusal', () => {
  const block = fromHex('4606D67DC0C66F77');
  const wrong = [
    () => decipherPin(SECOND, block, CARD),
    () => decipherPin(FIRST, block, TOKEN),
    () => decipherPin(FIRST, block.subarray(1), CARD),
    () => decipherPin({ format: 4, key: FIRST.key }, block, CARD),
    () => translatePinBlock(block, TOKEN, FIRST, SECOND, NO_CHANCE),
  ];
  for (const one of wrong) {
    throws(
      one,
      (error) =>
        error instanceof PinBlockError && error.message === 'not a PIN block of this format',
    );
  }
});

/** One block of triple DES with three keys by node:crypto. */
function nodeTripleDes(key: Uint8Array, block: Uint8Array): Uint8Array {
  const cipher = createCipheriv('des-ede3', key, null).setAutoPadding(false);
  return new Uint8Array([...cipher.update(block), ...cipher.final()]);
}
