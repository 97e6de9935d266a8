/**
 * A day of the city, played whole: every rider has a real card on a real element, every tap crosses the air and is
 * decided at a gate, every verdict and every charge goes through the network, and every rider is told why.
 */

import { sha256 } from '@noble/hashes/sha2.js';
import { demoCityPlan } from '@octavo/domain/transit/city.ts';
import { plainCity, ratePlainly } from '@octavo/domain/transit/plain-rating.ts';
import { demoPolicy } from '@octavo/domain/transit/policy.ts';
import { loadOf } from '@octavo/domain/transit/rating-load.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { fromAscii, toHex } from '@octavo/lib/bytes/bytes.ts';
import { type SettableClock, settableClock } from '@octavo/platform/clock.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import * as gate from '@octavo/services/gate';
import * as issuer from '@octavo/services/issuer';
import * as transit from '@octavo/services/transit';
import * as wallet from '@octavo/services/wallet';
import type { z } from 'zod';
import { expectDone, newId } from '../phone.ts';
import type { Stage } from '../stage.ts';
import { openWorld, type World } from '../world.ts';
import { stageOf } from '../world-stage.ts';
import { broughtHome, type OpenedGate, openGates, placeName, setOffline } from './gates.ts';
import { heardInTime, pauseMs } from './looks.ts';
import { type Replayed, replayDay } from './replay.ts';
import { equipRiders, type Rider } from './riders.ts';

/** How large a day, and which one: the same seed gives the same people on the same ways. */
export type CityDay = { readonly riders: number; readonly seed: number };

/** What a day has many of, in the order in which they come. */
export type Stretch =
  | 'riders with cards'
  | 'taps'
  | 'uploads'
  | 'verdicts'
  | 'charges'
  | 'riders told';

/** What is told while it goes on. */
export type Telling = {
  /** `all` is how many there will be. */
  progress(what: Stretch, count: number, all: number): void;
};

/** What came of a day. */
export type DayReport = {
  readonly riders: number;
  readonly gates: number;
  readonly taps: { readonly opened: number; readonly refused: number };
  readonly closing: Closing;
  readonly books: Awaited<ReturnType<typeof reconcile>>;
  /** The issuer's whole ledger, which is zero. */
  readonly ledgerSumMinor: string;
  readonly journeys: number;
  /** Riders whose price is not what a plain loop over their plan gives, or is not explained to the last fen. */
  readonly unexplained: number;
  /** SHA-256 over what every rider rode and paid: it follows from the seed alone. */
  readonly fareHash: string;
  readonly replayed: { readonly inTime: Replayed; readonly late: Replayed };
};

type Closing = {
  readonly accounts: number;
  readonly charges: number;
  readonly approved: number;
  readonly declined: number;
  readonly waiting: number;
  readonly digest: string;
};

/** 2026-03-01 at 12:00 in China: cards are given out the day before. */
const NOON_BEFORE_MS = Date.UTC(2026, 2, 1, 4);
/** 2026-03-02 at 04:30: the service day begins. */
const DAY_BEGINS_MS = Date.UTC(2026, 2, 1, 20, 30);
const DAY = '2026-03-02';
const HOUR_MS = 60 * 60_000;
/** When gates come back to their back office: 01:00 after the last train. */
const EVENING_MS = DAY_BEGINS_MS + 20.5 * HOUR_MS;
/** Past the end of the service day and its settling. */
const CLOSING_MS = DAY_BEGINS_MS + 26 * HOUR_MS + 60_000;

/** Play a day in a world of its own, in memory. */
export async function playCityDay(
  day: CityDay,
  imageFolder: string,
  tell: Telling,
): Promise<DayReport> {
  const clock = settableClock(NOON_BEFORE_MS);
  const world = await openWorld({ clock, random: systemRandom, imageFolder });
  try {
    const stage = stageOf(world);
    const plans = loadOf(demoCityPlan, { ...day, days: 1, fromMs: DAY_BEGINS_MS });
    const riders = await equipRiders(stage, clock, plans, (count) => {
      tell.progress('riders with cards', count, plans.length);
    });
    goTo(clock, DAY_BEGINS_MS);
    const gates = await openGates(stage, plans.flat());
    for (const one of gates.values()) await setOffline(stage, one, true);
    const ridden = await ride(stage, clock, riders, gates, tell);
    goTo(clock, EVENING_MS);
    for (const one of gates.values()) await setOffline(stage, one, false);
    await bringHome(stage, gates, ridden.records.length, tell);
    await judged(stage, tell);
    goTo(clock, CLOSING_MS);
    const closing = await close(world, riders.length, tell);
    const told = await tellRiders(riders, tell);
    const { records } = ridden;
    const again = { world, clock, day: DAY, seed: day.seed, records, imageFolder };
    const replayed = {
      inTime: await replayDay(again, 'before closing'),
      late: await replayDay(again, 'after closing'),
    };
    const { sumMinor } = expectDone(await stage.operator(issuer.trialBalance, {}));
    return {
      riders: riders.length,
      gates: gates.size,
      taps: { opened: ridden.opened, refused: ridden.refused },
      closing,
      books: await reconcile(stage),
      ledgerSumMinor: sumMinor,
      ...told,
      replayed,
    };
  } finally {
    await world.close();
  }
}

/** The clock goes on to an instant; it never goes back. */
function goTo(clock: SettableClock, atMs: number): void {
  const forwardMs = atMs - clock.nowMs();
  if (forwardMs > 0) clock.advance(forwardMs);
}

