import { deepEqual, equal, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { createChance } from './chance.ts';
import { createScheduler, type Owner, Stuck } from './scheduler.ts';

const NEVER_MS = 10 ** 9;

function open(seed: string) {
  return createScheduler(1_000, createChance(seed), () => ({ blow: 'none' }));
}

function owner(name: string): Owner {
  return { name, alive: true };
}

async function orderOf(seed: string): Promise<string> {
  const scheduler = open(seed);
  const order: string[] = [];
  const walk = async (name: string) => {
    for (let step = 0; step < 5; step++) {
      await scheduler.call(owner(name), () => void order.push(name));
    }
  };
  await scheduler.play(Promise.all(['a', 'b', 'c'].map(walk)), NEVER_MS);
  return order.join('');
}

test('the order of calls follows from the seed alone', async () => {
  equal(await orderOf('1'), await orderOf('1'));
  const orders = await Promise.all(['1', '2', '3', '4', '5'].map(orderOf));
  equal(new Set(orders).size, 5);
});

test('time stands still while somebody can go on, then jumps to the next sleeper', async () => {
  const scheduler = open('time');
  const seen: (readonly [string, number])[] = [];
  const sleep = async (name: string, durationMs: number) => {
    await scheduler.sleep(owner(name), durationMs);
    seen.push([name, scheduler.nowMs()]);
  };
  const work = async () => {
    for (let call = 0; call < 10; call++) await scheduler.call(owner('worker'), () => undefined);
    seen.push(['worker', scheduler.nowMs()]);
  };
  await scheduler.play(Promise.all([sleep('late', 90_000), sleep('soon', 500), work()]), NEVER_MS);
  deepEqual(seen, [
    ['worker', 1_000],
    ['soon', 1_500],
    ['late', 91_000],
  ]);
});

test('an aborted sleeper wakes at once', async () => {
  const scheduler = open('abort');
  const stop = new AbortController();
  const sleeping = scheduler.sleep(owner('sleeper'), 60_000, stop.signal);
  stop.abort();
  await scheduler.play(sleeping, NEVER_MS);
  equal(scheduler.nowMs(), 1_000);
});

test('the dead never go on: neither their calls nor their sleep', async () => {
  const scheduler = open('death');
  const mortal = owner('mortal');
  let deeds = 0;
  void scheduler.call(mortal, () => ++deeds).then(() => ++deeds);
  void scheduler.sleep(mortal, 10).then(() => ++deeds);
  mortal.alive = false;
  scheduler.forget(mortal);
  void scheduler.call(mortal, () => ++deeds);
  await scheduler.play(scheduler.sleep(owner('other'), 1_000), NEVER_MS);
  equal(deeds, 0);
});

test('a call may take effect though its caller dies of it', async () => {
  const mortal = owner('mortal');
  const scheduler = createScheduler(0, createChance('last deed'), ({ name }) => ({
    blow: name === 'mortal' ? 'dies_after' : 'none',
    onDeath: () => {
      if (name === 'mortal') mortal.alive = false;
    },
  }));
  let effect = false;
  let resumed = false;
  void scheduler
    .call(mortal, () => {
      effect = true;
    })
    .then(() => {
      resumed = true;
    });
  await scheduler.play(scheduler.sleep(owner('other'), 1_000), NEVER_MS);
  deepEqual([effect, resumed], [true, false]);
});

test('a world in which nobody can go on, or which goes on for too long, is stuck', async () => {
  await rejects(open('nobody').play(new Promise(() => {}), NEVER_MS), Stuck);
  const scheduler = open('for ever');
  const pace = async () => {
    for (;;) await scheduler.sleep(owner('pacer'), 1_000);
  };
  await rejects(scheduler.play(pace(), 50_000), Stuck);
});
