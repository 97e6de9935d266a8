/** The transit sheet, section 5: one test for each rule of pairing, clocks and doubles. Fares by sheet 7. */
import { deepEqual, equal } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { demoPolicy } from './policy.ts';
import {
  at,
  bus,
  entry,
  exit,
  rated,
  ride,
  tap,
  told,
  totalOf,
  uncapped,
} from './rides.fixture.ts';

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
