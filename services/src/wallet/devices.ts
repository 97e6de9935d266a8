/** Phones: registering one, showing them, putting cards in order, locking and wiping. */
import type { z } from '@hono/zod-openapi';
import {
  type Device,
  changeDevice as decideChange,
  registerAgain,
  reorder,
  setDefault,
} from '@octavo/domain/device.ts';
import { type Done, done, isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import {
  CertificateError,
  decodeElementCertificate,
  elementId,
} from '@octavo/lib/globalplatform/certificate.ts';
import type { Caller } from '../caller.ts';
import { change, overtaken, type Written, written } from '../change.ts';
import { begin, finish } from './command.ts';
import * as contract from './contract.ts';
import {
  commandBefore,
  commandOf,
  deviceOf,
  fromStored,
  holderOf,
  sessionOf,
  toStored,
} from './holder.ts';
import { keep } from './keep.ts';
import type { WalletPorts } from './ports.ts';
import { settleAsks } from './settle.ts';
import { type Command, commandPart, insertDevice, readDevice, readDevices } from './store.ts';
import { viewOf } from './view.ts';

type Body<Name extends 'registerDevice' | 'arrange' | 'changeDevice'> = z.output<
  (typeof contract)[Name]['body']
>;
type Registered = z.input<typeof contract.registerDevice.answer>;
type DeviceView = z.input<typeof contract.DeviceView>;

/** Register a phone. Its certificate is read strictly; whether its maker is trusted the token service decides. */
export async function registerDevice(
  ports: WalletPorts,
  body: Body<'registerDevice'>,
  caller: Caller,
): Promise<Registered | Refused> {
  const command = await commandOf(ports, caller, contract.registerDevice.path, body);
  if (isRefused(command)) return command;
  const certificate = fromHex(body.elementCertificate);
  if (!isCertificate(certificate)) return refused('device.element_refused');
  const element = elementId(certificate);
  const deviceId = toHex((await ports.keys.lookupHash('device', element)).subarray(0, 16));
  const born: Device = {
    deviceId,
    userId: command.userId,
    name: body.name,
    elementId: toHex(element),
    elementCertificate: body.elementCertificate,
    state: 'open',
    leaves: [],
    registeredAtMs: command.atMs,
    lockedAtMs: null,
    closedAtMs: null,
    version: 0,
  };
  const session = await sessionOf(ports, caller);
  if (isRefused(session)) return session;
  return await change(() => register(ports, born, command, session.openedAtMs));
}

function isCertificate(bytes: Uint8Array): boolean {
  try {
    decodeElementCertificate(bytes);
    return true;
  } catch (error) {
    if (error instanceof CertificateError) return false;
    throw error;
  }
}

async function register(
  ports: WalletPorts,
  born: Device,
  command: Command,
  signedInAtMs: number,
): Promise<Written<Registered> | Refused> {
  const before = await commandBefore(ports, command);
  if (isRefused(before)) return before;
  if (before !== undefined) return storedAnswer<Registered>(before);
  const answer: Registered = { deviceId: born.deviceId, elementId: born.elementId };
  const answered = { ...command, answer: toStored(answer) };
  const device = await readDevice(ports.sql, born.deviceId);
  if (device === undefined) {
    return (await insertDevice(ports.sql, born, answered)) ? written(answer) : overtaken;
  }
  const next = registerAgain(device, born.userId, born.name, signedInAtMs);
  if (isRefused(next)) return next;
  const kept = await keep(ports, device, next.value, [commandPart(answered)]);
  return kept.kind === 'written' ? written(answer) : kept;
}

function storedAnswer<Answer>(command: Command): Written<Answer> | Refused {
  const answer = fromStored<Answer>(command.answer);
  return isRefused(answer) ? answer : written(answer);
}

/** The caller's phones. */
export async function devices(
  ports: WalletPorts,
  caller: Caller,
): Promise<{ devices: DeviceView[] } | Refused> {
  const userId = await holderOf(ports, caller);
  if (isRefused(userId)) return userId;
  const all = await readDevices(ports.sql, userId);
  return { devices: all.map(viewOf) };
}

/** Choose the default card, the order, or both. */
export async function arrange(
  ports: WalletPorts,
  body: Body<'arrange'>,
  caller: Caller,
): Promise<DeviceView | Refused> {
  const command = await commandOf(ports, caller, contract.arrange.path, body);
  if (isRefused(command)) return command;
  return await change<DeviceView>(async () => {
    const before = await commandBefore(ports, command);
    if (isRefused(before)) return before;
    if (before !== undefined) return storedAnswer<DeviceView>(before);
    const device = await deviceOf(ports, command.userId, body.deviceId);
    if (isRefused(device)) return device;
    const next = arranged(device, body);
    if (isRefused(next)) return next;
    const view = viewOf({ ...next.value, version: device.version + 1 });
    const answered = { ...command, answer: toStored(view) };
    const kept = await keep(ports, device, next.value, [commandPart(answered)]);
    return kept.kind === 'written' ? written(view) : kept;
  });
}

function arranged(device: Device, body: Body<'arrange'>): Done<Device> | Refused {
  const ordered = body.order === undefined ? done(device) : reorder(device, body.order);
  if (isRefused(ordered) || body.defaultCard === undefined) return ordered;
  return setDefault(ordered.value, body.defaultCard);
}

/** Lock, unlock or wipe: the phone's state at once, then its tokens; what stays unanswered `run` goes on with. */
export async function changeDevice(
  ports: WalletPorts,
  body: Body<'changeDevice'>,
  caller: Caller,
): Promise<DeviceView | Refused> {
  const command = await commandOf(ports, caller, contract.changeDevice.path, body);
  if (isRefused(command)) return command;
  const session = await sessionOf(ports, caller);
  if (isRefused(session)) return session;
  const owned = await deviceOf(ports, command.userId, body.deviceId);
  if (isRefused(owned)) return owned;
  if (body.event === 'unlock') await settleAsks(ports, body.deviceId);
  const { requestId: commandId, atMs: nowMs } = command;
  const wish = { event: body.event, commandId, nowMs, signedInAtMs: session.openedAtMs };
  const begun = await begin(ports, command, body.deviceId, (each) => decideChange(each, wish));
  if (isRefused(begun)) return begun;
  await settleAsks(ports, body.deviceId);
  return await finish(ports, command, body.deviceId);
}
