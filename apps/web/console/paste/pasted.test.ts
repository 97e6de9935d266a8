/** A pasted text is read as the command reads it, or refused by name; what tells a card is hidden. */
import { equal, match, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { kinds } from '@octavo/lib/explain/readings.ts';
import { examples } from './examples.ts';
import { explainPasted } from './pasted.ts';
import { KINDS } from './titles-zh.ts';

test('every example is read without a byte that has no name', () => {
  const expected = { apdu: 'response', chip: 'de55', message: 'iso8583-cups' } as const;
  for (const name of ['apdu', 'chip', 'message'] as const) {
    const pasted = explainPasted(examples[name]);
    ok(pasted.kind === 'read', name);
    equal(pasted.reading.kind.kind, expected[name]);
    equal(pasted.namelessBytes, 0);
  }
});

test('another reading can be chosen among those that fit', () => {
  const pasted = explainPasted(examples.chip, 'tlv');
  ok(pasted.kind === 'read');
  equal(pasted.reading.kind.kind, 'tlv');
});

test('what cannot be read says why', () => {
  equal(explainPasted('   ').kind, 'empty');
  equal(explainPasted('9F360200019').kind, 'odd_digits');
  equal(explainPasted('A5'.repeat(65_537)).kind, 'too_long');
});

test('account numbers are hidden in the bytes', () => {
  const pasted = explainPasted(examples.apdu);
  ok(pasted.kind === 'read');
  match(pasted.parts.map(({ hex }) => hex).join(), /625824\*{6}/);
});

test('every kind has a title in Chinese', () => {
  for (const { kind } of kinds) ok(KINDS[kind], kind);
});
