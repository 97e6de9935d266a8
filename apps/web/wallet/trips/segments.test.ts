import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { segmentsOf } from './segments.ts';

// Beijing's ladder and Shanghai's, as the transit sheet, section 7, has them.
const beijing = [
  { fromMinor: 0, ratePercent: 100 },
  { fromMinor: 10_000, ratePercent: 80 },
  { fromMinor: 15_000, ratePercent: 50 },
  { fromMinor: 40_000, ratePercent: 100 },
];
const shanghai = [
  { fromMinor: 0, ratePercent: 100 },
  { fromMinor: 7_000, ratePercent: 90 },
];

test('a ladder that ends at the full price has no segment for that end', () => {
  const segments = segmentsOf({ ladder: beijing, spentMinor: 8_600 });
  deepEqual(
    segments.map(({ fromMinor, toMinor, filled, isLast }) => [fromMinor, toMinor, filled, isLast]),
    [
      [0, 10_000, 0.86, false],
      [10_000, 15_000, 0, false],
      [15_000, 40_000, 0, true],
    ],
  );
});

test('a segment that was climbed is full, and none is more than full', () => {
  const full = segmentsOf({ ladder: beijing, spentMinor: 99_000 });
  deepEqual(
    full.map(({ filled }) => filled),
    [1, 1, 1],
  );
});

test('a last step without an end is drawn as wide as the one before it', () => {
  const segments = segmentsOf({ ladder: shanghai, spentMinor: 0 });
  equal(segments[1]?.weight, segments[0]?.weight);
  equal(segments[1]?.toMinor, undefined);
});
