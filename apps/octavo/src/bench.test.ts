/** What the benches are made of: their output's shape, never a time. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { benchFares } from './bench-fares.ts';
import { say } from './run-words.fixture.ts';

test('a bench that is not there is bad usage, in one line', async () => {
  const { code, stderr } = await say(['bench', 'shop']);
  equal(code, 2);
  equal(stderr, 'octavo: bench takes one word: gate or fares; octavo bench --help\n');
});

test('each round is measured once for ours and once for the plain loop', () => {
  let nowMs = 0;
  // A clock of its own that goes on by one at each look: the figures are the looks.
  const { quick, plain, journeys } = benchFares(2, 3, () => nowMs++);
  ok(journeys > 0);
  deepEqual(
    [quick, plain],
    [
      [1, 1, 1],
      [1, 1, 1],
    ],
  );
});
