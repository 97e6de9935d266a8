/**
 * Journeys of a long list of events, kept up as it grows. What ended a while ago is set aside and not grouped anew with
 * every piece of news; when something is heard of it again (a reversal days later), it is taken up with all its events.
 */
import type { JourneyEvent } from '@octavo/lib/journey/event.ts';
import { groupJourneys } from '@octavo/lib/journey/group.ts';
import type { Journey } from '@octavo/lib/journey/head.ts';
import { linksOf } from '@octavo/lib/journey/links.ts';

/** What has been grouped so far. */
export type Grouped = {
  /** The earliest first. */
  readonly journeys: readonly Journey[];
  /** Journeys that ended a while ago, by id. */
  readonly aside: ReadonlyMap<string, Aside>;
  /** Events that are grouped anew with the next news. */
  readonly open: readonly JourneyEvent[];
};

/** A journey that ended, and the names by which later events would belong to it. */
type Aside = { readonly journey: Journey; readonly names: readonly string[] };

/** Before anything was heard. */
export const nothingGrouped: Grouped = { journeys: [], aside: new Map(), open: [] };

/** How many of the newest events are grouped anew. */
const OPEN = 600;
/** How many journeys are kept. */
const KEPT = 1_000;

/** Go on with fresh events, which are later than all before. */
export function hearOf(grouped: Grouped, fresh: readonly JourneyEvent[]): Grouped {
  const aside = new Map(grouped.aside);
  const again = takenUp(aside, fresh);
  const open = [...again, ...grouped.open, ...fresh].sort(bySequence);
  const now = groupJourneys(open);
  const from = (open.at(-OPEN) ?? open[0])?.sequence ?? 0;
  const ended = now.filter((one) => one.lastSequence < from && one.outcome !== 'under_way');
  for (const journey of ended) aside.set(journey.id, { journey, names: namesOf(journey.events) });
  const settled = sequencesOf(ended);
  const begun = sequencesOf(now);
  // Events that are of no journey yet may become part of one as long as they are among the newest.
  const isOpen = ({ sequence }: JourneyEvent) =>
    !settled.has(sequence) && (sequence >= from || begun.has(sequence));
  return { journeys: keepNewest(aside, now), aside, open: open.filter(isOpen) };
}

/** Take up the journeys that fresh events name, and give all their events. */
function takenUp(
  aside: Map<string, Aside>,
  fresh: readonly JourneyEvent[],
): readonly JourneyEvent[] {
  if (aside.size === 0) return [];
  const named = new Set(namesOf(fresh));
  const again = [...aside.values()].filter(({ names }) => names.some((name) => named.has(name)));
  for (const { journey } of again) aside.delete(journey.id);
  return again.flatMap(({ journey }) => journey.events);
}

function namesOf(events: readonly JourneyEvent[]): readonly string[] {
  return linksOf(events).flatMap(({ names }) => names);
}

function sequencesOf(journeys: readonly Journey[]): ReadonlySet<number> {
  return new Set(journeys.flatMap(({ events }) => events.map(({ sequence }) => sequence)));
}

/** All journeys in order, the oldest forgotten when there are too many. */
function keepNewest(aside: Map<string, Aside>, now: readonly Journey[]): readonly Journey[] {
  const old = [...aside.values()].map(({ journey }) => journey);
  const all = [...old, ...now.filter(({ id }) => !aside.has(id))].sort(
    (left, right) => left.firstSequence - right.firstSequence,
  );
  for (const { id } of all.slice(0, -KEPT)) aside.delete(id);
  return all.slice(-KEPT);
}

function bySequence(left: JourneyEvent, right: JourneyEvent): number {
  return left.sequence - right.sequence;
}
