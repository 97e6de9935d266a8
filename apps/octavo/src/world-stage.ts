/** A world in this process as a stage. */
import { toUint } from '@octavo/lib/bytes/bytes.ts';
import { bearElement } from '@octavo/platform/maker.ts';
import { heldSims } from './sims.ts';
import type { Stage } from './stage.ts';
import type { World } from './world.ts';

/** Make a stage of a world. Its SIMs are held in memory: they end with the stage. */
export function stageOf(world: World): Stage {
  const { keyring, random } = world;
  return {
    clock: world.clock,
    random,
    fetch: world.fetch,
    operator: world.operator,
    dialAcquirer: world.dialAcquirer,
    sims: heldSims(),
    bearElement: async () => bearElement({ keyring, random, serial: toUint(random(4)) }),
    setAir: world.setAir,
    layAtGate: (name, channel) => {
      world.setAir(name, channel);
      return async () => world.setAir(name, undefined);
    },
    eventsAfter: async (afterSequence) => world.events.events(afterSequence),
    close: world.close,
  };
}
