/** Vectors: Calculators of a card's cryptograms, answers and scripts. */
import type { Family } from './vector.ts';

export const cryptogramFamilies: readonly Family[] = [];
