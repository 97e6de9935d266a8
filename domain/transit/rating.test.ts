/** The transit sheet, section 6: order of application, cap, days and months, and its laws as properties. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { beijingMetro, demoCity, demoCityPlan } from './city.ts';
import type { RatedAccount } from './journey.ts';
import { openCity } from './network.ts';
import { plainCity, ratePlainly } from './plain-rating.ts';
import { demoPolicy, type Policy } from './policy.ts';
import type { RatedTap } from './rated-tap.ts';
import { rateAccount } from './rating.ts';
import { loadOf, rateLoad } from './rating-load.ts';
import {
  anyTaps,
  at,
  bus,
  entry,
  exit,
  rated,
  ride,
  soundTaps,
  told,
  totalOf,
  uncapped,
} from './rides.fixture.ts';

const asOfMs = at(34, '09:00');

describe('the daily cap', () => {
  test('makes the ride that reaches it cheaper and the next ones free', () => {
    // 6.00 each by sheet 7.1: 6 + 6 + 6 + 2 = 20.00.
    const taps = [0, 1, 2, 3, 4].flatMap((index) =>
      ride('shanqian', 'haitang', at(2, `${8 + 2 * index}:00`)),
    );
    const account = rated(taps, demoPolicy);
    deepEqual(
      told(account).map(([, price]) => price),
      [600n, 600n, 600n, 200n, 0n],
    );
    deepEqual(account.days, [
      {
        serviceDay: '2026-03-02',
        totalMinor: 2000n,
        cappedMinor: 2000n,
        outsideMinor: 0n,
        singlesMinor: 3000n,
        capMinor: 2000n,
        journeyIds: account.journeys.map(({ journeyId }) => journeyId),
      },
    ]);
    deepEqual(account.journeys[3]?.steps.at(-1), {
      rule: 'cap.day',
      deltaMinor: -400n,
      capMinor: 2000n,
      spentMinor: 1800n,
    });
  });

  test('leaves highest fares and penalties outside', () => {
    const taps = [
      entry('xinjie', at(2, '06:00')),
      entry('xinjie', at(2, '07:00')),
      exit('hebin', at(2, '11:30')),
    ];
    const { days } = rated(taps, { ...demoPolicy, dayCapMinor: 100n });
    // Highest fare 7.00, ride capped at 1.00, overstay 3.00.
    deepEqual(
      days.map(({ cappedMinor, outsideMinor }) => [cappedMinor, outsideMinor]),
      [[100n, 1000n]],
    );
  });

  test('covers all operators of a service day, and begins anew at 04:30', () => {
    const taps = [
      ...ride('shanqian', 'haitang', at(2, '08:00')),
      bus(at(2, '09:00')),
      bus(at(2, '28:29')),
      bus(at(2, '28:30')),
    ];
    const account = rated(taps, { ...demoPolicy, dayCapMinor: 700n });
    deepEqual(
      told(account).map(([, price]) => price),
      [600n, 100n, 0n, 200n],
    );
    deepEqual(
      account.days.map(({ serviceDay, totalMinor }) => [serviceDay, totalMinor]),
      [
        ['2026-03-02', 700n],
        ['2026-03-03', 200n],
      ],
    );
  });
});

describe('days and months', () => {
  // 34 rides of 3.00 are 102.00 by sheet 7.1.
  const march = Array.from({ length: 34 }, (_, index) =>
    ride('xinjie', 'shuyuan', at(1 + Math.floor(index / 2), index % 2 === 0 ? '08:00' : '18:00')),
  ).flat();

  test('the moment of exit decides the month, the moment of entry the service day', () => {
    const late = [entry('xinjie', at(31, '23:50')), exit('shuyuan', at(31, '24:10'))];
    const early = [entry('xinjie', at(31, '23:30')), exit('shuyuan', at(31, '23:59:59'))];
    const last = (taps: readonly RatedTap[]) => rated([...march, ...taps]).journeys.at(-1);
    deepEqual(
      [last(late)?.chargedMinor, last(late)?.month, last(late)?.serviceDay],
      [300n, '2026-04', '2026-03-31'],
    );
    deepEqual(
      [last(early)?.chargedMinor, last(early)?.month, last(early)?.serviceDay],
      [240n, '2026-03', '2026-03-31'],
    );
  });

  test('progress on the ladder is told by operator and month', () => {
    deepEqual(
      rated([
        ...march,
        ...ride('matou', 'yugang', at(3, '12:00'), { operator: 'binjiang' }),
        bus(at(3, '13:00')),
      ]).months.map(({ operator, month, spentMinor }) => [operator, month, spentMinor]),
      [
        ['duhui', '2026-03', 10_200n],
        ['binjiang', '2026-03', 300n],
      ],
    );
  });

  test('what the cap spared was not spent', () => {
    const taps = [0, 1, 2].flatMap((index) =>
      ride('shanqian', 'haitang', at(2, `${8 + 2 * index}:00`)),
    );
    deepEqual(
      rated(taps, { ...demoPolicy, dayCapMinor: 1000n }).months.map((one) => one.spentMinor),
      [1000n],
    );
  });

  test('highest fares do not climb the ladder', () => {
    deepEqual(
      rated([entry('xinjie', at(2, '08:00'))]).months.map((one) => one.spentMinor),
      [0n],
    );
  });
});

test('what is halved is rounded once, half up', () => {
  // (3.33 x 0.5) x 0.9 is 1.4985; rounding twice would give 1.67 x 0.9 = 1.503.
  const ladder = [{ fromMinor: 0n, perThousand: 900 }];
  const price = (priceMinor: bigint, perThousand: number) => {
    const tariff = {
      ...beijingMetro,
      fare: { kind: 'flat', priceMinor },
      ladder,
      concessions: { adult: perThousand },
    } as const;
    const city = openCity({ ...demoCityPlan, tariffs: [tariff] });
    const account = rateAccount(ride('xinjie', 'hebin', at(2, '08:00')), city, uncapped, asOfMs);
    equal(
      account.journeys[0]?.steps.reduce((sum, { deltaMinor }) => sum + deltaMinor, 0n),
      totalOf(account),
    );
    return totalOf(account);
  };
  equal(price(333n, 500), 150n);
  // 5 x 0.9 = 4.5 is 5; 4 x 0.9 = 3.6 is 4; 6 x 0.9 = 5.4 is 5.
  deepEqual([price(5n, 1000), price(4n, 1000), price(6n, 1000)], [5n, 4n, 5n]);
});

describe('laws', () => {
  const policies = fc
    .record({
      dayCapMinor: fc.constantFrom(undefined, 1000n, 2000n),
      crossFormPairing: fc.boolean(),
      sameStation: fc.record({
        windowMs: fc.constantFrom(60_000, 20 * 60_000),
        charge: fc.constantFrom('free' as const, 'minimum' as const, 'maximum' as const),
      }),
    })
    .map((changes): Policy => ({ ...demoPolicy, ...changes }));

  test('the plain loop comes to the same totals', () => {
    const plain = plainCity(demoCityPlan);
    fc.assert(
      fc.property(soundTaps, policies, (taps, policy) => {
        const days = rateAccount(taps, demoCity, policy, asOfMs)
          .days.filter(({ totalMinor }) => totalMinor !== 0n)
          .map(({ serviceDay, totalMinor }) => [serviceDay, Number(totalMinor)]);
        const plainly = [...ratePlainly(taps, plain, policy, asOfMs)]
          .filter(([, total]) => total !== 0)
          .toSorted();
        deepEqual(days, plainly);
      }),
      { numRuns: 400 },
    );
  });

  test('taps in any order, and more than once, give the same', () => {
    const doubled = anyTaps.chain((taps) =>
      fc.tuple(
        fc.constant(taps),
        fc.array(fc.nat(), { minLength: taps.length * 2, maxLength: taps.length * 2 }),
        fc.array(fc.boolean(), { minLength: taps.length, maxLength: taps.length }),
      ),
    );
    fc.assert(
      fc.property(doubled, ([taps, keys, again]) => {
        const more = [
          ...taps,
          ...taps.filter((_, index) => again[index]).map((tap) => ({ ...tap })),
        ];
        const shuffled = more
          .map((tap, index) => ({ tap, key: keys[index] ?? 0 }))
          .toSorted((one, other) => one.key - other.key)
          .map(({ tap }) => tap);
        const once = rateAccount(taps, demoCity, demoPolicy, asOfMs);
        const twice = rateAccount(shuffled, demoCity, demoPolicy, asOfMs);
        deepEqual(twice, { ...once, duplicates: once.duplicates + more.length - taps.length });
      }),
      { numRuns: 300 },
    );
  });

  test('every tap is somewhere, once', () => {
    fc.assert(
      fc.property(anyTaps, (taps) => {
        const account = rateAccount(taps, demoCity, demoPolicy, asOfMs);
        const paired = account.journeys.reduce((sum, one) => sum + one.taps.length, 0);
        equal(paired + account.setAside.length + account.duplicates, taps.length);
      }),
    );
  });

  test('parts sum up, nothing is below zero, the cap holds, and no day costs more than its singles', () => {
    fc.assert(
      fc.property(anyTaps, policies, (taps, policy) => {
        const account = rateAccount(taps, demoCity, policy, asOfMs);
        checkSums(account, policy);
      }),
    );
  });

  /** Whole rides one after another, an hour apart, so that a further one disturbs no pairing. */
  const rides = fc.array(
    fc.constantFrom(
      ...[
        ['duhui', 'xinjie', 'hebin'],
        ['duhui', 'shanqian', 'jichang'],
        ['binjiang', 'matou', 'zhuxi'],
        ['binjiang', 'zhuxi-east', 'longwan'],
        ['gongjiao', '', ''],
      ],
    ),
    { minLength: 1, maxLength: 40 },
  );
  const tapsOf = (all: readonly (readonly string[])[], left: number) =>
    all.flatMap(([operator = '', from = '', to = ''], index) => {
      if (index === left) return [];
      const atMs = at(2, '04:30') + index * 45 * 60_000;
      return operator === 'gongjiao' ? [bus(atMs)] : ride(from, to, atMs, { operator });
    });

  test('a further journey never lowers the total, where neither ladder nor walk rewards it', () => {
    const tariffs = demoCityPlan.tariffs.map((tariff) => ({ ...tariff, ladder: undefined }));
    // A walk outside can bring a ride nearer to the bus before it, which then takes something off the whole.
    const city = openCity({ ...demoCityPlan, tariffs, interchanges: [] });
    fc.assert(
      fc.property(rides, fc.nat(39), policies, (all, left, policy) => {
        const without = totalOf(rateAccount(tapsOf(all, left % all.length), city, policy, asOfMs));
        const whole = totalOf(rateAccount(tapsOf(all, -1), city, policy, asOfMs));
        ok(whole >= without, `${whole} with, ${without} without`);
      }),
    );
  });

  test('a ladder can reward it: 53 rides of 3.00 and one of 9.00 cost more than 54 and the same one', () => {
    // By sheet 7.1: 34 x 3.00 + 19 x 2.40 = 147.60, then 9.00 x 0.8 = 7.20; or one more 2.40, then 9.00 x 0.5 = 4.50.
    const [, second] = demoCityPlan.lines;
    ok(second);
    const line = { ...second, stations: ['xinjie', 'hebin', 'jichang'], metres: [3000, 80_000] };
    const city = openCity({ ...demoCityPlan, lines: [line] });
    const cost = (rides: number) => {
      const short = Array.from({ length: rides }, (_, index) =>
        ride('xinjie', 'hebin', at(1, '05:00') + index * 6 * 3_600_000),
      ).flat();
      const far = ride('xinjie', 'jichang', at(20, '08:00'));
      return totalOf(rateAccount([...short, ...far], city, uncapped, asOfMs));
    };
    deepEqual([cost(53), cost(54)], [15_480n, 15_450n]);
  });
});

