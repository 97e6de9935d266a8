/** The console's words in Chinese, a section for each page. */
import type { Words } from '../../kit/words-table.ts';
import { words as bank } from '../bank/words-zh-cn.ts';
import { words as cheats } from '../cheats/words-zh-cn.ts';
import { words as explain } from '../explain/words-zh-cn.ts';
import { words as levers } from '../levers/words-zh-cn.ts';
import { words as live } from '../live/words-zh-cn.ts';
import { words as paste } from '../paste/words-zh-cn.ts';
import { words as shell } from '../shell/words-zh-cn.ts';
import { words as tokens } from '../tokens/words-zh-cn.ts';
import { words as transit } from '../transit/words-zh-cn.ts';

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
