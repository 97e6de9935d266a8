/** The numbers above the taps, and what the charts draw: computed from journeys alone. */
import { localTime } from '@octavo/domain/time.ts';
import type { Journey } from '@octavo/lib/journey/head.ts';
import type { Stretch } from '@octavo/lib/journey/times.ts';

/** The five legs of a tap in the order of the journey. */
export const legNames = ['phone', 'lines', 'tokens', 'issuer', 'back'] as const;

/** One leg. */
export type LegName = (typeof legNames)[number];

const LEG_OF: Readonly<Record<Stretch, LegName>> = {
  tap: 'phone',
  terminal_acquirer: 'lines',
  acquirer_network: 'lines',
  token_check: 'tokens',
  network_issuer: 'issuer',
  posting: 'issuer',
  back: 'back',
};

/** Milliseconds of each leg; a leg that was not reached is left out. */
export type Legs = Readonly<Partial<Record<LegName, number>>>;

/** How long a tap spent on each leg. */
export function legsOf({ laps }: Journey): Legs {
  const legs: Partial<Record<LegName, number>> = {};
  for (const { stretch, ms } of laps) {
    const leg = LEG_OF[stretch];
    legs[leg] = (legs[leg] ?? 0) + ms;
  }
  return legs;
}

/** The day in one line. */
export type Day = {
  readonly taps: number;
  /** Of those that ended with money or without: 0 to 1; undefined when none did. */
  readonly approvedShare: number | undefined;
  readonly medianMs: number | undefined;
  readonly p99Ms: number | undefined;
};

/** The taps of the day on which `nowMs` is, in the world's local time. */
export function dayOf(journeys: readonly Journey[], nowMs: number): Day {
  const today = localTime(nowMs).isoDate;
  const taps = journeys.filter(({ atMs }) => localTime(atMs).isoDate === today);
  const ended = taps.filter(({ outcome }) => ENDED.includes(outcome));
  const approved = ended.filter(({ outcome }) => outcome === 'approved');
  const times = taps.flatMap(({ tookMs }) => tookMs ?? []).sort((a, b) => a - b);
  return {
    taps: taps.length,
    approvedShare: ended.length === 0 ? undefined : approved.length / ended.length,
    medianMs: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
  };
}

const ENDED: readonly string[] = ['approved', 'declined', 'reversed'];

/** The value below which this share of sorted values lies; one of them, undefined when there are none. */
export function quantile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

/** How many minutes a chart shows. */
export const MINUTES = 60;
const MINUTE_MS = 60_000;

/** Taps of each of the last minutes, the oldest first; `x` in seconds since 1970, at the beginning of each minute. */
export function perMinute(
  journeys: readonly Journey[],
  nowMs: number,
): { readonly x: number[]; readonly y: number[] } {
  const last = Math.floor(nowMs / MINUTE_MS);
  const y = Array.from({ length: MINUTES }, () => 0);
  for (const { atMs } of journeys) {
    const place = MINUTES - 1 - (last - Math.floor(atMs / MINUTE_MS));
    if (place >= 0 && place < MINUTES) y[place] = (y[place] ?? 0) + 1;
  }
  return { x: y.map((_, index) => ((last - MINUTES + 1 + index) * MINUTE_MS) / 1000), y };
}

/** Declines of the last hour by code, the most frequent first. */
export function declinesByCode(
  journeys: readonly Journey[],
  nowMs: number,
): readonly { readonly code: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { atMs, outcome, code, responseCode } of journeys) {
    if (outcome !== 'declined' || atMs <= nowMs - MINUTES * MINUTE_MS) continue;
    const name = code ?? `DE39 ${responseCode ?? ''}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .map(([code, count]) => ({ code, count }))
    .sort((left, right) => right.count - left.count || (left.code < right.code ? -1 : 1));
}

/** Median and 99th percentile of each leg over the taps that reached it. */
export function legTimes(journeys: readonly Journey[]): readonly {
  readonly leg: LegName;
  readonly medianMs: number | undefined;
  readonly p99Ms: number | undefined;
}[] {
  const all = journeys.map(legsOf);
  return legNames.map((leg) => {
    const times = all.flatMap((legs) => legs[leg] ?? []).sort((a, b) => a - b);
    return { leg, medianMs: quantile(times, 0.5), p99Ms: quantile(times, 0.99) };
  });
}
