/** Opens the sites of a running world: builds the pages if need be, and joins air, maker and tickets to the world. */

import type { JourneyEvent } from '@octavo/lib/journey/event.ts';
import { groupJourneys } from '@octavo/lib/journey/group.ts';
import { systemClock } from '@octavo/platform/clock.ts';
import type { Fetch } from '@octavo/services/endpoint';
import { arePagesBuilt, buildPages } from '@octavo/web/build.ts';
import type { World } from '../world.ts';
import { createAir } from './air.ts';
import { airEdge } from './air-edge.ts';
import { readAssets } from './assets.ts';
import { birthEdge } from './birth.ts';
import { createSites } from './router.ts';
import { ticketEdge } from './tickets.ts';

/** The sites over a world. `worldFetch` answers for the services and the operator's edge. */
export async function openSites(from: {
  readonly world: World;
  readonly worldFetch: Fetch;
  readonly base: string;
  readonly cacheFolder: string;
  /** Called before the pages are built, which takes some seconds. */
  readonly onBuild?: () => void;
}): Promise<Fetch> {
  const { world, worldFetch, base, cacheFolder, onBuild } = from;
  const { clock, random } = world;
  if (!(await arePagesBuilt(cacheFolder))) onBuild?.();
  const assets = await readAssets(await buildPages(cacheFolder));
  // Between phone and reader real time counts, however far the world's clock was moved.
  const real = systemClock();
  const air = createAir({
    clock: real,
    trace: world.events.traceFor('air', clock),
    setAir: world.setAir,
  });
  const tickets = ticketEdge({
    clock,
    random,
    world: worldFetch,
    tapOf: (reference) => tapOf(world, reference),
  });
  return createSites({
    base,
    assets,
    random,
    clock,
    backs: {
      world: worldFetch,
      air: airEdge(air, real).fetch,
      birth: birthEdge(world.keyring, clock, random).fetch,
      tickets: tickets.fetch,
    },
  });
}

/** The events of the latest tap with this retrieval reference, as far as they are kept. */
function tapOf(world: World, retrievalReference: string): readonly JourneyEvent[] {
  const events = world.events.events(0).map(({ sequence, event }) => ({
    ...event,
    sequence,
    detail: event.detail as Readonly<Record<string, unknown>>,
  }));
  const taps = groupJourneys(events).filter((one) => one.retrievalReference === retrievalReference);
  return taps.at(-1)?.events ?? [];
}
