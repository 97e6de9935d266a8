/** One-time codes in the database. */
import type { CodeRow, Decision } from '@octavo/domain/issuer-card.ts';
import type { InstantMs, Sealed, Sql, SqlRow } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { big, bytes, flag, text, textOrNone, whole } from '../column.ts';

/** A code with its keyed hash, and how often codes were sent for its enrolment. */
export type CodeView = {
  readonly code: CodeRow;
  readonly hash: Uint8Array;
  readonly sends: number;
  readonly recentResends: number;
};

/** The code of an enrolment; resends after `sinceMs` are counted as recent. */
export async function loadCode(
  sql: Sql,
  enrolmentId: string,
  sinceMs: InstantMs,
): Promise<CodeView | undefined> {
  const [row] = await sql(
    `select account_id, hash, expires_at_ms, wrong_tries, verified, decision, version,
            (select count(*) from issuer.code_send s where s.enrolment_id = c.enrolment_id) as sends,
            (select count(*) from issuer.code_send s
              where s.enrolment_id = c.enrolment_id and s.number > 0 and s.at_ms > $2) as recent
       from issuer.code c where enrolment_id = $1`,
    [enrolmentId, sinceMs],
  );
  return (
    row && {
      code: {
        accountId: text(row, 'account_id'),
        expiresAtMs: whole(row, 'expires_at_ms'),
        wrongTries: whole(row, 'wrong_tries'),
        verified: flag(row, 'verified'),
        decision: readDecision(row),
        version: big(row, 'version'),
      },
      hash: bytes(row, 'hash'),
      sends: whole(row, 'sends'),
      recentResends: whole(row, 'recent'),
    }
  );
}

/** The holder's decision in a row that has that column; undefined when there is none. */
export function readDecision(row: SqlRow): Decision | undefined {
  const decision = textOrNone(row, 'decision');
  assert(
    decision === undefined || decision === 'approved' || decision === 'refused',
    'a decision of a holder',
  );
  return decision;
}

/** A code that goes out, with the text that carries it and the answer of the command. */
export type Sending = {
  readonly enrolmentId: string;
  readonly accountId: string;
  readonly hash: Uint8Array;
  readonly expiresAtMs: InstantMs;
  /** 0 is the first code of an enrolment. */
  readonly sendNumber: number;
  /** The version of the code that this one replaces. */
  readonly replaces: bigint | undefined;
  readonly requestId: string;
  readonly digest: Uint8Array;
  readonly answer: string;
  readonly mobileHash: string;
  readonly sender: string;
  readonly body: Sealed;
};

/** Store a code and put its text into the outbox: insert-first, or by the version of the one replaced. False: overtaken. */
export async function saveSending(sql: Sql, sending: Sending, atMs: InstantMs): Promise<boolean> {
  const first = `insert into issuer.code (enrolment_id, account_id, hash, expires_at_ms, wrong_tries, verified, version)
       values ($1, $2, $3, $4, 0, false, 1) on conflict (enrolment_id) do nothing returning enrolment_id`;
  const again = `update issuer.code set hash = $3, expires_at_ms = $4, wrong_tries = 0, version = version + 1
        where enrolment_id = $1 and account_id = $2 and version = $13 returning enrolment_id`;
  const rows = await sql(
    `with changed as (${sending.replaces === undefined ? first : again}),
     sent as (
       insert into issuer.code_send (enrolment_id, number, at_ms)
       select enrolment_id, $5::bigint, $6::bigint from changed),
     request as (
       insert into issuer.request (request_id, digest, answer, at_ms)
       select $7::text, $8::bytea, $9::jsonb, $6 from changed),
     line as (
       insert into issuer.outbox (line_id, mobile_hash, sender, body, at_ms)
       select $7, $10::text, $11::text, $12::bytea, $6 from changed)
     select enrolment_id from changed`,
    [
      sending.enrolmentId,
      sending.accountId,
      sending.hash,
      sending.expiresAtMs,
      sending.sendNumber,
      atMs,
      sending.requestId,
      sending.digest,
      sending.answer,
      sending.mobileHash,
      sending.sender,
      sending.body,
      ...(sending.replaces === undefined ? [] : [sending.replaces]),
    ],
  );
  return rows.length === 1;
}

/** A try of a code, as it is stored with the answer of its command. */
export type Try = {
  readonly enrolmentId: string;
  readonly version: bigint;
  readonly wrongTries: number;
  readonly verified: boolean;
  readonly requestId: string;
  readonly digest: Uint8Array;
  readonly answer: string;
};

/** Count a try by version. False: overtaken. */
export async function saveTry(sql: Sql, tried: Try, atMs: InstantMs): Promise<boolean> {
  const rows = await sql(
    `with changed as (
       update issuer.code set wrong_tries = $3, verified = $4, version = version + 1
        where enrolment_id = $1 and version = $2 returning enrolment_id),
     request as (
       insert into issuer.request (request_id, digest, answer, at_ms)
       select $5::text, $6::bytea, $7::jsonb, $8::bigint from changed)
     select enrolment_id from changed`,
    [
      tried.enrolmentId,
      tried.version,
      tried.wrongTries,
      tried.verified,
      tried.requestId,
      tried.digest,
      tried.answer,
      atMs,
    ],
  );
  return rows.length === 1;
}
