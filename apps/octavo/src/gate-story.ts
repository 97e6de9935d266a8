/** The story of one ride: a card, its express set, a dark phone at one gate and another, and what comes of it. */

import { institutions } from '@octavo/domain/demo.ts';
import { CNY, formatAmount } from '@octavo/domain/money.ts';
import { readExpress, setExpress } from '@octavo/platform/element-commands.ts';
import { addCard, freshNumber, mobileOf, newHandset, printCard } from './actors.ts';
import { type Ear, openEar } from './ear.ts';
import type { CheatsTold } from './gate-cheats-told.ts';
import { piece } from './paint.ts';
import { JourneyRefused, openInbox } from './phone.ts';
import { playRide, type RideEnding, type Rider } from './ride.ts';
import { type Way, wayWords } from './ride-places.ts';
import type { Telling } from './ride-tell.ts';
import type { Show } from './show.ts';
import type { Stage } from './stage.ts';
import { lastFour } from './tell.ts';

/** What the reader chose. */
export type GateStoryOptions = {
  readonly number: string | undefined;
  /** The gates in the order in which they are passed. */
  readonly ways: readonly Way[];
  readonly everyByte: boolean;
  /** Whether the clock of a world that others use may be moved on to the day's end. */
  readonly closesDay: boolean;
  readonly elapsedMs: () => number;
  /** The cheats, once the ride has gone well; left out where nobody wants them. */
  readonly playCheats?: ((show: Show, ear: Ear) => Promise<CheatsTold>) | undefined;
};

/** Play the ride on a stage. Resolves to whether all went as it should, the charge included where the day is closed. */
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

function countWords({ cheatsRefused, cheatsPassed, cheatsLeftOut }: CheatsTold): string {
  const passed = cheatsPassed === 0 ? '' : `, ${cheatsPassed} NOT refused`;
  const leftOut = cheatsLeftOut === 0 ? '' : `, ${cheatsLeftOut} left out`;
  return `${cheatsRefused} cheats refused${passed}${leftOut}`;
}

async function playActs(
  stage: Stage,
  options: GateStoryOptions,
  show: Show,
  ear: Ear,
): Promise<RideEnding> {
  const { ways, closesDay } = options;
  const telling = tellingOf(stage, options, show);
  const timed = timer(options.elapsedMs);
  try {
    const words = wayWords(ways);
    if (words !== undefined) show.note(words);
    const rider = await readyPhone(stage, options.number, telling, ear, timed);
    return await playRide({ stage, telling, ear, rider, ways, closesDay, timed });
  } catch (error) {
    if (!(error instanceof JourneyRefused)) throw error;
    await ear.take();
    show.refusal(error.code);
    return { ok: false, words: 'the gate stayed shut', code: error.code };
  }
}

/** To whom it is told, the steps numbered as they come. */
function tellingOf(stage: Stage, { everyByte }: GateStoryOptions, show: Show): Telling {
  let number = 0;
  return { show, everyByte, nowMs: () => stage.clock.nowMs(), next: () => ++number };
}

/** A phone with one card, and that card the express one. */
async function readyPhone(
  stage: Stage,
  number: string | undefined,
  { show, next }: Telling,
  ear: Ear,
  timed: () => number,
): Promise<Rider> {
  const pan = number ?? freshNumber(stage.random);
  const mobile = mobileOf(pan);
  const card = await printCard(stage, pan);
  const inbox = await openInbox(stage.fetch, stage.clock, mobile, stage.sims);
  const handset = await newHandset(stage, inbox, mobile, ear.hear);
  const { instanceAid, tokenReference } = await addCard(handset, card);
  await ear.take();
  show.step(
    {
      number: next(),
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
      number: next(),
      name: 'express',
      subject: [piece('passkey over the element’s challenge')],
      result: [piece(`on, at gates alone, up to ¥${formatAmount(express?.capMinor ?? 0n, CNY)}`)],
      tookMs: timed(),
    },
    [],
  );
  return { handset, tokenReference };
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
