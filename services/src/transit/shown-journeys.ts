/** Journeys and progress as riders and operators see them, with the words of each step. */
import type { z } from '@hono/zod-openapi';
import type { InstantMs } from '@octavo/domain/ports.ts';
import type { Journey, LadderProgress, RatedAccount } from '@octavo/domain/transit/journey.ts';
import type { City } from '@octavo/domain/transit/network.ts';
import type { ServiceDay } from '@octavo/domain/transit/service-day.ts';
import { type LadderStep, ladderStep } from '@octavo/domain/transit/tariff.ts';
import { sayStep } from '@octavo/domain/transit/words.ts';
import type * as contract from './contract.ts';
import { formOf } from './shown-money.ts';
import type { TapRow } from './tap-store.ts';

/** A journey with its ends, its price and why. */
export function journeyView(
  journey: Journey,
  taps: ReadonlyMap<string, TapRow>,
  city: City,
): z.input<typeof contract.JourneyView> {
  const ends = journey.taps.flatMap(
    ({ gateId, sequence }) => taps.get(tapKey(gateId, sequence)) ?? [],
  );
  const [first, last] = [ends[0], ends.at(-1)];
  const isExitOnly = journey.state === 'incomplete_no_entry' || first?.kind === 'exit';
  const entry = isExitOnly ? undefined : first;
  const exit = isExitOnly ? first : ends.length > 1 ? last : undefined;
  return {
    journeyId: journey.journeyId,
    day: journey.serviceDay,
    operator: journey.operator,
    state: journey.state,
    ...(entry === undefined ? {} : { entry: endView(entry) }),
    ...(exit === undefined ? {} : { exit: endView(exit) }),
    priceMinor: Number(journey.chargedMinor),
    steps: journey.steps.map((step) => {
      const { en, zh } = sayStep(step, city);
      return { rule: step.rule, amountMinor: Number(step.deltaMinor), en, zh };
    }),
  };
}

/** Taps by gate and number. */
export function tapsByName(taps: readonly TapRow[]): ReadonlyMap<string, TapRow> {
  return new Map(taps.map((tap) => [tapKey(tap.gateId, tap.sequence), tap]));
}

function tapKey(gateId: string, sequence: number): string {
  return `${gateId}/${sequence}`;
}

function endView({ gateId, sequence, correctedMs, place, form }: TapRow) {
  return {
    gateId,
    sequence,
    atMs: Math.max(0, correctedMs) as InstantMs,
    ...(place.station === '' ? {} : { station: place.station }),
    ...(place.line === '' ? {} : { line: place.line }),
    ...(place.route === '' ? {} : { route: place.route }),
    form: formOf(form),
  };
}

/** How far the day is to its cap, and each ladder of the month to its next step. */
export function progressOf(
  rated: RatedAccount,
  today: ServiceDay,
  month: string,
): z.input<typeof contract.Progress>[] {
  const day = rated.days.find(({ serviceDay }) => serviceDay === today);
  const cap = day?.capMinor;
  const capped = day === undefined || cap === undefined ? [] : [capProgress(day.cappedMinor, cap)];
  const ladders = rated.months.filter((one) => one.month === month).map(ladderProgress);
  return [...capped, ...ladders];
}

function capProgress(spentMinor: bigint, capMinor: bigint): z.input<typeof contract.Progress> {
  return {
    kind: 'day_cap',
    spentMinor: Number(spentMinor),
    nextAtMinor: Number(capMinor),
    ratePercent: spentMinor >= capMinor ? 0 : 100,
    ladder: [],
  };
}

function ladderProgress({
  operator,
  spentMinor,
  ladder,
}: LadderProgress): z.input<typeof contract.Progress> {
  const next = ladder.find(({ fromMinor }) => fromMinor > spentMinor);
  return {
    operator,
    kind: 'month_ladder',
    spentMinor: Number(spentMinor),
    ...(next === undefined ? {} : { nextAtMinor: Number(next.fromMinor) }),
    ratePercent: percentOf(ladderStep(ladder, spentMinor)),
    ladder: ladder.map((step) => ({
      fromMinor: Number(step.fromMinor),
      ratePercent: percentOf(step),
    })),
  };
}

function percentOf({ perThousand }: LadderStep): number {
  return Math.round(perThousand / 10);
}
