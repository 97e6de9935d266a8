/**
 * Pairing: taps become rides, entry with exit. An operator's gates are one mode group; a bus without tap-off never
 * closes what is open elsewhere. Doubt about clocks is settled here: where nothing depends on a clock that is far
 * off, its tap counts, otherwise it is set aside for review.
 * @see docs/specs.md, transit sheet, sections 3 and 5.1 to 5.3
 */
import type { SetAside } from './journey.ts';
import { type City, type OperatorNetwork, stationOf } from './network.ts';
import type { Policy } from './policy.ts';
import type { RatedTap } from './rated-tap.ts';

/** What belongs together, not yet judged or priced. */
export type Ride = {
  readonly kind: 'pair' | 'no_exit' | 'no_entry' | 'single';
  readonly companion: boolean;
  /** In order; a pair that went on after a walk outside has four, six and so on. */
  readonly taps: readonly RatedTap[];
  /** An entry that a later entry proves to have been left: it cannot be open any more. */
  readonly followed: boolean;
};

/** All rides of an account, group by group, and the taps whose place in the order nobody can tell. */
export type Pairing = { readonly rides: readonly Ride[]; readonly setAside: readonly SetAside[] };

/** Pair the taps of one account, which come in order and each once. */
export function pairTaps(taps: readonly RatedTap[], city: City, policy: Policy): Pairing {
  const groups: Group[] = [];
  const rides: Ride[] = [];
  for (const tap of taps) {
    if (tap.kind === 'single' || (tap.kind === 'companion' && !hasWay(tap))) {
      rides.push(rideOf('single', [tap], false));
    } else {
      groupOf(groups, tap, policy).taps.push(tap);
    }
  }
  const setAside: SetAside[] = [];
  for (const group of groups) {
    const network = city.operators.get(group.operator);
    let paired = pairGroup(group, network, policy);
    const doubtful = group.taps.some((tap) => tap.uncertaintyMs > policy.uncertaintyLimitMs)
      ? ambiguous(group.taps, paired, policy)
      : [];
    if (doubtful.length > 0) {
      for (const tap of doubtful) setAside.push({ tap, reason: 'clock_uncertain' });
      const out = new Set(doubtful);
      const rest = { ...group, taps: group.taps.filter((tap) => !out.has(tap)) };
      paired = pairGroup(rest, network, policy);
    }
    for (const ride of paired) rides.push(ride);
  }
  return { rides, setAside };
}

/** The taps among which an entry finds its exit. */
type Group = {
  readonly operator: string;
  readonly form: string;
  readonly companion: boolean;
  readonly taps: RatedTap[];
};

/** Whether a tap led in or out; a companion says it by its gate's direction. */
export function isEntry(tap: RatedTap): boolean {
  return tap.kind === 'entry' || (tap.kind === 'companion' && tap.direction === 'in');
}

function hasWay(tap: RatedTap): boolean {
  return tap.direction === 'in' || tap.direction === 'out';
}

function groupOf(groups: Group[], tap: RatedTap, policy: Policy): Group {
  const companion = tap.kind === 'companion';
  const found = groups.find(
    (one) =>
      one.operator === tap.operator &&
      one.companion === companion &&
      (policy.crossFormPairing || one.form === tap.form),
  );
  if (found !== undefined) return found;
  const group: Group = { operator: tap.operator, form: tap.form, companion, taps: [] };
  groups.push(group);
  return group;
}

function pairGroup(
  group: Group,
  network: OperatorNetwork | undefined,
  policy: Policy,
): readonly Ride[] {
  return group.companion
    ? pairCompanions(group.taps, policy)
    : pairOwn(group.taps, network, policy);
}

/** One person's way in and out again: at most one entry is open. */
function pairOwn(
  given: readonly RatedTap[],
  network: OperatorNetwork | undefined,
  policy: Policy,
): readonly Ride[] {
  const taps = [...given];
  const rides: Ride[] = [];
  let open: RatedTap | undefined;
  for (let at = 0; at < taps.length; at++) {
    if (mayStandLater(taps, at, open, policy))
      taps.splice(at, 2, ...taps.slice(at, at + 2).reverse());
    const tap = taps[at];
    if (tap === undefined) break;
    if (open !== undefined && (isEntry(tap) || isTooLate(tap, open, policy))) {
      rides.push(rideOf('no_exit', [open], true));
      open = undefined;
    }
    if (isEntry(tap)) {
      open = tap;
    } else if (open === undefined) {
      rides.push(rideOf('no_entry', [tap], true));
    } else {
      addPair(rides, open, tap, network);
      open = undefined;
    }
  }
  if (open !== undefined) rides.push(rideOf('no_exit', [open], false));
  return rides;
}

/** Whether a tap is so long after an entry that it cannot belong to it. */
function isTooLate(tap: RatedTap, open: RatedTap, policy: Policy): boolean {
  return tap.correctedMs - open.correctedMs > policy.longestStayMs;
}

/**
 * Whether a tap that cannot stand where its time puts it fits right after the next one, and their clocks leave that
 * possible. A gate's own numbers are never turned round; nor is anything gained when the tap after them would then be
 * the one that cannot stand.
 */
