/** The riders of a day: each with a card, a phone and an element of their own, express on, all by the ways that people go. */
import type { RatedTap } from '@octavo/domain/transit/rated-tap.ts';
import type { SettableClock } from '@octavo/platform/clock.ts';
import { setExpress } from '@octavo/platform/element-commands.ts';
import * as issuer from '@octavo/services/issuer';
import { addCard, freshNumber, type Handset, newHandset } from '../actors.ts';
import { expectDone, JourneyRefused, openInbox } from '../phone.ts';
import type { Stage } from '../stage.ts';

/** One rider, and where they will go. */
export type Rider = {
  readonly handset: Handset;
  readonly tokenReference: string;
  readonly taps: readonly RatedTap[];
};

/** How many get their cards at the same time, and how many in a minute of the world: the doors count calls by the minute. */
const AT_ONCE = 8;
const IN_A_MINUTE = 48;

/** Give every plan of taps a rider. `onRider` is told how many there are. */
export async function equipRiders(
  stage: Stage,
  clock: SettableClock,
  plans: readonly (readonly RatedTap[])[],
  onRider: (count: number) => void,
): Promise<readonly Rider[]> {
  const riders: Rider[] = [];
  for (let at = 0; at < plans.length; at += AT_ONCE) {
    const some = plans.slice(at, at + AT_ONCE);
    riders.push(
      ...(await Promise.all(some.map((taps, index) => equipped(stage, taps, at + index)))),
    );
    onRider(riders.length);
    if (riders.length % IN_A_MINUTE === 0) clock.advance(60_000);
  }
  return riders;
}

/** How often somebody may find the doors too busy and begin anew, with another number. */
const MOST_TRIES = 5;

async function equipped(
  stage: Stage,
  taps: readonly RatedTap[],
  index: number,
  tries = 1,
): Promise<Rider> {
  try {
    return await equip(stage, taps, `13${tries}${String(index).padStart(8, '0')}`);
  } catch (error) {
    const isBusy = error instanceof JourneyRefused && error.code === 'unavailable';
    if (!isBusy || tries === MOST_TRIES) throw error;
    return equipped(stage, taps, index, tries + 1);
  }
}

async function equip(stage: Stage, taps: readonly RatedTap[], mobile: string): Promise<Rider> {
  const pan = freshNumber(stage.random);
  const { expiry, cvn2 } = expectDone(
    await stage.operator(issuer.printCard, { pan, mobile, behaviour: 'green' }),
  );
  const inbox = await openInbox(stage.fetch, stage.clock, mobile, stage.sims);
  const handset = await newHandset(stage, inbox, mobile);
  const { tokenReference, instanceAid } = await addCard(handset, { pan, expiry, cvn2 });
  await setExpress(handset.host.wired, instanceAid, {
    kind: 'passkey',
    assert: handset.passkey.assert,
  });
  return { handset, tokenReference, taps };
}
