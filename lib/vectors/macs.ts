/** Vectors: Calculators of message authentication codes. */
import type { Family } from './vector.ts';

export const macFamilies: readonly Family[] = [];
