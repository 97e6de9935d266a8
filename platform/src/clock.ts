/** Clocks: the machine's, one that can be set and runs on, one ahead of another, and one that moves only when told. */
import { performance } from 'node:perf_hooks';
import type { CancelSignal, Clock, InstantMs } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';

/** A clock that runs on by real time from where it was set last. */
export type SettableClock = Clock & {
  /** Set the time. Forward, it wakes those whose time has come; back, sleepers keep the time that they had left. */
  set(ms: InstantMs): void;
  /** Set the time forward by so much. */
  advance(durationMs: number): void;
};

/** A clock that is ahead of another one, and can be moved further ahead. */
export type MovableClock = Clock & {
  /** How far ahead it is. */
  offsetMs(): number;
  /** Move it on by so much; those whose time has come by then wake, earliest first. */
  moveOn(byMs: number): void;
};

/** A clock that can end: whoever sleeps by it then, or lies down later, never wakes. */
export type MortalClock = Clock & { die(): void };

/** A clock that stands still until it is advanced. */
export type ManualClock = Clock & {
  /**
   * Go forward, stopping at the time of each sleeper in turn: it wakes, and whatever it does until it waits for
   * anything but promises is done before the next one wakes. Resolves when the whole time has passed.
   */
  advance(durationMs: number): Promise<void>;
};

/** The machine's clock. */
export function systemClock(): Clock {
  const { sleep } = realSleep();
  return { nowMs: () => Date.now(), sleep };
}

/** A clock that begins at `startMs`, or at the machine's time, and runs on. */
export function settableClock(startMs: InstantMs = Date.now()): SettableClock {
  const { sleep, hasten } = realSleep();
  // Only what has passed counts from here on: the machine's own clock may be set while we run.
  let zeroMs = startMs - performance.now();
  const nowMs = () => Math.floor(zeroMs + performance.now());
  const set = (ms: InstantMs) => {
    const forwardMs = ms - nowMs();
    zeroMs += forwardMs;
    if (forwardMs > 0) hasten(forwardMs);
  };
  return { nowMs, sleep, set, advance: (durationMs) => set(nowMs() + durationMs) };
}

/** A clock that is `aheadMs` ahead of `base` and never goes back by itself; who sleeps by it sleeps by `base`. */
export function movableClock(base: Clock, aheadMs = 0): MovableClock {
  let offsetMs = aheadMs;
  const nowMs = () => base.nowMs() + offsetMs;
  const { sleep, lookAgain } = sleepOver(base, nowMs);
  return {
    nowMs,
    sleep,
    offsetMs: () => offsetMs,
    moveOn: (byMs) => {
      assert(byMs >= 0, 'a movable clock does not go back');
      offsetMs += byMs;
      lookAgain();
    },
  };
}

/** A clock of somebody who may die. */
export function mortalClock(base: Clock): MortalClock {
  const { sleep, forgetAll } = sleepOver(base, base.nowMs);
  return { nowMs: base.nowMs, sleep, die: forgetAll };
}

/** A clock for tests that begins at `startMs`. */
export function manualClock(startMs: InstantMs): ManualClock {
  const beds = dormitory();
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    sleep: (durationMs, signal) =>
      new Promise((resolve) => {
        if (durationMs <= 0 || signal?.aborted) resolve();
        else beds.lieDown(nowMs + durationMs, resolve, signal);
      }),
    advance: async (durationMs) => {
      assert(durationMs >= 0, 'a manual clock does not go back');
      const endMs = nowMs + durationMs;
      // Whoever is about to fall asleep does so before the time moves.
      await promisesSettled();
      for (;;) {
        const first = beds.inOrder()[0];
        if (first === undefined || first.untilMs > endMs) break;
        nowMs = first.untilMs;
        first.wake();
        await promisesSettled();
      }
      nowMs = endMs;
    },
  };
}

