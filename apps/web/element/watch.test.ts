import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import { watchTaps } from './watch.ts';

// The list asks for 9F66 04, 9F02 06, 9F03 06, 9F1A 02, 95 05, 5F2A 02, 9A 03, 9C 01, 9F37 04, 5F2D 04; the values below stand in that order.
const SELECT_PPSE = '00A404000E325041592E5359532E444446303100';
const SELECT = '00A404000AA000000333010101000100';
const FCI =
  '6F49840AA0000003330101010001A53B500C424146414E472044454249548701019F38189F66049F02069F03069F1A0295055F2A029A039C019F37045F2D047A68656EBF0C059F4D020B0A9000';
const gpo = (amount: string, currency: string) =>
  `80A80000238321${'20C00080'}${amount}${'000000000000'}0156${'0000000000'}${currency}26112600${'2DC97E09'}00`;
const CRYPTOGRAM = '770A9F3602002A9F6C0200809000';

function told(...pairs: readonly (readonly [command: string, response: string])[]) {
  const watch = watchTaps();
  return pairs.flatMap(([command, response]) => watch(fromHex(command), fromHex(response)));
}

test('a tap is told as begun, asked for its amount, and answered with the element’s counter', () => {
  deepEqual(
    told([SELECT_PPSE, '6F009000'], [SELECT, FCI], [gpo('000000012800', '0156'), CRYPTOGRAM]),
    [
      { kind: 'begun' },
      { kind: 'asked', amountMinor: '12800', currency: '156' },
      { kind: 'answered', amountMinor: '12800', currency: '156', counter: 42 },
    ],
  );
});

test('6986 is told as “see phone”, any other refusal only as asked', () => {
  const see = { amountMinor: '9900', currency: '840' };
  deepEqual(told([SELECT, FCI], [gpo('000000009900', '0840'), '6986']), [
    { kind: 'asked', ...see },
    { kind: 'see_phone', ...see },
  ]);
  deepEqual(told([SELECT, FCI], [gpo('000000009900', '0840'), '6985']), [
    { kind: 'asked', ...see },
  ]);
});

test('an application’s name that is no text is no payment system environment, and breaks nothing', () => {
  deepEqual(told(['00A4040005A00000FF8000', '6A82']), []);
});

test('without a list nothing is known of the amount', () => {
  deepEqual(told([gpo('000000012800', '0156'), CRYPTOGRAM]), []);
  deepEqual(told([SELECT, '6A82'], [gpo('000000012800', '0156'), CRYPTOGRAM]), []);
});
