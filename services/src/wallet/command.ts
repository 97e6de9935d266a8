/** Commands that change a phone: begun in one statement with what they change, answered when nothing waits any more. */
import type { z } from '@hono/zod-openapi';
import type { Device } from '@octavo/domain/device.ts';
import { type Done, isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { change, written } from '../change.ts';
import type { DeviceView } from './contract.ts';
import { commandBefore, deviceOf, fromStored, toStored } from './holder.ts';
import { follow, keep } from './keep.ts';
import type { WalletPorts } from './ports.ts';
import { answerPart, type Command, commandPart, readCommand, readDevice } from './store.ts';
import { viewOf } from './view.ts';

/** Begin a command: change its phone by `decide`, once. A command that leaves nothing to be asked is answered at once. */
export async function begin(
  ports: WalletPorts,
  command: Command,
  deviceId: string,
  decide: (device: Device) => Done<Device> | Refused,
): Promise<Device | Refused> {
  return await change(async () => {
    const before = await commandBefore(ports, command);
    if (isRefused(before)) return before;
    const device = await deviceOf(ports, command.userId, deviceId);
    if (isRefused(device)) return device;
    if (before !== undefined) return written(device);
    const next = decide(device);
    if (isRefused(next)) return next;
    const answer = toStored(viewAfter({ ...next.value, version: device.version }));
    const begun = waitsFor(next.value, command.requestId) ? command : { ...command, answer };
    return await keep(ports, device, next.value, [commandPart(begun)]);
  });
}

/**
 * The answer of a command whose asks were sent: as it was kept, or the device as it stands when nothing waits any
 * more; `unavailable` while something does, which `run` goes on with.
 */
export async function finish(
  ports: WalletPorts,
  command: Command,
  deviceId: string,
): Promise<z.input<typeof DeviceView> | Refused> {
  const { userId, requestId } = command;
  const kept = await readCommand(ports.sql, userId, requestId);
  if (kept?.answer !== undefined) return fromStored(kept.answer);
  const device = await readDevice(ports.sql, deviceId);
  if (device === undefined || waitsFor(device, requestId)) return refused('unavailable');
  const ended = await follow(
    ports,
    deviceId,
    (each) => each,
    (each) => [answerPart(userId, requestId, toStored(viewAfter(each)))],
  );
  return isRefused(ended) ? ended : viewOf(ended);
}

/** Whether a command still has something to ask of the token service. */
export function waitsFor(device: Device, commandId: string): boolean {
  return device.leaves.some((leaf) => leaf.ask?.commandId === commandId);
}

/** The phone as it will be seen once it is written. */
export function viewAfter(device: Device): z.input<typeof DeviceView> {
  return viewOf({ ...device, version: device.version + 1 });
}
