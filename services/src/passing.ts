/** Which refusals of another service say nothing of what was asked. */
import type { RefusalCode, Refused } from '@octavo/domain/refusal.ts';

/**
 * Refusals after which the same call may succeed later. One that is stale says nothing of what was asked: when a call
 * is delivered twice, its first copy was taken and the refusal of its second comes back.
 */
const PASSING: readonly RefusalCode[] = [
  'unavailable',
  'busy',
  'request.too_often',
  'request.stale',
];

/** Whether the same call may succeed later. */
export function isPassing({ code }: Refused): boolean {
  return PASSING.includes(code);
}
