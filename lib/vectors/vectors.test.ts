import { deepEqual, equal } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { families } from './families.ts';
import { checkVectors, type Vector } from './vector.ts';

const { vectors } = read('./vectors.json') as { vectors: readonly Vector[] };

/** The worked examples of the fact sheets, in the same shape. */
const sheets = readdirSync(new URL('./sheets/', import.meta.url)).flatMap(
  (file) => read(`./sheets/${file}`) as readonly Vector[],
);

function read(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}

test('every outside vector is checked by one family, and agrees', () => {
  equal(vectors.length, 218);
  deepEqual(faultsOf(vectors), []);
});

test('every worked example of the sheets is checked by one family, and agrees', () => {
  deepEqual(faultsOf(sheets), []);
});

function faultsOf(all: readonly Vector[]): readonly string[] {
  return checkVectors(all, families)
    .filter(({ faults }) => faults.length > 0)
    .map(({ vector, faults }) => `${vector.id}: ${faults.join('; ')}`);
}
