/** Calculators of wallet payloads. */
import type { Operation } from './operation.ts';

export const payloadOperations: readonly Operation[] = [];
