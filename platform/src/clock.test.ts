import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { manualClock, mortalClock, movableClock, settableClock, systemClock } from './clock.ts';

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

describe('the movable clock', () => {
  test('is ahead of its base by what it was made with and moved on by, and goes with it', async () => {
    const base = manualClock(NOON);
    const clock = movableClock(base, YEAR_MS);
    equal(clock.nowMs(), NOON + YEAR_MS);
    clock.moveOn(DAY_MS);
    await base.advance(5);
    equal(clock.nowMs(), NOON + YEAR_MS + DAY_MS + 5);
    equal(clock.offsetMs(), YEAR_MS + DAY_MS);
  });

  test('does not go back', () => {
    throws(() => movableClock(manualClock(NOON)).moveOn(-1));
  });

  test('wakes those whose time has come when it is moved on, earliest first, and no others', async () => {
    const base = manualClock(NOON);
    const clock = movableClock(base);
    const woken: string[] = [];
    const sleeper = (name: string, durationMs: number) =>
      clock.sleep(durationMs).then(() => woken.push(name));
    void sleeper('third', 3 * DAY_MS);
    void sleeper('second', 2 * DAY_MS);
    void sleeper('first', DAY_MS);
    clock.moveOn(2 * DAY_MS);
    await base.advance(0);
    deepEqual(woken, ['first', 'second']);
  });

  test('a sleeper that was only brought nearer sleeps what is left, by the base', async () => {
    const base = manualClock(NOON);
    const clock = movableClock(base);
    const wokenAt: number[] = [];
    void clock.sleep(DAY_MS).then(() => wokenAt.push(clock.nowMs()));
    await base.advance(1_000);
    clock.moveOn(DAY_MS - 3_000);
    await base.advance(1_999);
    deepEqual(wokenAt, []);
    await base.advance(1);
    deepEqual(wokenAt, [NOON + DAY_MS]);
  });

  test('aborting ends the sleeps under the signal', async () => {
    const stop = new AbortController();
    const sleep = movableClock(manualClock(NOON)).sleep(DAY_MS, stop.signal);
    stop.abort();
    await sleep;
  });
});

describe('the mortal clock', () => {
  test('who sleeps when it dies never wakes, whatever comes, and leaves no alarm behind', async () => {
    const base = manualClock(NOON);
    const underBase = new Set<unknown>();
    const clock = mortalClock({
      nowMs: base.nowMs,
      sleep: (durationMs, signal) => {
        underBase.add(signal);
        return base.sleep(durationMs, signal).finally(() => underBase.delete(signal));
      },
    });
    const stop = new AbortController();
    const woken: string[] = [];
    const sleeper = (name: string, durationMs: number, signal?: AbortSignal) =>
      void clock.sleep(durationMs, signal).then(() => woken.push(name));
    sleeper('before', 5);
    sleeper('after', 10, stop.signal);
    await base.advance(5);
    clock.die();
    stop.abort();
    sleeper('late', 0);
    await base.advance(DAY_MS);
    deepEqual(woken, ['before']);
    equal(underBase.size, 0);
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
