/** Every family of outside vectors. */
import { channelFamilies } from './channels.ts';
import { cryptogramFamilies } from './cryptograms.ts';
import { keyBlockFamilies } from './key-blocks.ts';
import { keyFamilies } from './keys.ts';
import { macFamilies } from './macs.ts';
import { messageFamilies } from './messages.ts';
import { odaFamilies } from './oda.ts';
import { payloadFamilies } from './payloads.ts';
import { pinFamilies } from './pins.ts';
import { recordFamilies } from './records.ts';
import { transitFamilies } from './transit.ts';
import type { Family } from './vector.ts';

export const families: readonly Family[] = [
  ...keyFamilies,
  ...cryptogramFamilies,
  ...pinFamilies,
  ...macFamilies,
  ...keyBlockFamilies,
  ...odaFamilies,
  ...channelFamilies,
  ...recordFamilies,
  ...transitFamilies,
  ...messageFamilies,
  ...payloadFamilies,
];
