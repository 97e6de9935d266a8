/** Riding by seeded whim, a courier who brings records late, twice, shuffled and cut, and an operator who closes the day. */
import { isRefused, type Refused } from '@octavo/domain/refusal.ts';
import { demoPolicy } from '@octavo/domain/transit/policy.ts';
import {
  dayName,
  dayNumber,
  dayOfName,
  dayStartMs,
  type ServiceDay,
} from '@octavo/domain/transit/service-day.ts';
import type { ElementHost } from '@octavo/platform/element.ts';
import { setExpress } from '@octavo/platform/element-commands.ts';
import type { Passkey } from '@octavo/platform/passkey.ts';
import { softKeysFor } from '@octavo/platform/softkeys.ts';
import { showKey, signAs } from '@octavo/services/caller';
import { connectTo } from '@octavo/services/endpoint';
import * as transit from '@octavo/services/transit';
import type { Chance } from './chance.ts';
import { type GateName, type Gates, planGates } from './gates.ts';
import { callsOf } from './holder.ts';
import type { Owner } from './scheduler.ts';
import type { World } from './world.ts';

/** Somebody who rides. */
export type Rider = {
  readonly world: World;
  readonly gates: Gates;
  readonly self: Owner;
  readonly chance: Chance;
  readonly element: ElementHost;
  readonly passkey: Passkey;
  readonly instanceAid: string;
};

/** Ride once: a bus, or a train whose exit may be forgotten. */
export async function ride(rider: Rider): Promise<void> {
  const { world, self, chance, element, passkey, instanceAid } = rider;
  const answer = { kind: 'passkey', assert: passkey.assert } as const;
  await setExpress(element.wired, instanceAid, answer);
  if (chance.happens(0.25)) {
    await pass(rider, 'bus');
    return;
  }
  if (!(await pass(rider, 'in'))) return;
  if (chance.happens(0.15)) return;
  await world.scheduler.sleep(self, 10_000 + chance.below(60_000));
  await pass(rider, 'out');
}

/** In and out again by the book, after a while for the gates to get their lists. */
export async function rideOnce(rider: Rider): Promise<void> {
  const { world, self, element, passkey, instanceAid } = rider;
  const answer = { kind: 'passkey', assert: passkey.assert } as const;
  await setExpress(element.wired, instanceAid, answer);
  for (const name of ['in', 'out'] as const) {
    await world.scheduler.sleep(self, 20_000);
    await pass(rider, name);
  }
}

/** How often a phone is held to a gate that did not read it. */
const MOST_TRIES = 3;

/** Hold the dark phone to a gate; whether it opened. Who hears nothing walks through as often as not. */
async function pass({ gates, self, chance, element }: Rider, name: GateName): Promise<boolean> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const told = await gates.hold(self, chance, name, element.airOf('transit'));
    if (told === undefined) return chance.happens(0.5);
    if (told.outcome === 'opened') return true;
    if (told.outcome === 'refused') return false;
  }
  return false;
}

/** What a world has in which people ride. */
export type Transit = {
  readonly gates: Gates;
  /** The service day that ends while it is played. */
  readonly day: ServiceDay;
  readonly endMs: number;
  /** Records that were cut short on their way, hexadecimal. */
  readonly cut: string[];
};

/** When the service day of an instant ends. */
export function dayEnd(atMs: number): number {
  return dayStartMs(dayOfName(dayAt(atMs)) + 1, demoPolicy.serviceDayStartMs);
}

function dayAt(atMs: number): ServiceDay {
  return dayName(dayNumber(atMs, demoPolicy.serviceDayStartMs));
}

/** Let people ride in a world; its day ends soon. */
export function layTransit(world: World, startMs: number): Transit {
  const gates = planGates(world, world.chance.fork('gates'));
  return { gates, day: dayAt(startMs), endMs: dayEnd(startMs), cut: [] };
}

/** How long after its end a day is closed by hand. */
const AFTER_MS = 5_000;

/** Wait for the day's end, bring records once more, and close the day. */
export async function endDay(world: World, transit: Transit): Promise<void> {
  const { scheduler, nature, chance } = world;
  const { gates, endMs, day } = transit;
  await scheduler.sleep(nature, endMs + AFTER_MS - scheduler.nowMs());
  transit.cut.push(...(await bringAgain(world, gates, chance.fork('courier'))));
  await closeDay(world, day);
}

const PASSING: readonly string[] = ['unavailable', 'busy', 'request.too_often'];

/** Close a day as the operator, until it is answered. */
export async function closeDay(world: World, day: ServiceDay): Promise<void> {
  const self: Owner = { name: 'operator', alive: true };
  const key = showKey('operator', world.keyring.operator.token);
  const call = callsOf(world, self).as(key, 'transit');
  await untilAnswered(world, self, () => call(transit.closeDay, { day }));
}

/** Bring what riders were told of once more, shuffled, twice, and one record cut short. Answers the cut ones. */
async function bringAgain(
  world: World,
  { told }: Gates,
  chance: Chance,
): Promise<readonly string[]> {
  const self: Owner = { name: 'courier', alive: true };
  const keys = softKeysFor('gate', world.keyring, chance.bytes);
  const sign = (message: Uint8Array) => world.scheduler.call(self, () => keys.sign(message));
  const clock = world.scheduler.clockOf(self);
  const call = connectTo(
    world.reach(self, 'transit'),
    signAs('gate', 'transit', { sign }, clock, chance.bytes),
    clock,
  );
  const cut: string[] = [];
  const bags = told.flatMap(({ gateId, record }) =>
    record === undefined ? [] : [{ gateId, record }],
  );
  for (let brought = 0; brought < Math.min(2 * bags.length, MOST_BROUGHT); brought++) {
    const { gateId, record } = chance.pick(bags);
    const isCut = chance.happens(0.25);
    const half = record.slice(0, 2 * Math.floor(record.length / 4));
    if (isCut) cut.push(half);
    const body = { gateId, records: [isCut ? half : record] };
    await untilAnswered(world, self, () => call(transit.upload, body));
  }
  return cut;
}

const MOST_BROUGHT = 4;

async function untilAnswered(
  { scheduler }: World,
  self: Owner,
  ask: () => Promise<object | Refused>,
): Promise<void> {
  for (;;) {
    const answer = await ask();
    if (!isRefused(answer) || !PASSING.includes(answer.code)) return;
    await scheduler.sleep(self, 5_000);
  }
}
