/**
 * The same totals by the plainest loop: one rider, one tap after another, nothing made ready. What the quick way is
 * checked by and measured against; it knows sound taps only, of known places, with clocks that can be relied on.
 * @see docs/specs.md, transit sheet, sections 5 to 7
 */
import { localTime } from '../time.ts';
import type { CityPlan } from './network.ts';
import type { Policy } from './policy.ts';
import type { RatedTap } from './rated-tap.ts';
import type { Tariff } from './tariff.ts';

/** What an account's service days cost: day to minor units. */
export type PlainDays = ReadonlyMap<string, number>;

/** A city with the metres from each station to each other that can be reached. */
export type PlainCity = {
  readonly plan: CityPlan;
  readonly ways: ReadonlyMap<string, ReadonlyMap<string, number>>;
};

/** Measure a city's ways, by Dijkstra's rule from each station. */
export function plainCity(plan: CityPlan): PlainCity {
  return {
    plan,
    ways: new Map(plan.stations.map(({ station }) => [station, waysFrom(station, plan)])),
  };
}

/** Rate one account's sound taps. */
export function ratePlainly(
  taps: readonly RatedTap[],
  city: PlainCity,
  policy: Policy,
  asOfMs: number,
): PlainDays {
  const trips = tripsOf(soundTaps(taps), city.plan, policy).sort(
    (a, b) => a.chargeMs - b.chargeMs || compare(a.last, b.last),
  );
  const days = new Map<string, number>();
  const capped = new Map<string, number>();
  const spent = new Map<string, number>();
  const buses: Bus[] = [];
  for (const trip of trips) {
    const day = localTime(trip.startMs - policy.serviceDayStartMs).isoDate;
    const month = `${trip.operator} ${localTime(trip.chargeMs).isoDate.slice(0, 7)}`;
    const tariff = tariffOf(city.plan, trip.operator, day);
    if (tariff === undefined || trip.legs.some((leg) => metresOf(leg, city) === undefined))
      continue;
    const { full, outside } = fullPrice(trip, tariff, city, policy, asOfMs);
    if (trip.companion) {
      days.set(day, (days.get(day) ?? 0) + full + outside);
      continue;
    }
    let price = full - transferOff(trip, tariff, policy, buses);
    const soFar = spent.get(month) ?? 0;
    const steps = (tariff.ladder ?? []).filter(({ fromMinor }) => Number(fromMinor) <= soFar);
    const concession = tariff.concessions?.[policy.category] ?? 1000;
    const rate = (steps.at(-1)?.perThousand ?? 1000) * concession;
    price = Math.floor((price * rate + 500_000) / 1_000_000);
    if (policy.dayCapMinor !== undefined) {
      price = Math.min(price, Number(policy.dayCapMinor) - (capped.get(day) ?? 0));
    }
    capped.set(day, (capped.get(day) ?? 0) + price);
    if (tariff.ladder !== undefined) spent.set(month, soFar + price);
    days.set(day, (days.get(day) ?? 0) + price + outside);
  }
  return days;
}

type Bus = { readonly operator: string; readonly atMs: number };

function soundTaps(given: readonly RatedTap[]): readonly RatedTap[] {
  const names = new Set<string>();
  return [...given]
    .sort((a, b) => a.correctedMs - b.correctedMs || compare(a, b))
    .filter((tap) => {
      const name = `${tap.gateId}/${tap.sequence}`;
      if (names.has(name)) return false;
      names.add(name);
      return true;
    });
}

function transferOff(trip: Trip, tariff: Tariff, policy: Policy, buses: Bus[]): number {
  if (trip.kind === 'single') buses.push({ operator: trip.operator, atMs: trip.startMs });
  if (trip.kind !== 'ride' || !isWholeRide(trip, policy) || tariff.transfer === undefined) return 0;
  const { from, windowMs, offMinor } = tariff.transfer;
  const at = buses.findIndex(
    ({ operator, atMs }) =>
      from.includes(operator) && atMs <= trip.startMs && trip.startMs - atMs <= windowMs,
  );
  if (at < 0) return 0;
  buses.splice(at, 1);
  return Number(offMinor);
}

