/** The transit sheet, section 5.4: what settling again does with what has come to light since. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { demoPolicy } from './policy.ts';
import type { RatedTap } from './rated-tap.ts';
import { anyTaps, at, bus, rated, ride } from './rides.fixture.ts';
import { dayName, dayNumber } from './service-day.ts';
import { type SettledRow, settle } from './settle.ts';

const sinceDay = '2026-03-01';

function settled(
  earlier: readonly SettledRow[],
  taps: readonly RatedTap[],
  asOfMs: number,
  nowMs = asOfMs,
): ReturnType<typeof settle> {
  const moment = { asOfMs, sinceDay, nowMs };
  return settle(earlier, rated(taps, demoPolicy, asOfMs), moment, demoPolicy);
}

const first = ride('xinjie', 'hebin', at(2, '08:00'));
const late = bus(at(2, '18:00'));
const fare: SettledRow = { serviceDay: '2026-03-02', kind: 'fare', amountMinor: 400n };

describe('a service day', () => {
  test('is charged two hours after its end, once', () => {
    deepEqual(settled([], first, at(3, '06:29:59')).rows, []);
    deepEqual(settled([], first, at(3, '06:30')), {
      rows: [fare],
      chargeMinor: 400n,
      creditMinor: 0n,
    });
    deepEqual(settled([fare], first, at(4, '06:30')).rows, []);
  });

  test('that costs more by a late tap gets a correction', () => {
    deepEqual(settled([fare], [...first, late], at(4, '06:30')), {
      rows: [{ serviceDay: '2026-03-02', kind: 'correction', amountMinor: 200n }],
      chargeMinor: 200n,
      creditMinor: 0n,
    });
  });

  test('that costs less gets a credit, which is not taken off a charge', () => {
    const alone = { ...fare, amountMinor: 700n };
    const today = ride('xinjie', 'hebin', at(3, '08:00'));
    deepEqual(settled([alone], [...first, ...today], at(4, '06:30')), {
      rows: [
        { serviceDay: '2026-03-02', kind: 'credit', amountMinor: -300n },
        { serviceDay: '2026-03-03', kind: 'fare', amountMinor: 400n },
      ],
      chargeMinor: 400n,
      creditMinor: 300n,
    });
  });

  test('whose taps are not this account’s any more is given back whole', () => {
    deepEqual(settled([fare], [], at(4, '06:30')).rows, [
      { serviceDay: '2026-03-02', kind: 'credit', amountMinor: -400n },
    ]);
  });

  test('before those that the taps cover is left alone', () => {
    deepEqual(settled([{ ...fare, serviceDay: '2026-02-28' }], [], at(4, '06:30')).rows, []);
  });
});

describe('older than fourteen days', () => {
  test('what is owed is written off', () => {
    deepEqual(settled([fare], [...first, late], at(16, '12:00')).rows[0]?.kind, 'correction');
    deepEqual(settled([fare], [...first, late], at(17, '12:00')), {
      rows: [{ serviceDay: '2026-03-02', kind: 'written_off', amountMinor: 200n }],
      chargeMinor: 0n,
      creditMinor: 0n,
    });
  });

  test('counts from when it is settled, however late its closing is caught up with', () => {
    const late = settled([], first, at(3, '06:30'), at(17, '12:00'));
    deepEqual(late.rows[0]?.kind, 'written_off');
    deepEqual(settled([], first, at(3, '06:30'), at(16, '12:00')).rows[0]?.kind, 'fare');
  });

  test('what the rider is owed is given back', () => {
    equal(settled([fare], [], at(30, '12:00')).creditMinor, 400n);
  });

  test('what was written off and falls away is not given back', () => {
    const writtenOff: SettledRow = { ...fare, kind: 'written_off', amountMinor: 200n };
    const { rows, creditMinor } = settled([fare, writtenOff], [], at(30, '12:00'));
    deepEqual(
      rows.map(({ kind, amountMinor }) => [kind, amountMinor]),
      [
        ['written_off', -200n],
        ['credit', -400n],
      ],
    );
    equal(creditMinor, 400n);
  });
});

test('however taps trickle in, rows come to the totals, settling again does nothing, and no day is paid twice', () => {
  const trickle = fc.record({
    taps: anyTaps,
    days: fc
      .array(fc.integer({ min: 30, max: 60 }), { maxLength: 5 })
      .map((all) => all.toSorted((a, b) => a - b)),
    shares: fc.array(fc.nat(60), { maxLength: 5 }),
  });
  fc.assert(
    fc.property(trickle, ({ taps, days, shares }) => {
      let rows: readonly SettledRow[] = [];
      for (const [index, day] of days.entries()) {
        const known = taps.slice(0, shares[index] ?? taps.length);
        rows = [...rows, ...settled(rows, known, at(day, '12:00')).rows];
      }
      const asOfMs = at(62, '12:00');
      rows = [...rows, ...settled(rows, taps, asOfMs).rows];
      deepEqual(settled(rows, taps, asOfMs).rows, []);
      const over = dayName(dayNumber(asOfMs, demoPolicy.serviceDayStartMs));
      for (const { serviceDay, totalMinor } of rated(taps, demoPolicy, asOfMs).days) {
        if (serviceDay >= over) continue;
        const own = rows.filter((row) => row.serviceDay === serviceDay);
        equal(
          own.reduce((sum, row) => sum + row.amountMinor, 0n),
          totalMinor,
        );
        const paid = own.filter(({ kind }) => kind !== 'written_off');
        const paidMinor = paid.reduce((sum, row) => sum + row.amountMinor, 0n);
        ok(paidMinor >= 0n && paidMinor <= totalMinor);
      }
    }),
  );
});
