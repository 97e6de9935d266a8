/**
 * Two days of a small city in a world that is served: riders with cards of their own, gates that they pass, a bank that
 * does not pay for one of them, a gate that is cut off, and a record that was changed on its way.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { isRefused } from '@octavo/domain/refusal.ts';
import { demoCityPlan } from '@octavo/domain/transit/city.ts';
import { demoPolicy } from '@octavo/domain/transit/policy.ts';
import type { RatedTap } from '@octavo/domain/transit/rated-tap.ts';
import { loadOf } from '@octavo/domain/transit/rating-load.ts';
import { dayName, dayNumber, dayStartMs } from '@octavo/domain/transit/service-day.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { softKeysFor } from '@octavo/platform/softkeys.ts';
import { signAs } from '@octavo/services/caller';
import { connectTo } from '@octavo/services/endpoint';
import * as gate from '@octavo/services/gate';
import * as issuer from '@octavo/services/issuer';
import * as tokens from '@octavo/services/tokens';
import * as transit from '@octavo/services/transit';
import {
  broughtHome,
  type OpenedGate,
  openGates,
  placeName,
  setOffline,
} from '../city-day/gates.ts';
import { equipRiders, type Rider } from '../city-day/riders.ts';
import { expectDone, newId } from '../phone.ts';
import type { World } from '../world.ts';
import { stageOf } from '../world-stage.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long a gate may take until it asks again. */
const MOST_MINUTES = 60;

/** What was played. */
export type CityPlayed = {
  /** The service days, YYYY-MM-DD, in order; the second is not over. */
  readonly days: readonly [string, string];
  /** The gate that is cut off: of what it wrote since, only the second record is at the back office. */
  readonly cutOff: OpenedGate;
};

/** Play them; the clock of the world goes on to the evening of the second day. */
export async function playCity(world: World, riders: number): Promise<CityPlayed> {
  const stage = stageOf(world);
  const clock = {
    ...stage.clock,
    advance: (byMs: number) => void world.levers.clock.moveOn(byMs),
    set: (atMs: number) => void goTo(world, atMs),
  };
  const { serviceDayStartMs } = demoPolicy;
  const first = dayNumber(world.clock.nowMs(), serviceDayStartMs) + 1;
  const fromMs = dayStartMs(first, serviceDayStartMs);
  const plans = loadOf(demoCityPlan, { riders, days: 2, fromMs, seed: 7 });
  const equipped = await equipRiders(stage, clock, plans, () => {});
  const [poor] = equipped;
  if (poor !== undefined) await doNotPay(world, poor);
  await goTo(world, fromMs);
  const secondMs = fromMs + 24 * HOUR_MS;
  const firstGates = await openGates(stage, plans.flat());
  await ride(world, equipped, firstGates, 0, secondMs);
  for (const one of firstGates.values()) await broughtHome(stage, one);
  await judged(world);
  await goTo(world, secondMs + 2.5 * HOUR_MS);
  await closed(world, dayName(first));
  // A door that nobody used for a day has lapsed.
  const gates = await openGates(stage, plans.flat());
  const cutOff = cutOffOf(plans, gates, secondMs);
  await freshList(world, cutOff);
  await setOffline(stage, cutOff, true);
  await ride(world, equipped, gates, secondMs, Number.POSITIVE_INFINITY);
  for (const { handset } of equipped.slice(0, 2)) await hold(world, handset, cutOff);
  for (const one of gates.values()) if (one !== cutOff) await broughtHome(stage, one);
  await spoil(world, cutOff, [...gates.values()].find((one) => one !== cutOff) ?? cutOff);
  await judged(world);
  return { days: [dayName(first), dayName(first + 1)], cutOff };
}

async function goTo(world: World, atMs: number): Promise<void> {
  const byMs = atMs - world.clock.nowMs();
  if (byMs > 0) await world.levers.clock.moveOn(byMs);
}

/** Everybody's taps between two instants, in their order. */
async function ride(
  world: World,
  riders: readonly Rider[],
  gates: ReadonlyMap<string, OpenedGate>,
  fromMs: number,
  untilMs: number,
): Promise<void> {
  const all = riders
    .flatMap(({ handset, taps }) => taps.map((tap) => ({ handset, tap })))
    .filter(({ tap }) => tap.correctedMs >= fromMs && tap.correctedMs < untilMs)
    .sort((one, other) => one.tap.correctedMs - other.tap.correctedMs);
  for (const { handset, tap } of all) {
    await goTo(world, tap.correctedMs);
    const at = gates.get(placeName(tap));
    if (at !== undefined) await hold(world, handset, at);
  }
}

