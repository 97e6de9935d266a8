/** Vectors: Calculators that read what cards hold. */
import type { Family } from './vector.ts';

export const recordFamilies: readonly Family[] = [];
