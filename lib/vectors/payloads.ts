/** Vectors: Calculators of wallet payloads. */
import type { Family } from './vector.ts';

export const payloadFamilies: readonly Family[] = [];
