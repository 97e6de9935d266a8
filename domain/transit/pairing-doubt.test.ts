/** The transit sheet, section 5.3: clocks, doubles and forgeries, places nobody knows. Fares by sheet 7. */
import { deepEqual, equal } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { at, bus, entry, exit, rated, ride, told, totalOf } from './rides.fixture.ts';

/** From Xinjie the farthest is the airport, 36.7 km, 7.00; from Hebin 35.3 km. */
const MOST = 700n;

describe('clocks', () => {
  test('within their uncertainty the order that makes a journey is preferred', () => {
    const near = (uncertaintyMs: number) => [
      exit('hebin', at(2, '08:00:00'), { uncertaintyMs }),
      entry('xinjie', at(2, '08:01:00'), { uncertaintyMs }),
    ];
    deepEqual(told(rated(near(31_000))), [['complete', 400n]]);
    deepEqual(told(rated(near(30_000))), [
      ['incomplete_no_entry', MOST],
      ['incomplete_no_exit', MOST],
    ]);
  });

  test('also out of one journey and into the next', () => {
    const uncertaintyMs = 60_000;
    const taps = [
      entry('xinjie', at(2, '08:00')),
      entry('hebin', at(2, '08:20:00'), { uncertaintyMs }),
      exit('hebin', at(2, '08:20:10'), { uncertaintyMs }),
      exit('xinjie', at(2, '08:40')),
    ];
    deepEqual(told(rated(taps)), [
      ['complete', 400n],
      ['complete', 400n],
    ]);
  });

  test('nothing is turned round when that only moves the gap', () => {
    const uncertaintyMs = 60_000;
    const taps = [
      exit('xinjie', at(2, '08:00:00'), { uncertaintyMs }),
      entry('xinjie', at(2, '08:00:30'), { uncertaintyMs }),
      exit('hebin', at(2, '08:20')),
    ];
    deepEqual(told(rated(taps)), [
      ['incomplete_no_entry', MOST],
      ['complete', 400n],
    ]);
  });

  test('one gate’s own numbers are never turned round', () => {
    const same = { gateId: 'SAMEGATE', uncertaintyMs: 60_000 };
    const taps = [exit('hebin', at(2, '08:00:00'), same), entry('xinjie', at(2, '08:00:10'), same)];
    deepEqual(
      told(rated(taps)).map(([state]) => state),
      ['incomplete_no_entry', 'incomplete_no_exit'],
    );
  });

  const far = { uncertaintyMs: 300_001 };

  test('one that is far off counts where nothing hangs on it', () => {
    deepEqual(told(rated(ride('xinjie', 'hebin', at(2, '08:00'), far))), [['complete', 400n]]);
    deepEqual(told(rated([bus(at(2, '08:00'), far)])), [['single', 200n]]);
  });

  test('its own exit does not make an entry doubtful, however near', () => {
    const taps = [entry('xinjie', at(2, '08:00'), far), exit('hebin', at(2, '08:04'))];
    deepEqual(told(rated(taps)), [['complete', 400n]]);
  });

  test('where the month hangs on it nothing is charged', () => {
    deepEqual(told(rated([bus(at(31, '23:58'), far)])), [['held', 0n]]);
  });

  test('where the order hangs on it the tap is set aside, and its other half is not charged', () => {
    const taps = [
      ...ride('xinjie', 'hebin', at(2, '08:00')),
      entry('hebin', at(2, '08:22'), far),
      exit('xinjie', at(2, '08:50')),
    ];
    const account = rated(taps);
    deepEqual(
      account.setAside.map(({ reason, tap: { station } }) => [reason, station]),
      [['clock_uncertain', 'hebin']],
    );
    deepEqual(told(account), [
      ['complete', 400n],
      ['held', 0n],
    ]);
  });

  test('where the day hangs on it nothing is charged', () => {
    const held = [['held', 0n]];
    deepEqual(told(rated([bus(at(2, '04:32'), far)])), held);
    deepEqual(told(rated(ride('xinjie', 'hebin', at(2, '04:32'), far))), held);
  });

  test('where the time inside hangs on it nothing is charged', () => {
    const taps = [entry('xinjie', at(2, '08:00'), far), exit('hebin', at(2, '11:58'))];
    deepEqual(told(rated(taps)), [['held', 0n]]);
  });

  test('no highest fare is charged by it', () => {
    deepEqual(told(rated([entry('xinjie', at(2, '08:00'), far)])), [['held', 0n]]);
  });
});

