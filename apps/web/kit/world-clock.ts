/**
 * The time in the world, which its operator may have moved ahead of this machine's. Every answer to `ask` says it;
 * what the world dates, such as a payment or the end of a code, is compared with nothing else.
 */

/** The header by which a site's answers say the world's time, in milliseconds. */
const HEADER = 'octavo-now';
/** The way of an answer takes some time; a difference below this is no move of the clock. */
const SLACK_MS = 1_500;

let aheadMs = 0;

/** Now in the world, as far as its last answer has told; this machine's time before the first. */
export function worldNowMs(): number {
  return Date.now() + aheadMs;
}

/** Take the world's time from an answer. */
export function noteWorldClock(headers: Headers): void {
  const told = Number(headers.get(HEADER) ?? Number.NaN);
  if (!Number.isFinite(told)) return;
  const heard = told - Date.now();
  if (Math.abs(heard - aheadMs) > SLACK_MS) aheadMs = Math.abs(heard) > SLACK_MS ? heard : 0;
}
