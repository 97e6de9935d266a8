/**
 * Pricing: from what a ride was to what it costs, step by step: base fare, transfer discount, concession, ladder, cap,
 * and penalties on top. Amounts are exact thousandths of thousandths until the one rounding at the end, half up.
 * @see docs/specs.md, transit sheet, sections 5.2, 6 and 6.1
 */
import type { ExplainStep } from './journey.ts';
import { type Judged, maximumStayMs } from './judging.ts';
import type { Ride } from './pairing.ts';
import type { Policy } from './policy.ts';
import { baseFare, ladderStep } from './tariff.ts';

/** What a ride finds when its moment of charge comes. */
export type Before = {
  /** Spent on this operator's rides in the month. */
  readonly monthMinor: bigint;
  /** Spent on this service day, as far as the cap counts it. */
  readonly dayMinor: bigint;
  /** Since the bus ride that this one is a transfer from; undefined when it is none. */
  readonly sinceBusMs: number | undefined;
};

/** A price and its parts. */
export type Price = {
  /** What counts to the ladder and the cap. */
  readonly cappedMinor: bigint;
  /** What comes on top. */
  readonly outsideMinor: bigint;
  readonly singleMinor: bigint;
  readonly steps: readonly ExplainStep[];
};

/** The price of a ride that was judged. */
export function price(ride: Ride, judged: Judged, before: Before, policy: Policy): Price {
  const { state, from, to, insideMs } = judged;
  if (state === 'open') return free([{ rule: 'state.open', deltaMinor: 0n }]);
  if (state === 'change_of_mind') {
    const seconds = Math.floor(insideMs / 1000);
    return free([{ rule: 'fare.change_of_mind', deltaMinor: 0n, seconds }]);
  }
  if (state === 'incomplete_no_exit' || state === 'incomplete_no_entry') {
    const at = state === 'incomplete_no_exit' ? from : to;
    const rule = state === 'incomplete_no_exit' ? 'fare.maximum_no_exit' : 'fare.maximum_no_entry';
    return maximum(rule, at, judged, ride.taps[0]?.station);
  }
  const { charge } = policy.sameStation;
  if (state === 'same_station' && charge === 'free') {
    return free([{ rule: 'fare.same_station', deltaMinor: 0n }]);
  }
  if (state === 'same_station' && charge === 'maximum') {
    return maximum('fare.maximum_same_station', from, judged, ride.taps[0]?.station);
  }
  return fare(ride, judged, before, policy);
}

function free(steps: readonly ExplainStep[]): Price {
  return { cappedMinor: 0n, outsideMinor: 0n, singleMinor: 0n, steps };
}

/** The fare to the farthest station, outside ladder and cap. */
function maximum(
  rule: 'fare.maximum_no_exit' | 'fare.maximum_no_entry' | 'fare.maximum_same_station',
  at: number,
  { network, tariff }: Judged,
  station = '',
): Price {
  const outsideMinor = baseFare(tariff.tariff.fare, network.farthest[at] ?? 0);
  const step: ExplainStep = { rule, deltaMinor: outsideMinor, station };
  return { cappedMinor: 0n, outsideMinor, singleMinor: outsideMinor, steps: [step] };
}

/** The fare of a whole ride. */
function fare(ride: Ride, judged: Judged, before: Before, policy: Policy): Price {
  const steps: ExplainStep[] = [];
  if (ride.taps.length > 2) addWalks(steps, ride);
  const baseMinor = addBase(steps, judged, ride.taps.length === 2);
  let dueMinor = baseMinor;
  if (ride.companion) {
    steps.push({ rule: 'fare.companion', deltaMinor: 0n });
  } else {
    dueMinor = addDiscounts(steps, baseMinor, judged, before, policy);
    dueMinor = addCap(steps, dueMinor, before, policy);
  }
  const penaltyMinor = judged.state === 'overstay' ? addPenalty(steps, judged, policy) : 0n;
  return {
    cappedMinor: ride.companion ? 0n : dueMinor,
    outsideMinor: ride.companion ? dueMinor + penaltyMinor : penaltyMinor,
    singleMinor: baseMinor + penaltyMinor,
    steps,
  };
}

function addWalks(steps: ExplainStep[], { taps }: Ride): void {
  for (let at = 1; at + 1 < taps.length; at += 2) {
    const [exit, entry] = [taps[at], taps[at + 1]];
    if (exit === undefined || entry === undefined) continue;
    const minutes = Math.max(0, Math.ceil((entry.correctedMs - exit.correctedMs) / MINUTE_MS));
    const [from, to] = [exit.station ?? '', entry.station ?? ''];
    steps.push({ rule: 'fare.interchange', deltaMinor: 0n, from, to, minutes });
  }
}

