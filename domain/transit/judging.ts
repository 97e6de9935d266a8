/**
 * Judging: what a ride was, by its stations, its times and the tariff of its service day; or, where something about
 * it is not known, that it is held. A staircase: the first thing that is wrong names it.
 * @see docs/specs.md, transit sheet, sections 5.1 to 5.3
 */
import type { InstantMs } from '../ports.ts';
import type { HeldFor, JourneyState, SetAside } from './journey.ts';
import {
  type City,
  NO_WAY,
  type OperatorNetwork,
  type PricedTariff,
  stationOf,
  tariffOn,
} from './network.ts';
import { isEntry, type Ride } from './pairing.ts';
import type { Policy } from './policy.ts';
import type { RatedTap } from './rated-tap.ts';
import { dayNumber, monthNumber } from './service-day.ts';

/** What all rides of an account are judged by. */
export type Circumstances = {
  readonly city: City;
  readonly policy: Policy;
  readonly asOfMs: InstantMs;
  readonly setAside: readonly SetAside[];
};

/** A ride that can be charged, or is known to be still under way. */
export type Judged = {
  readonly state: Exclude<JourneyState, 'held'>;
  readonly network: OperatorNetwork;
  readonly tariff: PricedTariff;
  /** The first station and the last, by number; `NONE` on a route, and for the half that is missing. */
  readonly from: number;
  readonly to: number;
  /** Along the lines, walks outside left out; zero where there is no way to measure. */
  readonly metres: number;
  /** Time inside, walks outside left out. */
  readonly insideMs: number;
};

/** A ride that nothing can be charged for. */
export type Held = { readonly state: 'held'; readonly reason: HeldFor };

/** No station: a bus route, or the half of a journey that is missing. */
const NONE = -1;

/** Say what a ride of a service day was. */
export function judge(ride: Ride, day: number, by: Circumstances): Judged | Held {
  const [first] = ride.taps;
  const network = first === undefined ? undefined : by.city.operators.get(first.operator);
  if (first === undefined || network === undefined) return held('unknown_operator');
  const tariff = tariffOn(network, day);
  if (ride.kind === 'single') return judgeSingle(ride, first, network, tariff, by.policy);
  for (const tap of ride.taps) {
    if (stationOf(network, tap) === undefined) return held('unknown_station');
  }
  if (ride.kind === 'pair') return judgePair(ride, network, tariff, by.policy);
  if (isDoubtful(ride, by.policy)) return held('clock_uncertain');
  if (tariff === undefined) return held('no_tariff');
  if (by.setAside.some(({ tap }) => couldBeHalf(tap, first, by.policy))) {
    return held('other_half_set_aside');
  }
  const station = stationOf(network, first) ?? NONE;
  const judged = { network, tariff, metres: 0, insideMs: 0 };
  if (ride.kind === 'no_entry') {
    return { ...judged, state: 'incomplete_no_entry', from: NONE, to: station };
  }
  const sinceMs = by.asOfMs - first.correctedMs;
  const isInside = !ride.followed && sinceMs <= maximumStayMs(tariff, by.policy);
  const state = isInside ? 'open' : 'incomplete_no_exit';
  return { ...judged, state, from: station, to: NONE };
}

/** How long one may stay inside before it costs more. */
export function maximumStayMs({ tariff }: PricedTariff, policy: Policy): number {
  return tariff.stay?.maximumMs ?? policy.longestStayMs;
}

function judgeSingle(
  ride: Ride,
  tap: RatedTap,
  network: OperatorNetwork,
  tariff: PricedTariff | undefined,
  policy: Policy,
): Judged | Held {
  const route = tap.route ?? '';
  if (ride.companion && route === '' && isSome(tap.station)) return held('unknown_direction');
  if (!network.routes.has(route)) return held('unknown_route');
  if (isDoubtful(ride, policy) && !isDayCertain(tap, policy)) return held('clock_uncertain');
  if (tariff === undefined) return held('no_tariff');
  return { state: 'single', network, tariff, from: NONE, to: NONE, metres: 0, insideMs: 0 };
}

