import { deepEqual, equal, rejects } from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { type Clock, StorageUnavailable } from '@octavo/domain/ports.ts';
import { type Bell, createBell, repeatedly } from './bell.ts';

/** A clock whose sleeps end when the test says so, or by their signal. */
let slept: number[];
let awaken: () => void;
let lain: PromiseWithResolvers<void>;
let clock: Clock;
let bell: Bell;

beforeEach(() => {
  slept = [];
  lain = Promise.withResolvers();
  clock = {
    nowMs: () => 0,
    sleep: (durationMs, signal) => {
      slept.push(durationMs);
      if (signal?.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        awaken = resolve;
        signal?.addEventListener('abort', resolve);
        lain.resolve();
        lain = Promise.withResolvers();
      });
    },
  };
  bell = createBell(clock);
});

test('work is done again after the rest that it asked for', async () => {
  const stop = new AbortController();
  const rests = [5, 7];
  const ended = repeatedly(bell, stop.signal, async () => rests.shift() ?? 9);
  for (const next of [5, 7, 9]) {
    await lain.promise;
    equal(slept.at(-1), next);
    awaken();
  }
  await lain.promise;
  stop.abort();
  await ended;
  deepEqual(slept, [5, 7, 9, 9]);
});

test('a ring ends the rest', async () => {
  const stop = new AbortController();
  let worked = 0;
  const ended = repeatedly(bell, stop.signal, async () => ++worked);
  await lain.promise;
  bell.wake();
  await lain.promise;
  equal(worked, 2);
  stop.abort();
  await ended;
});

test('a ring while the work goes on is not lost: it is done once more without a rest', async () => {
  const stop = new AbortController();
  let worked = 0;
  const ended = repeatedly(bell, stop.signal, async () => {
    if (++worked === 1) {
      bell.wake();
      bell.wake();
    }
    return 5;
  });
  await lain.promise;
  equal(worked, 2);
  stop.abort();
  await ended;
});

test('nothing is begun after the stop', async () => {
  const stop = new AbortController();
  let worked = 0;
  await repeatedly(bell, stop.signal, async () => {
    worked += 1;
    stop.abort();
    return 0;
  });
  await repeatedly(bell, stop.signal, async () => ++worked);
  equal(worked, 1);
  deepEqual(slept, []);
});

test('a database that is away is tried again after a second; other errors end the work', async () => {
  const stop = new AbortController();
  const errors = [new StorageUnavailable('away'), new RangeError('ours')];
  const ended = repeatedly(bell, stop.signal, async () => {
    throw errors.shift();
  });
  await lain.promise;
  deepEqual(slept, [1_000]);
  awaken();
  await rejects(ended, RangeError);
});
