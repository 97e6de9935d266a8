/** The transit sheet, section 5.1: one test for each rule of pairing. Fares by sheet 7. */
import { deepEqual, equal } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { demoPolicy } from './policy.ts';
import { at, bus, entry, exit, rated, ride, tap, told, uncapped } from './rides.fixture.ts';

/** Xinjie to Hebin are 11.4 km, 4.00; from Xinjie the farthest is the airport, 36.7 km, 7.00; from Hebin 35.3 km. */
const MOST = 700n;

describe('entry and exit', () => {
  test('make a journey', () => {
    const [journey] = rated(ride('xinjie', 'hebin', at(2, '08:00'))).journeys;
    equal(journey?.state, 'complete');
    equal(journey?.metres, 11_400);
    equal(journey?.chargedMinor, 400n);
  });

  test('an entry while inside closes the earlier one without exit', () => {
    const taps = [entry('xinjie', at(2, '08:00')), ...ride('xinjie', 'hebin', at(2, '09:00'))];
    deepEqual(told(rated(taps)), [
      ['incomplete_no_exit', MOST],
      ['complete', 400n],
    ]);
  });

  test('an exit from nowhere is without entry', () => {
    deepEqual(told(rated([exit('xinjie', at(2, '08:00'))])), [['incomplete_no_entry', MOST]]);
  });

  test('an exit does not belong to an entry of another day', () => {
    const taps = [entry('xinjie', at(2, '08:00')), exit('hebin', at(2, '18:01'))];
    deepEqual(told(rated(taps)), [
      ['incomplete_no_exit', MOST],
      ['incomplete_no_entry', MOST],
    ]);
  });

  test('each operator has gates of its own', () => {
    const taps = [
      entry('xinjie', at(2, '08:00')),
      ...ride('matou', 'yugang', at(2, '08:05'), { operator: 'binjiang' }),
      exit('hebin', at(2, '08:40')),
    ];
    deepEqual(told(rated(taps)), [
      ['complete', 300n],
      ['complete', 400n],
    ]);
  });

  test('a bus is a single ride and closes nothing', () => {
    const taps = [
      entry('xinjie', at(2, '08:00')),
      bus(at(2, '08:10')),
      exit('hebin', at(2, '08:30')),
    ];
    deepEqual(told(rated(taps)), [
      ['single', 200n],
      ['complete', 400n],
    ]);
  });
});

describe('still inside', () => {
  const taps = [entry('xinjie', at(2, '08:00'))];

  test('nothing is charged until the longest time has passed', () => {
    deepEqual(told(rated(taps, uncapped, at(2, '12:00'))), [['open', 0n]]);
    deepEqual(told(rated(taps, uncapped, at(2, '12:00:01'))), [['incomplete_no_exit', MOST]]);
  });

  test('an entry after it says that the first is over', () => {
    const both = [...taps, entry('hebin', at(2, '08:30'))];
    deepEqual(told(rated(both, uncapped, at(2, '09:00'))), [
      ['incomplete_no_exit', MOST],
      ['open', 0n],
    ]);
  });
});

describe('out where one came in', () => {
  const out = (time: string, policy = uncapped) =>
    told(rated([entry('xinjie', at(2, '08:00')), exit('xinjie', at(2, time))], policy));

  test('within two minutes was no ride', () => {
    deepEqual(out('08:02:00'), [['change_of_mind', 0n]]);
  });

  test('within the window costs what the city says: nothing, the lowest fare, the highest fare', () => {
    const window = (charge: 'free' | 'minimum' | 'maximum') =>
      out('08:20', { ...uncapped, sameStation: { windowMs: 20 * 60_000, charge } });
    deepEqual(window('free'), [['same_station', 0n]]);
    deepEqual(window('minimum'), [['same_station', 300n]]);
    deepEqual(window('maximum'), [['same_station', MOST]]);
  });

  test('later is a ride of no distance', () => deepEqual(out('08:20:01'), [['complete', 300n]]));
});

test('longer than four hours inside adds the lowest fare', () => {
  const stay = (time: string) =>
    told(rated([entry('xinjie', at(2, '08:00')), exit('hebin', at(2, time))]));
  deepEqual(stay('12:00'), [['complete', 400n]]);
  deepEqual(stay('12:00:01'), [['overstay', 700n]]);
});

