/** Calculators of secure channels. */
import type { Operation } from './operation.ts';

export const channelOperations: readonly Operation[] = [];
