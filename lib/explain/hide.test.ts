/** What may be shown to anybody: no number, PIN, key or name gets out, in values, words or bytes. */
import { ok, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../bytes/bytes.ts';
import { workedCommands, workedResponses } from '../kernel/worked-tap.ts';
import file from './explain.vectors.json' with { type: 'json' };
import { hidden, revealed, type ShownPart } from './hide.ts';
import { kindOfTag } from './kinds-object.ts';
import { explainReading, kinds, readAs } from './readings.ts';

const NUMBER = '6258249900000018';
const INSIDE = '990000';

const ascii = (text: string): Uint8Array => Buffer.from(text);

function partsOf(kind: string, text: string, show: typeof hidden = hidden): readonly ShownPart[] {
  const found = kinds.find((one) => one.kind === kind);
  const reading = found === undefined ? undefined : readAs(ascii(text), found);
  return reading === undefined ? [] : explainReading(reading).map(show);
}

/** The hexadecimal form of digits as characters. */
const asCharacters = (digits: string): string => Buffer.from(digits).toString('hex');

/** The worked token in every kind that holds a number. */
const WITH_NUMBER: readonly (readonly [kind: string, text: string])[] = [
  ['exchange', `> ${toHex(workedCommands.options)}\n< ${toHex(workedResponses.options)}`],
  ['response', toHex(workedResponses.options)],
  ['command', `80E200000C5A08${NUMBER}5F3401`],
  ['tlv', `5A08${NUMBER}`],
  ['tlv', `70125A08${NUMBER}5F200641424344452F`],
  ['tlv', `DF0108${NUMBER}`],
  ['tlv', `5A0A${NUMBER}`],
  ['tlv', `700A5A0A${NUMBER}`],
  ['tags', `5A: ${NUMBER}\n9F36: 0001`],
  ['command', `80E200001C5A08${NUMBER}5F3401`],
  ['termcap', NUMBER],
  ['de55', `57126258249900000018D301220100000000000F9F36020001`],
  ['iso8583-cups', file.message.bytes],
  ['iso8583-cups', file.message.bytes.slice(0, -40)],
  ['iso8583-1987-ascii', `0100700000000000000016${NUMBER}000000000000000100`],
  ['iso8583-1987-ascii', asCharacters(`0100700000000000000016${NUMBER}000000000000000100`)],
  ['track2', `${NUMBER}D301220100000000000F`],
  ['track2', `${NUMBER}=30122010000000000`],
  ['track2', `;${NUMBER}=30122010000000000?`],
  ['track2', `${NUMBER}`],
  ['pan', NUMBER],
  ['pan', '6258 2499 0000 0018'],
  ['tvr', NUMBER],
  ['command', NUMBER],
];

for (const [kind, text] of WITH_NUMBER) {
  test(`${kind} ${text.slice(0, 16)}: the middle of the number is nowhere`, () => {
    const parts = partsOf(kind, text);
    ok(parts.length > 0);
    // Offsets are numbers too; what counts stands in strings.
    const shown = JSON.stringify(parts);
    ok(!shown.includes(INSIDE), shown);
    ok(!shown.includes(asCharacters(INSIDE)), shown);
    ok(!shown.includes('6258 2499'), shown);
  });

  test(`${kind} ${text.slice(0, 16)}: asked for, the number is there`, () => {
    const shown = JSON.stringify(partsOf(kind, text, revealed));
    const forms = [INSIDE, asCharacters(INSIDE)];
    ok(forms.some((form) => shown.includes(form)) || text.includes(' '), shown);
  });
}

/** A number of nineteen digits, whose last shares a byte with what follows it. cryptograms sheet, section 8.2 */
const LONG_NUMBER = '6228489900001234568';

for (const text of [
  `57126228489900001234568D3012201123456789`,
  `5A0A${LONG_NUMBER}F`,
  `70145712${LONG_NUMBER}D3012201123456789`,
]) {
  test(`a number of nineteen digits is hidden in ${text.slice(0, 4)}`, () => {
    const shown = JSON.stringify(partsOf('tlv', text));
    ok(!/990000|901234|00123456|123456789/.test(shown), shown);
    ok(shown.includes('622848'), shown);
  });
}

test('a number with the separator of a track behind it is hidden, whatever object it stands in', () => {
  const track = '6210948000000011D251220100000123';
  for (const [kind, text] of [
    ['tlv', `9F6B10${track}`],
    ['tlv', `9F7C10${track}`],
    ['tlv', `9310${track}`],
    ['tlv', `9311${asCharacters('6210948000000011=')}`],
    ['command', `80E20000129310${track}`],
  ] as const) {
    const shown = JSON.stringify(partsOf(kind, text));
    ok(shown.includes('**'), shown);
    ok(!/480000000|94800000|3438303030303030/.test(shown), shown);
  }
  const [part] = partsOf('tlv', `9F6B10${track}`);
  same(part?.hex, `9F6B10621094******0011D2512201${'*'.repeat(8)}`);
});

test('what only looks like a track stays: an amount in 9F6B, and digits whose check digit is wrong', () => {
  for (const text of ['9F6B06000000050000', '93106210948000000012D251220100000123'])
    same(partsOf('tlv', text)[0]?.hex, text);
});

test('the PIN data of a transaction go whole', () => {
  for (const [kind, text] of [
    ['99', '241234FFFFFFFFFF'],
    ['tlv', '9908241234FFFFFFFFFF'],
  ] as const) {
    const named = kind === 'tlv' ? undefined : kindOfTag('99');
    const reading = named && readAs(ascii(text), named);
    const parts = reading ? explainReading(reading).map(hidden) : partsOf(kind, text);
    const shown = JSON.stringify(parts);
    ok(shown.includes('transaction PIN data'), shown);
    ok(!/241234|1234FF/.test(shown), shown);
  }
});

test('of a number the first six and last four digits stay, in the bytes and in the value', () => {
  const [part] = partsOf('tlv', `5A08${NUMBER}`);
  same(part?.hex, '5A08625824******0018');
  same(part?.tree.children[0]?.value, '625824******0018');
});

test('of a track expiry and service code stay, and what the issuer adds does not', () => {
  const [part] = partsOf('track2', `${NUMBER}=30122011234500678`);
  const values = part?.tree.children.map(({ value }) => value).join('');
  same(values, '625824******0018=3012201**********');
});

test('PIN, passcode, name of the holder and keys go whole', () => {
  const shown = JSON.stringify([
    ...partsOf('command', '0020008006313233343536'),
    ...partsOf('tlv', '5F200641424344452F9F1F03313233'),
    ...partsOf('command', '80E200001380001011223344556677889900AABBCCDDEEFF'),
    ...partsOf('command', '80D8000008A1A2A3A4A5A6A7A8'),
  ]);
  for (const secret of ['313233', '123456', 'ABCDE', '414243', '112233', 'A1A2A3'])
    ok(!shown.includes(secret), `${secret} in ${shown}`);
});

test('the PIN block of a real message goes whole', () => {
  const message = (
    file.vectors.find(({ id }) => id === 'upi-pos-0200-purchase') as { inputs: { message: string } }
  ).inputs.message;
  const [open] = partsOf('iso8583-pos', message, revealed);
  const block = open?.tree.children.find(({ tag }) => tag === 'DE52')?.value ?? '';
  same(block.length, 16);
  ok(!JSON.stringify(partsOf('iso8583-pos', message)).includes(block));
});
