/** A gate to be measured: the very tap that the service takes, on a list of our choosing and with nobody around it. */

import type { z } from '@hono/zod-openapi';
import type { GateCard } from './contract.ts';
import { type Device, startDevice } from './device.ts';
import { openFleet } from './fleet.ts';
import type { GatePorts } from './ports.ts';
import type { Settings } from './store.ts';
import { type TapAnswer, takeTap } from './tap.ts';

/** A gate that takes one tap after another. */
export type MeasuredGate = {
  tap(): Promise<TapAnswer>;
  close(): Promise<void>;
};

/**
 * Start a gate whose list holds these sorted entries. It forgets at once who went through, so that one phone can be
 * held to it any number of times; the memory is asked and told all the same.
 */
export async function openMeasuredGate(
  ports: GatePorts,
  card: z.output<typeof GateCard>,
  entries: Uint8Array,
): Promise<MeasuredGate> {
  const row = { ...card, settings: SETTINGS, version: 0n, isEnrolled: true, recordsWritten: 0 };
  const device: Device = await startDevice(ports, row);
  const nowMs = ports.clock.nowMs();
  device.comparison = { offsetMs: 0, uncertaintyMs: 1, atMs: nowMs };
  const epoch = await ports.keys.denyEpoch();
  device.list = { epoch, version: 1, issuedAtMs: nowMs, entries };
  const fleet = openFleet(ports);
  const ask = { requestId: '0'.repeat(32), air: 'measured' };
  return {
    tap: () => takeTap(ports, fleet, device, ask, () => {}),
    close: () => device.journal.close(),
  };
}

const SETTINGS: Settings = {
  isOutOfService: false,
  isStationClosed: false,
  leads: 'in',
  isOffline: true,
  longestListAgeMinutes: 24 * 60,
  whenListOlder: 'closed',
  passBackSeconds: 0,
  onPassBack: 'refuse',
  clockOffMs: 0,
};
