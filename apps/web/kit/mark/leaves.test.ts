import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { fullLeaves, leafGrid, leavesLeft } from './leaves.ts';

test('there are eight leaves, four by two, none upon another', () => {
  equal(leafGrid.length, 8);
  equal(new Set(leafGrid.map(({ x, y }) => `${x} ${y}`)).size, 8);
  deepEqual(leafGrid[4], { x: 0, y: 19 });
});

test('no more than eight leaves are full and no fewer than none', () => {
  deepEqual(
    [-1, 0, 3.9, 8, 9, Number.NaN].map((count) => fullLeaves(count)),
    [0, 0, 3, 8, 8, 0],
  );
});

test('of sixty seconds each leaf is 7.5, and the last stays until the time has run out', () => {
  deepEqual(
    [60_000, 52_501, 52_500, 7_500, 1, 0, -5].map((leftMs) => leavesLeft(leftMs, 60_000)),
    [8, 8, 7, 1, 1, 0, 0],
  );
});
