/** What the services tell, followed once for all pages, and the journeys that it makes. */
import type { JourneyEvent } from '@octavo/lib/journey/event.ts';
import type { Journey } from '@octavo/lib/journey/head.ts';
import { useMemo, useSyncExternalStore } from 'react';
import { ConnectionLost, Refused } from '../kit/ask.ts';
import { type EventsAnswer, readEvents } from './api.ts';
import { type Grouped, hearOf, nothingGrouped } from './journeys.ts';

/** How the following goes: before the first answer, while it holds, and while nobody answers. */
export type Following = 'opening' | 'following' | 'lost';

/** What is known now. */
export type Told = {
  readonly state: Following;
  /** The newest events in order. */
  readonly events: readonly JourneyEvent[];
  /** Their journeys, the earliest first. */
  readonly journeys: readonly Journey[];
  /** The newest event of the first answer: what is later happened before our eyes. */
  readonly openedAt: number;
};

/** How many events a page keeps. */
const KEPT = 5_000;
const WAIT_MS = 20_000;
const RETRY_MS = 1_000;
/** A tap tells several things at once: they are heard together. */
const BREATH_MS = 120;

const NOTHING: Told = { state: 'opening', events: [], journeys: [], openedAt: 0 };
let told: Told = NOTHING;
let grouped: Grouped = nothingGrouped;
const listeners = new Set<() => void>();

/** Follow until the signal; what was known of an earlier following is forgotten. */
export async function followEvents(signal: AbortSignal): Promise<void> {
  forget('opening');
  let afterSequence = 0;
  while (!signal.aborted) {
    try {
      const waitMs = told.state === 'following' ? WAIT_MS : 0;
      const answer = await readEvents({ afterSequence, waitMs }, signal);
      if (signal.aborted) return;
      // A world that begins anew counts from the beginning.
      if (answer.lastSequence < afterSequence) {
        afterSequence = 0;
        forget('following');
        continue;
      }
      afterSequence = answer.lastSequence;
      hear(answer);
      if (answer.events.length > 0) await pause(BREATH_MS, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ConnectionLost) && !(error instanceof Refused)) throw error;
      tell({ ...told, state: 'lost' });
      await pause(RETRY_MS, signal);
    }
  }
}

/** What is known now; draws anew with every news. */
export function useTold(): Told {
  return useSyncExternalStore(subscribe, () => told);
}

/** The journeys of the newest events, the latest first. */
export function useJourneys(): readonly Journey[] {
  const { journeys } = useTold();
  return useMemo(() => journeys.toReversed(), [journeys]);
}

function hear(answer: EventsAnswer): void {
  const isFirst = told.openedAt === 0;
  const openedAt = isFirst ? Math.max(1, answer.lastSequence) : told.openedAt;
  if (answer.events.length === 0) {
    tell({ ...told, state: 'following', openedAt });
    return;
  }
  const fresh = answer.events.map(({ sequence, event }): JourneyEvent => ({ sequence, ...event }));
  const events = [...told.events, ...fresh].slice(-KEPT);
  grouped = hearOf(grouped, fresh);
  tell({ state: 'following', events, journeys: grouped.journeys, openedAt });
}

function forget(state: Following): void {
  grouped = nothingGrouped;
  tell({ ...NOTHING, state });
}

function tell(now: Told): void {
  told = now;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
