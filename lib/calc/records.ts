/** Calculators that read what cards hold. */
import type { Operation } from './operation.ts';

export const recordOperations: readonly Operation[] = [];
