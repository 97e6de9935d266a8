import { equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import type { z } from '@hono/zod-openapi';
import { refusals } from '@octavo/domain/refusal.ts';
import * as shapes from './shapes.ts';

const ROUND = { step: 'open', answers: ['9000'] };
const ASK = { requestId: '0A'.repeat(16), tokenReference: '0B'.repeat(16) };

/** For each shape: what it takes, and what it refuses. */
const rules: readonly (readonly [string, z.ZodType, readonly unknown[], readonly unknown[]])[] = [
  ['hexadecimal', shapes.Hex, ['', '00', '9F26'], ['0', '9f26', '9F 26', '9F26\n', 9, null]],
  ['two bytes', shapes.hexOf(2), ['9000'], ['', '900', '90000', '900000', '63cx']],
  ['a request id', shapes.RequestId, [ASK.requestId], ['', '0a'.repeat(16), '0A'.repeat(15)]],
  ['an element id', shapes.ElementId, ['0A'.repeat(32)], ['0A'.repeat(16)]],
  [
    'an amount',
    shapes.AmountMinor,
    [0, 1, 999_999_999_999],
    [-1, 0.5, 1e12, Number.NaN, '1', null],
  ],
  ['an instant', shapes.Instant, [0, 1_795_000_000_000], [-1, 0.5, '0', 2 ** 53]],
  [
    'a mobile number',
    shapes.Mobile,
    ['13800000001'],
    ['1380000000', '+8613800000001', '23800000001'],
  ],
  ['a one-time code', shapes.OneTimeCode, ['000000'], ['00000', '0000000', '00000a', 123456]],
  ['last four digits', shapes.LastFour, ['0010'], ['010', '00100', '٠٠١٠']],
  ['a code', shapes.Code, Object.keys(refusals), ['', 'no.such_code', 'toString', 'BUSY']],
  ['nothing', shapes.Empty, [{}], [{ more: 1 }, null, '']],
  [
    'a command for the element',
    shapes.ElementCommand,
    [{ bytes: '80CA9F3600', accept: ['9000'] }],
    [{ bytes: '80CA9F3600', accept: [] }, { bytes: '80CA9F3600', accept: ['90'] }, { bytes: '' }],
  ],
  [
    'a round of provisioning',
    shapes.ProvisionAsk,
    [ASK, { ...ASK, round: ROUND }, { ...ASK, purpose: 'certify', round: ROUND }],
    [
      { ...ASK, round: { ...ROUND, step: 'done' } },
      { ...ASK, round: { ...ROUND, answers: Array.from({ length: 33 }, () => '') } },
      { ...ASK, purpose: 'personalise' },
      { ...ASK, more: 1 },
      { requestId: ASK.requestId },
    ],
  ],
  [
    'a decoded message',
    shapes.MessageFields,
    [{}, { '2': '6258249900000018', '128': '' }],
    [{ mti: '0200' }, { '1000': '' }, { '2': 5 }, { '2': 'x'.repeat(1025) }, []],
  ],
];

for (const [name, shape, right, wrong] of rules) {
  test(`${name} is taken, and nothing else`, () => {
    for (const value of right) same(shape.safeParse(value).success, true, JSON.stringify(value));
    for (const value of wrong) same(shape.safeParse(value).success, false, JSON.stringify(value));
  });
}