type Trip = {
  readonly kind: 'ride' | 'single' | 'no_exit' | 'no_entry';
  readonly operator: string;
  readonly companion: boolean;
  readonly legs: readonly (readonly [RatedTap, RatedTap])[];
  readonly startMs: number;
  readonly chargeMs: number;
  readonly last: RatedTap;
  /** An entry that may still find its exit. */
  readonly mayBeOpen: boolean;
};

function tripsOf(taps: readonly RatedTap[], plan: CityPlan, policy: Policy): Trip[] {
  const trips: Trip[] = [];
  const inside = new Map<string, RatedTap[]>();
  const lastTrip = new Map<string, number>();
  for (const tap of taps) {
    const companion = tap.kind === 'companion';
    if (tap.kind === 'single' || (companion && tap.direction === undefined)) {
      trips.push(alone('single', tap, false));
      continue;
    }
    const group = `${tap.operator} ${companion} ${policy.crossFormPairing ? '' : tap.form}`;
    let waiting = inside.get(group) ?? [];
    const isLeft = (one: RatedTap): boolean =>
      tap.correctedMs - one.correctedMs > policy.longestStayMs ||
      (!companion && tap.kind === 'entry');
    for (const one of waiting.filter(isLeft)) {
      trips.push(alone('no_exit', one, false));
      lastTrip.delete(group);
    }
    waiting = waiting.filter((one) => !isLeft(one));
    if (tap.kind === 'entry' || tap.direction === 'in') {
      inside.set(group, [...waiting, tap]);
      continue;
    }
    const [entry, ...others] = waiting;
    inside.set(group, others);
    if (entry === undefined) {
      trips.push(alone('no_entry', tap, false));
      lastTrip.delete(group);
      continue;
    }
    const before = trips[lastTrip.get(group) ?? -1];
    const goesOn = !companion && before !== undefined && isInterchange(before, entry, tap, plan);
    const trip = rideOf(goesOn ? before : undefined, entry, tap);
    if (goesOn) trips[trips.indexOf(before)] = trip;
    else trips.push(trip);
    lastTrip.set(group, trips.indexOf(trip));
  }
  for (const rest of inside.values())
    for (const tap of rest) trips.push(alone('no_exit', tap, true));
  return trips;
}

function rideOf(before: Trip | undefined, entry: RatedTap, exit: RatedTap): Trip {
  return {
    kind: 'ride',
    operator: exit.operator,
    companion: exit.kind === 'companion',
    legs: [...(before?.legs ?? []), [entry, exit]],
    startMs: before?.startMs ?? entry.correctedMs,
    chargeMs: exit.correctedMs,
    last: exit,
    mayBeOpen: false,
  };
}

function alone(kind: Trip['kind'], tap: RatedTap, mayBeOpen: boolean): Trip {
  const { operator, correctedMs } = tap;
  const companion = tap.kind === 'companion';
  const times = { startMs: correctedMs, chargeMs: correctedMs, last: tap };
  return { kind, operator, companion, legs: [], ...times, mayBeOpen };
}

function isInterchange(before: Trip, entry: RatedTap, exit: RatedTap, plan: CityPlan): boolean {
  const leg = before.legs.at(-1);
  if (leg === undefined || leg[0].station === leg[1].station) return false;
  if (entry.station === exit.station) return false;
  return plan.interchanges.some(
    ({ between: [one, other], windowMs }) =>
      entry.correctedMs - leg[1].correctedMs <= windowMs &&
      ((leg[1].station === one && entry.station === other) ||
        (leg[1].station === other && entry.station === one)),
  );
}

