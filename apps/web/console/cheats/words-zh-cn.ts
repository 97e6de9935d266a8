/** The words of the page in Chinese. */
import type { Words } from '../../kit/words-table.ts';

/** All of them. */
export const words = {
  title: '作弊',
} satisfies Words;
