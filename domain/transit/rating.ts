/**
 * Rating: all taps of an account in, priced journeys, days and months out. Journeys are priced in the order of their
 * moments of charge, each finding what its month and its service day came to before it, so that nothing hangs on when
 * a tap was heard of.
 * @see docs/specs.md, transit sheet, sections 5 and 6
 */
import { assert } from '@octavo/lib/bytes/assert.ts';
import type { InstantMs } from '../ports.ts';
import type { Journey, LadderProgress, PricedDay, RatedAccount } from './journey.ts';
import { type Circumstances, type Held, type Judged, judge } from './judging.ts';
import type { City } from './network.ts';
import { pairTaps, type Ride } from './pairing.ts';
import type { Policy } from './policy.ts';
import { type Price, price } from './pricing.ts';
import type { RatedTap } from './rated-tap.ts';
import { dayName, dayNumber, monthName, monthNumber } from './service-day.ts';
import { inOrder, sift } from './sifting.ts';
import type { Tariff } from './tariff.ts';

/**
 * Price all journeys of an account: a pure function of the set of its taps, whatever their order and however often
 * each came. `asOfMs` is the moment up to which it is known that somebody has not left. Taps must reach back to the
 * beginning of the earliest month that matters, and one service day before it, or a ladder would begin too low; better
 * one month more, since what is spent after midnight of a month's first day hangs on the cap of the day before.
 */
export function rateAccount(
  taps: readonly RatedTap[],
  city: City,
  policy: Policy,
  asOfMs: InstantMs,
): RatedAccount {
  const sifted = sift(taps);
  const paired = pairTaps(sifted.taps, city, policy);
  const setAside = [...sifted.setAside, ...paired.setAside];
  const by = { city, policy, asOfMs, setAside };
  const books: Books = { days: new Map(), months: new Map(), buses: [] };
  const journeys = paired.rides.toSorted(byCharge).map((ride) => rate(ride, by, books));
  return {
    journeys,
    days: [...books.days.entries()]
      .toSorted(([one], [other]) => one - other)
      .map(([, day]) => ({ ...day, capMinor: policy.dayCapMinor })),
    months: [...books.months.values()].flatMap((months) => [...months.values()]),
    setAside,
    duplicates: sifted.duplicates,
  };
}

/** What an account came to so far, while its journeys are priced one after another. */
type Books = {
  /** By number. */
  readonly days: Map<number, DaySoFar>;
  /** By operator, then by number. */
  readonly months: Map<string, Map<number, MonthSoFar>>;
  /** Single rides that a transfer may follow, each once, in order. */
  readonly buses: BusRide[];
};

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type DaySoFar = Mutable<Omit<PricedDay, 'journeyIds' | 'capMinor'>> & { journeyIds: string[] };
type MonthSoFar = Mutable<LadderProgress>;
type BusRide = { readonly operator: string; readonly atMs: InstantMs; isUsed: boolean };

function rate(ride: Ride, by: Circumstances, books: Books): Journey {
  const [first, last] = [ride.taps[0], ride.taps.at(-1)];
  assert(first !== undefined && last !== undefined, 'a ride has taps');
  const dayAt = dayNumber(first.correctedMs, by.policy.serviceDayStartMs);
  const monthAt = monthNumber(last.correctedMs);
  const judged = judge(ride, dayAt, by);
  const day = dayIn(books, dayAt);
  const price =
    judged.state === 'held' ? heldPrice(judged) : charge(ride, judged, monthAt, day, { by, books });
  const chargedMinor = price.cappedMinor + price.outsideMinor;
  const journeyId = `${first.gateId}/${first.sequence}`;
  day.totalMinor += chargedMinor;
  day.cappedMinor += price.cappedMinor;
  day.outsideMinor += price.outsideMinor;
  day.singlesMinor += price.singleMinor;
  day.journeyIds.push(journeyId);
  const isMeasured = judged.state === 'complete' || judged.state === 'overstay';
  return {
    journeyId,
    state: judged.state,
    companion: ride.companion,
    operator: first.operator,
    form: first.form,
    taps: ride.taps,
    from: ride.kind === 'no_entry' ? undefined : first.station,
    to: ride.kind === 'pair' || ride.kind === 'no_entry' ? last.station : undefined,
    route: first.route,
    startMs: first.correctedMs,
    endMs: ride.kind === 'no_exit' ? undefined : last.correctedMs,
    serviceDay: day.serviceDay,
    month: monthName(monthAt),
    metres: isMeasured ? judged.metres : undefined,
    tariffId: judged.state === 'held' ? undefined : judged.tariff.tariff.tariffId,
    singleMinor: price.singleMinor,
    chargedMinor,
    steps: price.steps,
  };
}