function isWholeRide({ legs: [leg, more] }: Trip, policy: Policy): boolean {
  if (leg === undefined) return false;
  const insideMs = leg[1].correctedMs - leg[0].correctedMs;
  const turnedMs = Math.max(policy.changeOfMindMs, policy.sameStation.windowMs);
  return more !== undefined || leg[0].station !== leg[1].station || insideMs > turnedMs;
}

/** The price before all discounts, and what the cap does not cover. */
function fullPrice(
  trip: Trip,
  tariff: Tariff,
  city: PlainCity,
  policy: Policy,
  asOfMs: number,
): { full: number; outside: number } {
  const at = trip.last.station ?? '';
  const maximumMs = tariff.stay?.maximumMs ?? policy.longestStayMs;
  const maximum = (): number => fareAt(tariff, Math.max(...(city.ways.get(at)?.values() ?? [])));
  if (trip.kind === 'single') return { full: fareAt(tariff, 0), outside: 0 };
  if (trip.kind === 'no_exit' && trip.mayBeOpen && asOfMs - trip.startMs <= maximumMs) {
    return { full: 0, outside: 0 };
  }
  if (trip.kind !== 'ride') return { full: 0, outside: maximum() };
  let insideMs = 0;
  let metres = 0;
  for (const [entry, exit] of trip.legs) {
    insideMs += exit.correctedMs - entry.correctedMs;
    metres += metresOf([entry, exit], city) ?? 0;
  }
  if (!isWholeRide(trip, policy)) {
    const { charge } = policy.sameStation;
    if (insideMs <= policy.changeOfMindMs || charge === 'free') return { full: 0, outside: 0 };
    return charge === 'maximum'
      ? { full: 0, outside: maximum() }
      : { full: fareAt(tariff, 0), outside: 0 };
  }
  const penalty = insideMs > maximumMs ? Number(tariff.stay?.overstayMinor ?? 0n) : 0;
  return { full: fareAt(tariff, metres), outside: penalty };
}

function fareAt({ fare }: Tariff, metres: number): number {
  if (fare.kind === 'flat') return Number(fare.priceMinor);
  for (const { toMetres, priceMinor } of fare.rows)
    if (metres <= toMetres) return Number(priceMinor);
  let { toMetres, priceMinor } = fare.rows.at(-1) ?? { toMetres: 0, priceMinor: 0n };
  while (metres > toMetres) {
    toMetres += fare.beyond.everyMetres;
    priceMinor += fare.beyond.addMinor;
  }
  return Number(priceMinor);
}

function metresOf(
  [entry, exit]: readonly [RatedTap, RatedTap],
  { ways }: PlainCity,
): number | undefined {
  return ways.get(entry.station ?? '')?.get(exit.station ?? '');
}

/** Metres to every station that can be reached: the nearest one not yet settled comes next. */
function waysFrom(start: string, plan: CityPlan): ReadonlyMap<string, number> {
  const settled = new Map<string, number>();
  const open = new Map([[start, 0]]);
  while (open.size > 0) {
    const [station, metres] = [...open].reduce((best, one) => (one[1] < best[1] ? one : best));
    open.delete(station);
    settled.set(station, metres);
    for (const line of plan.lines) {
      for (const [index, length] of line.metres.entries()) {
        const [one, other] = [line.stations[index] ?? '', line.stations[index + 1] ?? ''];
        const next = one === station ? other : other === station ? one : undefined;
        if (next === undefined || settled.has(next)) continue;
        open.set(next, Math.min(open.get(next) ?? Number.POSITIVE_INFINITY, metres + length));
      }
    }
  }
  return settled;
}

function tariffOf(plan: CityPlan, operator: string, day: string): Tariff | undefined {
  return plan.tariffs
    .filter((tariff) => tariff.operator === operator && tariff.validFrom <= day)
    .sort((a, b) => (a.validFrom < b.validFrom ? 1 : -1))[0];
}

function compare(a: RatedTap, b: RatedTap): number {
  return a.gateId < b.gateId ? -1 : a.gateId > b.gateId ? 1 : a.sequence - b.sequence;
}