describe('doubles and forgeries', () => {
  const [one, two] = ride('xinjie', 'hebin', at(2, '08:00'));
  const taps = one === undefined || two === undefined ? [] : [one, two];

  test('the same tap again is dropped and counted', () => {
    const account = rated([...taps, ...taps, ...taps.map((again) => ({ ...again }))]);
    equal(account.duplicates, 4);
    deepEqual(told(account), [['complete', 400n]]);
  });

  test('one name on two contents: both are kept, nobody is charged for either, nor for the half that is left', () => {
    const forged = taps.slice(1).map((tap) => ({ ...tap, station: 'jichang' }));
    const account = rated([...taps, ...forged]);
    deepEqual(
      account.setAside.map(({ reason, tap }) => [reason, tap.station]),
      [
        ['forged', 'hebin'],
        ['forged', 'jichang'],
      ],
    );
    deepEqual(
      account.journeys.map(({ state, steps }) => [state, steps]),
      [['held', [{ rule: 'state.held', deltaMinor: 0n, reason: 'other_half_set_aside' }]]],
    );
    equal(totalOf(account), 0n);
  });

  test('a record that the caller cannot rely on is set aside, also when it comes unmarked again', () => {
    for (const order of [
      [true, undefined],
      [undefined, true],
    ]) {
      const account = rated(
        order.flatMap((contested) => taps.map((tap) => ({ ...tap, contested }))),
      );
      deepEqual(
        account.setAside.map(({ reason }) => reason),
        ['contested', 'contested'],
      );
      equal(account.journeys.length, 0);
      equal(account.duplicates, 2);
    }
  });
});

describe('what is not known is named and not charged', () => {
  const reasons = (taps: Parameters<typeof rated>[0]) =>
    rated(taps).journeys.flatMap(({ steps, chargedMinor }) =>
      steps.map((step) => [step.rule === 'state.held' ? step.reason : step.rule, chargedMinor]),
    );

  test('a station', () => {
    deepEqual(reasons(ride('xinjie', 'nowhere', at(2, '08:00'))), [['unknown_station', 0n]]);
    deepEqual(reasons([entry('', at(2, '08:00'))]), [['unknown_station', 0n]]);
    deepEqual(reasons(ride('matou', 'xinjie', at(2, '08:00'))), [['unknown_station', 0n]]);
  });

  test('a route', () => {
    deepEqual(reasons([bus(at(2, '08:00'), { route: '9999' })]), [['unknown_route', 0n]]);
  });

  test('an operator', () => {
    deepEqual(reasons(ride('xinjie', 'hebin', at(2, '08:00'), { operator: 'nobody' })), [
      ['unknown_operator', 0n],
    ]);
  });

  test('a way', () => {
    const operator = 'binjiang';
    deepEqual(reasons(ride('matou', 'longwan', at(2, '08:00'), { operator })), [['no_way', 0n]]);
  });

  test('a tariff', () => {
    // The demo city's bus has prices from 2020-01-01 on.
    const before = Date.UTC(2019, 11, 31, 4);
    deepEqual(reasons([bus(before)]), [['no_tariff', 0n]]);
    deepEqual(reasons(ride('matou', 'yugang', before, { operator: 'binjiang' })), [
      ['no_tariff', 0n],
    ]);
  });
});
