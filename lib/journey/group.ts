/**
 * Which events are of one tap. Names tie most of them; a phone knows no reference, so its answers are tied to a
 * message by the cryptogram in both, and a terminal that asked nobody is tied to the tap that it has just read.
 */
import { type JourneyEvent, textOf } from './event.ts';
import { headOf, type Journey } from './head.ts';
import { isExchange, isTill, type Linked, linksOf } from './links.ts';

/**
 * The journeys of some events, the earliest first. Taps may be interleaved; each event is in one journey at most, and
 * those that are of no payment are in none.
 */
export function groupJourneys(events: readonly JourneyEvent[]): readonly Journey[] {
  const groups = byNames(linksOf(events));
  joinLines(groups);
  joinTaps(groups);
  joinTills(groups);
  return [...groups]
    .filter(isOfTap)
    .map(({ all }) => headOf(inOrder(all)))
    .sort((left, right) => left.firstSequence - right.firstSequence);
}

/** Events that are known to be of one payment. */
type Group = { all: Linked[] };

/** Events that share a name, directly or through others. */
function byNames(links: readonly Linked[]): Set<Group> {
  const groups = new Set<Group>();
  const named = new Map<string, Group>();
  for (const linked of links) {
    const mine: Group = { all: [linked] };
    groups.add(mine);
    // All are looked up before any is moved, since moving gives this event's names to the group it goes to.
    const others = new Set(linked.names.flatMap((name) => named.get(name) ?? []));
    let whole = mine;
    for (const other of others) whole = join(groups, named, whole, other);
    for (const name of linked.names) named.set(name, whole);
  }
  return groups;
}

/** Move the smaller group into the larger, with every name that pointed to it. */
function join(groups: Set<Group>, named: Map<string, Group>, one: Group, other: Group): Group {
  const [into, from] = one.all.length > other.all.length ? [one, other] : [other, one];
  for (const { names } of from.all) for (const name of names) named.set(name, into);
  merge(groups, into, from);
  return into;
}

/** Merge two groups for good. */
function merge(groups: Set<Group>, into: Group, other: Group): void {
  into.all.push(...other.all);
  groups.delete(other);
}

/**
 * A terminal's request without an answer has no reference. What it says passes unchanged to the network: terminal,
 * time, day, amount, cryptogram.
 */
function joinLines(groups: Set<Group>): void {
  const asked = [...groups].filter((group) => hasLeg(group, 'pos') && !hasLeg(group, 'cups'));
  const passed = [...groups].filter((group) => hasLeg(group, 'cups') && !hasLeg(group, 'pos'));
  pair(groups, asked, passed, (group) => likenessOf(group));
}

/** The phone's answers belong to the first payment that carries their cryptogram; what comes later is a repeat. */
function joinTaps(groups: Set<Group>): void {
  const taps = [...groups].filter((group) => group.all.every(isExchange));
  const payments = [...groups].filter((group) => group.all.some(({ message }) => message));
  pair(
    groups,
    payments,
    taps,
    (group) => group.all.find(({ cryptogram }) => cryptogram)?.cryptogram,
  );
}

/** What the terminal told without a name that anybody shares. */
function joinTills(groups: Set<Group>): void {
  for (const group of [...groups].filter((one) => one.all.every(isTill)).sort(byFirst)) {
    if (!groups.has(group)) continue;
    const [receipt] = group.all.filter(({ event }) => event.type === 'receipt');
    const owner = (receipt && ownerOfReceipt(groups, receipt)) ?? ownerOfOutcome(groups, group);
    if (owner !== undefined && owner !== group) merge(groups, owner, group);
  }
}

/** One to one, each with the first that is like it. */
function pair(
  groups: Set<Group>,
  owners: readonly Group[],
  others: readonly Group[],
  likeness: (group: Group) => string | undefined,
): void {
  const waiting = new Map<string, Group[]>();
  for (const other of [...others].sort(byFirst)) {
    const key = likeness(other);
    if (key !== undefined) waiting.set(key, [...(waiting.get(key) ?? []), other]);
  }
  for (const owner of [...owners].sort(byFirst)) {
    const found = waiting.get(likeness(owner) ?? '')?.shift();
    if (found !== undefined) merge(groups, owner, found);
  }
}

