/** Vectors: Calculators of offline data authentication. */
import type { Family } from './vector.ts';

export const odaFamilies: readonly Family[] = [];
