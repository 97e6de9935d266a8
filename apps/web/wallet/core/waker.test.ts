import { deepEqual } from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openWaker } from './waker.ts';

/** Pauses of four seconds, and how many of them are over. */
function paused(context: TestContext) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const waker = openWaker();
  const stop = new AbortController();
  let over = 0;
  const pause = () => void waker.pause(4_000, stop.signal).then(() => (over += 1));
  /** How many are over once everything that could go on has gone on. */
  const count = () => new Promise<number>((resolve) => setImmediate(() => resolve(over)));
  return { waker, stop, pause, count, tick: (ms: number) => context.mock.timers.tick(ms) };
}

test('a pause lasts as long as it says', async (context) => {
  const { pause, count, tick } = paused(context);
  pause();
  tick(3_999);
  const before = await count();
  tick(1);
  deepEqual([before, await count()], [0, 1]);
});

test('a call ends the pause, and only that one', async (context) => {
  const { waker, pause, count, tick } = paused(context);
  pause();
  waker.wake();
  const woken = await count();
  pause();
  tick(3_999);
  deepEqual([woken, await count()], [1, 1]);
});

test('a call while nobody waits is for the next pause, and only for that one', async (context) => {
  const { waker, pause, count, tick } = paused(context);
  waker.wake();
  waker.wake();
  pause();
  const woken = await count();
  pause();
  tick(3_999);
  deepEqual([woken, await count()], [1, 1]);
});

test('once it is over nobody waits', async (context) => {
  const { stop, pause, count } = paused(context);
  pause();
  stop.abort();
  const ended = await count();
  pause();
  deepEqual([ended, await count()], [1, 2]);
});
