/** What the calculators of messages answer to what a user may write; their values are checked in lib/vectors. */
import { deepEqual, ok, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromAscii, toHex } from '../bytes/bytes.ts';
import { character } from '../character.fixture.ts';
import { type CalcAnswer, calculate } from './calculate.ts';
import type { Outputs } from './operation.ts';

const ports = { random: (length: number) => new Uint8Array(length) };

const answer = (op: string, given: Readonly<Record<string, unknown>>): CalcAnswer =>
  calculate({ op, in: given }, ports);

function refusal(op: string, given: Readonly<Record<string, unknown>>): readonly string[] {
  const said = answer(op, given);
  ok('error' in said, JSON.stringify(said));
  return [said.error.code, said.error.field ?? ''];
}

function outputs(op: string, given: Readonly<Record<string, unknown>>): Outputs {
  const said = answer(op, given);
  ok('out' in said, JSON.stringify(said));
  return said.out;
}

/** moov-minimal-0100. */
const minimal = {
  message: toHex(fromAscii('01007000000000000000164242424242424242123456000000000100')),
  mti: '0100',
  fields: { 2: '4242424242424242', 3: '123456', 4: '000000000100' },
};
const ascii = { dialect: '1987-ascii' };
const pos = { dialect: 'pos', mti: '0800', fields: { 11: '000074' } };
/** ISO 8583 sheet, section 14: a header that says 0498. */
const cupsHeader =
  '2E823034393830303031303030302020203031303230303030202020000000003030303030303030003030303030';

test('the total length in the header of the switch is made to fit', () => {
  const header = cupsHeader;
  const given = { dialect: 'cups', mti: '0800', fields: { 70: '301' }, header };
  const { message } = outputs('iso8583-encode', given);
  // 46 bytes of header, 4 of type, 16 of bitmaps, 3 of DE70.
  const fitted = header.replace(toHex(fromAscii('0498')), toHex(fromAscii('0069')));
  deepEqual(outputs('iso8583-decode', { dialect: 'cups', message }), {
    mti: '0800',
    fields: { 70: '301' },
    header: fitted,
  });
});

test('bytes in fields may be written in either case; a number is no text', () => {
  const fields = { 11: '123456', 52: '0123456789abcdef' };
  const given = { ...ascii, mti: '0800', fields };
  deepEqual(
    outputs('iso8583-encode', given).message,
    toHex(fromAscii('080000200000000010001234560123456789ABCDEF')),
  );
  const number = { ...given, fields: { 11: 123456 } };
  deepEqual(refusal('iso8583-encode', number), ['bad_value', 'fields.11']);
});

test('a second bitmap that is idle is an output, and an input that makes the same bytes again', () => {
  // Both bitmaps, as iso_8583 always writes them, around moov-minimal-0100.
  const message = toHex(
    fromAscii('0100F0000000000000000000000000000000164242424242424242123456000000000100'),
  );
  const read = outputs('iso8583-decode', { ...ascii, message });
  deepEqual(read, { mti: '0100', fields: minimal.fields, second_bitmap: 'idle' });
  same(outputs('iso8583-encode', { ...ascii, ...read }).message, message);
  const second_bitmap = 'idle';
  const used = { ...ascii, mti: '0800', fields: { 70: '301' }, second_bitmap };
  deepEqual(refusal('iso8583-encode', used), ['bad_value', 'second_bitmap']);
  const other = { ...pos, tpdu: '6000060000', header: '603100311003', second_bitmap };
  deepEqual(refusal('iso8583-encode', other), ['unknown_input', 'second_bitmap']);
});

test('the coding of plain ASCII is chosen by name', () => {
  const given = {
    ...ascii,
    mti: '0800',
    fields: { 52: '0123456789ABCDEF', 55: '9F36020001' },
  };
  same(
    outputs('iso8583-encode', {
      ...given,
      bitmap: 'binary',
      binary_elements: 'raw',
      chip_data: 'hex',
    }).message,
    `${toHex(fromAscii('0800'))}00000000000012000123456789ABCDEF${toHex(fromAscii('0109F36020001'))}`,
  );
});

test('the MAC of a terminal is bytes in hexadecimal', () => {
  const envelope = { ...pos, tpdu: '6000060000', header: '603100311003' };
  // The MAC of upi-pos-0200.
  const given = { ...envelope, fields: { ...pos.fields, 64: '3846363531423236' } };
  const { message } = outputs('iso8583-encode', given);
  same(String(message).endsWith('3846363531423236'), true);
  const read = outputs('iso8583-decode', { dialect: 'pos', message });
  deepEqual(read.fields, given.fields);
  for (const [mac, code] of [
    ['38463635', 'wrong_length'],
    ['8F651B26', 'wrong_length'],
    ['38463635314232zz', 'bad_hex'],
    ['38463635314232ff', 'malformed'],
  ] as const) {
    const fields = { ...pos.fields, 64: mac };
    deepEqual(refusal('iso8583-encode', { ...envelope, fields }), [code, 'fields.64']);
  }
});

