/** Dates and times as the messages carry them: China has one local time, eight hours ahead of universal. */
import type { InstantMs } from './ports.ts';

const AHEAD_MS = 8 * 60 * 60 * 1000;

/** When a settlement day ends, in local hours: messages from 23:00 on belong to the next day. */
const CUT_OVER_HOUR = 23;

/** One instant in local time, in the pieces that messages use. */
export type LocalTime = {
  /** DE7: MMDDhhmmss. */
  readonly transmission: string;
  /** DE12: hhmmss. */
  readonly time: string;
  /** DE13: MMDD. */
  readonly date: string;
  /** Tag 9A: YYMMDD. */
  readonly dateWithYear: string;
  /** YYYY-MM-DD. */
  readonly isoDate: string;
  /** DE15: MMDD of the settlement day. */
  readonly settlementDate: string;
};

/** Local time at an instant. Pure calendar arithmetic: it reads no clock. */
export function localTime(atMs: InstantMs): LocalTime {
  const local = iso(atMs + AHEAD_MS);
  const hour = Number(local.slice(11, 13));
  const settlement = hour >= CUT_OVER_HOUR ? iso(atMs + AHEAD_MS + 24 * 60 * 60 * 1000) : local;
  const time = local.slice(11, 19).replaceAll(':', '');
  const date = monthDay(local);
  return {
    transmission: date + time,
    time,
    date,
    dateWithYear: local.slice(2, 4) + date,
    isoDate: local.slice(0, 10),
    settlementDate: monthDay(settlement),
  };
}

/**
 * The instant of a local date (YYYY-MM-DD) and time (hh:mm:ss), or undefined when there is no such day or
 * time. Only this century has days: cards and messages write the year in two digits.
 */
export function instantOfLocal(isoDate: string, time: string): InstantMs | undefined {
  if (!/^20\d{2}-\d{2}-\d{2}$/.test(isoDate) || !/^\d{2}:\d{2}:\d{2}$/.test(time)) return undefined;
  const atMs = Date.parse(`${isoDate}T${time}Z`) - AHEAD_MS;
  if (Number.isNaN(atMs) || localTime(atMs).isoDate !== isoDate) return undefined;
  return atMs;
}

/** Whether a month YYMM ended before the local day of an instant. */
export function isExpired(expiry: string, atMs: InstantMs): boolean {
  return expiry < localTime(atMs).dateWithYear.slice(0, 4);
}

function iso(shiftedMs: number): string {
  return new Date(shiftedMs).toISOString();
}

function monthDay(isoText: string): string {
  return isoText.slice(5, 7) + isoText.slice(8, 10);
}
