/** Days with what became of their charge, and beside them every correction, credit and refund, newest first. */
import type { RiderView } from '../core/api.ts';

type Charge = RiderView['charges'][number];
type Line = RiderView['unbilled'][number];

/** A day of trips. `due`: it is closed the next morning; `free`: nothing was to pay. */
export type DayRow = {
  readonly kind: 'day';
  readonly key: string;
  readonly day: string;
  readonly journeys: number;
  readonly amountMinor: number;
  /** `paid`, `written_off`: the bank did not pay at first, and that is over. */
  readonly state: 'due' | 'free' | 'paid' | 'written_off' | Charge['state'];
  readonly code: string | undefined;
};

/** A line beside the fares. What is below zero comes back to the rider. */
export type LineRow = {
  readonly kind: Line['kind'];
  /** Whether it waits for the next charge. */
  readonly state: 'waits' | 'charged';
  readonly key: string;
  readonly day: string;
  readonly amountMinor: number;
  readonly reason: string | undefined;
};

/** The rows of a month. */
export function rowsOf({
  days,
  charges,
  debts,
  unbilled,
  month,
}: RiderView): readonly (DayRow | LineRow)[] {
  const daily = new Map(
    charges.filter(({ kind }) => kind === 'daily').map((charge) => [charge.day, charge]),
  );
  const over = new Map(
    debts.flatMap(({ day, state }) => (state === 'open' ? [] : [[day, state] as const])),
  );
  const ofDays = days
    .filter(({ journeys }) => journeys > 0)
    .map(({ day, journeys, ratedMinor, closedMinor }): DayRow => {
      const charge = daily.get(day);
      const amountMinor = closedMinor ?? ratedMinor;
      const isFree = closedMinor === 0 && charge === undefined;
      return {
        kind: 'day',
        key: day,
        day,
        journeys,
        amountMinor,
        state: over.get(day) ?? charge?.state ?? (isFree ? 'free' : 'due'),
        code: charge?.code,
      };
    });
  const rowOf =
    (state: LineRow['state']) =>
    ({ kind, lineId, day, amountMinor, reason }: Line): LineRow => {
      return { kind, key: lineId, day, amountMinor, reason, state };
    };
  // The fares of a day and what was owed for it stand in the day's own row.
  const isBeside = ({ kind }: Line) => kind !== 'fare' && kind !== 'debt';
  const lines = [
    ...unbilled.filter(isBeside).map(rowOf('waits')),
    ...charges
      .flatMap((charge) => charge.lines)
      .filter(isBeside)
      .map(rowOf('charged')),
  ];
  const beside = lines.filter(({ day }) => day.startsWith(month));
  return [...beside, ...ofDays].toSorted((one, other) => other.day.localeCompare(one.day));
}
