/** Calculators of wallet payloads. */
import type { Operation } from './operation.ts';
import { payloadMake } from './payload-make.ts';
import { payloadOpen } from './payload-open.ts';

export const payloadOperations: readonly Operation[] = [payloadMake, payloadOpen];
