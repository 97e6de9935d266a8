/** Following events: what comes at once, what is waited for, and where to go on. */
import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from '@octavo/platform/clock.ts';
import { traceBuffer } from '@octavo/platform/trace.ts';
import { type EventsAnswer, eventsOf } from './lever-events.ts';

function follow() {
  const clock = manualClock(0);
  const events = traceBuffer(100);
  const close = new AbortController();
  const read = eventsOf({ clock, events, closing: close.signal });
  const tell = events.traceFor('issuer', clock);
  return { clock, close, read, tell };
}

const typesOf = ({ events }: EventsAnswer) => events.map(({ event }) => event.type);

test('what was told is answered at once, oldest first, and says where to go on', async () => {
  const { read, tell } = follow();
  for (const type of ['a', 'b', 'c']) tell(type, {});
  const all = await read({ afterSequence: 1, waitMs: 20_000 });
  deepEqual(typesOf(all), ['b', 'c']);
  equal(all.lastSequence, 3);
  equal((await read({ afterSequence: 3 })).lastSequence, 3);
});

test('of more than the limit the oldest come, and the next ask goes on behind them', async () => {
  const { read, tell } = follow();
  for (const type of ['a', 'x', 'b', 'c']) tell(type, {});
  const first = await read({ afterSequence: 0, limit: 2, types: ['a', 'b', 'c'] });
  deepEqual([typesOf(first), first.lastSequence], [['a', 'b'], 3]);
  const next = await read({ afterSequence: first.lastSequence, limit: 2, types: ['a', 'b', 'c'] });
  deepEqual([typesOf(next), next.lastSequence], [['c'], 4]);
});

test('who waits is answered as soon as an event comes that is wanted', async () => {
  const { read, tell } = follow();
  let answer: EventsAnswer | undefined;
  const reading = read({ afterSequence: 0, types: ['b'], waitMs: 20_000 }).then((came) => {
    answer = came;
  });
  tell('a', {});
  await new Promise(setImmediate);
  equal(answer, undefined);
  tell('b', {});
  await reading;
  deepEqual(answer && typesOf(answer), ['b']);
});

test('a wait ends with nothing when its time is over, or the world closes', async () => {
  const { clock, close, read, tell } = follow();
  tell('a', {});
  const late = read({ afterSequence: 0, types: ['b'], waitMs: 20_000 });
  await clock.advance(20_000);
  deepEqual(await late, { events: [], lastSequence: 1 });
  const closing = read({ afterSequence: 1, waitMs: 20_000 });
  close.abort();
  deepEqual(await closing, { events: [], lastSequence: 1 });
});

test('who followed an earlier life of the world is sent back to the beginning', async () => {
  const { read, tell } = follow();
  tell('a', {});
  deepEqual(await read({ afterSequence: 900, waitMs: 20_000 }), { events: [], lastSequence: 1 });
});
