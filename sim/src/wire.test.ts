import { deepEqual, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { type Link, LinkDown } from '@octavo/domain/ports.ts';
import { createChance } from './chance.ts';
import { createFaults, type FrameFate, noFaults } from './faults.ts';
import { createScheduler, type Owner } from './scheduler.ts';
import { openWire } from './wire.ts';

const NEVER_MS = 10 ** 9;

/** Send frames 0, 1, 2, … down a line on which the frame of each number meets its fate; what the other end reads. */
async function carry(fates: Readonly<Record<number, FrameFate>>, count = 4) {
  const scheduler = createScheduler(0, createChance('wire'), () => ({ blow: 'none' }));
  const faults = createFaults(noFaults, createChance('faults'), (_, frame) => fates[frame[0] ?? 0]);
  const nature: Owner = { name: 'nature', alive: true };
  const [near, far]: readonly Owner[] = [
    { name: 'near', alive: true },
    { name: 'far', alive: true },
  ];
  if (near === undefined || far === undefined) throw new Error('two owners');
  const wire = openWire({ scheduler, faults, nature }, 'acquirer-network', [near, far]);
  const came: (number | 'end')[] = [];
  const read = async ({ frames }: Link) => {
    for await (const frame of frames) came.push(frame[0] ?? 0);
    came.push('end');
  };
  void read(wire.links[1]);
  const send = async () => {
    for (let number = 0; number < count; number++) await wire.links[0].send(Uint8Array.of(number));
  };
  return { scheduler, nature, near, wire, came, send };
}

async function whatComes(fates: Readonly<Record<number, FrameFate>>) {
  const { scheduler, nature, came, send } = await carry(fates);
  const story = send().then(() => scheduler.sleep(nature, 60_000));
  await scheduler.play(story, NEVER_MS);
  return came;
}

test('frames come whole and in order', async () => {
  deepEqual(await whatComes({}), [0, 1, 2, 3]);
});

test('a frame is lost, late, or comes twice', async () => {
  deepEqual(await whatComes({ 1: { kind: 'lost' } }), [0, 2, 3]);
  deepEqual(await whatComes({ 1: { kind: 'late', delayMs: 500 } }), [0, 2, 3, 1]);
  deepEqual(await whatComes({ 1: { kind: 'doubled', delayMs: 500 } }), [0, 1, 2, 3, 1]);
});

test('on a line that dropped nothing can be sent, and its readers end', async () => {
  const { scheduler, nature, came, send } = await carry({ 1: { kind: 'line_drops' } });
  const story = rejects(send(), LinkDown).then(() => scheduler.sleep(nature, 60_000));
  await scheduler.play(story, NEVER_MS);
  deepEqual(came.at(-1), 'end');
});

test('when one end dies the other reads what had been sent, and then the end', async () => {
  const { scheduler, nature, near, wire, came, send } = await carry({});
  const story = send().then(() => {
    near.alive = false;
    wire.die(near);
    return scheduler.sleep(nature, 60_000);
  });
  await scheduler.play(story, NEVER_MS);
  deepEqual(came, [0, 1, 2, 3, 'end']);
});
