/** Trace numbers of the acquirer's own messages: fresh for the day, taken before they are used. */
import type { CommonPorts, InstantMs } from '@octavo/domain/ports.ts';
import { localTime } from '@octavo/domain/time.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { toUint } from '@octavo/lib/bytes/bytes.ts';
import { takeTraceNumber } from './store.ts';

/** When a message is made, and its number. */
export type Stamp = {
  readonly atMs: InstantMs;
  /** DE7. */
  readonly transmission: string;
  /** DE11. */
  readonly traceNumber: string;
};

/**
 * Take DE7 and DE11 for a new message of ours. Numbers are picked at random and refused when taken, so no row
 * is everybody's; one that is taken and not used is lost for the day.
 */
export async function takeStamp(ports: CommonPorts): Promise<Stamp> {
  for (let tries = 0; tries < MOST_PICKS; tries++) {
    const atMs = ports.clock.nowMs();
    const { isoDate, transmission } = localTime(atMs);
    const picked = (toUint(ports.random(5)) % HIGHEST_TRACE_NUMBER) + 1;
    const traceNumber = String(picked).padStart(6, '0');
    if (await takeTraceNumber(ports.sql, isoDate, traceNumber, atMs)) {
      return { atMs, transmission, traceNumber };
    }
  }
  assert(false, 'a million trace numbers are enough for a day');
}

const HIGHEST_TRACE_NUMBER = 999_999;
const MOST_PICKS = 1000;
