/** What the terminal asks of the outside world. */
import type { CommonPorts, Dial, TerminalKeys } from '@octavo/domain/ports.ts';
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import type { Gate } from '../caller.ts';
import type { Client } from '../endpoint.ts';

/** The terminal's ports. */
export type TerminalPorts = CommonPorts & {
  readonly keys: TerminalKeys;
  readonly gate: Gate;
  /** The acquirer's HTTP edge, by the operator's key. */
  readonly acquirer: Client;
  readonly dialAcquirer: Dial;
  /** The phone in a field, by the field's name; undefined when there is none. */
  readonly air: (name: string) => Channel | undefined;
};
