/** The gates: each opens or stays shut by itself, and tells its back office when it can. */
import { type Bell, createBell, repeatedly } from '../bell.ts';
import type { Service } from '../service.ts';
import { gateEdge } from './edge.ts';
import { openFleet } from './fleet.ts';
import { runErrands } from './office.ts';
import type { GatePorts } from './ports.ts';
import { listGates } from './store.ts';

export type { GatePorts } from './ports.ts';

/** Build the gates. */
export function createGates(ports: GatePorts): Service {
  const fleet = openFleet(ports);
  const bells = new Map<string, Bell>();
  const newcomers = createBell(ports.clock);
  const wake = (gateId: string): void => {
    const bell = bells.get(gateId);
    if (bell === undefined) newcomers.wake();
    else bell.wake();
  };
  const edge = gateEdge(ports, fleet, wake);

  return {
    fetch: edge.fetch,
    describe: edge.describe,
    run: async (stop) => {
      const runs: Promise<void>[] = [];
      const begin = (gateId: string): void => {
        const bell = createBell(ports.clock);
        bells.set(gateId, bell);
        runs.push(
          repeatedly(bell, stop, async () => {
            const device = await fleet.find(gateId);
            return device === undefined ? LONGEST_REST_MS : runErrands(ports, fleet, device);
          }),
        );
      };
      await repeatedly(newcomers, stop, async () => {
        const all = await listGates(ports.sql);
        for (const gateId of all) if (!bells.has(gateId)) begin(gateId);
        return LONGEST_REST_MS;
      });
      await Promise.all(runs);
      await fleet.close();
    },
  };
}

const LONGEST_REST_MS = 600_000;
