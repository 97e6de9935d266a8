/**
 * Settling: what a rated account is to be charged now, when earlier days may have been charged by what was known then.
 * Nothing is netted: each correction and each credit is a row of its own, and so is what comes too late to be charged.
 * @see docs/specs.md, transit sheet, section 5.4
 */
import type { InstantMs } from '../ports.ts';
import type { RatedAccount } from './journey.ts';
import type { Policy } from './policy.ts';
import { dayNumber, dayOfName, dayStartMs, type ServiceDay } from './service-day.ts';

/**
 * One row of what was done about a service day. `fare` is a day's first charge, `correction` a later one, `credit`
 * (below zero) goes back to the rider, `written_off` is neither charged nor asked for again. A day's rows add up to
 * its total.
 */
export type SettledRow = {
  readonly serviceDay: ServiceDay;
  readonly kind: 'fare' | 'correction' | 'credit' | 'written_off';
  readonly amountMinor: bigint;
};

/** What is to be done now: rows to keep, the sum to charge, and the sum to give back, which is not taken off it. */
export type Settlement = {
  readonly rows: readonly SettledRow[];
  readonly chargeMinor: bigint;
  readonly creditMinor: bigint;
};

/** The moment of settling, and the first service day that the rated taps cover; earlier days are left alone. */
export type SettleMoment = {
  readonly asOfMs: InstantMs;
  readonly sinceDay: ServiceDay;
  /** When this is done, which may be long after `asOfMs`: by it a day is too old or not. */
  readonly nowMs: InstantMs;
};

/**
 * Settle all service days that are over: what their totals are more or less than the rows so far. With these rows
 * added to the earlier ones, settling again gives none. Only what a rider would owe is ever written off.
 */
export function settle(
  earlier: readonly SettledRow[],
  rated: RatedAccount,
  { asOfMs, sinceDay, nowMs }: SettleMoment,
  policy: Policy,
): Settlement {
  const totals = new Map(rated.days.map((day) => [day.serviceDay, day.totalMinor]));
  const done = new Map<ServiceDay, SettledRow[]>();
  for (const row of earlier) {
    const rows = done.get(row.serviceDay);
    if (rows === undefined) done.set(row.serviceDay, [row]);
    else rows.push(row);
  }
  const today = dayNumber(Math.max(asOfMs, nowMs), policy.serviceDayStartMs);
  const days = [...new Set([...totals.keys(), ...done.keys()])].toSorted();
  const rows = days
    .filter((day) => day >= sinceDay && isOver(day, asOfMs, policy))
    .flatMap((day) => {
      const isTooOld = today - dayOfName(day) > policy.writeOffAfterDays;
      return settleDay(day, totals.get(day) ?? 0n, done.get(day) ?? [], isTooOld);
    });
  return {
    rows,
    chargeMinor: sumOf(rows, ['fare', 'correction']),
    creditMinor: -sumOf(rows, ['credit']),
  };
}

function isOver(day: ServiceDay, asOfMs: InstantMs, policy: Policy): boolean {
  const endMs = dayStartMs(dayOfName(day) + 1, policy.serviceDayStartMs);
  return endMs + policy.settleAfterMs <= asOfMs;
}

function settleDay(
  serviceDay: ServiceDay,
  totalMinor: bigint,
  earlier: readonly SettledRow[],
  isTooOld: boolean,
): readonly SettledRow[] {
  const moreMinor = totalMinor - sumOf(earlier, ['fare', 'correction', 'credit', 'written_off']);
  if (moreMinor === 0n) return [];
  if (moreMinor > 0n) {
    const late = earlier.length === 0 ? 'fare' : 'correction';
    return [{ serviceDay, kind: isTooOld ? 'written_off' : late, amountMinor: moreMinor }];
  }
  // What was never charged cannot be given back: it is written off no longer, and only the rest is a credit.
  const writtenOffMinor = sumOf(earlier, ['written_off']);
  const undoneMinor = -moreMinor < writtenOffMinor ? moreMinor : -writtenOffMinor;
  const creditMinor = moreMinor - undoneMinor;
  const rows: readonly SettledRow[] = [
    { serviceDay, kind: 'written_off', amountMinor: undoneMinor },
    { serviceDay, kind: 'credit', amountMinor: creditMinor },
  ];
  return rows.filter((row) => row.amountMinor !== 0n);
}

function sumOf(rows: readonly SettledRow[], kinds: readonly SettledRow['kind'][]): bigint {
  return rows.reduce((sum, row) => (kinds.includes(row.kind) ? sum + row.amountMinor : sum), 0n);
}
