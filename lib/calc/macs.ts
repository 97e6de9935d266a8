/** Calculators of message authentication codes. */
import type { Operation } from './operation.ts';

export const macOperations: readonly Operation[] = [];