test('a load follows from its seed, and its work comes to what the plain loop says', () => {
  const load = { riders: 20, days: 10, fromMs: at(1, '04:30'), seed: 7 };
  const taps = loadOf(demoCityPlan, load);
  deepEqual(loadOf(demoCityPlan, load), taps);
  const { journeys, totalMinor } = rateLoad(taps, demoCity, demoPolicy, asOfMs);
  const plain = plainCity(demoCityPlan);
  const plainly = taps.flatMap((one) => [...ratePlainly(one, plain, demoPolicy, asOfMs).values()]);
  equal(
    Number(totalMinor),
    plainly.reduce((sum, day) => sum + day, 0),
  );
  ok(journeys >= 20 * 10 * 2);
});

function checkSums({ journeys, days }: RatedAccount, policy: Policy): void {
  for (const journey of journeys) {
    const steps = journey.steps.reduce((sum, { deltaMinor }) => sum + deltaMinor, 0n);
    equal(steps, journey.chargedMinor);
    ok(journey.chargedMinor >= 0n);
  }
  for (const day of days) {
    const own = journeys.filter(({ serviceDay }) => serviceDay === day.serviceDay);
    deepEqual(
      own.map(({ journeyId }) => journeyId),
      day.journeyIds,
    );
    equal(
      own.reduce((sum, { chargedMinor }) => sum + chargedMinor, 0n),
      day.totalMinor,
    );
    equal(day.cappedMinor + day.outsideMinor, day.totalMinor);
    ok(policy.dayCapMinor === undefined || day.cappedMinor <= policy.dayCapMinor);
    ok(day.totalMinor <= day.singlesMinor);
  }
}