/** One record as its gate wrote it. */
export type WrittenRecord = { readonly gateId: string; readonly record: string };

async function ride(
  stage: Stage,
  clock: SettableClock,
  riders: readonly Rider[],
  gates: ReadonlyMap<string, OpenedGate>,
  tell: Telling,
): Promise<{ opened: number; refused: number; records: readonly WrittenRecord[] }> {
  const all = riders
    .flatMap(({ handset, taps }) => taps.map((tap) => ({ handset, tap })))
    .sort((left, right) => left.tap.correctedMs - right.tap.correctedMs);
  const records: WrittenRecord[] = [];
  let opened = 0;
  for (const [index, { handset, tap }] of all.entries()) {
    goTo(clock, tap.correctedMs);
    const at = gates.get(placeName(tap));
    assert(at !== undefined, 'a gate was opened at every place');
    const air = newId(stage.random);
    stage.setAir(air, handset.host.airOf('transit'));
    const answer = expectDone(await at.call(gate.tap, { requestId: newId(stage.random), air }));
    stage.setAir(air, undefined);
    if (answer.outcome === 'opened') opened += 1;
    if (answer.record !== undefined) records.push({ gateId: at.gateId, record: answer.record });
    tell.progress('taps', index + 1, all.length);
  }
  return { opened, refused: all.length - opened, records };
}

/** Wait until the back office has the records of every gate. */
async function bringHome(
  stage: Stage,
  gates: ReadonlyMap<string, OpenedGate>,
  all: number,
  tell: Telling,
): Promise<void> {
  let count = 0;
  for (const one of gates.values()) {
    count += await broughtHome(stage, one);
    tell.progress('uploads', count, all);
  }
}

/** Wait until every tap has its verdict. */
async function judged(stage: Stage, tell: Telling): Promise<void> {
  for (let look = 0; ; look++) {
    const { taps } = await reconcile(stage);
    tell.progress('verdicts', taps.received - taps.waiting, taps.received);
    if (taps.waiting === 0) return;
    await stage.clock.sleep(pauseMs(look));
  }
}

function reconcile(stage: Stage) {
  return stage.operator(transit.reconciliation, {}).then(expectDone);
}

const ENDS_OF_CHARGES = new Set(['charge_approved', 'charge_declined']);

/** Close the day and wait until every charge has its answer. */
async function close(
  { operator, clock, events }: World,
  riders: number,
  tell: Telling,
): Promise<Closing> {
  let answered = 0;
  const ended = events.subscribe(({ event: { type, detail } }) => {
    const isCharge = type === 'transit.account' && ENDS_OF_CHARGES.has(String(detail.event));
    if (isCharge && ++answered < riders) tell.progress('charges', answered, riders);
  });
  try {
    for (let look = 0; ; look++) {
      const closing = heardInTime(await operator(transit.closeDay, { day: DAY }));
      if (closing?.waiting === 0) {
        tell.progress('charges', closing.charges, closing.charges);
        return closing;
      }
      await clock.sleep(pauseMs(look));
    }
  } finally {
    ended();
  }
}

/** Ask as each rider's phone does what the day cost and why, and hold it against the plan. */
async function tellRiders(
  riders: readonly Rider[],
  tell: Telling,
): Promise<Pick<DayReport, 'journeys' | 'unexplained' | 'fareHash'>> {
  const city = plainCity(demoCityPlan);
  const lines: string[] = [];
  let [journeys, unexplained] = [0, 0];
  for (const [index, { handset, tokenReference, taps }] of riders.entries()) {
    const { phone } = handset;
    const { deviceId } = phone;
    const view = expectDone(await phone.call(wallet.transit, { deviceId, tokenReference }));
    const planned = ratePlainly(taps, city, demoPolicy, CLOSING_MS).get(DAY) ?? 0;
    journeys += view.journeys.length;
    if (!isExplained(view, planned)) unexplained += 1;
    lines.push(`${index} ${view.journeys.map(lineOf).join(' ')}`);
    tell.progress('riders told', index + 1, riders.length);
  }
  return { journeys, unexplained, fareHash: toHex(sha256(fromAscii(lines.join('\n')))) };
}

type RiderView = z.output<typeof transit.RiderView>;

/** Steps sum to prices, prices to the day, the day to what a plain loop gives, and that to what was charged. */
function isExplained(view: RiderView, plannedMinor: number): boolean {
  const sumOf = (amounts: readonly number[]): number => amounts.reduce((sum, one) => sum + one, 0);
  const areSteps = view.journeys.every(
    ({ priceMinor, steps }) =>
      priceMinor === sumOf(steps.map(({ amountMinor }) => amountMinor)) &&
      steps.every(({ en, zh }) => en !== '' && zh !== ''),
  );
  const rated = sumOf(view.journeys.map(({ priceMinor }) => priceMinor));
  const approved = view.charges.filter(({ state }) => state === 'approved');
  const charged = sumOf(approved.map(({ amountMinor }) => amountMinor));
  return areSteps && rated === plannedMinor && charged === plannedMinor;
}

function lineOf({ entry, exit, state, priceMinor }: RiderView['journeys'][number]): string {
  const place = (end: typeof entry): string => end?.station ?? end?.route ?? '-';
  return `${state}:${place(entry)}>${place(exit)}=${priceMinor}`;
}
