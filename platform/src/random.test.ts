import { equal, notDeepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { systemRandom } from './random.ts';

test('gives as many fresh plain bytes as asked', () => {
  equal(systemRandom(0).length, 0);
  equal(systemRandom(32).length, 32);
  equal(Object.getPrototypeOf(systemRandom(8)), Uint8Array.prototype);
  notDeepEqual(systemRandom(32), systemRandom(32));
});
