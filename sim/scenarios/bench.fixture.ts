/** One purchase in a world where only what the scenario says goes wrong. */
import { Iso8583Error } from '@octavo/lib/iso8583/message.ts';
import { cups, pos } from '@octavo/lib/iso8583/unionpay.ts';
import { type FrameFate, type FrameScript, type Leg, noFaults } from '../src/faults.ts';
import type { Ground } from '../src/ground.ts';
import type { Shopper } from '../src/people.ts';
import { type PlayOptions, type PlayResult, play } from '../src/play.ts';
import type { Name, Strike, World } from '../src/world.ts';

/** Lines are signed on by then. */
const WARM_UP_MS = 20_000;

/** What is scripted for the time after the terminal has its answer happens by then. */
const AFTERMATH_MS = 120_000;

/** Wait for the lines, have the first holder buy once, and let the aftermath come while things still go wrong. */
export async function buyOne(world: World, [shopper]: readonly Shopper[]): Promise<void> {
  await world.scheduler.sleep(world.nature, WARM_UP_MS);
  await shopper?.buyOnce();
  await world.scheduler.sleep(world.nature, AFTERMATH_MS);
}

/** Play one purchase. The world itself adds a last one, when all is calm, to see that it works again. */
export function playOne(
  ground: Ground,
  seed: string,
  options: Omit<Partial<PlayOptions>, 'seed'>,
): Promise<PlayResult> {
  return play(ground, {
    seed,
    payments: 1,
    crashes: false,
    holders: 1,
    rates: noFaults,
    story: buyOne,
    ...options,
  });
}

/** Play one ride, and the end of its day while things still go wrong. */
export function rideOne(
  ground: Ground,
  seed: string,
  options: Omit<Partial<PlayOptions>, 'seed'>,
): Promise<PlayResult> {
  return playOne(ground, seed, {
    transit: true,
    story: async (_, [shopper]) => shopper?.rideOnce(),
    ...options,
  });
}

/** How the terminal keeps the scenario's own payment. */
export function firstState({ books, purchases }: PlayResult): string | undefined {
  const requestId = purchases[0]?.requestId;
  return books.payments.find((payment) => payment.requestId === requestId)?.state;
}

/** The first frame of a type on a leg meets this fate; with `times`, so many of them. */
export function strikeFrame(leg: Leg, mti: string, fate: FrameFate, times = 1): FrameScript {
  let left = times;
  return (at, frame) => {
    if (at !== leg || left === 0 || typeOf(leg, frame) !== mti) return undefined;
    left--;
    return fate;
  };
}

/** The service dies right after the first statement of this kind took effect. */
export function strikeAfter(service: Name, statement: RegExp): Strike {
  let isDue = true;
  return (name, what) => {
    if (!isDue || name !== service || !statement.test(what)) return 'none';
    isDue = false;
    return 'dies_after';
  };
}

function typeOf(leg: Leg, frame: Uint8Array): string | undefined {
  try {
    return (leg === 'terminal-acquirer' ? pos : cups).decode(frame).mti;
  } catch (error) {
    if (error instanceof Iso8583Error) return undefined;
    throw error;
  }
}