function mayStandLater(
  taps: readonly RatedTap[],
  at: number,
  open: RatedTap | undefined,
  policy: Policy,
): boolean {
  const [tap, other, after] = [taps[at], taps[at + 1], taps[at + 2]];
  if (tap === undefined || other === undefined) return false;
  const isInside = open !== undefined && !isTooLate(tap, open, policy);
  if (isEntry(tap) !== isInside || isEntry(other) === isInside) return false;
  if (other.gateId === tap.gateId || !couldTurn(tap, other)) return false;
  return after === undefined || isEntry(after) !== isInside;
}

/** Whether two taps are nearer to each other than their clocks can tell. */
function couldTurn(one: RatedTap, other: RatedTap): boolean {
  return Math.abs(other.correctedMs - one.correctedMs) < one.uncertaintyMs + other.uncertaintyMs;
}

/** Add an entry with its exit; one that goes on from the last ride after a listed walk outside continues it. */
function addPair(
  rides: Ride[],
  entry: RatedTap,
  exit: RatedTap,
  network: OperatorNetwork | undefined,
): void {
  const before = rides.at(-1);
  if (before?.kind === 'pair' && network !== undefined && goesOn(before, entry, exit, network)) {
    rides[rides.length - 1] = rideOf('pair', [...before.taps, entry, exit], true);
  } else {
    rides.push(rideOf('pair', [entry, exit], true));
  }
}

function goesOn(before: Ride, entry: RatedTap, exit: RatedTap, network: OperatorNetwork): boolean {
  const left = before.taps.at(-1);
  if (network.interchanges.size === 0 || left === undefined) return false;
  const from = stationOf(network, left);
  const to = stationOf(network, entry);
  if (from === undefined || to === undefined) return false;
  // In and out at one station was no ride, and nothing goes on from it or by it.
  if (to === stationOf(network, exit) || from === stationOf(network, before.taps.at(-2))) {
    return false;
  }
  const windowMs = network.interchanges.get(from * network.stations.size + to);
  return windowMs !== undefined && entry.correctedMs - left.correctedMs <= windowMs;
}

/** Those who travel along: several may be inside, and who came first leaves first. */
function pairCompanions(taps: readonly RatedTap[], policy: Policy): readonly Ride[] {
  const rides: Ride[] = [];
  const inside: RatedTap[] = [];
  let first = 0;
  for (const tap of taps) {
    while (first < inside.length) {
      const oldest = inside[first];
      if (oldest === undefined || tap.correctedMs - oldest.correctedMs <= policy.longestStayMs)
        break;
      rides.push(rideOf('no_exit', [oldest], true));
      first++;
    }
    const oldest = inside[first];
    if (isEntry(tap)) {
      inside.push(tap);
    } else if (oldest === undefined) {
      rides.push(rideOf('no_entry', [tap], true));
    } else {
      rides.push(rideOf('pair', [oldest, tap], true));
      first++;
    }
  }
  for (const tap of inside.slice(first)) rides.push(rideOf('no_exit', [tap], false));
  return rides;
}

/**
 * The taps of far-off clocks whose place in the order is not certain: another tap of the group, other than the one
 * they are paired with, stands so near that it might come first.
 */
function ambiguous(
  taps: readonly RatedTap[],
  rides: readonly Ride[],
  policy: Policy,
): readonly RatedTap[] {
  const partner = new Map<RatedTap, RatedTap>();
  for (const { kind, taps: own } of rides) {
    for (let at = 0; kind === 'pair' && at + 1 < own.length; at += 2) {
      const [entry, exit] = [own[at], own[at + 1]];
      if (entry === undefined || exit === undefined) continue;
      partner.set(entry, exit).set(exit, entry);
    }
  }
  const widest = taps.reduce((most, tap) => Math.max(most, tap.uncertaintyMs), 0);
  return taps.filter((tap, at) => {
    if (tap.uncertaintyMs <= policy.uncertaintyLimitMs) return false;
    const turns = (other: RatedTap): boolean =>
      other !== partner.get(tap) && other.gateId !== tap.gateId && couldTurn(tap, other);
    return reaches(taps, at, -1, widest, turns) || reaches(taps, at, 1, widest, turns);
  });
}

/** Whether a tap that turns stands before or after another, as far as any clock of the group reaches. */
function reaches(
  taps: readonly RatedTap[],
  from: number,
  step: 1 | -1,
  widestMs: number,
  turns: (other: RatedTap) => boolean,
): boolean {
  const tap = taps[from];
  for (let at = from + step; tap !== undefined; at += step) {
    const other = taps[at];
    if (other === undefined) return false;
    if (Math.abs(other.correctedMs - tap.correctedMs) >= tap.uncertaintyMs + widestMs) return false;
    if (turns(other)) return true;
  }
  return false;
}

function rideOf(kind: Ride['kind'], taps: readonly RatedTap[], followed: boolean): Ride {
  return { kind, companion: taps[0]?.kind === 'companion', taps, followed };
}
