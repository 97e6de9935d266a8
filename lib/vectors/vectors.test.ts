import { deepEqual, equal } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { families } from './families.ts';
import { checkVectors, type Vector } from './vector.ts';

const { vectors } = JSON.parse(
  readFileSync(new URL('./vectors.json', import.meta.url), 'utf8'),
) as { vectors: readonly Vector[] };

test('every outside vector is checked by one family, and agrees', () => {
  equal(vectors.length, 218);
  const wrong = checkVectors(vectors, families).filter(({ faults }) => faults.length > 0);
  deepEqual(
    wrong.map(({ vector, faults }) => `${vector.id}: ${faults.join('; ')}`),
    [],
  );
});