function judgePair(
  ride: Ride,
  network: OperatorNetwork,
  tariff: PricedTariff | undefined,
  policy: Policy,
): Judged | Held {
  const way = measure(ride.taps, network);
  if (way.metres === NO_WAY) return held('no_way');
  const state = stateOfPair(ride, way, tariff, policy);
  // A clock that is far off is believed for a whole journey that would be the same by any time that it can mean.
  if (isDoubtful(ride, policy)) {
    const slackMs = ride.taps.reduce((sum, tap) => sum + tap.uncertaintyMs, 0);
    const longest = { ...way, insideMs: way.insideMs + slackMs };
    const isSame = state === 'complete' && stateOfPair(ride, longest, tariff, policy) === state;
    if (!isSame || !ride.taps.every((tap) => isDayCertain(tap, policy))) {
      return held('clock_uncertain');
    }
  }
  if (tariff === undefined) return held('no_tariff');
  return { state, network, tariff, ...way };
}

/** Where a pair led, how far, and how long it was inside. */
type Way = Pick<Judged, 'from' | 'to' | 'metres' | 'insideMs'>;

function measure(taps: readonly RatedTap[], network: OperatorNetwork): Way {
  let metres = 0;
  let insideMs = 0;
  for (let at = 0; at + 1 < taps.length; at += 2) {
    const [entry, exit] = [taps[at], taps[at + 1]];
    if (entry === undefined || exit === undefined) break;
    const from = stationOf(network, entry) ?? NONE;
    const to = stationOf(network, exit) ?? NONE;
    const leg = network.metres[from * network.stations.size + to] ?? NO_WAY;
    metres = leg === NO_WAY || metres === NO_WAY ? NO_WAY : metres + leg;
    insideMs += Math.max(0, exit.correctedMs - entry.correctedMs);
  }
  const from = stationOf(network, taps[0]) ?? NONE;
  const to = stationOf(network, taps.at(-1)) ?? NONE;
  return { from, to, metres, insideMs };
}

function stateOfPair(
  ride: Ride,
  { from, to, insideMs }: Way,
  tariff: PricedTariff | undefined,
  policy: Policy,
): 'complete' | 'overstay' | 'same_station' | 'change_of_mind' {
  if (from === to && ride.taps.length === 2) {
    if (insideMs <= policy.changeOfMindMs) return 'change_of_mind';
    if (insideMs <= policy.sameStation.windowMs) return 'same_station';
  }
  if (tariff !== undefined && insideMs > maximumStayMs(tariff, policy)) return 'overstay';
  return 'complete';
}

/** Whether a tap that was set aside may be the exit to an entry, or the entry to an exit, that has none. */
function couldBeHalf(aside: RatedTap, tap: RatedTap, policy: Policy): boolean {
  if (aside.operator !== tap.operator || isEntry(aside) === isEntry(tap)) return false;
  if ((aside.kind === 'companion') !== (tap.kind === 'companion')) return false;
  if (!policy.crossFormPairing && aside.form !== tap.form) return false;
  const [entry, exit] = isEntry(tap) ? [tap, aside] : [aside, tap];
  const slackMs = entry.uncertaintyMs + exit.uncertaintyMs;
  const insideMs = exit.correctedMs - entry.correctedMs;
  return insideMs >= -slackMs && insideMs <= policy.longestStayMs + slackMs;
}

function isDoubtful(ride: Ride, policy: Policy): boolean {
  return ride.taps.some((tap) => tap.uncertaintyMs > policy.uncertaintyLimitMs);
}

/** Whether a tap's service day and month are the same by any time that its clock can mean. */
function isDayCertain(tap: RatedTap, policy: Policy): boolean {
  const [earliest, latest] = [
    tap.correctedMs - tap.uncertaintyMs,
    tap.correctedMs + tap.uncertaintyMs,
  ];
  const startMs = policy.serviceDayStartMs;
  return (
    dayNumber(earliest, startMs) === dayNumber(latest, startMs) &&
    monthNumber(earliest) === monthNumber(latest)
  );
}

function isSome(name: string | undefined): boolean {
  return name !== undefined && name !== '';
}

function held(reason: HeldFor): Held {
  return { state: 'held', reason };
}
