/** Vectors: Calculators of ISO 8583 messages. */
import type { Family } from './vector.ts';

export const messageFamilies: readonly Family[] = [];
