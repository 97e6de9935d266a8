/** Asking again: how long to rest between tries, and when a reversal needs no more of them. */

/** The first and the longest rest. @see docs/specs.md, ISO 8583 sheet, section 10 */
export const FIRST_PAUSE_MS = 5_000;
export const LONGEST_PAUSE_MS = 15 * 60_000;

/**
 * How long to rest after so many tries of the same: five seconds, doubled each time, at most a quarter of an hour.
 * @see docs/specs.md, ISO 8583 sheet, section 10
 */
export function repeatPauseMs(tries: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** Math.min(Math.max(tries - 1, 0), 20), LONGEST_PAUSE_MS);
}

/**
 * Whether an answer to a reversal ends it: done (00), or there is nothing to be undone and never will be (25).
 * After anything else it is sent again.
 */
export function endsReversal(responseCode: string | undefined): boolean {
  return responseCode === '00' || responseCode === '25';
}
