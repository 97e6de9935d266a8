/** The cheats of transit: one for every check that stands in the way, from the express card to the debt. */
import type { CheatWith } from './cheat.ts';
import { cardCheats } from './gate-cheats-cards.ts';
import { expressCheats } from './gate-cheats-express.ts';
import { listCheats } from './gate-cheats-lists.ts';
import { moneyCheats } from './gate-cheats-money.ts';
import { recordCheats } from './gate-cheats-records.ts';
import type { GateProps } from './gate-props.ts';

/** One cheat at a gate. */
export type GateCheat = CheatWith<GateProps>;

/** All cheats of transit in the order in which they are told. Each leaves the rider's card able to ride. */
export const gateCheats: readonly GateCheat[] = [
  ...expressCheats,
  ...cardCheats,
  ...recordCheats,
  ...listCheats,
  ...moneyCheats,
];
