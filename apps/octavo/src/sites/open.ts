/** Opens the sites of a running world: builds the pages if need be, and joins air, maker and tickets to the world. */

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
  const air = createAir({
    clock,
    trace: world.events.traceFor('air', clock),
    setAir: world.setAir,
  });
  const tickets = ticketEdge({ clock, random, world: worldFetch, tapOf: () => [] });
  return createSites({
    base,
    assets,
    random,
    backs: {
      world: worldFetch,
      air: airEdge(air, clock).fetch,
      birth: birthEdge(world.keyring, clock, random).fetch,
      tickets: tickets.fetch,
    },
  });
}
