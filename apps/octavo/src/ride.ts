/**
 * A ride: past one gate or two, the records home, the price with its reasons; then the day is closed where its clock is
 * ours to move, and its one charge goes through the network.
 */
import { isRefused, type RefusalCode } from '@octavo/domain/refusal.ts';
import { demoPolicy } from '@octavo/domain/transit/policy.ts';
import { dayOfName, dayStartMs } from '@octavo/domain/transit/service-day.ts';
import { showKey, unsigned } from '@octavo/services/caller';
import { type Client, connectTo } from '@octavo/services/endpoint';
import * as gate from '@octavo/services/gate';
import * as issuer from '@octavo/services/issuer';
import * as transit from '@octavo/services/transit';
import * as wallet from '@octavo/services/wallet';
import type { z } from 'zod';
import type { Handset } from './actors.ts';
import type { Ear } from './ear.ts';
import { type TapTold, tellPassage, tellTap } from './gate-tell.ts';
import { hurried } from './hurry.ts';
import { piece } from './paint.ts';
import { expectDone, newId } from './phone.ts';
import { type Journey, type RiderView, yuan } from './ride-explain.ts';
import { placeWords, type Way } from './ride-places.ts';
import {
  type Charge,
  type HeldRecord,
  type Telling,
  tellBooks,
  tellCharge,
  tellClosed,
  tellDayOpen,
  tellHome,
  tellPrice,
} from './ride-tell.ts';
import type { Stage } from './stage.ts';

/** Whoever rides, and what with. */
export type Rider = { readonly handset: Handset; readonly tokenReference: string };

/** A ride about to be played. */
export type Ride = {
  readonly stage: Stage;
  readonly telling: Telling;
  readonly ear: Ear;
  readonly rider: Rider;
  readonly ways: readonly Way[];
  /** Whether a clock that others go by may be moved on to the day's end. */
  readonly closesDay: boolean;
  /** Milliseconds since it was asked last. */
  readonly timed: () => number;
};

/** What came of a ride. */
export type RideEnding = {
  readonly ok: boolean;
  readonly words: string;
  /** Of the gate that was named. */
  readonly outcome?: TapTold['outcome'] | undefined;
  readonly gateId?: string | undefined;
  readonly sequence?: number | undefined;
  readonly code?: RefusalCode | undefined;
  readonly verdict?: string | undefined;
  readonly day?: string | undefined;
  readonly priceMinor?: number | undefined;
  /** `later`: the day is not over. `none`: it cost nothing. */
  readonly charge?: Charge['state'] | 'later' | 'none' | undefined;
  readonly chargedMinor?: number | undefined;
};

/** Play it to its end. Rejects with `JourneyRefused` where a service refuses what a ride needs. */
export async function playRide(ride: Ride): Promise<RideEnding> {
  const passages: Passage[] = [];
  for (const way of ride.ways) {
    if (passages.length > 0) ride.stage.advanceClock?.(RIDE_MS);
    const passage = await pass(ride, way);
    passages.push(passage);
    if (passage.answer.outcome !== 'opened') break;
  }
  const records = await bringHome(ride, passages);
  const named = passages.find(({ isNamed }) => isNamed) ?? passages.at(-1);
  const { outcome, sequence, code } = named?.answer ?? {};
  const verdict = records.find(({ gateId }) => gateId === named?.gateId)?.verdict;
  const facts = { outcome, gateId: named?.gateId, sequence, code, verdict };
  const isOpen = passages.every(({ answer }) => answer.outcome === 'opened');
  if (!isOpen) return { ...facts, ok: false, words: shutWords(passages) };
  const words = passages.length === 1 ? 'the gate opened' : 'both gates opened';
  const isWell = records.every((one) => one.verdict === 'good');
  if (!isWell) return { ...facts, ok: false, words };
  const paid = await price(ride, records);
  return { ...facts, ...paid, ok: paid.ok, words: `${words}, ${paid.words}` };
}

/** How long the train takes where the clock is ours. */
const RIDE_MS = 24 * 60_000;

function shutWords(passages: readonly Passage[]): string {
  return passages.length === 1 ? 'the gate stayed shut' : 'the second gate stayed shut';
}

/** A phone was held to a gate. */
type Passage = {
  readonly isNamed: boolean;
  readonly gateId: string;
  readonly answer: TapTold;
};

const FIELD = 'gate-story';

