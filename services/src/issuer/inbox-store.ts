/** Inboxes and the texts that wait for them, in the database. */
import type { InstantMs, Sealed, Sql, SqlRow } from '@octavo/domain/ports.ts';
import { bytes, text, textOrNone, whole } from '../column.ts';

/** Claim an inbox; false when it is somebody's already. */
export async function claim(
  sql: Sql,
  mobileHash: string,
  secretHash: Uint8Array,
  atMs: InstantMs,
): Promise<boolean> {
  const rows = await sql(
    `insert into issuer.inbox (mobile_hash, secret_hash, claimed_at_ms) values ($1, $2, $3)
     on conflict (mobile_hash) do nothing returning mobile_hash`,
    [mobileHash, secretHash, atMs],
  );
  return rows.length === 1;
}

/** The keyed hash of an inbox's secret, or undefined when nobody claimed it. */
export async function loadSecretHash(
  sql: Sql,
  mobileHash: string,
): Promise<Uint8Array | undefined> {
  const [row] = await sql('select secret_hash from issuer.inbox where mobile_hash = $1', [
    mobileHash,
  ]);
  return row && bytes(row, 'secret_hash');
}

/** One text in an inbox. */
export type MessageRow = {
  readonly sequence: number;
  readonly atMs: InstantMs;
  readonly from: string;
  readonly lineId: string;
  readonly body: Sealed;
};

/** How many texts one reading brings. */
const MOST_MESSAGES = 100;

/** The texts after a sequence number, oldest first. */
export async function loadMessages(
  sql: Sql,
  mobileHash: string,
  afterSequence: number,
): Promise<readonly MessageRow[]> {
  const rows = await sql(
    `select sequence, at_ms, sender, line_id, body from issuer.inbox_message
      where mobile_hash = $1 and sequence > $2 order by sequence limit $3`,
    [mobileHash, afterSequence, MOST_MESSAGES],
  );
  return rows.map(readMessage);
}

/** The latest texts of all inboxes, newest first, each with its masked mobile number where the bank has a card of it. */
export async function loadLatest(
  sql: Sql,
): Promise<readonly (MessageRow & { readonly mobileMasked: string | undefined })[]> {
  const rows = await sql(
    `select m.sequence, m.at_ms, m.sender, m.line_id, m.body,
            (select min(c.mobile_masked) from issuer.card c
              where c.mobile_hash = m.mobile_hash) as mobile_masked
       from issuer.inbox_message m
      order by m.at_ms desc, m.mobile_hash desc, m.sequence desc limit $1`,
    [MOST_MESSAGES],
  );
  return rows.map((row) => ({
    ...readMessage(row),
    mobileMasked: textOrNone(row, 'mobile_masked'),
  }));
}

function readMessage(row: SqlRow): MessageRow {
  return {
    sequence: whole(row, 'sequence'),
    atMs: whole(row, 'at_ms'),
    from: text(row, 'sender'),
    lineId: text(row, 'line_id'),
    body: bytes(row, 'body'),
  };
}

/** A text that shall be delivered. */
export type Line = {
  readonly lineId: string;
  readonly mobileHash: string;
  readonly from: string;
  readonly body: Sealed;
};

/** Store another service's text under its request id, insert-first. False: the id is there already. */
export async function saveDelivery(
  sql: Sql,
  line: Line,
  digest: Uint8Array,
  atMs: InstantMs,
): Promise<boolean> {
  const rows = await sql(
    `with asked as (
       insert into issuer.request (request_id, digest, answer, at_ms)
       values ($1, $2, '{}'::jsonb, $3::bigint) on conflict (request_id) do nothing returning request_id)
     insert into issuer.outbox (line_id, mobile_hash, sender, body, at_ms)
     select request_id, $4::text, $5::text, $6::bytea, $3 from asked returning line_id`,
    [line.lineId, digest, atMs, line.mobileHash, line.from, line.body],
  );
  return rows.length === 1;
}

/** The texts that wait, oldest first. */
export async function loadLines(sql: Sql): Promise<readonly string[]> {
  const rows = await sql('select line_id from issuer.outbox order by at_ms, line_id limit 100');
  return rows.map((row) => text(row, 'line_id'));
}

/** Whether a text still waits. */
export async function hasLine(sql: Sql, lineId: string): Promise<boolean> {
  const [row] = await sql('select line_id from issuer.outbox where line_id = $1', [lineId]);
  return row !== undefined;
}

/**
 * Move a waiting text into its inbox under the next number there. False when it does not wait, or when another text
 * took that number: then look again.
 */
export async function putLine(sql: Sql, lineId: string): Promise<boolean> {
  const rows = await sql(
    `with put as (
       insert into issuer.inbox_message (mobile_hash, sequence, line_id, sender, body, at_ms)
       select o.mobile_hash,
              coalesce((select max(m.sequence) from issuer.inbox_message m
                         where m.mobile_hash = o.mobile_hash), 0) + 1,
              o.line_id, o.sender, o.body, o.at_ms
         from issuer.outbox o where o.line_id = $1
       on conflict do nothing returning line_id),
     gone as (delete from issuer.outbox o using put where o.line_id = put.line_id)
     select line_id from put`,
    [lineId],
  );
  return rows.length === 1;
}
