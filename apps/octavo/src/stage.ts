/** What a story needs of a world, whether it runs in this process or somewhere else. */
import type { Clock, Dial, Random, TraceEvent } from '@octavo/domain/ports.ts';
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import type { LastingState } from '@octavo/lib/applet/state.ts';
import type { Client, Fetch } from '@octavo/services/endpoint';
import type { Sims } from './phone.ts';

/** A world as seen from the command line. */
export type Stage = {
  readonly clock: Clock;
  readonly random: Random;
  /** Every service's edge. */
  readonly fetch: Fetch;
  /** Calls as the operator; the story's own terminal answers here too. */
  readonly operator: Client;
  readonly dialAcquirer: Dial;
  /** A new element, signed by the world's maker. */
  bearElement(): Promise<LastingState>;
  /** Put a phone into the terminal's field, or take it out. */
  setAir(name: string, channel: Channel | undefined): void;
  /** Lay a phone at one of the world's gates, in a field of that name; what is answered takes it away. */
  layAtGate(name: string, channel: Channel): () => Promise<void>;
  /** What the services told since `afterSequence`, oldest first. */
  eventsAfter(afterSequence: number): Promise<readonly SequencedEvent[]>;
  /** The SIMs of the mobile numbers this command line owns in that world. */
  readonly sims: Sims;
  /** Move the world's clock on; undefined where the clock is not ours. */
  readonly advanceClock?: ((byMs: number) => void) | undefined;
  /** Have the operator of a world that others use too move its clock on; undefined where the clock is ours. */
  readonly moveClock?: ((byMs: number) => Promise<void>) | undefined;
  close(): Promise<void>;
};

/** An event with its place in the order in which they came. */
export type SequencedEvent = { readonly sequence: number; readonly event: TraceEvent };
