/** Writes a device as it was decided, and tells the trace which leaves changed. */
import type { Device } from '@octavo/domain/device.ts';
import { leafOf } from '@octavo/domain/device.ts';
import type { Refused } from '@octavo/domain/refusal.ts';
import { refused } from '@octavo/domain/refusal.ts';
import { change, overtaken, type Written, written } from '../change.ts';
import type { WalletPorts } from './ports.ts';
import { type Part, readDevice, saveDevice } from './store.ts';

/** Write what became of a device, over the version that was read, together with its parts; answers it as written. */
export async function keep(
  ports: WalletPorts,
  before: Device,
  next: Device,
  parts: readonly Part[] = [],
): Promise<Written<Device>> {
  if (!(await saveDevice(ports.sql, next, parts))) return overtaken;
  traceChanges(ports, before, next);
  return written({ ...next, version: next.version + 1 });
}

/** Change a device by what others said of it; nothing is written when it stays as it is. */
export async function follow(
  ports: WalletPorts,
  deviceId: string,
  decide: (device: Device) => Device,
  partsOf: (next: Device) => readonly Part[] = () => [],
): Promise<Device | Refused> {
  return await change(async () => {
    const device = await readDevice(ports.sql, deviceId);
    if (device === undefined) return refused('device.unknown');
    const next = decide(device);
    const parts = partsOf(next);
    if (next === device && parts.length === 0) return written(device);
    return await keep(ports, device, next, parts);
  });
}

function traceChanges(ports: WalletPorts, before: Device, next: Device): void {
  const { deviceId } = next;
  if (before.state !== next.state) ports.trace('wallet.device', { deviceId, state: next.state });
  for (const leaf of next.leaves) {
    if (leafOf(before, leaf.enrolmentId)?.state === leaf.state) continue;
    const { enrolmentId, state, token } = leaf;
    const known = token === null ? {} : { tokenLastFour: token.tokenLastFour };
    ports.trace('wallet.leaf', { deviceId, enrolmentId, state, ...known });
  }
  for (const { enrolmentId } of before.leaves) {
    if (leafOf(next, enrolmentId) === undefined) {
      ports.trace('wallet.leaf', { deviceId, enrolmentId, state: 'free' });
    }
  }
}
