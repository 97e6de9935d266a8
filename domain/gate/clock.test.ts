import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { compareClocks, gateTime, surerComparison } from './clock.ts';

describe('comparing clocks', () => {
  test('takes the other clock as read half way, give or take half the way', () => {
    // The gate is 1,000 ms behind; 40 ms there and back.
    const exchange = { askedAtMs: 100_000, officeMs: 101_020, answeredAtMs: 100_040 };
    deepEqual(compareClocks(exchange), { offsetMs: 1000, uncertaintyMs: 20, atMs: 100_040 });
  });

  test('is right within its uncertainty, however the way was split', () => {
    const given = fc.record({
      askedAtMs: fc.integer({ min: 0, max: 2_000_000_000_000 }),
      offMs: fc.integer({ min: -100_000_000, max: 100_000_000 }),
      thereMs: fc.nat(5000),
      backMs: fc.nat(5000),
    });
    fc.assert(
      fc.property(given, ({ askedAtMs, offMs, thereMs, backMs }) => {
        const officeMs = askedAtMs + thereMs + offMs;
        const answeredAtMs = askedAtMs + thereMs + backMs;
        const compared = compareClocks({ askedAtMs, officeMs, answeredAtMs });
        ok(compared !== undefined);
        ok(Math.abs(compared.offsetMs - offMs) <= compared.uncertaintyMs);
      }),
    );
  });

  test('tells nothing when the gate’s own clock went back meanwhile', () => {
    equal(compareClocks({ askedAtMs: 10, officeMs: 5, answeredAtMs: 9 }), undefined);
  });
});

describe('the time at a gate', () => {
  const compared = { offsetMs: -1500, uncertaintyMs: 20, atMs: 1_000_000 };

  test('is not known before the first comparison', () => {
    deepEqual(gateTime(undefined, 7), {
      deviceTimeMs: 7,
      offsetMs: 0,
      uncertaintyMs: 0xffffffff,
    });
  });

  test('grows less sure by 50 millionths', () => {
    const afterMs = (ms: number) => gateTime(compared, compared.atMs + ms).uncertaintyMs;
    equal(afterMs(0), 20);
    equal(afterMs(20_000), 21);
    // A week: 604,800 s x 50 millionths = 30.24 s.
    equal(afterMs(604_800_000), 20 + 30_240);
  });

  test('is not known when the clock was set back behind the comparison', () => {
    equal(gateTime(compared, compared.atMs - 1).uncertaintyMs, 0xffffffff);
  });

  test('does not lead before 1970 when the clock has begun anew', () => {
    deepEqual(gateTime(compared, 500), {
      deviceTimeMs: 500,
      offsetMs: -500,
      uncertaintyMs: 0xffffffff,
    });
  });
});

describe('of two comparisons', () => {
  const kept = { offsetMs: 100, uncertaintyMs: 20, atMs: 0 };

  test('the surer one counts', () => {
    const surer = { offsetMs: 105, uncertaintyMs: 10, atMs: 1000 };
    const vaguer = { offsetMs: 130, uncertaintyMs: 300, atMs: 1000 };
    deepEqual(surerComparison(undefined, vaguer), vaguer);
    deepEqual(surerComparison(kept, surer), surer);
    deepEqual(surerComparison(kept, vaguer), kept);
  });

  test('the newer one counts when both cannot be true: the clock was set', () => {
    const apart = { offsetMs: 5000, uncertaintyMs: 300, atMs: 1000 };
    deepEqual(surerComparison(kept, apart), apart);
    const back = { offsetMs: 3_600_100, uncertaintyMs: 300, atMs: -3_600_000 };
    deepEqual(surerComparison(kept, back), back);
  });

  test('the newer one counts when the older has grown vague', () => {
    const later = { offsetMs: 130, uncertaintyMs: 300, atMs: 6_000_000 };
    deepEqual(surerComparison(kept, later), later);
  });
});
