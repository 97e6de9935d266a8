import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { manualClock, settableClock, systemClock } from './clock.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;

describe('the system clock', () => {
  test('tells the machine’s time', () => {
    const before = Date.now();
    const now = systemClock().nowMs();
    ok(before <= now && now <= Date.now());
  });

  test('a sleep does not end before its time', async () => {
    const clock = systemClock();
    const begun = performance.now();
    await clock.sleep(5);
    ok(performance.now() - begun >= 5);
  });

  test('a sleep of nothing, or under an aborted signal, ends at once', async () => {
    await systemClock().sleep(0);
    await systemClock().sleep(YEAR_MS, AbortSignal.abort());
  });

  test('aborting ends all sleeps under the signal', async () => {
    const stop = new AbortController();
    const clock = systemClock();
    const sleeps = [clock.sleep(YEAR_MS, stop.signal), clock.sleep(DAY_MS, stop.signal)];
    stop.abort();
    await Promise.all(sleeps);
  });

  test('many sleeps under one signal add one listener', async () => {
    let listeners = 0;
    const signal = { aborted: false, addEventListener: () => listeners++ };
    const clock = systemClock();
    await Promise.all(Array.from({ length: 20 }, () => clock.sleep(1, signal)));
    equal(listeners, 1);
  });
});

describe('the settable clock', () => {
  test('begins where it is told and runs on', async () => {
    const clock = settableClock(NOON);
    const first = clock.nowMs();
    ok(first >= NOON && first < NOON + DAY_MS);
    await clock.sleep(2);
    ok(clock.nowMs() >= first + 2);
  });

  test('can be set forward and back', () => {
    const clock = settableClock(NOON);
    for (const shift of [YEAR_MS, -YEAR_MS, 1]) {
      clock.set(NOON + shift);
      const now = clock.nowMs();
      ok(now >= NOON + shift && now < NOON + shift + DAY_MS);
    }
    clock.advance(DAY_MS);
    ok(clock.nowMs() >= NOON + 1 + DAY_MS);
  });

  test('wakes those whose time has come when it is set forward, earliest first', async () => {
    const clock = settableClock(NOON);
    const woken: string[] = [];
    const sleeps = [
      clock.sleep(2 * DAY_MS).then(() => woken.push('second')),
      clock.sleep(DAY_MS).then(() => woken.push('first')),
    ];
    clock.advance(3 * DAY_MS);
    await Promise.all(sleeps);
    deepEqual(woken, ['first', 'second']);
  });

  test('a sleeper keeps the time that it had left when the clock is set back', async () => {
    const clock = settableClock(NOON);
    const sleep = clock.sleep(DAY_MS);
    clock.set(NOON - YEAR_MS);
    clock.advance(DAY_MS);
    await sleep;
  });

  test('a sleeper that was only brought nearer wakes at its new time', async () => {
    const clock = settableClock(NOON);
    const sleep = clock.sleep(DAY_MS + 5);
    clock.advance(DAY_MS);
    await sleep;
    ok(clock.nowMs() >= NOON + DAY_MS + 5);
  });
});

describe('the manual clock', () => {
  test('stands still until it is advanced', async () => {
    const clock = manualClock(NOON);
    equal(clock.nowMs(), NOON);
    await clock.advance(250);
    equal(clock.nowMs(), NOON + 250);
  });

  test('wakes sleepers in order, each at its own time', async () => {
    const clock = manualClock(0);
    const woken: [string, number][] = [];
    const sleeper = (name: string, durationMs: number) =>
      clock.sleep(durationMs).then(() => woken.push([name, clock.nowMs()]));
    const sleeps = [sleeper('c', 30), sleeper('a', 10), sleeper('b', 20), sleeper('b2', 20)];
    await clock.advance(25);
    deepEqual(woken, [
      ['a', 10],
      ['b', 20],
      ['b2', 20],
    ]);
    await clock.advance(5);
    deepEqual(woken.at(-1), ['c', 30]);
    await Promise.all(sleeps);
  });

  test('one who wakes and sleeps again is woken as often as its time comes', async () => {
    const clock = manualClock(0);
    const stop = new AbortController();
    const ticks: number[] = [];
    const loop = async () => {
      while (!stop.signal.aborted) {
        await clock.sleep(100, stop.signal);
        ticks.push(clock.nowMs());
      }
    };
    const running = loop();
    await clock.advance(350);
    deepEqual(ticks, [100, 200, 300]);
    stop.abort();
    await running;
  });
});
