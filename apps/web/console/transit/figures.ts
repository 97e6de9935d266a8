/** What the charts of transit draw: taps by hour and fares by day, computed from what the back office shows. */
import type { Charge, Journey } from './api.ts';
import { dayBeside, FIRST_HOUR, hourOf } from './days.ts';

/** Names below the columns, and the columns. */
export type Columns = { readonly names: readonly string[]; readonly values: readonly number[] };

/** Taps of journeys by the local hour, from the hour in which a service day begins. */
export function tapsByHour(journeys: readonly Pick<Journey, 'entry' | 'exit'>[]): Columns {
  const values = Array.from({ length: 24 }, () => 0);
  for (const { entry, exit } of journeys) {
    for (const end of [entry, exit]) {
      if (end === undefined) continue;
      const at = (hourOf(end.atMs) + 24 - FIRST_HOUR) % 24;
      values[at] = (values[at] ?? 0) + 1;
    }
  }
  const names = values.map((_, at) => `${String((at + FIRST_HOUR) % 24).padStart(2, '0')}:00`);
  return { names, values };
}

/** Fares of a month's journeys by service day, in minor units: every day of the month has its column. */
export function faresOfMonth(
  journeys: readonly Pick<Journey, 'day' | 'priceMinor'>[],
  month: string,
): Columns {
  const days: string[] = [];
  for (let day = `${month}-01`; day.startsWith(month); day = dayBeside(day, 1)) days.push(day);
  const sums = sumsOf(journeys.map(({ day, priceMinor }) => [day, priceMinor]));
  return columnsOf(days, sums);
}

/** What was charged for rides by service day, in minor units, over the last days up to the newest. */
export function chargedByDay(charges: readonly Charge[], most: number): Columns {
  const fares = charges.flatMap(({ lines }) =>
    lines.flatMap(({ kind, day, amountMinor }): [string, number][] =>
      kind === 'fare' || kind === 'correction' ? [[day, amountMinor]] : [],
    ),
  );
  const sums = sumsOf(fares);
  const newest = [...sums.keys()].sort().at(-1);
  if (newest === undefined) return { names: [], values: [] };
  const days = Array.from({ length: most }, (_, at) => dayBeside(newest, at + 1 - most));
  return columnsOf(days, sums);
}

function sumsOf(amounts: readonly (readonly [string, number])[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [day, amount] of amounts) sums.set(day, (sums.get(day) ?? 0) + amount);
  return sums;
}

function columnsOf(days: readonly string[], sums: ReadonlyMap<string, number>): Columns {
  return {
    names: days.map((day) => day.slice(5)),
    values: days.map((day) => Math.max(0, sums.get(day) ?? 0)),
  };
}
