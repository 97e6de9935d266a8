import { equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from '../bytes/assert.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { revealHex } from '../bytes/secret.ts';
import { cardPinBlock } from '../pin/pin-block.ts';
import { deriveCardKeyOptionA, withOddParity } from './keys.ts';
import { boundPinBlock, pinChangeData } from './pin-change.ts';

test('the plain form gives the worked data', () => {
  // cryptograms sheet, section 9
  const key = fromHex('F205E76FDBC225586DF1D1E9D0FBD315');
  same(toHex(pinChangeData(key, cardPinBlock('1234'))), '3F45FE1EBF8226A4C7F9B33237623112');
});

test('the bound form mixes in the card key and the current PIN where Visa does', () => {
  // github knovichikhin/pyemv tests/test_sm_hsm.py: Visa's blocks begin with 0 where ours begin with 2
  const masterKey = fromHex('FEDCBA98765432100123456789ABCDEF');
  const key = withOddParity(deriveCardKeyOptionA(masterKey, '1234567890123456', '01'));
  const rows = [
    ['9999', undefined, '049999FFC4B001F1'],
    ['9999', '8888', '8C1199FFC4B001F1'],
    ['999999999999', '888888888888', '841111112A5E67F1'],
  ] as const;
  for (const [pin, current, block] of rows) {
    const bound = boundPinBlock(cardPinBlock(pin), key, current);
    same(revealHex(bound.with(0, (bound[0] as number) ^ 0x20)), block);
  }
});

test('the PIN of before has four to twelve digits, a block eight bytes', () => {
  const key = new Uint8Array(16);
  const block = cardPinBlock('1234');
  for (const pin of ['123', '1234567890123', '12a4', '']) {
    throws(() => boundPinBlock(block, key, pin), AssertionError);
  }
  throws(() => boundPinBlock(block, new Uint8Array(8)), AssertionError);
  throws(() => boundPinBlock(new Uint8Array(7), key), AssertionError);
  throws(() => pinChangeData(key, new Uint8Array(7)), AssertionError);
});

test('a PIN block is not for printing', () => {
  same(String(boundPinBlock(cardPinBlock('1234'), new Uint8Array(16), '5678')), '[8 secret bytes]');
});
