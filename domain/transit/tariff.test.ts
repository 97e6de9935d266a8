/** The worked tariffs of the transit sheet, section 7: every expected number stands there. */
import { deepEqual, equal } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { beijingMetro, shanghaiMetro } from './city.ts';
import { openCity } from './network.ts';
import { rateAccount } from './rating.ts';
import { at, bus, entry, exit, rated, ride, totalOf, uncapped } from './rides.fixture.ts';
import { baseFare, type Tariff } from './tariff.ts';

/** Kilometres to yuan, as the sheet prints them. */
type Table = readonly (readonly [kilometres: number, yuan: number])[];

/** Transit sheet, section 7.1. */
const beijing: Table = [
  [0.5, 3],
  [6, 3],
  [6.001, 4],
  [12, 4],
  [12.001, 5],
  [22, 5],
  [22.001, 6],
  [32, 6],
  [32.001, 7],
  [52, 7],
  [52.001, 8],
  [72, 8],
  [72.001, 9],
  [92, 9],
];

/** Transit sheet, section 7.2. */
const shanghai: Table = [
  [6, 3],
  [6.001, 4],
  [16, 4],
  [16.001, 5],
  [26, 5],
  [36, 6],
  [46, 7],
  [56, 8],
];

function fares({ fare }: Tariff, table: Table): Table {
  return table.map(([kilometres]) => {
    const metres = Math.round(kilometres * 1000);
    return [kilometres, Number(baseFare(fare, metres)) / 100];
  });
}

/** The prices of 44 rides, two a working day. */
function month(operator: string, from: string, to: string): readonly bigint[] {
  const taps = Array.from({ length: 22 }, (_, day) => [
    ...ride(from, to, at(day + 1, '08:00'), { operator }),
    ...ride(to, from, at(day + 1, '18:00'), { operator }),
  ]).flat();
  return rated(taps).journeys.map(({ chargedMinor }) => chargedMinor);
}

function runs(prices: readonly bigint[]): readonly (readonly [bigint, number])[] {
  const counted = new Map<bigint, number>();
  for (const price of prices) counted.set(price, (counted.get(price) ?? 0) + 1);
  return [...counted];
}

function sum(prices: readonly bigint[]): bigint {
  return prices.reduce((total, price) => total + price, 0n);
}

describe('Beijing', () => {
  test('the distance table', () => deepEqual(fares(beijingMetro, beijing), beijing));

  test('5-yuan rides: 1 to 20 at 5.00, 21 to 33 at 4.00, then 2.50; 44 rides are 179.50', () => {
    const prices = month('duhui', 'xinjie', 'liutang');
    deepEqual(runs(prices), [
      [500n, 20],
      [400n, 13],
      [250n, 11],
    ]);
    equal(sum(prices), 17_950n);
  });

  test('3-yuan rides: 1 to 34 full, 35 to 44 at 2.40; 44 rides are 126.00', () => {
    const prices = month('duhui', 'xinjie', 'shuyuan');
    deepEqual(runs(prices), [
      [300n, 34],
      [240n, 10],
    ]);
    equal(sum(prices), 12_600n);
  });

  test('6-yuan rides: 1 to 17 full, 18 to 27 at 4.80, from 28 on 3.00; 44 rides are 201.00', () => {
    const prices = month('duhui', 'shanqian', 'haitang');
    deepEqual(runs(prices), [
      [600n, 17],
      [480n, 10],
      [300n, 17],
    ]);
    equal(sum(prices), 20_100n);
  });

  test('from 400 on the full price again', () => {
    // 17 x 6.00 = 102.00, 10 x 4.80 = 150.00, then 3.00 each: 84 more make 402.00; the next one is 6.00.
    const taps = Array.from({ length: 113 }, (_, index) =>
      ride('shanqian', 'haitang', at(1, '05:00') + index * 6 * 3_600_000),
    ).flat();
    const prices = rated(taps).journeys.map(({ chargedMinor }) => chargedMinor);
    equal(sum(prices.slice(0, 111)), 40_200n);
    deepEqual(prices.slice(110), [300n, 600n, 600n]);
  });

  test('the bus by card: 8 km are 1.00 and 0.50, 11 km are 1.50 and 0.75', () => {
    const bybus = (category: string, to: string): bigint => {
      const city = openCity({
        operators: [{ operator: 'bus', name: { en: '', zh: '' }, mode: 'bus' }],
        stations: ['start', '8km', '11km'].map((station) => {
          return { station, operator: 'bus', name: { en: '', zh: '' } };
        }),
        lines: [
          {
            line: '1',
            operator: 'bus',
            name: { en: '', zh: '' },
            stations: ['start', '8km', '11km'],
            metres: [8000, 3000],
          },
        ],
        routes: [],
        interchanges: [],
        tariffs: [
          {
            tariffId: 'bus',
            operator: 'bus',
            validFrom: '2014-12-28',
            fare: {
              kind: 'distance',
              rows: [{ toMetres: 10_000, priceMinor: 200n }],
              beyond: { everyMetres: 5000, addMinor: 100n },
            },
            concessions: { adult: 500, student: 250 },
          },
        ],
      });
      const taps = ride('start', to, at(2, '08:00'), { operator: 'bus' });
      const policy = { ...uncapped, category };
      return totalOf(rateAccount(taps, city, policy, at(3, '08:00')));
    };
    deepEqual([bybus('adult', '8km'), bybus('student', '8km')], [100n, 50n]);
    deepEqual([bybus('adult', '11km'), bybus('student', '11km')], [150n, 75n]);
    equal(bybus('constructor', '8km'), 200n);
  });
});

