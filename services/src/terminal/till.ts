/**
 * Tills: opened by anyone, known by a key, and set up each in its own way. The terminal behind them is one.
 */
import type { z } from '@hono/zod-openapi';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { BytesError, fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import type { Caller } from '../caller.ts';
import { answeredBefore, requestBytes } from '../request.ts';
import { changeSettings, type openTill } from './contract.ts';
import type { TerminalPorts } from './ports.ts';
import { STANDARD_SETTINGS } from './reader.ts';
import { findAnswer, type Merchant, type Self } from './store.ts';
import {
  deleteTills,
  findTill,
  insertTill,
  type Till,
  touchTill,
  updateSettings,
} from './till-store.ts';

/** Who asks: the cashier of a till, or the operator, who sees all. */
export type Asker = Till | 'operator';

/** The shop that the demo world's terminal stands in, unless the operator has set another up. */
export const DEMO_MERCHANT: Merchant = { name: 'Lane Coffee', city: 'BEIJING', category: '5814' };

/**
 * Makes tills. A key is made from the request id and a secret of this life, so that a repeat gets the same key though
 * only its hash is stored.
 */
export function createTills(
  ports: TerminalPorts,
  findShop: () => Promise<Required<Pick<Self, 'merchant' | 'enrolled'>> | Refused>,
): (ask: z.output<typeof openTill.body>) => Promise<z.output<typeof openTill.answer> | Refused> {
  const { sql, clock } = ports;
  let secret: Uint8Array | undefined;
  return async ({ requestId }) => {
    const shop = await findShop();
    if (isRefused(shop)) return shop;
    secret ??= ports.random(32);
    const key = hmac(sha256, secret, fromHex(requestId));
    const usedAtMs = clock.nowMs();
    await deleteTills(sql, usedAtMs - LAPSES_AFTER_MS);
    const tillId = toHex(ports.random(16));
    const till = { tillId, usedAtMs, settings: STANDARD_SETTINGS, version: 0n };
    await insertTill(sql, till, requestId, sha256(key));
    const { merchant, enrolled } = shop;
    const { terminalId, merchantId } = enrolled;
    return { till: toHex(key), terminalId, merchantId, merchant };
  };
}

/** Who a caller is here; `till.unknown` when its key opens none, or none any more. */
export async function askerOf(ports: TerminalPorts, caller: Caller): Promise<Asker | Refused> {
  if (caller.party !== 'cashier') return 'operator';
  const key = keyBytes(caller.bearer ?? '');
  if (key === undefined) return refused('till.unknown');
  const nowMs = ports.clock.nowMs();
  const till = await findTill(ports.sql, sha256(key), nowMs - LAPSES_AFTER_MS);
  if (till === undefined) return refused('till.unknown');
  if (nowMs - till.usedAtMs >= USE_STEP_MS) await touchTill(ports.sql, till.tillId, nowMs);
  return till;
}

/** Whether a payment is one that the asker may see. */
export function mayTouch(asker: Asker, row: { readonly tillId?: string | undefined }): boolean {
  return asker === 'operator' || row.tillId === asker.tillId;
}

/** A digest of what somebody asked. It holds no secret, and a terminal has no lookup key. The till is part of it, so that nobody gets another till's answer. */
export function askDigest(path: string, body: object, asker: Asker): Uint8Array {
  return sha256(requestBytes(path, asker === 'operator' ? body : { ...body, till: asker.tillId }));
}

/** A till's settings as they are told. */
export function settingsOf({ version, settings }: Till): z.output<typeof changeSettings.answer> {
  return { version: Number(version), settings };
}

/** Change a till's settings, if they are still those that the cashier has seen. */
export async function setSettings(
  ports: TerminalPorts,
  till: Till,
  ask: z.output<typeof changeSettings.body>,
): Promise<z.output<typeof changeSettings.answer> | Refused> {
  const { sql } = ports;
  const { requestId, version, settings } = ask;
  const digest = askDigest(changeSettings.path, ask, till);
  const answer = { version: version + 1, settings };
  const before = async () =>
    answeredBefore<typeof answer>(await findAnswer(sql, requestId), digest);
  const repeated = await before();
  if (repeated !== undefined) return repeated;
  const next = { tillId: till.tillId, version: BigInt(version), settings };
  if (await updateSettings(sql, next, requestId, digest, JSON.stringify(answer))) return answer;
  // The same request may have been faster.
  return (await before()) ?? refused('terminal.settings_changed');
}

const LAPSES_AFTER_MS = 24 * 60 * 60 * 1000;

/** A use is written down once in this time. */
const USE_STEP_MS = 60_000;

function keyBytes(bearer: string): Uint8Array | undefined {
  try {
    return fromHex(bearer);
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}
