/** The wallet's devices and what is written together with them, in one statement by the device's version. */
import { type Device, type DeviceState, deviceLife, lookAt } from '@octavo/domain/device.ts';
import type { Leaf } from '@octavo/domain/leaf.ts';
import type { InstantMs, Sql, SqlRow, SqlValue } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { bytes, text, whole, wholeOrNone } from '../column.ts';

/** A command of a holder under its request id. Without an answer it is still under way. */
export type Command = {
  readonly userId: string;
  readonly requestId: string;
  /** A keyed digest of path and body. */
  readonly digest: Uint8Array;
  /** What must be the same when the command goes on after a crash. */
  readonly plan?: unknown;
  readonly answer?: unknown;
  readonly atMs: InstantMs;
};

/** Adds a further effect to a device's statement: SQL that selects from `changed`. */
export type Part = (bind: (value: SqlValue) => string) => string;

const DEVICE_COLUMNS = `device_id, user_id, name, element_id, element_certificate, state, leaves,
  registered_at_ms, locked_at_ms, closed_at_ms, version`;

/** One device. */
export async function readDevice(sql: Sql, deviceId: string): Promise<Device | undefined> {
  const [row] = await sql(`select ${DEVICE_COLUMNS} from wallet.device where device_id = $1`, [
    deviceId,
  ]);
  return row === undefined ? undefined : deviceOf(row);
}

/** A user's devices, the first registered first. */
export async function readDevices(sql: Sql, userId: string): Promise<readonly Device[]> {
  const rows = await sql(
    `select ${DEVICE_COLUMNS} from wallet.device where user_id = $1
       order by registered_at_ms, device_id`,
    [userId],
  );
  return rows.map(deviceOf);
}

/** The devices that have something to ask of the token service by now. */
export async function readDue(
  sql: Sql,
  nowMs: InstantMs,
  most: number,
): Promise<readonly string[]> {
  const rows = await sql(
    `select device_id from wallet.device where look_at_ms <= $1
       order by look_at_ms, device_id limit $2`,
    [nowMs, most],
  );
  return rows.map((row) => text(row, 'device_id'));
}

/** Write a new device and the command that registered it; false when its element is registered. */
export async function insertDevice(sql: Sql, device: Device, command: Command): Promise<boolean> {
  const rows = await statement(
    sql,
    (bind) => `insert into wallet.device (${DEVICE_COLUMNS}, look_at_ms)
      values (${bind(device.deviceId)}, ${bind(device.userId)}, ${bind(device.name)},
        ${bind(device.elementId)}, ${bind(device.elementCertificate)}, ${bind(device.state)},
        ${bind(JSON.stringify(device.leaves))}::jsonb, ${bind(device.registeredAtMs)},
        ${bind(device.lockedAtMs)}, ${bind(device.closedAtMs)}, ${bind(device.version)}, ${bind(lookAt(device))})
      on conflict do nothing returning device_id, version`,
    [commandPart(command)],
  );
  return rows.length > 0;
}

/** Write a device over the version it was read with; false when that has moved on. */
export async function saveDevice(
  sql: Sql,
  device: Device,
  parts: readonly Part[],
): Promise<boolean> {
  const rows = await statement(
    sql,
    (bind) => `update wallet.device set name = ${bind(device.name)}, state = ${bind(device.state)},
        leaves = ${bind(JSON.stringify(device.leaves))}::jsonb,
        locked_at_ms = ${bind(device.lockedAtMs)}::bigint,
        closed_at_ms = ${bind(device.closedAtMs)}::bigint,
        look_at_ms = ${bind(lookAt(device))}::bigint, version = version + 1
      where device_id = ${bind(device.deviceId)} and version = ${bind(device.version)}
      returning device_id, version`,
    parts,
  );
  return rows.length > 0;
}

async function statement(
  sql: Sql,
  first: Part,
  parts: readonly Part[],
): Promise<readonly SqlRow[]> {
  const values: SqlValue[] = [];
  const bind = (value: SqlValue): string => `$${values.push(value)}`;
  const effects = [`changed as (${first(bind)})`];
  for (const [index, part] of parts.entries()) effects.push(`part_${index} as (${part(bind)})`);
  return await sql(`with ${effects.join(', ')} select version from changed`, values);
}

/** Begin a command, or write the answer of one that has none yet. */
export function commandPart(command: Command): Part {
  const { userId, requestId, digest, plan, answer, atMs } = command;
  return (bind) => `insert into wallet.command
      (user_id, request_id, digest, plan, answer, asked_at_ms)
    select ${bind(userId)}::text, ${bind(requestId)}::text, ${bind(digest)}::bytea,
      ${bind(json(plan))}::jsonb, ${bind(json(answer))}::jsonb, ${bind(atMs)}::bigint from changed
    on conflict (user_id, request_id) do update set answer = excluded.answer
      where command.answer is null and command.digest = excluded.digest`;
}

/** Write the answer of a command that was begun. */
export function answerPart(userId: string, requestId: string, answer: unknown): Part {
  return (bind) => `update wallet.command set answer = ${bind(json(answer))}::jsonb
    from changed where user_id = ${bind(userId)} and request_id = ${bind(requestId)}
      and answer is null`;
}

/** A command under its request id. */
export async function readCommand(
  sql: Sql,
  userId: string,
  requestId: string,
): Promise<Command | undefined> {
  const [row] = await sql(
    `select digest, plan, answer, asked_at_ms from wallet.command
      where user_id = $1 and request_id = $2`,
    [userId, requestId],
  );
  if (row === undefined) return undefined;
  return {
    userId,
    requestId,
    digest: bytes(row, 'digest'),
    plan: row.plan ?? undefined,
    answer: row.answer ?? undefined,
    atMs: whole(row, 'asked_at_ms'),
  };
}

function deviceOf(row: SqlRow): Device {
  const state = text(row, 'state');
  assert(Object.hasOwn(deviceLife, state), 'a state of a device');
  assert(Array.isArray(row.leaves), 'leaves are a list');
  return {
    deviceId: text(row, 'device_id'),
    userId: text(row, 'user_id'),
    name: text(row, 'name'),
    elementId: text(row, 'element_id'),
    elementCertificate: text(row, 'element_certificate'),
    state: state as DeviceState,
    leaves: row.leaves as readonly Leaf[],
    registeredAtMs: whole(row, 'registered_at_ms'),
    lockedAtMs: wholeOrNone(row, 'locked_at_ms') ?? null,
    closedAtMs: wholeOrNone(row, 'closed_at_ms') ?? null,
    version: whole(row, 'version'),
  };
}

function json(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
