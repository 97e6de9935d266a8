/** The rows of pushed cards: who may add which card by which receipt, and until when. */
import type { InstantMs, Sql, SqlRow } from '@octavo/domain/ports.ts';
import { bytes, bytesOrNone, text, textOrNone, whole } from '../column.ts';

/** A card that its issuer pushed. */
export type PushedCard = {
  /** Keyed hash of the receipt. */
  readonly receiptHash: Uint8Array;
  readonly requestId: Uint8Array;
  /** Keyed, over the request's body. */
  readonly requestDigest: Uint8Array;
  /** What the receipt is made of, by a key. */
  readonly nonce: Uint8Array;
  readonly cardBin: string;
  readonly cardLastFour: string;
  /** Undefined once the receipt has lapsed. */
  readonly sealedPan: Uint8Array | undefined;
  readonly sealedPanExpiry: Uint8Array | undefined;
  readonly mobileMasked: string | undefined;
  /** The request that adds it. */
  readonly takenBy: Uint8Array | undefined;
  readonly expiresMs: InstantMs;
};

/** How long after its receipt lapsed a pushed card is still known by name. */
const KNOWN_MS = 24 * 60 * 60_000;

/** The pushed card of a receipt. */
export async function readPushed(
  sql: Sql,
  receiptHash: Uint8Array,
): Promise<PushedCard | undefined> {
  const [row] = await sql('select * from tokens.pushed_card where receipt_hash = $1', [
    receiptHash,
  ]);
  return row && pushedOf(row);
}

/** The card that a request has pushed. */
export async function readPushedBy(
  sql: Sql,
  requestId: Uint8Array,
): Promise<PushedCard | undefined> {
  const [row] = await sql('select * from tokens.pushed_card where request_id = $1', [requestId]);
  return row && pushedOf(row);
}

/** Keep a pushed card, unless its request has pushed one already. */
export async function insertPushed(sql: Sql, pushed: PushedCard): Promise<void> {
  await sql(
    `insert into tokens.pushed_card (receipt_hash, request_id, request_digest, nonce, card_bin,
       card_last_four, sealed_pan, sealed_pan_expiry, mobile_masked, expires_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict do nothing`,
    [
      pushed.receiptHash,
      pushed.requestId,
      pushed.requestDigest,
      pushed.nonce,
      pushed.cardBin,
      pushed.cardLastFour,
      pushed.sealedPan ?? null,
      pushed.sealedPanExpiry ?? null,
      pushed.mobileMasked ?? null,
      pushed.expiresMs,
    ],
  );
}

/** Take a receipt for a request; false when another has it or it has lapsed. A repeat of the request has it still. */
export async function takePushed(
  sql: Sql,
  receiptHash: Uint8Array,
  requestId: Uint8Array,
  nowMs: InstantMs,
): Promise<boolean> {
  const taken = await sql(
    `update tokens.pushed_card set taken_by = $2
     where receipt_hash = $1 and (taken_by = $2 or taken_by is null and expires_ms > $3)
     returning receipt_hash`,
    [receiptHash, requestId, nowMs],
  );
  return taken.length > 0;
}

/** Forget the cards of receipts that have lapsed, and a day later the receipts too. */
export async function forgetPushed(sql: Sql, nowMs: InstantMs): Promise<void> {
  await sql(
    `update tokens.pushed_card set sealed_pan = null, sealed_pan_expiry = null
     where sealed_pan is not null and expires_ms <= $1`,
    [nowMs],
  );
  await sql('delete from tokens.pushed_card where expires_ms <= $1', [nowMs - KNOWN_MS]);
}

function pushedOf(row: SqlRow): PushedCard {
  return {
    receiptHash: bytes(row, 'receipt_hash'),
    requestId: bytes(row, 'request_id'),
    requestDigest: bytes(row, 'request_digest'),
    nonce: bytes(row, 'nonce'),
    cardBin: text(row, 'card_bin'),
    cardLastFour: text(row, 'card_last_four'),
    sealedPan: bytesOrNone(row, 'sealed_pan'),
    sealedPanExpiry: bytesOrNone(row, 'sealed_pan_expiry'),
    mobileMasked: textOrNone(row, 'mobile_masked'),
    takenBy: bytesOrNone(row, 'taken_by'),
    expiresMs: whole(row, 'expires_ms'),
  };
}
