/** The story of one passage: a card, its express set, one tap at a gate, and the record on its way to the back office. */

import { institutions } from '@octavo/domain/demo.ts';
import { CNY, formatAmount } from '@octavo/domain/money.ts';
import { isRefused, type RefusalCode } from '@octavo/domain/refusal.ts';
import { demoCityPlan } from '@octavo/domain/transit/city.ts';
import { readExpress, setExpress } from '@octavo/platform/element-commands.ts';
import { showKey, unsigned } from '@octavo/services/caller';
import { type Client, connectTo } from '@octavo/services/endpoint';
import * as gate from '@octavo/services/gate';
import * as transit from '@octavo/services/transit';
import type { z } from 'zod';
import { addCard, freshNumber, type Handset, mobileOf, newHandset, printCard } from './actors.ts';
import { type Ear, openEar } from './ear.ts';
import type { CheatsTold } from './gate-cheats-told.ts';
import { type TapTold, tellTap } from './gate-tell.ts';
import { piece } from './paint.ts';
import { expectDone, JourneyRefused, newId, openInbox } from './phone.ts';
import type { Show } from './show.ts';
import type { Stage } from './stage.ts';
import { lastFour } from './tell.ts';

/** Where a gate stands, as the command line names it. */
export type GatePlace = z.output<typeof gate.openGate.body>['place'];

/** What the reader chose. */
export type GateStoryOptions = {
  readonly number: string | undefined;
  readonly place: GatePlace;
  readonly everyByte: boolean;
  readonly elapsedMs: () => number;
  /** The cheats, once the gate has opened; left out where the world is not ours. */
  readonly playCheats?: ((show: Show, ear: Ear) => Promise<CheatsTold>) | undefined;
};

/** Play the passage on a stage. Resolves to whether the gate opened and the back office has the record. */
export async function playGateStory(
  stage: Stage,
  options: GateStoryOptions,
  show: Show,
): Promise<boolean> {
  const ear = await openEar(stage, show);
  const ending = await playActs(stage, options, show, ear);
  await ear.take();
  const { ok: isWell, words, ...facts } = ending;
  const told = isWell ? await options.playCheats?.(show, ear) : undefined;
  const ok = isWell && (told === undefined || told.cheatsPassed === 0);
  show.close({
    ok,
    words: told === undefined ? words : `${words}, ${countWords(told)}`,
    facts: { ...facts, ...told },
    tookMs: options.elapsedMs(),
  });
  return ok;
}

function countWords({ cheatsRefused, cheatsPassed }: CheatsTold): string {
  const passed = cheatsPassed === 0 ? '' : `, ${cheatsPassed} NOT refused`;
  return `${cheatsRefused} cheats refused${passed}`;
}

type Ending = {
  readonly ok: boolean;
  readonly words: string;
  readonly outcome?: TapTold['outcome'];
  readonly gateId?: string;
  readonly sequence?: number | undefined;
  readonly code?: RefusalCode | undefined;
  readonly verdict?: string | undefined;
};

async function playActs(
  stage: Stage,
  options: GateStoryOptions,
  show: Show,
  ear: Ear,
): Promise<Ending> {
  try {
    const handset = await readyPhone(stage, options, show, ear);
    return await passThrough(stage, options, show, ear, handset);
  } catch (error) {
    if (!(error instanceof JourneyRefused)) throw error;
    await ear.take();
    show.refusal(error.code);
    return { ok: false, words: 'the gate stayed shut', code: error.code };
  }
}

/** A phone with one card, and that card the express one. */
async function readyPhone(
  stage: Stage,
  { number, elapsedMs }: GateStoryOptions,
  show: Show,
  ear: Ear,
): Promise<Handset> {
  const timed = timer(elapsedMs);
  const pan = number ?? freshNumber(stage.random);
  const mobile = mobileOf(pan);
  const card = await printCard(stage, pan);
  const inbox = await openInbox(stage.fetch, stage.clock, mobile, stage.sims);
  const handset = await newHandset(stage, inbox, mobile, ear.hear);
  const { instanceAid } = await addCard(handset, card);
  await ear.take();
  show.step(
    {
      number: 1,
      name: 'card',
      subject: [piece(`${institutions.issuer.en} `), lastFour(pan.slice(-4))],
      result: [piece('token, keys, certificates in the element')],
      tookMs: timed(),
    },
    [],
  );
  const { host, passkey } = handset;
  await setExpress(host.wired, instanceAid, { kind: 'passkey', assert: passkey.assert });
  const express = await readExpress(host.wired);
  await ear.take();
  show.step(
    {
      number: 2,
      name: 'express',
      subject: [piece('passkey over the element’s challenge')],
      result: [piece(`on, at gates alone, up to ¥${formatAmount(express?.capMinor ?? 0n, CNY)}`)],
      tookMs: timed(),
    },
    [],
  );
  return handset;
}