function addBase(steps: ExplainStep[], judged: Judged, isOneLeg: boolean): bigint {
  const { network, tariff, from, to, metres, state } = judged;
  if (state === 'single' || tariff.tariff.fare.kind === 'flat') {
    const deltaMinor = baseFare(tariff.tariff.fare, metres);
    steps.push({ rule: 'fare.flat', deltaMinor });
    return deltaMinor;
  }
  if (state === 'same_station') {
    const deltaMinor = baseFare(tariff.tariff.fare, 0);
    steps.push({ rule: 'fare.same_station', deltaMinor });
    return deltaMinor;
  }
  const known = isOneLeg ? tariff.fares[from * network.stations.size + to] : undefined;
  const deltaMinor = known ?? baseFare(tariff.tariff.fare, metres);
  steps.push({ rule: 'fare.distance', deltaMinor, metres });
  return deltaMinor;
}

/** Transfer, concession, ladder. Rates multiply exactly; only what is shown between them is rounded for the eye. */
function addDiscounts(
  steps: ExplainStep[],
  baseMinor: bigint,
  { tariff: { tariff } }: Judged,
  before: Before,
  policy: Policy,
): bigint {
  let dueMinor = baseMinor;
  if (before.sinceBusMs !== undefined && tariff.transfer !== undefined) {
    const { offMinor } = tariff.transfer;
    const leftMinor = dueMinor - offMinor;
    dueMinor = leftMinor < 0n ? 0n : leftMinor;
    const minutes = Math.floor(before.sinceBusMs / MINUTE_MS);
    steps.push({ rule: 'discount.transfer', deltaMinor: dueMinor - baseMinor, minutes });
  }
  const fullMinor = dueMinor;
  const concession = concessionOf(tariff.concessions, policy.category);
  if (concession !== FULL) {
    dueMinor = atRate(fullMinor, concession, FULL);
    const deltaMinor = dueMinor - fullMinor;
    const { category } = policy;
    steps.push({ rule: 'discount.concession', deltaMinor, category, perThousand: concession });
  }
  if (tariff.ladder === undefined) return dueMinor;
  const { perThousand } = ladderStep(tariff.ladder, before.monthMinor);
  if (perThousand === FULL) return dueMinor;
  const reducedMinor = atRate(fullMinor, concession, perThousand);
  const deltaMinor = reducedMinor - dueMinor;
  const spentMinor = before.monthMinor;
  steps.push({ rule: 'discount.ladder', deltaMinor, spentMinor, perThousand });
  return reducedMinor;
}

function concessionOf(
  concessions: Readonly<Record<string, number>> | undefined,
  category: string,
): number {
  if (concessions === undefined || !Object.hasOwn(concessions, category)) return FULL;
  return concessions[category] ?? FULL;
}

/** An amount at two rates in thousandths, rounded half up to whole minor units. */
function atRate(amountMinor: bigint, one: number, other: number): bigint {
  return (amountMinor * BigInt(one) * BigInt(other) + HALF) / WHOLE;
}

function addCap(steps: ExplainStep[], dueMinor: bigint, before: Before, policy: Policy): bigint {
  const capMinor = policy.dayCapMinor;
  if (capMinor === undefined || before.dayMinor + dueMinor <= capMinor) return dueMinor;
  const leftMinor = capMinor > before.dayMinor ? capMinor - before.dayMinor : 0n;
  const spentMinor = before.dayMinor;
  steps.push({ rule: 'cap.day', deltaMinor: leftMinor - dueMinor, capMinor, spentMinor });
  return leftMinor;
}

function addPenalty(steps: ExplainStep[], { tariff, insideMs }: Judged, policy: Policy): bigint {
  const deltaMinor = tariff.tariff.stay?.overstayMinor ?? 0n;
  const maximumMinutes = Math.floor(maximumStayMs(tariff, policy) / MINUTE_MS);
  const minutes = Math.ceil(insideMs / MINUTE_MS);
  steps.push({ rule: 'penalty.overstay', deltaMinor, minutes, maximumMinutes });
  return deltaMinor;
}

const MINUTE_MS = 60_000;

/** The full price in thousandths. */
const FULL = 1000;

/** Two rates in thousandths, multiplied. */
const WHOLE = 1_000_000n;
const HALF = WHOLE / 2n;
