/** Who is asking and what was answered before: sessions, ownership of phones, and commands under their request ids. */
import type { Device } from '@octavo/domain/device.ts';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { BytesError, fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import type { Caller } from '../caller.ts';
import { isPassing } from '../passing.ts';
import { digestOf, keyReused } from '../request.ts';
import type { WalletPorts } from './ports.ts';
import { readSession, type Session } from './sign-in-store.ts';
import { type Command, readCommand, readDevice } from './store.ts';

/** The user behind a session's key; `session.unknown` when it is none of ours or has ended. */
export async function holderOf(ports: WalletPorts, caller: Caller): Promise<string | Refused> {
  const session = await sessionOf(ports, caller);
  return isRefused(session) ? session : session.userId;
}

/** The session of a key: its user, and when that user signed in. */
export async function sessionOf(ports: WalletPorts, caller: Caller): Promise<Session | Refused> {
  const key = keyBytes(caller.bearer ?? '');
  if (key === undefined) return refused('session.unknown');
  const hash = toHex(await ports.keys.lookupHash('session', key));
  const session = await readSession(ports.sql, hash, ports.clock.nowMs());
  return session ?? refused('session.unknown');
}

function keyBytes(bearer: string): Uint8Array | undefined {
  try {
    return fromHex(bearer);
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}

/** A phone of this user; another's is as unknown as none. */
export async function deviceOf(
  ports: WalletPorts,
  userId: string,
  deviceId: string,
): Promise<Device | Refused> {
  const device = await readDevice(ports.sql, deviceId);
  return device === undefined || device.userId !== userId ? refused('device.unknown') : device;
}

/** A phone of the caller. */
export async function deviceOfCaller(
  ports: WalletPorts,
  caller: Caller,
  deviceId: string,
): Promise<Device | Refused> {
  const userId = await holderOf(ports, caller);
  return isRefused(userId) ? userId : deviceOf(ports, userId, deviceId);
}

/** A command of the caller, not begun yet. */
export async function commandOf(
  ports: WalletPorts,
  caller: Caller,
  path: string,
  body: { readonly requestId: string },
): Promise<Command | Refused> {
  const userId = await holderOf(ports, caller);
  if (isRefused(userId)) return userId;
  const digest = await digestOf(ports.keys, path, body);
  return { userId, requestId: body.requestId, digest, atMs: ports.clock.nowMs() };
}

/** What is known of a command under its request id; undefined when it is new. */
export async function commandBefore(
  ports: WalletPorts,
  command: Command,
): Promise<Command | Refused | undefined> {
  const before = await readCommand(ports.sql, command.userId, command.requestId);
  if (before === undefined) return undefined;
  return keyReused(before.digest, command.digest) ?? before;
}

/** An answer as a command keeps it. */
export function toStored(answer: unknown): unknown {
  return isRefused(answer) ? { refused: answer } : { answer };
}

/** The answer that a command has kept. */
export function fromStored<Answer>(stored: unknown): Answer | Refused {
  const kept = stored as { readonly refused?: Refused; readonly answer?: Answer };
  return kept.refused ?? (kept.answer as Answer);
}

/** Whether a peer's refusal says nothing about the matter, so that the same may be asked again. */
export function isPeerPassing(refusal: Refused): boolean {
  return isPassing(refusal) || refusal.code === 'request.unsigned';
}
