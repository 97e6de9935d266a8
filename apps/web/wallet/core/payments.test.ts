import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryLine } from './api.ts';
import { endOf, monthsOf, paymentsOf, sinceLock } from './payments.ts';

let sequence = 0;
const line = (more: Partial<HistoryLine>): HistoryLine => ({
  sequence: ++sequence,
  atMs: new Date(2026, 10, 22, 9, 41).getTime(),
  tokenReference: 'A',
  tokenLastFour: '3160',
  kind: 'payment',
  amountMinor: '2850',
  currency: '156',
  approved: true,
  ...more,
});
const state = (approved: boolean, atMs: number, tokenReference = 'A') =>
  line({ kind: 'state', approved, atMs, tokenReference, amountMinor: undefined });

test('payments are the lines about money, newest first', () => {
  const [first, second] = [line({}), line({})];
  deepEqual(paymentsOf([first, state(true, 1), second]), [second, first]);
});

test('a line says how its payment ended', () => {
  equal(endOf(line({})), 'paid');
  equal(endOf(line({ approved: false })), 'refused');
  equal(endOf(line({ kind: 'reversal' })), 'taken_back');
});

test('a month took what was paid, less what was taken back, and nothing for what was refused', () => {
  const lines = [
    line({ amountMinor: '2850' }),
    line({ amountMinor: '128000', approved: false }),
    line({ amountMinor: '6400' }),
    line({ amountMinor: '6400', kind: 'reversal' }),
    line({ atMs: new Date(2026, 9, 3).getTime(), amountMinor: '100' }),
  ];
  const months = monthsOf(paymentsOf(lines));
  deepEqual(
    months.map(({ takenMinor, lines: { length } }) => [takenMinor, length]),
    [
      [100n, 1],
      [2850n, 4],
    ],
  );
});

test('a month of several currencies has no sum', () => {
  const [month] = monthsOf(paymentsOf([line({}), line({ currency: '840' })]));
  equal(month?.takenMinor, undefined);
});

test('a lock is the first of the suspensions that nothing has resumed, and what was refused after it', () => {
  const refusedBefore = line({ approved: false });
  const lines = [state(false, 10), state(true, 20), refusedBefore, state(false, 30)];
  const refusedAfter = line({ approved: false });
  const told = sinceLock([...lines, state(false, 31, 'B'), refusedAfter]);
  deepEqual(told, { lockedAtMs: 30, suspended: 2, tried: [refusedAfter] });
});

test('a phone that was never locked, or holds no card, tells nothing of a lock', () => {
  const nothing = { lockedAtMs: undefined, suspended: 0, tried: [] };
  deepEqual(sinceLock([]), nothing);
  deepEqual(sinceLock([state(false, 1), state(true, 2), line({ approved: false })]), nothing);
});