/** Price a ride by what its month and day came to, and write it into both. */
function charge(
  ride: Ride,
  judged: Judged,
  monthAt: number,
  day: DaySoFar,
  { by, books }: { by: Circumstances; books: Books },
): Price {
  const { tariff } = judged.tariff;
  const climbs = judged.state !== 'open' && !ride.companion;
  const month = climbs ? monthIn(books, tariff, monthAt) : undefined;
  const before = {
    monthMinor: month?.spentMinor ?? 0n,
    dayMinor: day.cappedMinor,
    sinceBusMs: takeBus(ride, judged, books.buses),
  };
  const priced = price(ride, judged, before, by.policy);
  if (month !== undefined) month.spentMinor += priced.cappedMinor;
  return priced;
}

/**
 * Note a bus ride that a transfer may follow; or find the one that a ride is a transfer from, and use it up. Of several
 * the oldest is taken, since the others can still serve a later ride.
 */
function takeBus(
  ride: Ride,
  { state, tariff: { tariff } }: Judged,
  buses: BusRide[],
): number | undefined {
  const entered = ride.taps[0];
  if (entered === undefined || ride.companion) return undefined;
  if (state === 'single') {
    buses.push({ operator: entered.operator, atMs: entered.correctedMs, isUsed: false });
    return undefined;
  }
  if (tariff.transfer === undefined || (state !== 'complete' && state !== 'overstay'))
    return undefined;
  let found: BusRide | undefined;
  for (let at = buses.length - 1; at >= 0; at--) {
    const bus = buses[at];
    if (bus === undefined || bus.atMs < entered.correctedMs - tariff.transfer.windowMs) break;
    if (bus.atMs > entered.correctedMs || bus.isUsed) continue;
    if (tariff.transfer.from.includes(bus.operator)) found = bus;
  }
  if (found === undefined) return undefined;
  found.isUsed = true;
  return entered.correctedMs - found.atMs;
}

/** The moment of charge is a ride's last tap. */
function byCharge(one: Ride, other: Ride): number {
  const [left, right] = [one.taps.at(-1), other.taps.at(-1)];
  assert(left !== undefined && right !== undefined, 'a ride has taps');
  return inOrder(left, right);
}

function heldPrice({ reason }: Held): Price {
  const steps = [{ rule: 'state.held', deltaMinor: 0n, reason } as const];
  return { cappedMinor: 0n, outsideMinor: 0n, singleMinor: 0n, steps };
}

function dayIn({ days }: Books, number: number): DaySoFar {
  let day = days.get(number);
  if (day === undefined) {
    const sums = { totalMinor: 0n, cappedMinor: 0n, outsideMinor: 0n, singlesMinor: 0n };
    day = { serviceDay: dayName(number), ...sums, journeyIds: [] };
    days.set(number, day);
  }
  return day;
}

/** A month of an operator's ladder; undefined where its tariff has none. */
function monthIn({ months }: Books, tariff: Tariff, number: number): MonthSoFar | undefined {
  const { operator, ladder } = tariff;
  if (ladder === undefined) return undefined;
  let ofOperator = months.get(operator);
  if (ofOperator === undefined) {
    ofOperator = new Map();
    months.set(operator, ofOperator);
  }
  let month = ofOperator.get(number);
  if (month === undefined) {
    month = { operator, month: monthName(number), spentMinor: 0n, ladder };
    ofOperator.set(number, month);
  }
  month.ladder = ladder;
  return month;
}
