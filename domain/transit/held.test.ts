/** What is held of a gate is a set of numbers, however they come. */
import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Held, heldUpTo, hold, nothingHeld } from './held.ts';

test('everything up to the first gap is held', () => {
  const held = hold(nothingHeld, [1, 2, 5, 8], 10);
  equal(heldUpTo(held), 2);
  deepEqual(held.gaps, [
    { from: 3, to: 4, sinceMs: 10 },
    { from: 6, to: 7, sinceMs: 10 },
  ]);
  equal(heldUpTo(hold(nothingHeld, [2], 0)), 0);
});

test('a gap that is filled in part keeps its age', () => {
  const held = hold(hold(nothingHeld, [1, 9], 10), [4, 5], 20);
  deepEqual(held.gaps, [
    { from: 2, to: 3, sinceMs: 10 },
    { from: 6, to: 8, sinceMs: 10 },
  ]);
});

test('numbers in any order and in any number of uploads come to the same set', () => {
  const uploads = fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 8 }), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(uploads, (all) => {
      const held = all.reduce<Held>((before, some) => hold(before, some, 0), nothingHeld);
      const numbers = new Set(all.flat());
      const missing = new Set<number>();
      for (const { from, to } of held.gaps) for (let n = from; n <= to; n++) missing.add(n);
      equal(held.highest, Math.max(0, ...numbers));
      for (let n = 1; n <= held.highest; n++) equal(numbers.has(n), !missing.has(n));
    }),
  );
});
