/** Vectors: Calculators of PIN blocks and of the values that prove a PIN or a card number. */
import type { Family } from './vector.ts';

export const pinFamilies: readonly Family[] = [];
