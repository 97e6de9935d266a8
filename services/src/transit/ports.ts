/** What the back office asks of the outside world. */
import type { CommonPorts, TransitKeys } from '@octavo/domain/ports.ts';
import type { City } from '@octavo/domain/transit/network.ts';
import type { Policy } from '@octavo/domain/transit/policy.ts';
import type { Gate } from '../caller.ts';
import type { Client } from '../endpoint.ts';

/** The back office's ports. */
export type TransitPorts = CommonPorts & {
  readonly keys: TransitKeys;
  readonly gate: Gate;
  /** Verdicts, charges and what the acquirer has of them. */
  readonly acquirer: Client;
  /** The acquirer as the operator reaches it, to enrol as a merchant. */
  readonly acquirerDesk: Client;
  readonly city: City;
  readonly policy: Policy;
};
