/** What the wallet service is built from. */
import type { CommonPorts, SigningKeys, VaultKeys } from '@octavo/domain/ports.ts';
import type { Gate } from '../caller.ts';
import type { Client } from '../endpoint.ts';

/** The wallet's ports: its own keys, its gate, and the services that it calls. */
export type WalletPorts = CommonPorts & {
  readonly keys: SigningKeys & VaultKeys;
  readonly gate: Gate;
  readonly tokens: Client;
  readonly issuer: Client;
  /** The back office of transit. */
  readonly transit: Client;
};
