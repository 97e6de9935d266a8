/** Tells the cheats of transit, one line each, as they are played on a world in this process. */
import { isAsExpected } from './cheat.ts';
import type { Ear } from './ear.ts';
import { gateCheats } from './gate-cheats.ts';
import { openGateProps } from './gate-props.ts';
import type { Show } from './show.ts';
import type { World } from './world.ts';

/** How many were refused as they must be, and how many were not. */
export type CheatsTold = { readonly cheatsRefused: number; readonly cheatsPassed: number };

/** Play them all, each told when it has ended. */
export async function tellGateCheats(
  world: World,
  show: Show,
  ear: Pick<Ear, 'take'>,
): Promise<CheatsTold> {
  show.heading(['cheats', 'refused by', 'because']);
  const props = await openGateProps(world);
  let cheatsRefused = 0;
  try {
    for (const cheat of gateCheats) {
      const { outcome, code, because, ...result } = await cheat.play(props);
      await ear.take();
      const asExpected = isAsExpected(cheat, { ...result, outcome, code, because });
      if (asExpected) cheatsRefused++;
      show.cheat({ name: cheat.name, outcome, code, because, asExpected });
    }
  } finally {
    await props.close();
  }
  return { cheatsRefused, cheatsPassed: gateCheats.length - cheatsRefused };
}