test('a message of plain ASCII may be its text; hexadecimal digits are bytes unless those are no message', () => {
  const { mti, fields } = minimal;
  const text = '01007000000000000000164242424242424242123456000000000100';
  deepEqual(outputs('iso8583-decode', { ...ascii, message: text }), {
    mti,
    fields,
    second_bitmap: undefined,
  });
  // A text that is no hexadecimal.
  const terminal = outputs('iso8583-decode', {
    ...ascii,
    message: '08000000000000800000TERM0001',
  });
  deepEqual(terminal.fields, { 41: 'TERM0001' });
  deepEqual(refusal('iso8583-decode', { dialect: 'cups', message: text }), [
    'malformed',
    'message',
  ]);
});

test('what a dialect does not have is refused by its name', () => {
  const { message } = minimal;
  deepEqual(refusal('iso8583-decode', { dialect: 'pos', message, bitmap: 'hex' }), [
    'unknown_input',
    'bitmap',
  ]);
  deepEqual(refusal('iso8583-decode', { dialect: 'cups', message, chip_data: 'raw' }), [
    'unknown_input',
    'chip_data',
  ]);
  const { mti, fields } = minimal;
  deepEqual(refusal('iso8583-encode', { ...ascii, mti, fields, tpdu: '6000060000' }), [
    'unknown_input',
    'tpdu',
  ]);
  deepEqual(refusal('iso8583-encode', { ...ascii, mti, fields, header: '603100311003' }), [
    'unknown_input',
    'header',
  ]);
  deepEqual(refusal('iso8583-decode', { dialect: '1993', message }), ['unknown_word', 'dialect']);
});

test('what goes before a message is wanted, and in its length', () => {
  deepEqual(refusal('iso8583-encode', pos), ['missing_input', 'tpdu']);
  const tpdu = '6000060000';
  deepEqual(refusal('iso8583-encode', { ...pos, tpdu }), ['missing_input', 'header']);
  deepEqual(refusal('iso8583-encode', { ...pos, tpdu, header: cupsHeader }), [
    'wrong_length',
    'header',
  ]);
  deepEqual(refusal('iso8583-encode', { ...pos, tpdu: '60', header: '603100311003' }), [
    'wrong_length',
    'tpdu',
  ]);
  const cups = { dialect: 'cups', mti: '0800', fields: { 70: '301' } };
  deepEqual(refusal('iso8583-encode', cups), ['missing_input', 'header']);
  const header = cupsHeader.replace('2E', '2F');
  deepEqual(refusal('iso8583-encode', { ...cups, header }), ['malformed', 'header']);
});

test('fields that the dialect cannot say, and messages that are none, are refused', () => {
  const encode = (fields: unknown) => refusal('iso8583-encode', { ...ascii, mti: '0100', fields });
  deepEqual(encode({ 1: '00' }), ['malformed', 'fields.1']);
  deepEqual(encode({ 129: '0' }), ['malformed', 'fields.129']);
  deepEqual(encode({ 2: '4242', 3: '12345' }), ['malformed', 'fields.3']);
  deepEqual(encode({ '02': '4242' }), ['bad_value', 'fields']);
  deepEqual(encode({ pan: '4242' }), ['bad_value', 'fields']);
  deepEqual(encode({ 2: ['4242'] }), ['bad_value', 'fields.2']);
  deepEqual(encode('4242'), ['bad_value', 'fields']);
  const mti = (mti: unknown) => refusal('iso8583-encode', { ...ascii, mti, fields: {} });
  deepEqual(mti('01000'), ['wrong_length', 'mti']);
  deepEqual(mti('01A0'), ['bad_value', 'mti']);
  const decode = (message: string) => refusal('iso8583-decode', { ...ascii, message });
  deepEqual(decode(minimal.message.slice(2)), ['malformed', 'message']);
  deepEqual(decode('0G'), ['malformed', 'message']);
  deepEqual(decode('0\u00e9'), ['bad_hex', 'message']);
  deepEqual(decode('31'.repeat(65_536)), ['wrong_length', 'message']);
  deepEqual(decode('x'.repeat(65_536)), ['wrong_length', 'message']);
  deepEqual(refusal('iso8583-decode', { dialect: 'cups', message: '0G' }), ['bad_hex', 'message']);
  deepEqual(decode(''), ['wrong_length', 'message']);
});

test('an error shows no value', () => {
  const said = answer('iso8583-encode', { ...ascii, mti: '0100', fields: { 2: '4242X' } });
  ok('error' in said && !said.error.message.includes('4242'), JSON.stringify(said));
});

test('whatever is written, the answer is an output or an error that names a field', () => {
  const dialect = fc.constantFrom('pos', 'cups', '1987-ascii');
  const hex = fc.uint8Array({ maxLength: 60 }).map(toHex);
  const fields = fc.dictionary(
    fc.oneof(fc.integer({ min: 0, max: 130 }).map(String), fc.string({ maxLength: 4 })),
    fc.oneof(fc.string({ unit: character, maxLength: 20 }), fc.stringMatching(/^[0-9A-F]{0,20}$/)),
    { maxKeys: 4 },
  );
  const named = (said: CalcAnswer): void => {
    ok('out' in said || said.error.field !== undefined, JSON.stringify(said));
  };
  fc.assert(
    fc.property(dialect, hex, fields, (dialect, message, fields) => {
      named(answer('iso8583-decode', { dialect, message }));
      const envelope = {
        pos: { tpdu: '6000060000', header: '603100311003' },
        cups: { header: cupsHeader },
        '1987-ascii': {},
      }[dialect];
      named(answer('iso8583-encode', { dialect, mti: '0200', fields, ...envelope }));
    }),
    { numRuns: 500 },
  );
});