function likenessOf(group: Group): string | undefined {
  const request = group.all.find(({ message }) => /^0[12]0/.test(message?.mti ?? ''));
  const fields = request?.message?.fields;
  if (fields === undefined) return undefined;
  return [fields[41], fields[12], fields[13], fields[4], request?.cryptogram].join(' ');
}

/** A receipt has the terminal, the time and the amount of its request. */
function ownerOfReceipt(groups: Set<Group>, { event }: Linked): Group | undefined {
  const wanted = [
    textOf(event, 'terminalId'),
    textOf(event, 'localTime').replaceAll(':', ''),
    textOf(event, 'amountMinor').padStart(12, '0'),
    textOf(event, 'tokenLastFour'),
  ].join(' ');
  return [...groups].sort(byFirst).find(({ all }) => {
    if (all.some((one) => one.event.type === 'receipt')) return false;
    return all.some(({ message }) => {
      if (message?.dialect !== 'pos' || !/^0[12]0/.test(message.mti)) return false;
      const { fields } = message;
      return [fields[41], fields[12], fields[4], fields[2]?.slice(-4)].join(' ') === wanted;
    });
  });
}

/**
 * Without a receipt it is about the tap just read on that air, whether or not anybody was asked meanwhile; where
 * nothing says that it was read, about the last tap that asked nobody; for a payment taken back, about the last without
 * an end.
 */
function ownerOfOutcome(groups: Set<Group>, { all }: Group): Group | undefined {
  const [first] = all;
  if (first === undefined) return undefined;
  const receipt = receiptAfter(groups, first);
  if (receipt !== undefined) return receipt;
  const outcome = textOf(first.event, 'outcome');
  if (outcome === 'no_card') return undefined;
  const air = textOf(first.event, 'air');
  const isRead = first.event.type === 'terminal.read';
  const isOpen = (group: Group): boolean => {
    if (group.all === all || firstOf(group) > first.event.sequence) return false;
    if (group.all.some(isTill)) return false;
    if (outcome === 'reversed') return hasLeg(group, 'pos');
    const isAsked = group.all.some(({ message }) => message);
    return group.all.some((one) => isExchange(one) && isOn(air, one)) && (isRead || !isAsked);
  };
  return [...groups].filter(isOpen).sort(byFirst).at(-1);
}

/** Whether an exchange may have been on an air; who tells of one without a name may mean any. */
function isOn(air: string, { event }: Linked): boolean {
  const own = textOf(event, 'air');
  return air === '' || own === '' || own === air;
}

/** The terminal tells an outcome and its receipt in one breath. */
function receiptAfter(groups: Set<Group>, { event }: Linked): Group | undefined {
  if (event.type !== 'terminal.outcome') return undefined;
  return [...groups].find(({ all }) =>
    all.some(
      (one) =>
        one.event.type === 'receipt' &&
        one.event.service === event.service &&
        one.event.sequence === event.sequence + 1,
    ),
  );
}

function hasLeg({ all }: Group, dialect: 'pos' | 'cups'): boolean {
  return all.some(({ message }) => message?.dialect === dialect);
}

/** A payment is asked for, tapped for or told of at a till; what else shares a name only follows from one. */
function isOfTap({ all }: Group): boolean {
  return all.some((one) => isExchange(one) || isTill(one) || one.message !== undefined);
}

function inOrder(all: readonly Linked[]): readonly Linked[] {
  return [...all].sort((left, right) => left.event.sequence - right.event.sequence);
}

function firstOf({ all }: Group): number {
  return Math.min(...all.map(({ event }) => event.sequence));
}

function byFirst(left: Group, right: Group): number {
  return firstOf(left) - firstOf(right);
}
