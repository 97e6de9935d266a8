/** Doors to gates: opened by anyone, known by a key. The gate behind several doors is one, and so are its settings. */
import type { z } from '@hono/zod-openapi';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Sql } from '@octavo/domain/ports.ts';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { BytesError, fromAscii, fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import type { Caller } from '../caller.ts';
import { answeredBefore, requestBytes } from '../request.ts';
import { createTurns } from '../turns.ts';
import { changeSettings, type openGate } from './contract.ts';
import type { Device } from './device.ts';
import type { Fleet } from './fleet.ts';
import type { GatePorts } from './ports.ts';
import {
  type Card,
  countGates,
  deleteDoors,
  findAnswer,
  findDoor,
  findGate,
  type GateRow,
  insertDoor,
  insertGate,
  type Settings,
  touchDoor,
  updateSettings,
} from './store.ts';

/** A gate as it comes. */
function standardSettings(leads: Settings['leads']): Settings {
  return {
    isOutOfService: false,
    isStationClosed: false,
    leads,
    isOffline: false,
    longestListAgeMinutes: 24 * 60,
    whenListOlder: 'closed',
    passBackSeconds: 120,
    onPassBack: 'refuse',
    clockOffMs: 0,
  };
}

/**
 * Makes doors, and gates where there was none. A key is made from the request id and a secret of this life, so that a
 * repeat gets the same key though only its hash is stored.
 */
export function createDoors(
  ports: GatePorts,
): (ask: z.output<typeof openGate.body>) => Promise<z.output<typeof openGate.answer> | Refused> {
  const { sql, clock } = ports;
  let secret: Uint8Array | undefined;
  // One after the other, so that they are counted.
  const buildInTurn = createTurns();
  return async (ask) => {
    const card = cardOf(ask);
    const gate =
      (await findGate(sql, card.gateId)) ?? (await buildInTurn(() => buildGate(sql, card)));
    if (isRefused(gate)) return gate;
    // An id is 32 bits of a hash, so two places may come to the same one.
    if (!isSameGate(gate, card)) return refused('gate.id_taken');
    secret ??= ports.random(32);
    const key = hmac(sha256, secret, fromHex(ask.requestId));
    const usedAtMs = clock.nowMs();
    await deleteDoors(sql, usedAtMs - LAPSES_AFTER_MS);
    const doorId = toHex(ports.random(16));
    const { requestId } = ask;
    await insertDoor(sql, {
      doorId,
      requestId,
      keyHash: sha256(key),
      gateId: gate.gateId,
      usedAtMs,
    });
    const { gateId, place, number, merchantClass, tariffVersion } = gate;
    return { key: toHex(key), gate: { gateId, place, number, merchantClass, tariffVersion } };
  };
}

/** How many gates one service runs: each holds an open journal and has its errands for good. */
const MOST_GATES = 500;

/** Build a gate, if it was not built meanwhile and there is room for one more. */
async function buildGate(sql: Sql, card: Card): Promise<GateRow | Refused> {
  const meanwhile = await findGate(sql, card.gateId);
  if (meanwhile !== undefined) return meanwhile;
  if ((await countGates(sql)) >= MOST_GATES) return refused('gate.too_many');
  await insertGate(sql, card, standardSettings(card.place.direction));
  const built = await findGate(sql, card.gateId);
  assert(built !== undefined, 'a gate that was built is there');
  return built;
}

/** The gate that a caller's key opens; `gate.unknown` when it opens none, or none any more. */
export async function gateOf(
  ports: GatePorts,
  fleet: Fleet,
  { bearer }: Caller,
): Promise<Device | Refused> {
  const key = keyBytes(bearer ?? '');
  if (key === undefined) return refused('gate.unknown');
  const nowMs = ports.clock.nowMs();
  const door = await findDoor(ports.sql, sha256(key), nowMs - LAPSES_AFTER_MS);
  if (door === undefined) return refused('gate.unknown');
  if (nowMs - door.usedAtMs >= USE_STEP_MS) await touchDoor(ports.sql, door.doorId, nowMs);
  return (await fleet.find(door.gateId)) ?? refused('gate.unknown');
}

/** A digest of what somebody asked of a gate. It holds no secret, and the gate is part of it. */
export function askDigest(path: string, body: object, { gateId }: Device): Uint8Array {
  return sha256(requestBytes(path, { ...body, gateId }));
}

/** A gate's settings as they are told. */
export function settingsOf({ row }: Device): z.output<typeof changeSettings.answer> {
  return { version: Number(row.version), settings: row.settings };
}

/** Change a gate's settings, if they are still those that the caller has seen. */
export async function setSettings(
  ports: GatePorts,
  device: Device,
  ask: z.output<typeof changeSettings.body>,
): Promise<z.output<typeof changeSettings.answer> | Refused> {
  const { sql } = ports;
  const { requestId, version, settings } = ask;
  const digest = askDigest(changeSettings.path, ask, device);
  const answer = { version: version + 1, settings };
  const before = async () =>
    answeredBefore<typeof answer>(await findAnswer(sql, requestId), digest);
  const repeated = await before();
  if (repeated !== undefined) return repeated;
  const next = { gateId: device.gateId, version: BigInt(version), settings };
  const done = { requestId, digest, answer: JSON.stringify(answer) };
  if (await updateSettings(sql, next, done)) {
    device.row = { ...device.row, settings, version: BigInt(version + 1) };
    return answer;
  }
  // The same request may have been faster.
  const now = await before();
  if (now !== undefined && !isRefused(now)) return now;
  return now ?? refused('gate.settings_changed');
}

const LAPSES_AFTER_MS = 24 * 60 * 60 * 1000;

/** A use is written down once in this time. */
const USE_STEP_MS = 60_000;

/** The gate of a place; its id follows from it, so that it is the same in every life. */
function cardOf({
  place,
  number = 1,
  merchantClass,
  tariffVersion,
}: z.output<typeof openGate.body>): Card {
  const gateId = toHex(sha256(fromAscii(`gate ${nameOf({ place, number })}`)).subarray(0, 4));
  return {
    gateId,
    place,
    number,
    merchantClass: merchantClass ?? (place.route === '' ? '4111' : '4131'),
    tariffVersion: tariffVersion ?? 1,
  };
}

/** Whether two gates stand at one place as the same of its line there. */
function isSameGate(one: Card, other: Card): boolean {
  return nameOf(one) === nameOf(other);
}

/** Names hold no blank, so two gates are never written alike. */
function nameOf({ place, number }: Pick<Card, 'place' | 'number'>): string {
  const { operator, station, line, route, direction } = place;
  return [operator, station, line, route, direction, number].join(' ');
}

function keyBytes(bearer: string): Uint8Array | undefined {
  try {
    return fromHex(bearer);
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}
