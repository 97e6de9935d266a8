/** Calculators of offline data authentication. */
import type { Operation } from './operation.ts';

export const odaOperations: readonly Operation[] = [];
