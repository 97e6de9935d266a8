/** Trace numbers (DE11) of a service's own messages: fresh for the day, taken before they are used. */
import { drawTraceNumber } from '@octavo/domain/draw.ts';
import type { Random } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';

/**
 * Allot a trace number that was not used on this day: `take` writes it down and answers false when it is taken.
 * Numbers are drawn, not counted, so that no row is everybody's.
 */
export async function allotTraceNumber(
  random: Random,
  take: (traceNumber: string) => Promise<boolean>,
): Promise<string> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const traceNumber = drawTraceNumber(random);
    if (await take(traceNumber)) return traceNumber;
  }
  assert(false, 'a million trace numbers are enough for a day');
}

/** With nine of ten numbers taken, a thousand draws all fail once in 10^45 times. */
const MOST_TRIES = 1_000;
