/** How a day waits for its services: it looks again and again, and less often the longer it takes. */
import type { Refused } from '@octavo/domain/refusal.ts';
import { isRefused } from '@octavo/domain/refusal.ts';
import { expectDone } from '../phone.ts';

const FIRST_LOOK_MS = 20;
const LONGEST_MS = 5_000;

/** How long to wait after the look of this number, which begins at 0: looking at a large day is work too. */
export function pauseMs(look: number): number {
  return Math.min(FIRST_LOOK_MS * 1.2 ** Math.min(look, 100), LONGEST_MS);
}

/** The answer; undefined when it did not come in time, which says nothing of what was asked for. */
export function heardInTime<T>(answer: T | Refused): T | undefined {
  return isRefused(answer) && answer.code === 'unavailable' ? undefined : expectDone(answer);
}
