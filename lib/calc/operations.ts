/** Every calculator by its name, in the order in which the help lists them. */
import { channelOperations } from './channels.ts';
import { cryptogramOperations } from './cryptograms.ts';
import { keyBlockOperations } from './key-blocks.ts';
import { keyOperations } from './keys.ts';
import { macOperations } from './macs.ts';
import { messageOperations } from './messages.ts';
import { numberOperations } from './numbers.ts';
import { odaOperations } from './oda.ts';
import type { Operation } from './operation.ts';
import { payloadOperations } from './payloads.ts';
import { pinOperations } from './pins.ts';
import { recordOperations } from './records.ts';

const all: readonly Operation[] = [
  ...keyOperations,
  ...cryptogramOperations,
  ...pinOperations,
  ...macOperations,
  ...keyBlockOperations,
  ...odaOperations,
  ...channelOperations,
  ...recordOperations,
  ...messageOperations,
  ...numberOperations,
  ...payloadOperations,
];

/** The table of calculators. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  all.map((operation) => [operation.name, operation]),
);
