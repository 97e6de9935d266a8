import { deepEqual, equal, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from '@octavo/lib/bytes/assert.ts';
import { allotTraceNumber } from './trace-number.ts';

test('a number that is taken is not allotted: another is drawn', async () => {
  const draws = [7, 7, 8].map((last) => Uint8Array.of(0, 0, 0, 0, 0, last));
  const taken = new Set(['000008']);
  const asked: string[] = [];
  const number = await allotTraceNumber(
    () => draws.shift() ?? new Uint8Array(6),
    async (traceNumber) => {
      asked.push(traceNumber);
      return !taken.has(traceNumber);
    },
  );
  equal(number, '000009');
  deepEqual(asked, ['000008', '000008', '000009']);
});

test('a day that has no number left is a bug of whoever sends so much', async () => {
  await rejects(
    allotTraceNumber(
      () => new Uint8Array(6),
      async () => false,
    ),
    AssertionError,
  );
});
