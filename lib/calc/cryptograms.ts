/** Calculators of a card's cryptograms, answers and scripts. */
import type { Operation } from './operation.ts';

export const cryptogramOperations: readonly Operation[] = [];
