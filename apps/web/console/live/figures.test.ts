import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { Journey } from '@octavo/lib/journey/head.ts';
import { dayOf, declinesByCode, legsOf, MINUTES, perMinute, quantile } from './figures.ts';

// 22 November 2026, 09:41:07 in Shanghai
const NOW_MS = Date.UTC(2026, 10, 22, 1, 41, 7);
const HOUR_MS = 3_600_000;

function tap(over: Partial<Journey>): Journey {
  const head = { id: '', firstSequence: 1, lastSequence: 1, atMs: NOW_MS };
  return { ...head, outcome: 'approved', laps: [], events: [], ...over };
}

test('a quantile is one of the values, the lowest that has the share at or below it', () => {
  equal(quantile([], 0.5), undefined);
  equal(quantile([7], 0.99), 7);
  equal(quantile([1, 2, 3, 4], 0.5), 2);
  equal(quantile([1, 2, 3, 4], 0.99), 4);
});

test('a day begins at midnight in Shanghai, and what has no end is in no share', () => {
  const day = dayOf(
    [
      tap({ atMs: NOW_MS - 10 * HOUR_MS }),
      tap({ tookMs: 200 }),
      tap({ outcome: 'declined', tookMs: 100 }),
      tap({ outcome: 'under_way' }),
    ],
    NOW_MS,
  );
  deepEqual(day, { taps: 3, approvedShare: 0.5, medianMs: 100, p99Ms: 200 });
});

test('a minute counts the taps that began in it; older ones than an hour are left out', () => {
  const { x, y } = perMinute(
    [tap({}), tap({ atMs: NOW_MS - 8_000 }), tap({ atMs: NOW_MS - 2 * HOUR_MS })],
    NOW_MS,
  );
  equal(x.length, MINUTES);
  equal(x.at(-1), Date.UTC(2026, 10, 22, 1, 41) / 1000);
  deepEqual(y.slice(-2), [1, 1]);
  equal(
    y.reduce((sum, one) => sum + one, 0),
    2,
  );
});

test('declines are counted by code, the most frequent first', () => {
  const refused = (code?: string) => tap({ outcome: 'declined', code, responseCode: '05' });
  deepEqual(
    declinesByCode([refused('b.b'), refused('a.a'), refused('b.b'), refused(), tap({})], NOW_MS),
    [
      { code: 'b.b', count: 2 },
      { code: 'DE39 05', count: 1 },
      { code: 'a.a', count: 1 },
    ],
  );
});

test('stretches add up to the five legs', () => {
  const laps = [
    { stretch: 'tap', ms: 100 },
    { stretch: 'terminal_acquirer', ms: 5 },
    { stretch: 'acquirer_network', ms: 7 },
    { stretch: 'network_issuer', ms: 3 },
    { stretch: 'posting', ms: 4 },
  ] as const;
  deepEqual(legsOf(tap({ laps })), { phone: 100, lines: 12, issuer: 7 });
});
