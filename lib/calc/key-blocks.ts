/** Calculators of terminal keys (DUKPT) and key blocks (TR-31). */
import type { Operation } from './operation.ts';

export const keyBlockOperations: readonly Operation[] = [];
