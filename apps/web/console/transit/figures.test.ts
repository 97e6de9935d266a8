/** Charts of transit, by the city's clock: 2026-03-02 08:10 in China is 00:10 of universal time. */
import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf, transitPath } from './address.ts';
import { dayBeside, serviceDayOf } from './days.ts';
import { chargedByDay, faresOfMonth, tapsByHour } from './figures.ts';

const MORNING_MS = Date.UTC(2026, 2, 2, 0, 10);
const HOUR_MS = 3_600_000;

function end(atMs: number) {
  return { gateId: 'G0000001', sequence: 1, atMs, form: 'phone' as const };
}

test('taps stand in the local hour in which they were made, from four in the morning on', () => {
  const { names, values } = tapsByHour([
    { entry: end(MORNING_MS), exit: end(MORNING_MS + HOUR_MS) },
    { entry: end(MORNING_MS + 16 * HOUR_MS) },
  ]);
  deepEqual([names[0], names[4], names[23]], ['04:00', '08:00', '03:00']);
  deepEqual([values[4], values[5], values[20]], [1, 1, 1]);
  equal(
    values.reduce((sum, one) => sum + one, 0),
    3,
  );
});

test('a month has a column for each of its days, also of a leap year', () => {
  const { names, values } = faresOfMonth([{ day: '2028-02-29', priceMinor: 400 }], '2028-02');
  equal(names.length, 29);
  equal(values.at(-1), 400);
});

test('what was charged by day counts fares and corrections, and neither debts nor refunds', () => {
  const line = (kind: 'fare' | 'correction' | 'debt' | 'refund', amountMinor: number) => ({
    lineId: '',
    kind,
    day: '2026-03-02',
    amountMinor,
  });
  const charge = {
    chargeId: '',
    accountId: '',
    kind: 'daily' as const,
    day: '2026-03-02',
    amountMinor: 600,
    currency: '156',
    state: 'approved' as const,
    lines: [line('fare', 700), line('correction', -100), line('debt', 900), line('refund', -300)],
    atMs: 0,
  };
  deepEqual(chargedByDay([charge], 2), { names: ['03-01', '03-02'], values: [0, 600] });
  deepEqual(chargedByDay([], 2), { names: [], values: [] });
});

test('a ride before half past four belongs to the day before', () => {
  equal(serviceDayOf(Date.UTC(2026, 2, 1, 20, 29)), '2026-03-01');
  equal(serviceDayOf(Date.UTC(2026, 2, 1, 20, 30)), '2026-03-02');
  equal(dayBeside('2026-03-01', -1), '2026-02-28');
});

test('an address says what is looked at; what it does not say rightly is not asked for', () => {
  const account = '0123456789ABCDEF0123456789ABCDEF';
  const address = { view: 'journeys', day: undefined, account, month: '2026-03' } as const;
  deepEqual(addressOf(new URL(transitPath(address), 'http://console').search), address);
  deepEqual(addressOf('?show=nothing&day=2026-13-01&account=x'), {
    view: 'gates',
    day: undefined,
    account: undefined,
    month: undefined,
  });
});
