/** Counts calls, so that nobody calls too often. */
import type { Clock } from '@octavo/domain/ports.ts';

/** Counts one call; false when it is one too many this minute. */
export type CallMeter = (key: string, perMinute: number) => boolean;

/**
 * How many callers are told apart in one minute. Bearer keys cost nothing to make up, so there must be an end;
 * past it, those not met this minute have to wait for the next.
 */
export const MOST_CALLERS = 100_000;

/** A meter that counts in whole minutes and forgets the minute before. */
export function createCallMeter(clock: Clock): CallMeter {
  let minute = -1;
  let counts = new Map<string, number>();
  return (key, perMinute) => {
    const now = Math.floor(clock.nowMs() / 60_000);
    if (now !== minute) {
      minute = now;
      counts = new Map();
    }
    const count = (counts.get(key) ?? 0) + 1;
    if (count === 1 && counts.size === MOST_CALLERS) return false;
    counts.set(key, count);
    return count <= perMinute;
  };
}
