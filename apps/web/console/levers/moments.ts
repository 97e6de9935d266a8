/** Moments and spans as the levers write them, in the world's local time. */

const ZONE = 'Asia/Shanghai';

/** A moment: `09:41:07`, of another day than `nowMs` `11-22 09:41`. */
export function momentOf(atMs: number, nowMs: number): string {
  const [date = '', time = ''] = isoOf(atMs).split(' ');
  return date === dateOf(nowMs) ? time : `${date.slice(5)} ${time.slice(0, 5)}`;
}

/** A day: `2026-11-22`. */
export function dateOf(atMs: number): string {
  return isoOf(atMs).split(' ')[0] ?? '';
}

/** A moment of the day: `09:41:07`. */
export function timeOf(atMs: number): string {
  return isoOf(atMs).split(' ')[1] ?? '';
}

/** A span in whole days, hours and minutes. */
export type Span = { readonly days: number; readonly hours: number; readonly minutes: number };

/** A span taken apart. */
export function spanOf(ms: number): Span {
  const minutes = Math.floor(ms / 60_000);
  return {
    days: Math.floor(minutes / 1_440),
    hours: Math.floor(minutes / 60) % 24,
    minutes: minutes % 60,
  };
}

function isoOf(atMs: number): string {
  // Swedish writes dates as ISO 8601 does.
  return new Date(atMs).toLocaleString('sv-SE', { timeZone: ZONE });
}