describe('Shanghai', () => {
  test('the distance table', () => deepEqual(fares(shanghaiMetro, shanghai), shanghai));

  test('3-yuan rides: 24 at 3.00, then 2.70; 44 rides are 126.00', () => {
    const prices = month('binjiang', 'matou', 'yugang');
    deepEqual(runs(prices), [
      [300n, 24],
      [270n, 20],
    ]);
    equal(sum(prices), 12_600n);
  });

  const operator = 'binjiang';
  const metro = (time: string) => [
    entry('matou', at(2, time), { operator }),
    exit('yugang', at(2, '13:00'), { operator }),
  ];

  test('by metro within 120 minutes of the bus: 1.00 off', () => {
    const prices = (time: string) =>
      rated([bus(at(2, '10:00')), ...metro(time)]).journeys.map((one) => one.chargedMinor);
    deepEqual(prices('12:00'), [200n, 200n]);
    deepEqual(prices('12:00:01'), [200n, 300n]);
  });

  test('one bus ride is off one metro ride', () => {
    const taps = [bus(at(2, '08:00')), bus(at(2, '08:10'))];
    const rides = ['08:30', '09:00', '09:30'].flatMap((time) =>
      ride('matou', 'yugang', at(2, time), { operator }),
    );
    const prices = rated([...taps, ...rides]).journeys.map((one) => one.chargedMinor);
    deepEqual(prices, [200n, 200n, 200n, 200n, 300n]);
  });

  test('both: (fare - 1) x 0.9', () => {
    // 24 rides of 3.00 are 72.00; the next one is (3.00 - 1.00) x 0.9 = 1.80.
    const before = Array.from({ length: 24 }, (_, index) =>
      ride('matou', 'yugang', at(1, '05:00') + index * 3_600_000, { operator }),
    ).flat();
    const taps = [
      ...before,
      bus(at(3, '08:00')),
      ...ride('matou', 'yugang', at(3, '08:30'), { operator }),
    ];
    equal(rated(taps).journeys.at(-1)?.chargedMinor, 180n);
  });
});

describe('versions', () => {
  test('a journey is priced by the tariff of its entry’s service day', () => {
    const later: Tariff = {
      ...beijingMetro,
      tariffId: 'later',
      validFrom: '2026-03-10',
      fare: { kind: 'flat', priceMinor: 900n },
    };
    const city = openCity({
      operators: [{ operator: 'duhui', name: { en: '', zh: '' }, mode: 'metro' }],
      stations: ['a', 'b'].map((station) => ({
        station,
        operator: 'duhui',
        name: { en: '', zh: '' },
      })),
      lines: [
        {
          line: '1',
          operator: 'duhui',
          name: { en: '', zh: '' },
          stations: ['a', 'b'],
          metres: [1000],
        },
      ],
      routes: [],
      interchanges: [],
      tariffs: [later, beijingMetro],
    });
    // The last train of the 9th leaves before 04:30 of the 10th.
    const taps = [...ride('a', 'b', at(9, '28:20')), ...ride('a', 'b', at(10, '04:45'))];
    const { journeys } = rateAccount(taps, city, uncapped, at(20, '00:00'));
    deepEqual(
      journeys.map(({ tariffId, chargedMinor }) => [tariffId, chargedMinor]),
      [
        ['duhui-2014', 300n],
        ['later', 900n],
      ],
    );
  });
});
