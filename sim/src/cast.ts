/**
 * Who plays: holders with a card on a phone, and terminals that are set up. They are made once for a process, in a world
 * without faults, and every seed begins from a copy, so that a seed costs only what happens in it.
 */
import { testCards } from '@octavo/domain/demo.ts';
import type { Sql, TraceEvent } from '@octavo/domain/ports.ts';
import { isRefused } from '@octavo/domain/refusal.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { luhnDigit } from '@octavo/lib/emv/pan.ts';
import type { Keyring } from '@octavo/platform/keyring.ts';
import { showKey } from '@octavo/services/caller';
import * as network from '@octavo/services/network';
import * as terminal from '@octavo/services/terminal';
import { type Chance, createChance } from './chance.ts';
import { createFaults, noFaults } from './faults.ts';
import { addHolder, type CardToPrint, callsOf, done, type Holder, type Secret } from './holder.ts';
import type { Owner } from './scheduler.ts';
import { keyringOf, type Name, openWorld, terminalNames, type World } from './world.ts';

/** The players as they stand before anything goes wrong. */
export type Cast = {
  readonly keyring: Keyring;
  readonly holders: readonly Holder[];
  readonly secrets: readonly Secret[];
  readonly events: readonly TraceEvent[];
  /** The world's time when all was ready. */
  readonly readyMs: number;
};

/** 2026-03-16, 10:00 in Shanghai. */
const CAST_MS = Date.UTC(2026, 2, 16, 2);
const LONGEST_MS = 3_600_000;

/** Make the cast on an empty database. */
export async function makeCast(sqlFor: (name: Name) => Sql): Promise<Cast> {
  const chance = createChance('cast');
  const faults = createFaults(noFaults, chance.fork('faults'));
  const world = openWorld({
    keyring: keyringOf(chance, CAST_MS),
    chance,
    faults,
    startMs: CAST_MS,
    hasTransit: false,
    sqlFor,
  });
  const secrets: Secret[] = [];
  const holders = await world.scheduler.play(stage(world, secrets), CAST_MS + LONGEST_MS);
  world.end();
  const { keyring, events, scheduler } = world;
  return { keyring, holders, secrets, events, readyMs: scheduler.nowMs() };
}

async function stage(world: World, secrets: Secret[]): Promise<readonly Holder[]> {
  const director: Owner = { name: 'director', alive: true };
  const key = showKey('operator', world.keyring.operator.token);
  const calls = callsOf(world, director);
  await signedOn(world, director);
  for (const name of terminalNames) {
    const merchant = { name: `Shop of ${name}`, city: 'Hangzhou', category: '5411' };
    done(await calls.as(key, name)(terminal.setUp, { merchant }));
  }
  const holders: Holder[] = [];
  for (const [index, card] of cards(world.chance.fork('cards')).entries()) {
    holders.push(await addHolder(world, director, `holder ${index}`, card, secrets));
  }
  return holders;
}

async function signedOn(world: World, director: Owner): Promise<void> {
  const key = showKey('operator', world.keyring.operator.token);
  const operator = callsOf(world, director).as(key, 'network');
  for (;;) {
    const status = await operator(network.status, {});
    if (!isRefused(status) && status.institutions.every(({ signedOn }) => signedOn)) return;
    await world.scheduler.sleep(director, 1_000);
  }
}

/** Two ordinary holders, one whose bank never answers, and one who may spend little. */
function cards(chance: Chance): readonly CardToPrint[] {
  return [
    freshCard(chance, '999901', 19, '13900000001'),
    freshCard(chance, '999902', 16, '13900000002'),
    testCard('no_answer', 19),
    testCard('low_limit', 16),
  ];
}

function freshCard(chance: Chance, bin: string, length: number, mobile: string): CardToPrint {
  const digits = Array.from({ length: length - bin.length - 1 }, () => chance.below(10)).join('');
  const body = bin + digits;
  return { pan: body + luhnDigit(body), mobile, isOrdinary: true };
}

function testCard(behaviour: string, length: number): CardToPrint {
  const card = testCards.find((one) => one.behaviour === behaviour && one.pan.length === length);
  assert(card !== undefined, 'a test card of every behaviour');
  return { pan: card.pan, mobile: card.mobile, isOrdinary: false };
}
