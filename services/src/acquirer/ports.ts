/** What the acquirer asks of the outside world. */
import type {
  AcquirerKeys,
  CommonPorts,
  Dial,
  MacKeys,
  SigningKeys,
  VaultKeys,
} from '@octavo/domain/ports.ts';
import type { Gate } from '../caller.ts';

/** The acquirer's ports. */
export type AcquirerPorts = CommonPorts & {
  readonly keys: SigningKeys & VaultKeys & MacKeys & AcquirerKeys;
  readonly gate: Gate;
  readonly dialNetwork: Dial;
  /** Where terminals find the acquirer, host and port. */
  readonly posAddress: string;
};
