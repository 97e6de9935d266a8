/**
 * Tells the cheats of transit, one line each, as they are played: from the inside of a world in this process, or by the
 * cheat desk of one that runs elsewhere, since most of them take keys that never leave it.
 */
import { isRefused, type Refused, refusals } from '@octavo/domain/refusal.ts';
import type { Client } from '@octavo/services/endpoint';
import { isAsExpected } from './cheat.ts';
import type { CheatCode } from './cheat-codes.ts';
import { listCheats, runCheat } from './cheat-desk-edge.ts';
import type { Ear } from './ear.ts';
import { gateCheats } from './gate-cheats.ts';
import { openGateProps } from './gate-props.ts';
import { expectDone } from './phone.ts';
import type { Show } from './show.ts';
import type { World } from './world.ts';

/** How many were refused as they must be, how many were not, and how many nobody could play. */
export type CheatsTold = {
  readonly cheatsRefused: number;
  readonly cheatsPassed: number;
  readonly cheatsLeftOut: number;
};

const COLUMNS = ['cheats', 'refused by', 'because'] as const;

/** Play them all on a world in this process, each told when it has ended. */
export async function tellGateCheats(
  world: World,
  show: Show,
  ear: Pick<Ear, 'take'>,
): Promise<CheatsTold> {
  show.heading(COLUMNS);
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
  return { cheatsRefused, cheatsPassed: gateCheats.length - cheatsRefused, cheatsLeftOut: 0 };
}

/** Have the cheat desk of a running world play them all; what it cannot play is named with its reason. */
export async function tellDeskCheats(
  operator: Client,
  show: Show,
  ear: Pick<Ear, 'take'>,
): Promise<CheatsTold> {
  const { cheats } = expectDone(await operator(listCheats, {}));
  show.heading(COLUMNS);
  const leftOut: string[] = [];
  let [cheatsRefused, cheatsPassed] = [0, 0];
  for (const { name } of cheats.filter(({ kind }) => kind === 'transit')) {
    const played = await operator(runCheat, { name });
    await ear.take();
    if (isRefused(played)) {
      leftOut.push(leftOutWords(name, played));
      show.event(leftOutEvent(name, played));
      continue;
    }
    const { outcome, code, because, asExpected } = played;
    if (asExpected) cheatsRefused++;
    else cheatsPassed++;
    show.cheat({ name, outcome, code: code as CheatCode | undefined, because, asExpected });
  }
  for (const words of leftOut) show.note(words);
  show.note(
    'Played by that world’s cheat desk, with riders and gates of its own: the keys that most of them steal never leave it.',
  );
  return { cheatsRefused, cheatsPassed, cheatsLeftOut: leftOut.length };
}

function leftOutWords(name: string, { code }: Refused): string {
  return `Left out: ${name} (${code}). ${refusals[code].en}`;
}

function leftOutEvent(name: string, { code }: Refused) {
  return { type: 'cheat.left_out', service: 'story', atMs: 0, detail: { name, code } };
}