/** Hold a phone to a gate. */
async function hold(world: World, { host }: Rider['handset'], at: OpenedGate): Promise<void> {
  const air = newId(world.random);
  world.setAir(air, host.airOf('transit'));
  expectDone(await at.call(gate.tap, { requestId: newId(world.random), air }));
  world.setAir(air, undefined);
}

/** Wait until a gate's list is of today: with yesterday's it would stay shut. Gates ask every so often. */
async function freshList(world: World, { call }: OpenedGate): Promise<void> {
  for (let look = 0; look < MOST_MINUTES; look++) {
    const { list } = expectDone(await call(gate.state, {}));
    if (list?.ageMs !== undefined && list.ageMs < HOUR_MS) return;
    await world.levers.clock.moveOn(MINUTE_MS);
    await pause(LOOK_MS);
  }
}

/** The gate that most pass from an instant on. */
function cutOffOf(
  plans: readonly (readonly RatedTap[])[],
  gates: ReadonlyMap<string, OpenedGate>,
  fromMs: number,
): OpenedGate {
  const counts = new Map<string, number>();
  for (const tap of plans.flat()) {
    if (tap.correctedMs < fromMs) continue;
    counts.set(placeName(tap), (counts.get(placeName(tap)) ?? 0) + 1);
  }
  const [name] = [...counts].sort((one, other) => other[1] - one[1])[0] ?? [];
  const found = gates.get(name ?? '');
  if (found === undefined) throw new Error('nobody rides on the second day');
  return found;
}

/** Bring the second record of a gate that is cut off, and a changed one of another. */
async function spoil(world: World, cutOff: OpenedGate, other: OpenedGate): Promise<void> {
  const keys = softKeysFor('gate', world.keyring, world.random);
  const asGate = connectTo(
    world.fetch,
    signAs('gate', 'transit', keys, world.clock, world.random),
    world.clock,
  );
  const { gates } = expectDone(await world.operator(transit.gates, {}));
  const { heldUpTo = 0 } = gates.find(({ gateId }) => gateId === cutOff.gateId) ?? {};
  const missing = { gateId: cutOff.gateId, sequence: heldUpTo + 2 };
  const told = expectDone(await world.operator(gate.record, missing));
  expectDone(await asGate(transit.upload, { gateId: cutOff.gateId, records: [told.record] }));
  const { gateId } = other;
  const { record } = expectDone(await world.operator(gate.record, { gateId, sequence: 1 }));
  const bytes = fromHex(record);
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
  expectDone(await asGate(transit.upload, { gateId, records: [toHex(bytes)] }));
}

/** The bank pays nothing for a rider from now on. */
async function doNotPay(world: World, { tokenReference }: Rider): Promise<void> {
  const { cardLastFour } = expectDone(await world.operator(tokens.token, { tokenReference }));
  const { accounts } = expectDone(await world.operator(issuer.accounts, {}));
  const account = accounts.find((one) => one.cardLastFour === cardLastFour);
  if (account === undefined) throw new Error(`no account of card ${cardLastFour}`);
  const requestId = newId(world.random);
  const { accountId } = account;
  expectDone(await world.operator(issuer.behave, { requestId, accountId, behaviour: 'no_funds' }));
}

const LOOK_MS = 50;
const MOST_LOOKS = 600;

/** Close a day and wait until every charge has its answer. */
async function closed(world: World, day: string): Promise<void> {
  for (let look = 0; look < MOST_LOOKS; look++) {
    const told = await world.operator(transit.closeDay, { day });
    if (!isRefused(told) && told.waiting === 0) return;
    await pause(LOOK_MS);
  }
  throw new Error(`charges of ${day} are still waiting`);
}

/** How many looks go by until the clock of the world goes on, and by how much: what is not known is asked for again. */
const PATIENT_LOOKS = 40;
const NEXT_ASKING_MS = 5 * MINUTE_MS;

/** Wait until every tap has its verdict. */
async function judged(world: World): Promise<void> {
  for (let look = 1; look <= MOST_LOOKS; look++) {
    const { taps } = expectDone(await world.operator(transit.reconciliation, {}));
    if (taps.waiting === 0) return;
    if (look % PATIENT_LOOKS === 0) await world.levers.clock.moveOn(NEXT_ASKING_MS);
    await pause(LOOK_MS);
  }
  throw new Error('taps still wait for their verdict');
}
