import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { endsReversal, repeatPauseMs } from './repeat.ts';

test('what got no answer is asked again after five seconds, doubled each time, at most a quarter of an hour', () => {
  // ISO 8583 sheet, section 10: backoff 5 s x 2^n to 15 min.
  deepEqual(
    [0, 1, 2, 3, 8, 9, 1000].map(repeatPauseMs),
    [5_000, 5_000, 10_000, 20_000, 640_000, 900_000, 900_000],
  );
});

test('a reversal ends with 00, and with 25: what the other side never had it will never post', () => {
  deepEqual(['00', '25', '96', 'A0', '30', undefined].map(endsReversal), [
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