/** Sleep by another clock's sleep, with a way to look again who should wake, and one to forget all who sleep. */
function sleepOver(
  base: Clock,
  nowMs: () => InstantMs,
): { readonly sleep: Clock['sleep']; lookAgain(): void; forgetAll(): void } {
  const beds = dormitory();
  const alarms = new Map<Sleeper, AbortController>();
  let isForgotten = false;
  const setAlarm = (sleeper: Sleeper, leftMs: number) => {
    alarms.get(sleeper)?.abort('set anew');
    if (leftMs <= 0) {
      sleeper.wake();
      return;
    }
    const alarm = new AbortController();
    alarms.set(sleeper, alarm);
    void base.sleep(leftMs, alarm.signal).then(() => {
      if (!alarm.signal.aborted) sleeper.wake();
    });
  };
  const sleep: Clock['sleep'] = (durationMs, signal) =>
    new Promise((resolve) => {
      if (isForgotten) return;
      if (durationMs <= 0 || signal?.aborted) {
        resolve();
        return;
      }
      const woken = () => {
        alarms.get(sleeper)?.abort('woken');
        alarms.delete(sleeper);
        if (!isForgotten) resolve();
      };
      const sleeper = beds.lieDown(nowMs() + durationMs, woken, signal);
      setAlarm(sleeper, durationMs);
    });
  return {
    sleep,
    lookAgain: () => {
      for (const sleeper of beds.inOrder()) setAlarm(sleeper, sleeper.untilMs - nowMs());
    },
    forgetAll: () => {
      isForgotten = true;
      for (const alarm of alarms.values()) alarm.abort();
      alarms.clear();
    },
  };
}

function promisesSettled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** The longest that one timer of the machine may run. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Sleep by the machine's timers, and a way to let time pass faster for all who sleep. */
function realSleep(): { readonly sleep: Clock['sleep']; hasten(durationMs: number): void } {
  const beds = dormitory();
  const timers = new Map<Sleeper, NodeJS.Timeout>();
  let hastenedMs = 0;
  const passedMs = () => performance.now() + hastenedMs;
  const look = (sleeper: Sleeper) => {
    clearTimeout(timers.get(sleeper));
    const leftMs = sleeper.untilMs - passedMs();
    if (leftMs <= 0) {
      sleeper.wake();
      return;
    }
    // A timer may come a fraction early, and a very long sleep needs several.
    const timerMs = Math.min(Math.ceil(leftMs), LONGEST_TIMER_MS);
    timers.set(
      sleeper,
      setTimeout(() => look(sleeper), timerMs),
    );
  };
  const sleep: Clock['sleep'] = (durationMs, signal) =>
    new Promise((resolve) => {
      if (durationMs <= 0 || signal?.aborted) {
        resolve();
        return;
      }
      const woken = () => {
        clearTimeout(timers.get(sleeper));
        timers.delete(sleeper);
        resolve();
      };
      const sleeper = beds.lieDown(passedMs() + durationMs, woken, signal);
      look(sleeper);
    });
  return {
    sleep,
    hasten: (durationMs) => {
      hastenedMs += durationMs;
      for (const sleeper of beds.inOrder()) look(sleeper);
    },
  };
}

type Sleeper = { readonly untilMs: number; wake(): void };

/** Those who sleep by one clock. Each wakes once, by `wake` or when its signal is aborted. */
function dormitory(): {
  lieDown(untilMs: number, woken: () => void, signal: CancelSignal | undefined): Sleeper;
  inOrder(): readonly Sleeper[];
} {
  const sleepers = new Set<Sleeper>();
  // One listener a signal, not one a sleep: a loop sleeps thousands of times under one signal.
  const bySignal = new WeakMap<CancelSignal, Set<Sleeper>>();
  const sleepersOf = (signal: CancelSignal): Set<Sleeper> => {
    const known = bySignal.get(signal);
    if (known !== undefined) return known;
    const own = new Set<Sleeper>();
    bySignal.set(signal, own);
    signal.addEventListener('abort', () => {
      for (const sleeper of own) sleeper.wake();
    });
    return own;
  };
  return {
    lieDown: (untilMs, woken, signal) => {
      const own = signal === undefined ? undefined : sleepersOf(signal);
      const sleeper = {
        untilMs,
        wake: () => {
          own?.delete(sleeper);
          if (sleepers.delete(sleeper)) woken();
        },
      };
      sleepers.add(sleeper);
      own?.add(sleeper);
      return sleeper;
    },
    // Those of one time in the order in which they lay down.
    inOrder: () => [...sleepers].sort((left, right) => left.untilMs - right.untilMs),
  };
}
