/**
 * Push provisioning: the issuer hands on a card of its own holder and gets a receipt; whoever brings the receipt back
 * in a card entry adds that card. The receipt is made from a kept nonce by a key, so a repeat gets the same one and
 * the table holds none.
 * @see docs/specs.md, tokenisation sheet, section 6 (push provisioning)
 */
import type { z } from '@hono/zod-openapi';
import { checkCard, checkReceipt, faceOf, PUSHED_MS } from '@octavo/domain/card.ts';
import { rangeOfCard } from '@octavo/domain/demo.ts';
import type { VaultKeys } from '@octavo/domain/ports.ts';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { digestOf, keyReused } from '../request.ts';
import * as contract from './contract.ts';
import { openDigits, sealDigits, sealedAt, type Tokens } from './ports.ts';
import { insertPushed, type PushedCard, readPushed, readPushedBy } from './push-store.ts';

type PushAsk = z.output<typeof contract.pushCard.body>;
type PushAnswer = z.input<typeof contract.pushCard.answer>;

/** A card as its receipt opens it. */
export type OpenedPush = {
  readonly pan: string;
  readonly expiry: string;
  readonly mobileMasked: string | undefined;
  readonly receiptHash: Uint8Array;
};

/** Take a card from its issuer. The same request again gets the same receipt. */
export async function pushCard(tokens: Tokens, ask: PushAsk): Promise<PushAnswer | Refused> {
  const { keys, sql, clock, trace } = tokens;
  const requestId = fromHex(ask.requestId);
  const digest = await digestOf(keys, contract.pushCard.path, ask);
  const earlier = await readPushedBy(sql, requestId);
  if (earlier !== undefined) return answerOf(tokens, earlier, digest);
  const card = checkCard({ pan: ask.pan, expiry: ask.panExpiry }, clock.nowMs());
  if (isRefused(card)) return card;
  await insertPushed(sql, await newPush(tokens, ask, digest, card.value.bin));
  const kept = await readPushedBy(sql, requestId);
  assert(kept !== undefined, 'it is there before or after');
  const answer = await answerOf(tokens, kept, digest);
  if (isRefused(answer)) return answer;
  trace('card.pushed', { cardLastFour: kept.cardLastFour, expiresAtMs: kept.expiresMs });
  return answer;
}

async function newPush(
  { keys, random, clock }: Tokens,
  ask: PushAsk,
  requestDigest: Uint8Array,
  cardBin: string,
): Promise<PushedCard> {
  const nonce = random(32);
  const receiptHash = await hashOf(keys, await receiptOf(keys, nonce));
  const at = (column: string) => sealedAt(receiptHash, `pushed_card.${column}`);
  return {
    receiptHash,
    requestId: fromHex(ask.requestId),
    requestDigest,
    nonce,
    cardBin,
    cardLastFour: ask.pan.slice(-4),
    sealedPan: await sealDigits(keys, ask.pan, at('pan')),
    sealedPanExpiry: await sealDigits(keys, ask.panExpiry, at('pan_expiry')),
    mobileMasked: ask.mobileMasked,
    takenBy: undefined,
    expiresMs: clock.nowMs() + PUSHED_MS,
  };
}

async function answerOf(
  { keys }: Tokens,
  pushed: PushedCard,
  digest: Uint8Array,
): Promise<PushAnswer | Refused> {
  const reused = keyReused(pushed.requestDigest, digest);
  if (reused !== undefined) return reused;
  const range = rangeOfCard(pushed.cardBin);
  assert(range !== undefined, 'pushed cards are of known ranges');
  return {
    receipt: toHex(await receiptOf(keys, pushed.nonce)),
    expiresAtMs: pushed.expiresMs,
    cardLastFour: pushed.cardLastFour,
    face: faceOf(range),
  };
}

/** Open the card of a receipt for a request that adds it: unknown, used and lapsed receipts are refused by name. */
export async function openPush(
  { keys, sql, clock }: Tokens,
  receipt: string,
  requestId: string,
): Promise<OpenedPush | Refused> {
  const receiptHash = await hashOf(keys, fromHex(receipt));
  const found = await readPushed(sql, receiptHash);
  const takenBy = found?.takenBy && toHex(found.takenBy);
  const checked = checkReceipt(found && { ...found, takenBy }, requestId, clock.nowMs());
  if (isRefused(checked)) return checked;
  const { sealedPan, sealedPanExpiry, mobileMasked } = checked.value;
  if (sealedPan === undefined || sealedPanExpiry === undefined) return refused('push.lapsed');
  const at = (column: string) => sealedAt(receiptHash, `pushed_card.${column}`);
  return {
    pan: await openDigits(keys, sealedPan, at('pan')),
    expiry: await openDigits(keys, sealedPanExpiry, at('pan_expiry')),
    mobileMasked,
    receiptHash,
  };
}

function receiptOf(keys: VaultKeys, nonce: Uint8Array): Promise<Uint8Array> {
  return keys.lookupHash('push_receipt', nonce);
}

function hashOf(keys: VaultKeys, receipt: Uint8Array): Promise<Uint8Array> {
  return keys.lookupHash('push_receipt_lookup', receipt);
}