/** Hold the dark phone to a gate; the one that was named is told in full. */
async function pass(ride: Ride, { place, isNamed }: Way): Promise<Passage> {
  const { stage, telling, ear, rider, timed } = ride;
  const { fetch, clock, random } = stage;
  const { show, next, everyByte } = telling;
  const anyone = connectTo(fetch, unsigned, clock);
  const opened = expectDone(await anyone(gate.openGate, { requestId: newId(random), place }));
  const { gateId } = opened.gate;
  const call = connectTo(fetch, showKey('cashier', opened.key), clock);
  const state = await ready(stage, call);
  await ear.take();
  show.step(
    {
      number: next(),
      name: 'gate',
      subject: [piece(placeWords(place)), piece(`   ${gateId}`, 'who')],
      result: [piece(listWords(state))],
      tookMs: timed(),
    },
    [],
  );
  const leave = stage.layAtGate(FIELD, rider.handset.host.airOf('transit'));
  const answer = expectDone(await call(gate.tap, { requestId: newId(random), air: FIELD }));
  await leave();
  const events = await ear.take();
  const told = { everyByte, events, answer, tookMs: timed() };
  if (isNamed) tellTap(show, next, told);
  else tellPassage(show, next, told);
  if (answer.code !== undefined) show.refusal(answer.code);
  return { isNamed, gateId, answer };
}

/** How long the gate may take to hear of time and list, and the back office of a tap. */
const PATIENCE_MS = 8_000;
const LOOK_MS = 50;

/** Wait until the gate looks at cards; where it does not, it says why itself. */
async function ready(stage: Stage, call: Client): Promise<z.output<typeof gate.GateState>> {
  const state = () => call(gate.state, {});
  await until(stage, async () => {
    const now = await state();
    return isRefused(now) || now.shut === undefined;
  });
  return expectDone(await state());
}

async function until(stage: Stage, holds: () => Promise<boolean>): Promise<void> {
  const end = stage.clock.nowMs() + PATIENCE_MS;
  while (!(await holds()) && stage.clock.nowMs() < end) await stage.clock.sleep(LOOK_MS);
}

/** Wait for the records to be brought and judged. */
async function bringHome(
  { stage, telling, ear }: Ride,
  passages: readonly Passage[],
): Promise<readonly HeldRecord[]> {
  const records: HeldRecord[] = [];
  for (const { gateId, answer } of passages) {
    const { sequence, recordedAs = 'refused' } = answer;
    if (sequence === undefined) continue;
    const ask = () => stage.operator(transit.tap, { gateId, sequence });
    await until(stage, async () => {
      const now = await ask();
      return !isRefused(now) && now.verdict !== 'waiting';
    });
    const held = await ask();
    const name = { gateId, sequence, recordedAs };
    if (isRefused(held)) records.push({ ...name, verdict: 'not_brought' });
    else {
      const { verdict, code, retrievalReference } = held;
      records.push({ ...name, verdict, code, retrievalReference });
    }
  }
  await ear.take();
  if (records.length > 0) tellHome(telling, records);
  return records;
}

type Paid = Pick<RideEnding, 'ok' | 'words' | 'day' | 'priceMinor' | 'charge' | 'chargedMinor'>;

/** What the ride costs and why, as the phone asks it; then the charge, if the day may be closed. */
async function price(ride: Ride, records: readonly HeldRecord[]): Promise<Paid> {
  const before = await tellPrices(ride, records, []);
  const day = before[0]?.day;
  if (day === undefined) return { ok: false, words: 'and nobody made a journey of it' };
  const move = moverOf(ride);
  if (move === undefined) {
    tellDayOpen(ride.telling, day, closingMs(day));
    const priceMinor = sumOf(before);
    const words = `${yuan(priceMinor)} to be charged when the day is closed`;
    return { ok: true, words, day, priceMinor, charge: 'later' };
  }
  await closeDay(ride, day, move);
  // Who has not left by the day's end is not inside any more: that has a price of its own.
  const priceMinor = sumOf(await tellPrices(ride, records, before));
  const facts = { day, priceMinor };
  const { days } = await viewOf(ride.rider);
  const closedMinor = days.find((one) => one.day === day)?.closedMinor ?? 0;
  if (closedMinor === 0) {
    return { ...facts, ok: true, words: 'nothing to pay', charge: 'none', chargedMinor: 0 };
  }
  const charge = await charged(ride, day, records);
  if (charge === undefined) return { ...facts, ok: false, words: 'not charged yet' };
  const { state, amountMinor } = charge;
  const isPaid = state === 'approved';
  const isBalanced = await checkBooks(ride);
  const ok = isPaid && isBalanced && amountMinor === closedMinor;
  const words = chargeWords(charge);
  return { ...facts, ok, words, charge: state, chargedMinor: isPaid ? amountMinor : 0 };
}

