/**
 * Tariffs: what a ride costs by an operator's published rules. A tariff is never changed; a new one begins on a later
 * service day, and a journey is priced by the one that held on the service day of its entry.
 * @see docs/specs.md, transit sheet, sections 6.1 and 7
 */
import { assert } from '@octavo/lib/bytes/assert.ts';
import type { ServiceDay } from './service-day.ts';

/** A row of a distance table: up to and including so many metres, this price. */
export type DistanceRow = { readonly toMetres: number; readonly priceMinor: bigint };

/** How a ride's base fare comes about: a closed set, so that a further kind does not compile until all know it. */
export type FareRule =
  | { readonly kind: 'flat'; readonly priceMinor: bigint }
  | {
      readonly kind: 'distance';
      /** Ascending, and at least one row. */
      readonly rows: readonly DistanceRow[];
      /** Beyond the last row: this much more for each further stretch that is begun. */
      readonly beyond: { readonly everyMetres: number; readonly addMinor: bigint };
    };

/** A step of a monthly ladder: from this spend in the month before the ride, the whole ride at this rate. */
export type LadderStep = { readonly fromMinor: bigint; readonly perThousand: number };

/** One immutable version of an operator's prices. Rates are thousandths of the full price. */
export type Tariff = {
  readonly tariffId: string;
  readonly operator: string;
  /** The first service day on which it holds; it holds until the operator's next one begins. */
  readonly validFrom: ServiceDay;
  readonly fare: FareRule;
  /** How long one may stay inside, and what is added beyond; none where nobody taps out. */
  readonly stay?: { readonly maximumMs: number; readonly overstayMinor: bigint } | undefined;
  /** Off the fare of a ride that is entered within the window after a single ride of one of these operators. */
  readonly transfer?:
    | { readonly from: readonly string[]; readonly windowMs: number; readonly offMinor: bigint }
    | undefined;
  /** Rates of rider categories; a category that is not named pays full. */
  readonly concessions?: Readonly<Record<string, number>> | undefined;
  /** Ascending; the first step begins at zero. Spend is counted by calendar month and operator. */
  readonly ladder?: readonly LadderStep[] | undefined;
};

/** The full price of a ride; a flat fare does not ask how far it went. */
export function baseFare(rule: FareRule, metres: number): bigint {
  if (rule.kind === 'flat') return rule.priceMinor;
  const row = rule.rows.find((one) => metres <= one.toMetres);
  if (row !== undefined) return row.priceMinor;
  const last = rule.rows.at(-1);
  assert(last !== undefined, 'a distance table has rows');
  const { everyMetres, addMinor } = rule.beyond;
  return last.priceMinor + addMinor * BigInt(Math.ceil((metres - last.toMetres) / everyMetres));
}

/** The ladder's step that holds for a ride, by what was spent in its month before it. */
export function ladderStep(ladder: readonly LadderStep[], spentMinor: bigint): LadderStep {
  const step = ladder.findLast((one) => one.fromMinor <= spentMinor);
  assert(step !== undefined, 'a ladder begins at zero');
  return step;
}
