/** Every decoder of lib, in one table for the fuzzer. */
import type { Decoder } from './fuzz.fixture.ts';
import { calculators } from './fuzz-calc.fixture.ts';
import { cards } from './fuzz-cards.fixture.ts';
import { codecs } from './fuzz-codecs.fixture.ts';
import { taps } from './fuzz-element.fixture.ts';
import { explaining } from './fuzz-explain.fixture.ts';
import { keyCodecs } from './fuzz-keys.fixture.ts';
import { messages } from './fuzz-messages.fixture.ts';
import { authentication } from './fuzz-oda.fixture.ts';
import { payloads } from './fuzz-payloads.fixture.ts';
import { transit } from './fuzz-transit.fixture.ts';

/** Every decoder. */
export const decoders: readonly Decoder[] = [
  ...codecs,
  ...keyCodecs,
  ...messages,
  ...cards,
  ...taps,
  ...authentication,
  ...payloads,
  ...explaining,
  ...calculators,
  ...transit,
];
