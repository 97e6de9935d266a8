import { deepEqual, equal, notDeepEqual, ok } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createChance } from './chance.ts';

test('one seed gives one stream, and every name a stream of its own', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ minLength: 1 }), (seed, name) => {
      const stream = () => createChance(seed).bytes(24);
      deepEqual(stream(), stream());
      deepEqual(createChance(seed).fork(name).bytes(24), createChance(seed).fork(name).bytes(24));
      notDeepEqual(createChance(seed).fork(name).bytes(24), stream());
    }),
  );
});

test('a fork does not move the stream it comes from', () => {
  const [straight, forked] = [createChance('7'), createChance('7')];
  forked.fork('aside').bytes(100);
  deepEqual(forked.bytes(32), straight.bytes(32));
});

test('draws stay below their limit and reach all of it', () => {
  const chance = createChance('limits');
  const drawn = new Set(Array.from({ length: 500 }, () => chance.below(7)));
  deepEqual([...drawn].sort(), [0, 1, 2, 3, 4, 5, 6]);
});

test('what never happens never does, what always happens always does, and the rest in proportion', () => {
  const chance = createChance('odds');
  const count = (odds: number) =>
    Array.from({ length: 10_000 }, () => chance.happens(odds)).filter(Boolean).length;
  equal(count(0), 0);
  equal(count(1), 10_000);
  const third = count(0.3);
  ok(third > 2_800 && third < 3_200, String(third));
});
