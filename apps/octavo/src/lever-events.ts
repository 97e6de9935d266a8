/** Following what the services tell: those who ask are answered at once, or as soon as there is news. */
import type { TraceEvent } from '@octavo/domain/ports.ts';
import { endpoint } from '@octavo/services/endpoint';
import { z } from 'zod';
import type { SequencedEvent } from './stage.ts';
import type { World } from './world.ts';

/** How long a caller may wait for news. */
const LONGEST_WAIT_MS = 20_000;

const MOST_EVENTS = 5_000;

/** What the services told, from the events that are still kept. */
export const readEvents = endpoint({
  path: '/operator/events',
  summary: 'What the services told since a point, or will tell within a while',
  callers: ['operator'],
  perMinute: 6000,
  timeoutMs: LONGEST_WAIT_MS + 10_000,
  repeat: 'reads only',
  body: z.strictObject({
    afterSequence: z.int().min(0),
    /** The oldest so many; all that are kept when left out. */
    limit: z.int().min(1).max(MOST_EVENTS).optional(),
    /** Only events of these types. */
    types: z.array(z.string().max(64)).min(1).max(64).optional(),
    /** How long to wait when there are none yet. */
    waitMs: z.int().min(0).max(LONGEST_WAIT_MS).optional(),
  }),
  answer: z.strictObject({
    events: z.array(
      z.strictObject({
        sequence: z.int(),
        event: z.strictObject({
          type: z.string(),
          service: z.string(),
          atMs: z.int(),
          detail: z.record(z.string(), z.unknown()),
        }),
      }),
    ),
    /** Where to go on: nothing up to here has been left out but by its type. */
    lastSequence: z.int(),
  }),
});

/** What is asked for. */
export type EventsAsk = z.output<typeof readEvents.body>;

/** What is answered. */
export type EventsAnswer = z.input<typeof readEvents.answer>;

/** Make the handler for a world. */
export function eventsOf(
  world: Pick<World, 'events' | 'clock' | 'closing'>,
): (ask: EventsAsk) => Promise<EventsAnswer> {
  const waiting = new Set<AbortController>();
  world.closing.addEventListener('abort', () => {
    for (const waiter of waiting) waiter.abort();
  });
  return async (ask) => {
    const { waitMs = 0 } = ask;
    const newest = world.events.events(0).at(-1)?.sequence ?? 0;
    // Whoever is ahead of us followed an earlier life of this world, and begins again.
    if (ask.afterSequence > newest) return { events: [], lastSequence: newest };
    const first = look(world, ask);
    if (first.events.length > 0 || waitMs === 0 || world.closing.aborted) return first;
    const waiter = new AbortController();
    const deaf = world.events.subscribe(({ event }) => {
      if (isWanted(ask, event)) waiter.abort();
    });
    waiting.add(waiter);
    await world.clock.sleep(waitMs, waiter.signal);
    waiting.delete(waiter);
    deaf();
    return look(world, ask);
  };
}

function look({ events }: Pick<World, 'events'>, ask: EventsAsk): EventsAnswer {
  const told = events.events(ask.afterSequence);
  const wanted = told.filter(({ event }) => isWanted(ask, event));
  const { limit = wanted.length } = ask;
  const last = wanted.length > limit ? wanted[limit - 1] : told.at(-1);
  return {
    events: wanted.slice(0, limit).map(asAnswered),
    lastSequence: last?.sequence ?? ask.afterSequence,
  };
}

function isWanted({ types }: EventsAsk, { type }: TraceEvent): boolean {
  return types === undefined || types.includes(type);
}

function asAnswered({ sequence, event }: SequencedEvent) {
  return { sequence, event: event as TraceEvent & { detail: Record<string, unknown> } };
}
