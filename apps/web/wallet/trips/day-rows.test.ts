import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import type { RiderView } from '../core/api.ts';
import { rowsOf } from './day-rows.ts';

type Charge = RiderView['charges'][number];

const DAY = '2026-11-26';

function view(part: Partial<RiderView>): RiderView {
  const days = [{ day: DAY, journeys: 2, ratedMinor: 700, closedMinor: 700 }];
  return { month: '2026-11', days, charges: [], debts: [], unbilled: [], ...part } as RiderView;
}

function daily(state: Charge['state']): Charge {
  return { kind: 'daily', day: DAY, state, lines: [], amountMinor: 700 } as unknown as Charge;
}

const states = (part: Partial<RiderView>) => rowsOf(view(part)).map(({ state }) => state);

test('a day says what became of its charge, and one without is due', () => {
  deepEqual(states({}), ['due']);
  deepEqual(states({ charges: [daily('approved')] }), ['approved']);
  deepEqual(states({ charges: [daily('declined')] }), ['declined']);
});

test('a day of free rides has nothing to pay once it is closed', () => {
  deepEqual(states({ days: [{ day: DAY, journeys: 1, ratedMinor: 0, closedMinor: 0 }] }), ['free']);
});

test('a day that was owed and paid says so, though its own charge was declined', () => {
  const debts = [{ day: DAY, state: 'paid' }] as RiderView['debts'];
  deepEqual(states({ charges: [daily('declined')], debts }), ['paid']);
});

test('refunds and corrections are rows of their own, waiting or charged; fares and debts are not', () => {
  const line = (kind: string, lineId: string, amountMinor: number) =>
    ({ kind, lineId, day: DAY, amountMinor }) as RiderView['unbilled'][number];
  const charge = {
    ...daily('approved'),
    lines: [line('fare', 'F', 700), line('correction', 'C', 100)],
  };
  const rows = rowsOf(view({ unbilled: [line('refund', 'R', -300)], charges: [charge] }));
  deepEqual(
    rows.map(({ key, state }) => [key, state]),
    [
      ['R', 'waits'],
      ['C', 'charged'],
      [DAY, 'approved'],
    ],
  );
});

test('what is of another month is not shown', () => {
  const line = { kind: 'refund', lineId: 'R', day: '2026-10-31', amountMinor: -1 } as const;
  deepEqual(states({ unbilled: [line] }), ['due']);
});
