/** Calculators of keys: card keys and session keys. */
import type { Operation } from './operation.ts';

export const keyOperations: readonly Operation[] = [];
