import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { success } from '../apdu/apdu.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import type { Tag } from '../tlv/tlv.ts';
import type { KernelOutcome } from './outcome.ts';
import { answerOptions, online, optionsOf, pay, verdict, WORKED } from './worked-card.ts';

// --- step 3: form of the answer ---

test('only template 77, alone and whole, is an answer of the quick path', () => {
  const forms: readonly (readonly [bytes: string, reason: string])[] = [
    ['', 'malformed_answer'],
    ['77', 'malformed_answer'],
    ['7705820270', 'malformed_answer'],
    ['7700', 'missing_object'],
    ['77007700', 'malformed_answer'],
    ['80067C0008010100', 'wrong_template'],
    ['7000', 'wrong_template'],
    ['770282', 'malformed_answer'],
  ];
  for (const [bytes, reason] of forms) {
    const { outcome } = answerOptions(success(fromHex(bytes)));
    deepEqual([bytes, outcome.kind, outcome.reason], [bytes, 'end_application', reason]);
  }
});

test('the application interchange profile has exactly two bytes', () => {
  ends(pay({ '82': '70' }).outcome, 'malformed_object', '82');
  ends(pay({ '82': '700000' }).outcome, 'malformed_object', '82');
  ends(pay({ '82': '' }).outcome, 'missing_object', '82');
});

test('a malformed file locator ends the application', () => {
  const locators = [
    '08',
    '080101',
    '0801010008',
    '00010100',
    'F8010100',
    '09010100',
    '08000100',
    '08020100',
    '08010102',
    '0801030408010100',
  ];
  for (const locator of locators) {
    const { outcome, commands } = pay({ '94': locator });
    ends(outcome, 'malformed_afl', '94');
    equal(commands.length, 1);
  }
});

test('an empty file locator lists nothing', () => {
  equal(pay({ '94': '' }).outcome.kind, 'online_request');
});

// --- step 4: duplicates and the terminal's own objects ---

test('an object that comes twice in one answer ends the application', () => {
  for (const [tag, value] of [...WORKED, ['DF01', '00'] as const]) {
    if (tag === '5F34') continue;
    const twice = [
      ...WORKED.filter(([other]) => other !== tag),
      [tag, value],
      [tag, value],
    ] as const;
    ends(answerOptions(success(optionsOf(twice))).outcome, 'duplicate_object', tag);
  }
});

test('an object that comes again in a record ends the application', () => {
  ends(pay({ '94': '08010100' }, ['700482027000']).outcome, 'duplicate_object', '82');
  const expiry = '70065F2403301231';
  ends(pay({ '94': '08010200' }, [expiry, expiry]).outcome, 'duplicate_object', '5F24');
});

test('the sequence number alone may come again, and the first one counts', () => {
  const outcome = online(pay({ '94': '08010100' }, ['70045F340102']).outcome);
  equal(outcome.psn, '01');
});

test('a card cannot speak for the terminal: its amount, currency, number and date are ignored', () => {
  const lies = [
    ...WORKED,
    ['9F02', '000000000001'],
    ['9F02', '000000000001'],
    ['5F2A', '0840'],
    ['9F37', '00000000'],
    ['9A', '200101'],
    ['9F66', 'FFFFFFFF'],
    ['84', 'A000'],
  ] as const;
  const { data } = online(answerOptions(success(optionsOf(lies))).outcome);
  const seen = ['9F02', '5F2A', '9F37', '9A', '9F66', '84'].map((tag) =>
    toHex(data.get(tag) ?? fromHex('')),
  );
  deepEqual(seen, ['000000001250', '0156', '1A2B3C4D', '261122', '36800080', 'A000000333010101']);
});

test('objects that the kernel does not know are ignored', () => {
  equal(pay({ DF7F: '0102', BF50: 'DF010100' }).outcome.kind, 'online_request');
});

test('an object of a wrong length or with digits that are none ends the application', () => {
  const wrong: readonly (readonly [tag: Tag, value: string])[] = [
    ['57', '6258249900000018'],
    ['57', '6258249900000018D301320100000000000F'],
    ['57', `6258249900000018D3012201${'00'.repeat(8)}`],
    ['5A', '625824990000001A'],
    ['5A', '62'],
    ['5F24', '3012'],
    ['5F24', '301331'],
    ['5F24', '301200'],
    ['5F24', '3012FF'],
    ['5F34', '0001'],
    ['5F34', 'AA'],
    ['9F10', '07010103A40000'],
    ['9F10', '00'.repeat(33)],
    ['9F26', '00'.repeat(7)],
    ['9F27', '8080'],
    ['9F36', '000001'],
    ['9F63', '00'],
    ['9F69', '00'.repeat(7)],
    ['9F6C', '00'],
    ['9F24', '00'.repeat(28)],
    ['9F19', '00'],
    ['9F5D', '00'],
  ];
  for (const [tag, value] of wrong) ends(pay({ [tag]: value }).outcome, 'malformed_object', tag);
});

function ends(outcome: KernelOutcome, reason: string, tag: Tag): void {
  deepEqual(
    [...verdict(outcome), outcome.kind === 'end_application' ? outcome.tag : undefined],
    ['end_application', reason, tag],
  );
}