function chargeWords({ state, amountMinor, responseCode = '' }: Charge): string {
  if (state === 'approved') return `one charge of ${yuan(amountMinor)}`;
  if (state === 'asking') return `the charge of ${yuan(amountMinor)} not answered yet`;
  return `the charge of ${yuan(amountMinor)} ${state} ${responseCode}`.trim();
}

/** Tell the journeys of these records that are not told so already. Answers all of them. */
async function tellPrices(
  { telling, rider }: Ride,
  records: readonly HeldRecord[],
  told: readonly Journey[],
): Promise<readonly Journey[]> {
  const names = new Set(records.map(({ gateId, sequence }) => `${gateId}/${sequence}`));
  const view = await viewOf(rider);
  const own = view.journeys.filter(({ journeyId }) => names.has(journeyId)).reverse();
  for (const journey of own) {
    const before = told.find(({ journeyId }) => journeyId === journey.journeyId);
    if (before?.state !== journey.state) tellPrice(telling, journey, view);
  }
  return own;
}

function sumOf(journeys: readonly Journey[]): number {
  return journeys.reduce((sum, { priceMinor }) => sum + priceMinor, 0);
}

/** Who moves the clock to the day's end; nobody where it is neither ours nor asked for. */
function moverOf({ stage, closesDay }: Ride): ((byMs: number) => Promise<void>) | undefined {
  const { advanceClock, moveClock } = stage;
  if (advanceClock !== undefined) return async (byMs) => advanceClock(byMs);
  return closesDay ? moveClock : undefined;
}

const { serviceDayStartMs, settleAfterMs } = demoPolicy;

/** When a service day is closed by the clock. */
function closingMs(day: string): number {
  return dayStartMs(dayOfName(day) + 1, serviceDayStartMs) + settleAfterMs;
}

/** The back office looks at its clock about once a minute. */
const LOOKED_MS = 60_000;

/** Let the day's end come, and have it closed; that may be done as often as one likes. */
async function closeDay(
  { stage, telling }: Ride,
  day: string,
  move: (byMs: number) => Promise<void>,
): Promise<void> {
  const byMs = closingMs(day) + LOOKED_MS - stage.clock.nowMs();
  if (byMs > 0) await move(byMs);
  const close = async () => expectDone(await stage.operator(transit.closeDay, { day }));
  let closed = await hurried(stage, telling.show, close());
  await until(stage, async () => {
    closed = closed.waiting === 0 ? closed : await close();
    return closed.waiting === 0;
  });
  tellClosed(telling, { day, ...closed });
}

/** The rider's charge of the day, once its answer is known; one that stays unknown is asked again without us. */
async function charged(
  ride: Ride,
  day: string,
  records: readonly HeldRecord[],
): Promise<Charge | undefined> {
  const { stage, telling, ear, rider } = ride;
  let charge: Charge | undefined;
  await until(stage, async () => {
    const { charges } = await viewOf(rider);
    charge = charges.find((one) => one.kind === 'daily' && one.day === day);
    return charge !== undefined && charge.state !== 'asking';
  });
  const events = await ear.take();
  if (charge !== undefined) tellCharge(telling, charge, events, records);
  return charge;
}

async function checkBooks({ stage, telling, ear }: Ride): Promise<boolean> {
  const { books } = expectDone(await stage.operator(transit.reconciliation, {}));
  const { sumMinor } = expectDone(await stage.operator(issuer.trialBalance, {}));
  await ear.take();
  tellBooks(telling, { isBalanced: books.isBalanced, ledgerSumMinor: sumMinor });
  return books.isBalanced && sumMinor === '0';
}

async function viewOf({ handset, tokenReference }: Rider): Promise<RiderView> {
  const { phone } = handset;
  const { deviceId } = phone;
  return expectDone(await phone.call(wallet.transit, { deviceId, tokenReference }));
}

function listWords({ list, clock, shut }: z.output<typeof gate.GateState>): string {
  if (list === undefined || shut !== undefined) return `shut: ${shut ?? 'no list'}`;
  const names = list.entries === 1 ? '1 name' : `${list.entries} names`;
  return `list ${list.version}, ${names}; clock within ${clock.uncertaintyMs} ms`;
}
