/** Enrolments that a holder may decide on in the bank's app, and decisions that the token service has to hear of. */
import type { Decision } from '@octavo/domain/issuer-card.ts';
import type { InstantMs, Sql, SqlRow } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { text, textOrNone, whole } from '../column.ts';
import { readDecision } from './code-store.ts';

/** An enrolment that awaits its holder. */
export type Waiting = {
  readonly enrolmentId: string;
  readonly lastFour: string;
  readonly askedAtMs: InstantMs;
  readonly expiresAtMs: InstantMs;
};

/** How many enrolments are shown, or told, at once. */
const MOST = 100;

/** The enrolments of a holder's cards whose code could still be used, newest first. */
export async function loadWaiting(
  sql: Sql,
  mobileHash: string,
  atMs: InstantMs,
): Promise<readonly Waiting[]> {
  const rows = await sql(
    `select o.enrolment_id, c.last_four, o.expires_at_ms,
            (select min(s.at_ms) from issuer.code_send s
              where s.enrolment_id = o.enrolment_id) as asked_at_ms
       from issuer.card c join issuer.code o on o.account_id = c.account_id
      where c.mobile_hash = $1 and not o.verified and o.decision is null and o.expires_at_ms > $2
      order by o.expires_at_ms desc, o.enrolment_id limit ${MOST}`,
    [mobileHash, atMs],
  );
  return rows.map((row) => ({
    enrolmentId: text(row, 'enrolment_id'),
    lastFour: text(row, 'last_four'),
    askedAtMs: whole(row, 'asked_at_ms'),
    expiresAtMs: whole(row, 'expires_at_ms'),
  }));
}

/** A decision that was stored, and what the token service said to it. */
export type Decided = {
  readonly enrolmentId: string;
  readonly decision: Decision;
  readonly requestId: string;
  readonly told: { readonly refusal: string | undefined } | undefined;
};

const DECIDED_COLUMNS = 'enrolment_id, decision, decision_request_id, told_at_ms, told_refusal';

function readDecided(row: SqlRow): Decided {
  const decision = readDecision(row);
  assert(decision !== undefined, 'an enrolment that was decided');
  const told = row.told_at_ms === null ? undefined : { refusal: textOrNone(row, 'told_refusal') };
  return {
    enrolmentId: text(row, 'enrolment_id'),
    decision,
    requestId: text(row, 'decision_request_id'),
    told,
  };
}

/** The decision on an enrolment that was decided. */
export async function loadDecided(sql: Sql, enrolmentId: string): Promise<Decided> {
  const [row] = await sql(
    `select ${DECIDED_COLUMNS} from issuer.code where enrolment_id = $1 and decision is not null`,
    [enrolmentId],
  );
  assert(row !== undefined, 'a decision is never taken back');
  return readDecided(row);
}

/** The decisions that the token service has not answered, oldest first. */
export async function loadUntold(sql: Sql): Promise<readonly Decided[]> {
  const rows = await sql(
    `select ${DECIDED_COLUMNS} from issuer.code
      where decision is not null and told_at_ms is null
      order by decided_at_ms, enrolment_id limit ${MOST}`,
  );
  return rows.map(readDecided);
}

/** A decision as it is stored, with the answer of its command. */
export type Deciding = {
  readonly enrolmentId: string;
  readonly version: bigint;
  readonly decision: Decision;
  readonly requestId: string;
  readonly digest: Uint8Array;
  readonly answer: string;
};

/** Store a decision by the code's version, which ends the code, under a request id that is new. False: overtaken. */
export async function saveDecision(
  sql: Sql,
  deciding: Deciding,
  atMs: InstantMs,
): Promise<boolean> {
  const rows = await sql(
    `with locked as (
       select enrolment_id from issuer.code where enrolment_id = $1 and version = $2 for update),
     asked as (
       insert into issuer.request (request_id, digest, answer, at_ms)
       select $4::text, $5::bytea, $6::jsonb, $7::bigint from locked
       on conflict (request_id) do nothing returning request_id)
     update issuer.code o set decision = $3, decision_request_id = $4, decided_at_ms = $7,
                              version = o.version + 1
       from locked, asked where o.enrolment_id = locked.enrolment_id returning o.enrolment_id`,
    [
      deciding.enrolmentId,
      deciding.version,
      deciding.decision,
      deciding.requestId,
      deciding.digest,
      deciding.answer,
      atMs,
    ],
  );
  return rows.length === 1;
}

/** Keep what the token service said to a decision, once. */
export async function saveTold(
  sql: Sql,
  enrolmentId: string,
  refusal: string | undefined,
  atMs: InstantMs,
): Promise<void> {
  await sql(
    `update issuer.code set told_at_ms = $3, told_refusal = $2, version = version + 1
      where enrolment_id = $1 and decision is not null and told_at_ms is null`,
    [enrolmentId, refusal ?? null, atMs],
  );
}
