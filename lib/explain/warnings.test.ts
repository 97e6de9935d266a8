/** What does not fit together, each with a case that shows it and a near one that does not. */
import { deepEqual, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { encodeBody } from '../iso8583/message.ts';
import { specs } from '../iso8583/unionpay.ts';
import { workedCommands, workedResponses } from '../kernel/worked-tap.ts';
import { encodeTlv, tlv } from '../tlv/tlv.ts';
import { explainChipData } from './data-objects.ts';
import { explainSession } from './explain.ts';
import file from './explain.vectors.json' with { type: 'json' };
import { explainMessage } from './message.ts';
import { explainReading, readingsOf } from './readings.ts';
import { type WarningOptions, warningsOf, warningsOfParts } from './warnings.ts';

const TOKENS: WarningOptions = { tokenRanges: ['6258'] };

type Values = Readonly<Record<string, string>>;

/** Data objects by tag. */
function objects(values: Values): Uint8Array {
  return encodeTlv(Object.entries(values).map(([tag, value]) => tlv(tag, fromHex(value))));
}

function codesOf(values: Values, options: WarningOptions = {}): readonly string[] {
  return warningsOf([explainChipData(objects(values))], options).map(({ code }) => code);
}

/** A message in characters: an amount of 12.50 CNY unless told otherwise. */
function messageCodes(
  fields: Readonly<Record<number, string>>,
  chip: Values | undefined,
  mti = '0200',
  options: WarningOptions = {},
): readonly string[] {
  const all = chip === undefined ? fields : { ...fields, 55: toHex(objects(chip)) };
  const bytes = encodeBody(specs['1987-ascii'], { mti, fields: all });
  return warningsOf([explainMessage('1987-ascii', bytes)], options).map(({ code }) => code);
}

test('the real authorisation of a card contradicts itself nowhere', () => {
  const vector = file.vectors.find(({ id }) => id === 'upi-arqc-001') as unknown as {
    inputs: { tags: Values };
  };
  deepEqual(codesOf(vector.inputs.tags), []);
});

test('the worked tap and the worked message contradict themselves nowhere', () => {
  const [session] = [
    explainSession([
      { command: workedCommands.select, response: workedResponses.select },
      { command: workedCommands.options, response: workedResponses.options },
    ]),
  ];
  deepEqual(
    warningsOf(session?.flatMap(({ command, response }) => [command, response]) ?? [], TOKENS),
    [],
  );
  deepEqual(warningsOf([explainMessage('cups', fromHex(file.message.bytes))], TOKENS), []);
});

const IAD_HOLDER = '07010103A4000001';
const IAD_NOBODY = '07010103A0000001';

/** Code, a case that shows it, and a near case that does not. Values of flags: EMV contactless sheet, section 4. */
const flagCases: readonly (readonly [code: string, shows: Values, near: Values])[] = [
  [
    'holder.ctq_overclaims',
    { '9F6C': '0080', '9F10': IAD_NOBODY },
    { '9F6C': '0080', '9F10': IAD_HOLDER },
  ],
  [
    'holder.ctq_silent',
    { '9F6C': '0000', '9F10': IAD_HOLDER },
    { '9F6C': '0000', '9F10': IAD_NOBODY },
  ],
  [
    'cryptogram.kind_differs',
    { '9F27': '40', '9F10': IAD_NOBODY },
    { '9F27': '80', '9F10': IAD_NOBODY },
  ],
  // Declined at the second GENERATE AC after an ARQC: verification results 03 20.
  [
    'cryptogram.kind_differs',
    { '9F27': '80', '9F10': '0701010320000001' },
    { '9F27': '00', '9F10': '0701010320000001' },
  ],
  [
    'tvr.pin_not_supported',
    { '95': '0000040000', '9F33': 'E0A1C8' },
    { '95': '0000040000', '9F33': 'E0E1C8' },
  ],
  [
    'tvr.authentication_not_supported',
    { '95': '0800000000', '9F33': 'E0E188' },
    { '95': '0800000000', '9F33': 'E0E1C8' },
  ],
  [
    'tvr.authentication_not_offered',
    { '95': '0400000000', '82': '7C00' },
    { '95': '0400000000', '82': '7D00' },
  ],
  ['tvr.authentication_contradicts', { '95': 'C000000000' }, { '95': '8000000000' }],
  [
    'tvr.pin_without_method',
    { '95': '0000040000', '9F34': '1E0300' },
    { '95': '0000040000', '9F34': '020300' },
  ],
  [
    'tvr.method_without_pin',
    { '95': '0080000000', '9F34': '020300' },
    { '95': '0000080000', '9F34': '020301' },
  ],
  [
    'tvr.method_result_differs',
    { '95': '0000800000', '9F34': '010302' },
    { '95': '0000800000', '9F34': '010301' },
  ],
  [
    'tvr.method_result_differs',
    { '95': '0000000000', '9F34': '010301' },
    { '95': '0000000000', '9F34': '010302' },
  ],
  ['method.not_offered', { '82': '6C00', '9F34': '1E0300' }, { '82': '6C00', '9F34': '1F0302' }],
  [
    'method.not_supported',
    { '9F33': 'E040C8', '9F34': '1E0300' },
    { '9F33': 'E060C8', '9F34': '1E0300' },
  ],
  // Bits of the qualifiers: CTQ 8000 PIN, 4000 signature, 0080 device; TTQ 04 PIN, 02 signature.
  [
    'ctq.pin_not_supported',
    { '9F6C': '8000', '9F33': 'E0A1C8' },
    { '9F6C': '8000', '9F33': 'E0E1C8' },
  ],
  [
    'ctq.pin_not_supported',
    { '9F6C': '8000', '9F66': '32000080' },
    { '9F6C': '8000', '9F66': '36000080' },
  ],
  [
    'ctq.signature_not_supported',
    { '9F6C': '4000', '9F33': 'E0C1C8' },
    { '9F6C': '4000', '9F33': 'E0E1C8' },
  ],
  [
    'ctq.signature_not_supported',
    { '9F6C': '4000', '9F66': '34000080' },
    { '9F6C': '4000', '9F66': '36000080' },
  ],
  ['ctq.verified_and_pin', { '9F6C': '8080' }, { '9F6C': '0080' }],
  [
    'tvr.failed_though_verified',
    { '95': '0000800000', '9F6C': '0080' },
    { '95': '0000800000', '9F6C': '8000' },
  ],
  [
    'tvr.pin_though_verified',
    { '95': '0000040000', '9F6C': '0080' },
    { '95': '0000040000', '9F6C': '8000' },
  ],
  ['tvr.pin_without_pad', { '95': '0000140000' }, { '95': '0000100000' }],
  [
    'terminal.pin_differs',
    { '9F66': '36000080', '9F33': 'E0A1C8' },
    { '9F66': '32000080', '9F33': 'E0A1C8' },
  ],
  [
    'terminal.signature_differs',
    { '9F66': '34000080', '9F33': 'E0E1C8' },
    { '9F66': '36000080', '9F33': 'E0E1C8' },
  ],
  // 9F69 of section 9.3.
  [
    'ctq.signed_differs',
    { '9F6C': '0000', '9F69': '01A1B2C3D4008000' },
    { '9F6C': '0080', '9F69': '01A1B2C3D4008000' },
  ],
  ['number.zero', { '9F37': '00000000' }, { '9F37': '00000001' }],
  ['counter.zero', { '9F36': '0000' }, { '9F36': '0001' }],
  [
    'pan.differs',
    { '5A': '6258249900000018', '57': '6258249900000026D3012201' },
    { '5A': '6258249900000018', '57': '6258249900000018D3012201' },
  ],
];

for (const [code, shows, near] of flagCases) {
  test(`${code}: ${JSON.stringify(shows)}`, () => {
    ok(codesOf(shows).includes(code), codesOf(shows).join());
    ok(!codesOf(near).includes(code), codesOf(near).join());
  });
}

const messageCases: readonly (readonly [
  code: string,
  field: Readonly<Record<number, string>>,
  shows: Values,
  near: Values,
])[] = [
  ['amount.differs', { 4: '000000001250' }, { '9F02': '000000001251' }, { '9F02': '000000001250' }],
  ['currency.differs', { 49: '156' }, { '5F2A': '0840' }, { '5F2A': '0156' }],
  ['country.differs', { 19: '156' }, { '9F1A': '0344' }, { '9F1A': '0156' }],
  ['date.differs', { 13: '1122' }, { '9A': '261123' }, { '9A': '261122' }],
  ['type.differs', { 3: '000000' }, { '9C': '20' }, { '9C': '00' }],
  ['sequence.differs', { 23: '001' }, { '5F34': '02' }, { '5F34': '01' }],
  ['response.differs', { 39: '00' }, { '8A': '3531' }, { '8A': '3030' }],
  [
    'response.sealed_differs',
    { 39: '51' },
    { '91': '422C7965036655553030' },
    { '91': '422C7965036655553531' },
  ],
  [
    'pan.differs',
    { 2: '6258249900000018' },
    { '57': '6258249900000026D3012201' },
    { '57': '6258249900000018D3012201' },
  ],
];

for (const [code, field, shows, near] of messageCases) {
  test(`${code} between a message and its chip data`, () => {
    ok(messageCodes(field, shows).includes(code), messageCodes(field, shows).join());
    ok(!messageCodes(field, near).includes(code));
  });
}

test('a device token without a cryptogram proves nothing, whatever the entry mode says', () => {
  const token = { 2: '6258249900000018', 22: '071' };
  const code = 'token.no_cryptogram';
  ok(messageCodes(token, undefined, '0200', TOKENS).includes(code));
  ok(messageCodes(token, { '9F36': '0001' }, '0200', TOKENS).includes(code));
  ok(!messageCodes(token, { '9F26': 'AEBC72404A3A05AF' }, '0200', TOKENS).includes(code));
  ok(!messageCodes(token, undefined, '0200').includes(code), 'no ranges, no tokens');
  ok(!messageCodes({ 2: '6228000100001' }, undefined, '0200', TOKENS).includes(code));
  for (const mti of ['0210', '0420', '0430'])
    ok(!messageCodes(token, undefined, mti, TOKENS).includes(code), mti);
  ok(codesOf({ '57': '6258249900000018D3012201', '9F36': '0001' }, TOKENS).includes(code));
});

test('what only tokens have makes any number a token', () => {
  const code = 'token.no_cryptogram';
  const number = { '57': '6228000100001D30122010' };
  const owns: readonly Values[] = [{ '9F19': '012345678901' }, { '9F24': '51314A5A32' }];
  for (const own of owns) {
    ok(codesOf({ ...number, ...own }).includes(code));
    ok(!codesOf(own).includes(code));
    ok(!codesOf({ ...number, ...own, '9F26': 'AEBC72404A3A05AF' }).includes(code));
  }
  const record = toHex(objects({ ...number, '9F19': '012345678901' }));
  deepEqual(codesOf({ '70': record }), []);
  deepEqual(codesOf({ '6F': record }), []);
});

test('a contactless payment without a cryptogram is told once', () => {
  const code = 'cryptogram.missing';
  const number = { 2: '6228000100001' };
  for (const mode of ['071', '072', '911', '962'])
    deepEqual(messageCodes({ ...number, 22: mode }, undefined), [code], mode);
  const chip = { '9F36': '0001', '9F10': IAD_NOBODY };
  deepEqual(messageCodes({ ...number, 22: '071' }, chip), [code]);
  deepEqual(codesOf(chip), [code]);
  deepEqual(codesOf({ ...chip, '9F26': 'AEBC72404A3A05AF' }), []);
  deepEqual(codesOf({ '9F36': '0001' }), []);
  // Typed, on a stripe, by the contacts of a card that was not asked; what follows a payment; answers and reversals.
  for (const mode of ['012', '021', '051'])
    deepEqual(messageCodes({ ...number, 22: mode }, undefined), [], mode);
  deepEqual(messageCodes({ ...number, 3: '200000', 22: '071' }, undefined), []);
  deepEqual(messageCodes({ ...number, 22: '071', 25: '06' }, undefined), []);
  for (const mti of ['0210', '0220', '0420'])
    deepEqual(messageCodes({ ...number, 22: '071' }, undefined, mti), [], mti);
  // A token is told of as a token alone.
  const token = { 2: '6258249900000018', 22: '071' };
  deepEqual(messageCodes(token, undefined, '0200', TOKENS), ['token.no_cryptogram']);
});

test('a verification value of 000 on a track is no proof', () => {
  const code = 'cvv.zero';
  const track = (discretionary: string): Values => ({
    '57': `6258249900000018D3012201${discretionary}`,
  });
  ok(codesOf(track('1234500067')).includes(code));
  ok(!codesOf(track('1234556767')).includes(code));
  ok(codesOf(track('0000000000')).includes(code));
  ok(!codesOf({ ...track('0000000000'), '9F26': 'AEBC72404A3A05AF' }).includes(code));
  ok(codesOf({ ...track('1234500067'), '9F26': 'AEBC72404A3A05AF' }).includes(code));
  for (const text of ['6258249900000018=30122011234500067', ';6258249900000018=3012201000?']) {
    const [reading] = readingsOf(Buffer.from(text));
    const trees = reading === undefined ? [] : explainReading(reading).map(({ tree }) => tree);
    ok(
      warningsOf(trees).some((warning) => warning.code === code),
      text,
    );
  }
});

test('what has expired is told only for a day', () => {
  const code = 'expiry.past';
  const values = { '5F24': '261130' };
  ok(!codesOf(values).includes(code));
  ok(!codesOf(values, { today: '261130' }).includes(code));
  ok(codesOf(values, { today: '261201' }).includes(code));
  const track = { '57': '6258249900000018D2611201' };
  ok(!codesOf(track, { today: '261130' }).includes(code));
  ok(codesOf(track, { today: '261201' }).includes(code));
  ok(messageCodes({ 14: '2611' }, undefined, '0200', { today: '270101' }).includes(code));
});

test('a warning names the places and no digits of the number', () => {
  const [warning] = warningsOf([
    explainChipData(objects({ '5A': '6258249900000018', '57': '6258249900000026D3012201' })),
  ]);
  deepEqual(warning?.paths, ['5A', '57']);
  ok(!/\d{4}/.test(warning?.words ?? ''));
});

test('on the quick path the TVR stays zero and the qualifiers ask for the PIN: no contradiction', () => {
  const values = { '95': '0000000000', '9F34': '020300', '82': '2000' };
  deepEqual(codesOf(values), []);
  deepEqual(codesOf({ ...values, '95': '0080000000', '9F6C': '8000' }), []);
  ok(codesOf({ ...values, '95': '0080000000' }).includes('method.not_offered'));
});

test('no verification needs nothing of the terminal', () => {
  deepEqual(codesOf({ '9F33': 'E0E1C8', '9F34': '1F0302' }), []);
});

test('what a terminal decided by itself, and a pre-authorisation, differ from the message by right', () => {
  deepEqual(messageCodes({ 39: '00' }, { '8A': '5931' }), []);
  deepEqual(messageCodes({ 3: '030000' }, { '9C': '00' }), []);
});

test('a record that is written into an element proves nothing and is not meant to', () => {
  const record = { '70': '57126258249900000018D30122010000000000' };
  deepEqual(codesOf(record, TOKENS), []);
  deepEqual(codesOf({ '5A': '6258249900000018' }, TOKENS), []);
});

test('each of several taps is compared for itself', () => {
  const { ppse, select, options } = workedCommands;
  const answers = workedResponses;
  const tap = [ppse, select, options].map((command, index) => {
    const response = [answers.ppse, answers.select, answers.options][index] as Uint8Array;
    return `> ${toHex(command)}\n< ${toHex(response)}`;
  });
  const other = tap.join('\n').replace('5713625824990000001', '5713625824990000002');
  const log = `${tap.join('\n')}\n${other}`;
  const [reading] = readingsOf(Buffer.from(log));
  const parts = reading === undefined ? [] : explainReading(reading);
  deepEqual(
    parts.map(({ tap: number }) => number),
    [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2],
  );
  deepEqual(warningsOfParts(parts), []);
  const wrong = log.replace(/00809F63/g, '00009F63');
  const [again] = readingsOf(Buffer.from(wrong));
  deepEqual(
    warningsOfParts(again === undefined ? [] : explainReading(again)).map(({ code, tap: of }) => [
      code,
      of,
    ]),
    [
      ['holder.ctq_silent', 1],
      ['holder.ctq_silent', 2],
    ],
  );
});
