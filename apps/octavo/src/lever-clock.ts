/** The world's clock: ahead of the machine's by what its operator moved it on, and never behind that again. */
import { join } from 'node:path';
import type { Clock } from '@octavo/domain/ports.ts';
import { localTime } from '@octavo/domain/time.ts';
import { type MovableClock, movableClock } from '@octavo/platform/clock.ts';
import { readIfThere, writeDurably } from '@octavo/platform/durable-file.ts';
import { z } from 'zod';

/** The clock and the lever on it. */
export type ClockLever = {
  readonly clock: MovableClock;
  /** Move the clock on; kept before it is done. False when that would leave the years that messages can write. */
  moveOn(byMs: number): Promise<boolean>;
};

/** The furthest that one pull moves the clock. */
export const FURTHEST_MOVE_MS = 400 * 24 * 60 * 60 * 1000;

/** Open a world's clock over the machine's; `folder` keeps how far it is ahead. Rejects when that cannot be read. */
export async function openClock(base: Clock, folder: string | undefined): Promise<ClockLever> {
  const file = folder === undefined ? undefined : join(folder, 'clock.json');
  const clock = movableClock(base, file === undefined ? 0 : await loadOffset(file));
  let last = Promise.resolve();
  const move = async (byMs: number): Promise<boolean> => {
    if (!isWritable(clock.nowMs() + byMs)) return false;
    if (file !== undefined) await saveOffset(file, clock.offsetMs() + byMs);
    clock.moveOn(byMs);
    return true;
  };
  return {
    clock,
    moveOn: (byMs) => {
      // One after the other: each keeps a sum with the one before it.
      const moved = last.then(() => move(byMs));
      last = moved.then(
        () => undefined,
        () => undefined,
      );
      return moved;
    },
  };
}

const Kept = z.strictObject({ offsetMs: z.int().min(0) });

async function loadOffset(file: string): Promise<number> {
  const bytes = await readIfThere(file);
  if (bytes === undefined) return 0;
  return Kept.parse(JSON.parse(new TextDecoder().decode(bytes))).offsetMs;
}

function saveOffset(file: string, offsetMs: number): Promise<void> {
  return writeDurably(file, new TextEncoder().encode(`${JSON.stringify({ offsetMs })}\n`));
}

/** Messages write the year in two digits, and all of them are of this century. */
function isWritable(atMs: number): boolean {
  return localTime(atMs).isoDate.startsWith('20');
}
