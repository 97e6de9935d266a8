/** What the gates ask of the outside world. */
import type {
  CommonPorts,
  Directory,
  GateKeys,
  Journal,
  PublicAuthorityKey,
} from '@octavo/domain/ports.ts';
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import type { Gate } from '../caller.ts';
import type { Client } from '../endpoint.ts';

/** The gates' ports. */
export type GatePorts = CommonPorts & {
  readonly keys: GateKeys;
  /** Tells who is calling. */
  readonly gate: Gate;
  /** The back office, called as the gates. */
  readonly transit: Client;
  /** The back office as its operator reaches it, to enrol a gate. */
  readonly transitDesk: Client;
  /** Whose signature a list must bear. */
  readonly directory: Directory;
  /** The keys that cards are certified under. */
  readonly authorityKeys: () => Promise<readonly PublicAuthorityKey[]>;
  /** The phone in a field that announced itself as transit's, by the field's name; undefined when there is none. */
  readonly air: (name: string) => Channel | undefined;
  /** A gate's journal. One that was closed may be opened again. */
  readonly openJournal: (gateId: string) => Promise<Journal>;
};
