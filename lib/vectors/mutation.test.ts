/** What the checks are worth: a vector with another output is no longer agreed with. */
import { deepEqual, ok } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { families } from './families.ts';
import { checkVectors, type Vector } from './vector.ts';

/** Outputs that nothing can be compared with, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'fdda-input-order accepted_by': 'names the library that accepts the order',
};

const all: readonly Vector[] = [
  ...read('./vectors.json').vectors,
  ...readdirSync(new URL('./sheets/', import.meta.url)).flatMap((file) => read(`./sheets/${file}`)),
];

test('every output of every vector is compared, from its first character to its last', () => {
  const unnoticed = new Set<string>();
  for (const vector of all) {
    for (const path of leavesOf(vector.outputs)) {
      for (const changed of changesOf(at(vector.outputs, path))) {
        const other = structuredClone(vector);
        put(other.outputs, path, changed);
        if (!isNoticed(other)) unnoticed.add(`${vector.id} ${path.join('.')}`);
      }
    }
  }
  ok(all.length > 300);
  deepEqual([...unnoticed], Object.keys(EXCEPTIONS));
});

type Values = Record<string, unknown>;

/** A fault, or bytes that are no longer what a decoder of `lib` reads. */
function isNoticed(vector: Vector): boolean {
  try {
    return checkVectors([vector], families).some(({ faults }) => faults.length > 0);
  } catch (error) {
    ok(error instanceof Error);
    return true;
  }
}

function leavesOf(values: object, before: readonly string[] = []): readonly (readonly string[])[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const path = [...before, name];
    return typeof value === 'object' && value !== null ? leavesOf(value, path) : [path];
  });
}

/** Other values of the same shape; text is compared without regard to case. */
function changesOf(value: unknown): readonly unknown[] {
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'number') return [value + 1];
  if (typeof value !== 'string' || value === '') return ['A1'];
  const places = new Set([0, value.length >> 1, value.length - 1]);
  return [...places].map(
    (place) => value.slice(0, place) + another(value.charAt(place)) + value.slice(place + 1),
  );
}

function another(character: string): string {
  if (/\d/.test(character)) return String((Number(character) + 1) % 10);
  return character.toUpperCase() === 'A' ? 'B' : 'A';
}

function at(values: object, path: readonly string[]): unknown {
  return path.reduce<unknown>((within, name) => (within as Values)[name], values);
}

function put(values: object, path: readonly string[], value: unknown): void {
  const last = path.at(-1) as string;
  (at(values, path.slice(0, -1)) as Values)[last] = value;
}

function read(path: string) {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}
