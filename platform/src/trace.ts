/** The last events of a world, in order, for consoles that follow along and for those who come late. */
import type { Clock, Trace, TraceEvent } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';

/** An event and its place in the world's order; the first is 1. */
export type TraceEntry = { readonly sequence: number; readonly event: TraceEvent };

/** Hears of every event, in order, as it happens. */
export type TraceListener = (entry: TraceEntry) => void;

/** Keeps the last events and tells listeners. */
export type TraceBuffer = {
  /** The port for one service. */
  traceFor(service: string, clock: Clock): Trace;
  /** What is still kept of the events after a sequence; 0 for all. */
  events(afterSequence: number): readonly TraceEntry[];
  /** Listen from now on; the answer ends it. A listener that throws is dropped with a process warning. */
  subscribe(listener: TraceListener): () => void;
};

/** A buffer of the last `capacity` events. `kept` are those of an earlier life, in order. */
export function traceBuffer(capacity: number, kept: readonly TraceEntry[] = []): TraceBuffer {
  assert(Number.isSafeInteger(capacity) && capacity > 0, 'a capacity is a whole number above zero');
  /** A ring: the event of sequence n stands at n modulo capacity. */
  const ring: TraceEntry[] = [];
  const listeners = new Set<TraceListener>();
  let last = kept.at(-1)?.sequence ?? 0;
  for (const entry of kept.slice(-capacity)) ring[entry.sequence % capacity] = entry;

  const add = (event: TraceEvent): void => {
    const entry = { sequence: ++last, event };
    ring[entry.sequence % capacity] = entry;
    for (const listener of listeners) tell(listener, entry);
  };
  const tell = (listener: TraceListener, entry: TraceEntry): void => {
    try {
      listener(entry);
    } catch (error) {
      // A payment must not fail because a console that watches it went away.
      listeners.delete(listener);
      process.emitWarning(`a listener of events was dropped: ${String(error)}`);
    }
  };
  return {
    traceFor: (service, clock) => (type, detail) =>
      add({ type, service, atMs: clock.nowMs(), detail }),
    events: (afterSequence) => {
      const first = Math.max(afterSequence, last - capacity, 0) + 1;
      const told: TraceEntry[] = [];
      for (let sequence = first; sequence <= last; sequence++) {
        const entry = ring[sequence % capacity];
        // A crash may have left a gap in what was kept.
        if (entry?.sequence === sequence) told.push(entry);
      }
      return told;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
