/** The console's words in English, a section for each page. */
import type { Words } from '../../kit/words-table.ts';
import { words as bank } from '../bank/words-en.ts';
import { words as cheats } from '../cheats/words-en.ts';
import { words as explain } from '../explain/words-en.ts';
import { words as levers } from '../levers/words-en.ts';
import { words as live } from '../live/words-en.ts';
import { words as paste } from '../paste/words-en.ts';
import { words as shell } from '../shell/words-en.ts';
import { words as tokens } from '../tokens/words-en.ts';
import { words as transit } from '../transit/words-en.ts';

/** All of them. */
export const words = {
  shell,
  live,
  explain,
  paste,
  tokens,
  bank,
  transit,
  cheats,
  levers,
} satisfies Words;
