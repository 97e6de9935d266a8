/** The words of the page in English. */
import type { Words } from '../../kit/words-table.ts';

/** All of them. */
export const words = {
  title: 'Live',
} satisfies Words;
