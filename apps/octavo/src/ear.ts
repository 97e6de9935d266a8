/** Hears what the services and the element tell, in order, and passes it to the show. */
import type { TraceEvent } from '@octavo/domain/ports.ts';
import type { Show } from './show.ts';
import type { Stage } from './stage.ts';

/** Collects what the services and the element told, in order, and passes it to the show. */
export type Ear = {
  /** Hear an exchange with the element. */
  readonly hear: (event: TraceEvent) => void;
  /** All events since the last time. */
  take(): Promise<readonly TraceEvent[]>;
};

/** Begin to listen; what was told before is left out. */
export async function openEar(stage: Stage, show: Show): Promise<Ear> {
  let after = (await stage.eventsAfter(0)).at(-1)?.sequence ?? 0;
  let heard: TraceEvent[] = [];
  return {
    hear: (event) => heard.push(event),
    take: async () => {
      const told = await stage.eventsAfter(after);
      after = told.at(-1)?.sequence ?? after;
      const exchanges = heard;
      heard = [];
      const events = [...exchanges, ...told.map(({ event }) => event)];
      events.sort((left, right) => left.atMs - right.atMs);
      for (const event of events) show.event(event);
      return events;
    },
  };
}
