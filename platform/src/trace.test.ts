import { deepEqual, equal } from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { manualClock } from './clock.ts';
import { traceBuffer } from './trace.ts';

test('events are numbered from one, with their service and time', async () => {
  const clock = manualClock(1_000);
  const buffer = traceBuffer(10);
  const tokens = buffer.traceFor('tokens', clock);
  const issuer = buffer.traceFor('issuer', clock);
  tokens('token.active', { last4: '0018' });
  await clock.advance(5);
  issuer('ledger.posted', { amount: '1250' });
  deepEqual(buffer.events(0), [
    {
      sequence: 1,
      event: { type: 'token.active', service: 'tokens', atMs: 1_000, detail: { last4: '0018' } },
    },
    {
      sequence: 2,
      event: { type: 'ledger.posted', service: 'issuer', atMs: 1_005, detail: { amount: '1250' } },
    },
  ]);
});

test('only the last are kept, and those who come late get what is kept after what they know', () => {
  const buffer = traceBuffer(3);
  const trace = buffer.traceFor('tokens', manualClock(0));
  for (let count = 0; count < 8; count++) trace('tick', {});
  const sequences = (after: number) => buffer.events(after).map((entry) => entry.sequence);
  deepEqual(sequences(0), [6, 7, 8]);
  deepEqual(sequences(6), [7, 8]);
  deepEqual(sequences(8), []);
  deepEqual(sequences(99), []);
});

test('listeners hear each event in order until they leave', () => {
  const buffer = traceBuffer(1);
  const trace = buffer.traceFor('tokens', manualClock(0));
  const heard: number[] = [];
  trace('before', {});
  const leave = buffer.subscribe((entry) => heard.push(entry.sequence));
  trace('one', {});
  trace('two', {});
  leave();
  trace('after', {});
  deepEqual(heard, [2, 3]);
});

test('a listener that throws is dropped with a warning; the service and the others do not notice', async () => {
  const buffer = traceBuffer(5);
  const trace = buffer.traceFor('tokens', manualClock(0));
  let calls = 0;
  const heard: number[] = [];
  buffer.subscribe(() => {
    calls++;
    throw new Error('the console went away');
  });
  buffer.subscribe((entry) => heard.push(entry.sequence));
  const warned = once(process, 'warning');
  trace('one', {});
  trace('two', {});
  equal(calls, 1);
  deepEqual(heard, [1, 2]);
  await warned;
});
