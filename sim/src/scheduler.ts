/**
 * Who goes on next. Every port call parks its caller; when nobody runs any more, a seeded choice takes one parked
 * call, runs it to its end and resumes its caller. When only sleepers are left, virtual time jumps to the next one.
 */
import type { CancelSignal, Clock, InstantMs } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import type { Chance } from './chance.ts';

/** Whoever makes port calls: one life of a service, a person, or nature. A dead one never goes on. */
export type Owner = { readonly name: string; alive: boolean };

/** What becomes of the call that was chosen: done, or its caller dies before it or right after its effect. */
export type Blow = 'none' | 'dies_before' | 'dies_after';

/** The world's one scheduler. */
export type Scheduler = {
  nowMs(): InstantMs;
  /** How many calls were chosen so far. */
  steps(): number;
  /** Park until chosen, then act to the end. The act must not park. Never resolves for the dead. */
  call<T>(owner: Owner, act: () => T | Promise<T>, what?: string): Promise<T>;
  sleep(owner: Owner, durationMs: number, signal?: CancelSignal): Promise<void>;
  clockOf(owner: Owner): Clock;
  /** Forget all that an owner has parked or sleeps on. It must be dead. */
  forget(owner: Owner): void;
  /** Go on until the story has ended; rejects as it does, or with `Stuck` when nobody can go on or time runs out. */
  play<T>(story: Promise<T>, latestMs: InstantMs): Promise<T>;
};

/** Nobody can go on though the world is not done, or it took too long. */
export class Stuck extends Error {
  override readonly name = 'Stuck';
}

/** Make the scheduler. `strike` may end the caller's life at its call; it must mark the owner dead itself. */
export function createScheduler(
  startMs: InstantMs,
  chance: Chance,
  strike: (owner: Owner, what: string) => { readonly blow: Blow; readonly onDeath?: () => void },
): Scheduler {
  const parked: Parked[] = [];
  const dormitory = createDormitory();
  let nowMs = startMs;
  let steps = 0;

  const step = async (): Promise<void> => {
    const [chosen] = parked.splice(chance.below(parked.length), 1);
    assert(chosen !== undefined, 'a parked call');
    steps++;
    const { blow, onDeath } = strike(chosen.owner, chosen.what);
    if (blow !== 'dies_before') await chosen.go(blow === 'none');
    onDeath?.();
  };

  const wakeNext = (): void => {
    const first = dormitory.next();
    if (first === undefined) throw new Stuck('nobody can go on');
    nowMs = Math.max(nowMs, first.untilMs);
    for (const sleeper of dormitory.due(nowMs)) {
      parked.push({ owner: sleeper.owner, what: 'wake', go: async () => sleeper.wake() });
    }
  };

  const scheduler: Scheduler = {
    nowMs: () => nowMs,
    steps: () => steps,
    call: (owner, act, what = '') =>
      new Promise((resolve, reject) => {
        if (owner.alive) parked.push(parkedCall(owner, what, act, resolve, reject));
      }),
    sleep: (owner, durationMs, signal) =>
      new Promise((resolve) => {
        if (!owner.alive) return;
        if (durationMs <= 0 || signal?.aborted) resolve();
        else dormitory.lieDown(owner, nowMs + durationMs, resolve, signal);
      }),
    clockOf: (owner) => ({
      nowMs: () => nowMs,
      sleep: (durationMs, signal) => scheduler.sleep(owner, durationMs, signal),
    }),
    forget: (owner) => {
      assert(!owner.alive, 'only the dead are forgotten');
      const left = parked.filter((call) => call.owner !== owner);
      parked.splice(0, parked.length, ...left);
      dormitory.forget(owner);
    },
    play: async (story, latestMs) => {
      let isOver = false;
      const end = () => {
        isOver = true;
      };
      void story.then(end, end);
      await quiet();
      while (!isOver) {
        if (nowMs > latestMs) throw new Stuck('the world does not come to rest');
        if (parked.length > 0) await step();
        else wakeNext();
        await quiet();
      }
      return story;
    },
  };
  return scheduler;
}

type Parked = { readonly owner: Owner; readonly what: string; go(resumes: boolean): Promise<void> };

function parkedCall<T>(
  owner: Owner,
  what: string,
  act: () => T | Promise<T>,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): Parked {
  return {
    owner,
    what,
    go: async (resumes) => {
      try {
        const value = await act();
        if (resumes) resolve(value);
      } catch (error) {
        if (resumes) reject(error);
      }
    },
  };
}

/** Resolves when all that promises can do is done: the services wait for nothing that is not a port. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < QUIET_TURNS; turn++) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}

/** Reading a body crosses to the next turn of the event loop at times; nothing of ours takes more than one. */
const QUIET_TURNS = 2;

type Sleeper = { readonly owner: Owner; readonly untilMs: InstantMs; wake(): void };

/** Those who sleep. Each wakes once: when its time has come, or at once when its signal is aborted. */
function createDormitory() {
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
    lieDown: (
      owner: Owner,
      untilMs: InstantMs,
      woken: () => void,
      signal: CancelSignal | undefined,
    ): void => {
      const own = signal === undefined ? undefined : sleepersOf(signal);
      let asleep = true;
      const sleeper: Sleeper = {
        owner,
        untilMs,
        wake: () => {
          if (!asleep) return;
          asleep = false;
          own?.delete(sleeper);
          sleepers.delete(sleeper);
          if (owner.alive) woken();
        },
      };
      sleepers.add(sleeper);
      own?.add(sleeper);
    },
    next: (): Sleeper | undefined => {
      let first: Sleeper | undefined;
      for (const sleeper of sleepers) {
        if (first === undefined || sleeper.untilMs < first.untilMs) first = sleeper;
      }
      return first;
    },
    /** Take those whose time has come, in the order in which they lay down. */
    due: (nowMs: InstantMs): readonly Sleeper[] => {
      const due = [...sleepers].filter((sleeper) => sleeper.untilMs <= nowMs);
      for (const sleeper of due) sleepers.delete(sleeper);
      return due;
    },
    forget: (owner: Owner): void => {
      for (const sleeper of sleepers) if (sleeper.owner === owner) sleepers.delete(sleeper);
    },
  };
}