describe('a walk between two listed stations', () => {
  const operator = 'binjiang';
  // Matou - Zhuxi is 7.5 km, 4.00; Zhuxi East - Longwan is 18.5 km, 5.00; together 26.0 km, 5.00.
  const walk = (time: string, from = 'zhuxi-east') => [
    ...ride('matou', 'zhuxi', at(2, '08:00'), { operator }),
    ...ride(from, 'longwan', at(2, time), { operator }),
  ];

  test('within thirty minutes goes on with the same journey, and distances add up', () => {
    const { journeys } = rated(walk('08:50'));
    deepEqual(
      journeys.map(({ from, to, metres, chargedMinor, taps }) => [
        from,
        to,
        metres,
        chargedMinor,
        taps.length,
      ]),
      [['matou', 'longwan', 26_000, 500n, 4]],
    );
    equal(journeys[0]?.steps[0]?.rule, 'fare.interchange');
  });

  test('later is two journeys', () => {
    deepEqual(told(rated(walk('08:50:01'))), [
      ['complete', 400n],
      ['complete', 500n],
    ]);
  });

  test('from another station is two journeys', () => {
    equal(rated(walk('08:30', 'xiaoying')).journeys.length, 2);
  });

  test('the walk does not count as time inside', () => {
    const taps = [
      entry('matou', at(2, '08:00'), { operator }),
      exit('zhuxi', at(2, '09:50'), { operator }),
      entry('zhuxi-east', at(2, '10:20'), { operator }),
      exit('longwan', at(2, '12:29'), { operator }),
    ];
    deepEqual(told(rated(taps)), [['complete', 500n]]);
  });

  test('a second part without exit leaves the first as it was', () => {
    const taps = walk('08:30').slice(0, 3);
    deepEqual(told(rated(taps)), [
      ['complete', 400n],
      // From Zhuxi East the farthest is Longwan, 18.5 km.
      ['incomplete_no_exit', 500n],
    ]);
  });
});

describe('companions', () => {
  const along = (station: string, atMs: number, direction: 'in' | 'out') =>
    tap('companion', atMs, { station, direction });

  test('are journeys of their own at full price, outside ladder and cap', () => {
    const taps = [
      ...ride('xinjie', 'hebin', at(2, '08:00')),
      along('xinjie', at(2, '08:00:05'), 'in'),
      along('xinjie', at(2, '08:00:10'), 'in'),
      along('hebin', at(2, '08:20:05'), 'out'),
      along('hebin', at(2, '08:20:10'), 'out'),
    ];
    const account = rated(taps, { ...demoPolicy, dayCapMinor: 300n });
    deepEqual(told(account), [
      ['complete', 300n],
      ['complete', 400n],
      ['complete', 400n],
    ]);
    deepEqual(
      account.days.map((day) => [day.cappedMinor, day.outsideMinor]),
      [[300n, 800n]],
    );
    deepEqual(
      account.months.map(({ spentMinor }) => spentMinor),
      [300n],
    );
  });

  test('on a bus pay the flat price', () => {
    const friend = tap('companion', at(2, '08:00:05'), { operator: 'gongjiao', route: '12' });
    deepEqual(told(rated([bus(at(2, '08:00')), friend])), [
      ['single', 200n],
      ['single', 200n],
    ]);
  });

  test('at a gate that does not say which way, are held', () => {
    const { journeys } = rated([
      tap('companion', at(2, '08:00'), { station: 'xinjie', direction: 'none' }),
    ]);
    deepEqual(journeys[0]?.steps, [
      { rule: 'state.held', deltaMinor: 0n, reason: 'unknown_direction' },
    ]);
  });
});

describe('phone and plastic', () => {
  const taps = [entry('xinjie', at(2, '08:00')), exit('hebin', at(2, '08:20'), { form: 'card' })];

  test('make two incomplete journeys', () => {
    deepEqual(
      told(rated(taps)).map(([state]) => state),
      ['incomplete_no_exit', 'incomplete_no_entry'],
    );
  });

  test('make one where the city pairs them', () => {
    deepEqual(told(rated(taps, { ...uncapped, crossFormPairing: true })), [['complete', 400n]]);
  });
});
