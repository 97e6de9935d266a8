/** Vectors: Calculators of terminal keys (DUKPT) and key blocks (TR-31). */
import type { Family } from './vector.ts';

export const keyBlockFamilies: readonly Family[] = [];
