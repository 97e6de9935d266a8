/** Taps for tests: written by local time and station, and arbitrary ones. */
import { assert } from '@octavo/lib/bytes/assert.ts';
import fc from 'fast-check';
import { instantOfLocal } from '../time.ts';
import { demoCity } from './city.ts';
import type { RatedAccount } from './journey.ts';
import { demoPolicy, type Policy } from './policy.ts';
import type { RatedTap } from './rated-tap.ts';
import { rateAccount } from './rating.ts';

/** An instant of March 2026 by local day and time; a time beyond 24:00 is of the next day. */
export function at(day: number, time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  const midnight = instantOfLocal('2026-03-01', '00:00:00');
  assert(midnight !== undefined);
  return midnight + (day - 1) * 86_400_000 + ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

let lastSequence = 0;

/** A tap; every call gives the next number of its gate. */
export function tap(kind: RatedTap['kind'], atMs: number, more: Partial<RatedTap>): RatedTap {
  lastSequence++;
  const gateId = `${(more.station ?? more.route ?? '').slice(0, 5).toUpperCase()}${kind.slice(0, 2)}`;
  const base = { gateId, sequence: lastSequence, kind, correctedMs: atMs, uncertaintyMs: 0 };
  return { ...base, operator: 'duhui', form: 'phone', ...more };
}

/** In at a station. */
export function entry(station: string, atMs: number, more: Partial<RatedTap> = {}): RatedTap {
  return tap('entry', atMs, { station, ...more });
}

/** Out at a station. */
export function exit(station: string, atMs: number, more: Partial<RatedTap> = {}): RatedTap {
  return tap('exit', atMs, { station, ...more });
}

/** On a bus. */
export function bus(atMs: number, more: Partial<RatedTap> = {}): RatedTap {
  return tap('single', atMs, { operator: 'gongjiao', route: '12', ...more });
}

/** A whole ride of twenty minutes. */
export function ride(
  from: string,
  to: string,
  atMs: number,
  more: Partial<RatedTap> = {},
): readonly RatedTap[] {
  return [entry(from, atMs, more), exit(to, atMs + 20 * 60_000, more)];
}

/** The policy without a cap, where a test is about something else. */
export const uncapped: Policy = { ...demoPolicy, dayCapMinor: undefined };

/** Rate in the demo city, long after. */
export function rated(
  taps: readonly RatedTap[],
  policy: Policy = uncapped,
  asOfMs: number = at(60, '12:00'),
): RatedAccount {
  return rateAccount(taps, demoCity, policy, asOfMs);
}

/** Each journey as its state and price. */
export function told({ journeys }: RatedAccount): readonly (readonly [string, bigint])[] {
  return journeys.map(({ state, chargedMinor }) => [state, chargedMinor]);
}

/** The sum of all days. */
export function totalOf({ days }: RatedAccount): bigint {
  return days.reduce((sum, day) => sum + day.totalMinor, 0n);
}

const places = [
  ...['xinjie', 'hebin', 'xianghe', 'haitang', 'jichang'].map((station) => ['duhui', station]),
  ...['matou', 'zhuxi', 'zhuxi-east', 'longwan'].map((station) => ['binjiang', station]),
] as const;

const minute = fc.integer({ min: 0, max: 5 * 24 * 60 });

/** Sound taps of one account in five days around a month's end, in any order of kinds and places. */
export const soundTaps: fc.Arbitrary<readonly RatedTap[]> = fc
  .array(
    fc.record({
      minutes: minute,
      what: fc.constantFrom(
        'entry',
        'entry',
        'exit',
        'exit',
        'single',
        'companion in',
        'companion out',
      ),
      place: fc.constantFrom(...places),
      form: fc.constantFrom('phone', 'phone', 'phone', 'card'),
    }),
    { maxLength: 60 },
  )
  .map((all) =>
    all.map(({ minutes, what, place: [operator = '', station = ''], form }, index): RatedTap => {
      const atMs = at(29, '04:30') + minutes * 60_000;
      const [kind = '', direction] = what.split(' ');
      const name = { gateId: `${station}-${kind}`, sequence: index + 1, form };
      if (kind === 'single') return bus(atMs, { gateId: 'BUS00012', sequence: index + 1, form });
      return tap(kind as RatedTap['kind'], atMs, {
        ...name,
        operator,
        station,
        direction: direction as 'in' | 'out' | undefined,
      });
    }),
  );

/** Taps as bad days bring them: clocks far off, unknown places, names used twice, records not to be relied on. */
export const anyTaps: fc.Arbitrary<readonly RatedTap[]> = soundTaps.chain((taps) =>
  fc
    .array(
      fc.record({
        uncertaintyMs: fc.constantFrom(0, 250, 250, 90_000, 400_000, 0xffffffff),
        station: fc.constantFrom(undefined, undefined, undefined, '', 'nowhere', 'matou'),
        operator: fc.constantFrom(undefined, undefined, undefined, undefined, 'nobody'),
        sequence: fc.constantFrom(undefined, undefined, undefined, 1),
        contested: fc.constantFrom(undefined, undefined, undefined, undefined, undefined, true),
      }),
      { minLength: taps.length, maxLength: taps.length },
    )
    .map((changes) =>
      taps.map((one, index) => {
        const { uncertaintyMs = 0, station, operator, sequence, contested } = changes[index] ?? {};
        return {
          ...one,
          uncertaintyMs,
          contested,
          station: station ?? one.station,
          operator: operator ?? one.operator,
          sequence: sequence ?? one.sequence,
        };
      }),
    ),
);
