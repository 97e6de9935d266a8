/** Calculators of PIN blocks and of the values that prove a PIN or a card number. */
import type { Operation } from './operation.ts';

export const pinOperations: readonly Operation[] = [];
