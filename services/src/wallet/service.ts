/**
 * The wallet service: users, their phones, eight leaves each, and what happened on them. It asks the token service
 * for everything about cards and knows of them what a holder may see, never a number, a code or a key.
 */
import { createEdge } from '../endpoint.ts';
import type { Service } from '../service.ts';
import { addEndpoints } from './edge.ts';
import type { WalletPorts } from './ports.ts';
import { settleAll } from './settle.ts';

/** Build the wallet service. */
export function createWallet(ports: WalletPorts): Service {
  const edge = createEdge('wallet', ports.gate, ports.clock);
  addEndpoints(edge, ports);
  return {
    fetch: edge.fetch,
    describe: () => edge.describe(),
    run: (stop) => settleAll(ports, stop),
  };
}
