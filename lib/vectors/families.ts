/** Every family of outside vectors. */
import { keyFamilies } from './keys.ts';
import type { Family } from './vector.ts';

export const families: readonly Family[] = [...keyFamilies];
