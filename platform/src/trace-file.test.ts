import { deepEqual, equal } from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { manualClock } from './clock.ts';
import { keepTrace } from './trace-file.ts';

const clock = manualClock(1_800_000_000_000);
const fresh = () => join(mkdtempSync(join(tmpdir(), 'octavo-trace-')), 'events.jsonl');

async function tell(file: string, capacity: number, ...types: string[]): Promise<string[]> {
  const kept = await keepTrace(file, capacity);
  const trace = kept.traceFor('network', clock);
  for (const type of types) trace(type, { of: type });
  const told = kept.events(0).map(({ sequence, event }) => `${sequence} ${event.type}`);
  await kept.close();
  return told;
}

test('what was told in one life is there in the next, and the count goes on', async () => {
  const file = fresh();
  await tell(file, 10, 'a', 'b');
  deepEqual(await tell(file, 10, 'c'), ['1 a', '2 b', '3 c']);
  equal(statSync(file).mode & 0o777, 0o600);
});

test('a line that a crash cut short is left out, and the rest is kept', async () => {
  const file = fresh();
  await tell(file, 10, 'a', 'b');
  appendFileSync(file, '{"sequence":3,"event":{"ty');
  deepEqual(await tell(file, 10, 'c'), ['1 a', '2 b', '3 c']);
});

test('only the last events are kept, in the file too', async () => {
  const file = fresh();
  await tell(file, 3, 'a', 'b', 'c', 'd', 'e');
  deepEqual(await tell(file, 3), ['3 c', '4 d', '5 e']);
  equal(readFileSync(file, 'utf8').trim().split('\n').length, 3);
});
