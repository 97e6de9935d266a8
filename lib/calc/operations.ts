/** Every calculator by its name, in the order in which the help lists them. */
import { keyOperations } from './keys.ts';
import { numberOperations } from './numbers.ts';
import type { Operation } from './operation.ts';

const all: readonly Operation[] = [...keyOperations, ...numberOperations];

/** The table of calculators. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  all.map((operation) => [operation.name, operation]),
);