const FIELD = 'gate-story';

async function passThrough(
  stage: Stage,
  options: GateStoryOptions,
  show: Show,
  ear: Ear,
  handset: Handset,
): Promise<Ending> {
  const timed = timer(options.elapsedMs);
  const { place } = options;
  const { fetch, clock, random } = stage;
  const anyone = connectTo(fetch, unsigned, clock);
  const opened = expectDone(await anyone(gate.openGate, { requestId: newId(random), place }));
  const { gateId } = opened.gate;
  const call = connectTo(fetch, showKey('cashier', opened.key), clock);
  const state = await ready(stage, call);
  await ear.take();
  show.step(
    {
      number: 3,
      name: 'gate',
      subject: [piece(nameOf(place)), piece(`   ${gateId}`, 'who')],
      result: [piece(listWords(state))],
      tookMs: timed(),
    },
    [],
  );
  const leave = stage.layAtGate(FIELD, handset.host.airOf('transit'));
  const answer = expectDone(await call(gate.tap, { requestId: newId(random), air: FIELD }));
  await leave();
  const events = await ear.take();
  tellTap(show, { everyByte: options.everyByte, events, answer, tookMs: timed() });
  const { outcome, code, sequence } = answer;
  const isOpen = outcome === 'opened';
  if (code !== undefined) show.refusal(code);
  const verdict = await bring(stage, { gateId, sequence, call }, show);
  await ear.take();
  const isWell = isOpen && verdict === 'good';
  const words = isOpen ? 'the gate opened' : 'the gate stayed shut';
  return { ok: isWell, words, outcome, gateId, sequence, code, verdict };
}

/** How long the gate may take to hear of time and list, and the back office of the tap. */
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

/** Wait for the record to be brought and judged. */
async function bring(
  stage: Stage,
  tapped: { gateId: string; sequence: number | undefined; call: Client },
  show: Show,
): Promise<string | undefined> {
  const { gateId, sequence } = tapped;
  if (sequence === undefined) return undefined;
  const ask = () => stage.operator(transit.tap, { gateId, sequence });
  await until(stage, async () => {
    const now = await ask();
    return !isRefused(now) && now.verdict !== 'waiting';
  });
  const held = await ask();
  const verdict = isRefused(held) ? 'not brought yet' : held.verdict;
  const isGood = verdict === 'good';
  const reference = isRefused(held) ? undefined : held.retrievalReference;
  show.step(
    {
      number: 9,
      name: 'office',
      held: isGood || verdict === 'none',
      subject: [piece('record brought, tap judged')],
      result: [
        piece(isGood ? 'a good tap, one to charge by: ' : `verdict: ${verdict}`),
        piece(isGood ? (reference ?? '') : ''),
      ],
    },
    [],
  );
  return verdict;
}

async function until(stage: Stage, holds: () => Promise<boolean>): Promise<void> {
  const end = stage.clock.nowMs() + PATIENCE_MS;
  while (!(await holds()) && stage.clock.nowMs() < end) await stage.clock.sleep(LOOK_MS);
}

function nameOf({ station, route, direction }: GatePlace): string {
  const known = demoCityPlan.stations.find((one) => one.station === station);
  const name = station === '' ? `bus ${route}` : (known?.name.en ?? station);
  return direction === 'none' ? name : `${name}, ${direction}`;
}

function listWords({ list, clock, shut }: z.output<typeof gate.GateState>): string {
  if (list === undefined || shut !== undefined) return `shut: ${shut ?? 'no list'}`;
  const names = list.entries === 1 ? '1 name' : `${list.entries} names`;
  return `list ${list.version}, ${names}; clock within ${clock.uncertaintyMs} ms`;
}

/** Milliseconds since it was asked last. */
function timer(elapsedMs: () => number): () => number {
  let last = elapsedMs();
  return () => {
    const before = last;
    last = elapsedMs();
    return last - before;
  };
}
