/** Calculators of ISO 8583 messages. */
import type { Operation } from './operation.ts';

export const messageOperations: readonly Operation[] = [];
