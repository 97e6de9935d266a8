/** Vectors: Calculators of secure channels. */
import type { Family } from './vector.ts';

export const channelFamilies: readonly Family[] = [];
