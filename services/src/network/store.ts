/** The network's tables of messages and of acquirers' reversals: one statement for each effect. */
import type { KeptMessage, MessageChange } from '@octavo/domain/network.ts';
import type { InstantMs, Sql, SqlRow, SqlValue } from '@octavo/domain/ports.ts';
import { isRefusalCode, type RefusalCode } from '@octavo/domain/refusal.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { bytes, bytesOrNone, flag, json, text, textOrNone, whole } from '../column.ts';
import type { QueuedReversal } from './queue.ts';

/** An acquirer's reversal as it was answered. */
export type KeptReversal = {
  readonly originalKey: string;
  readonly reversalKey: string;
  readonly fingerprint: Uint8Array;
  readonly responseCode: string;
  readonly code?: RefusalCode | undefined;
  readonly settlementDate: string;
  readonly atMs: InstantMs;
};

/** What else one statement writes when it changes a message. */
export type Beside = {
  readonly atMs: InstantMs;
  readonly reversal?: KeptReversal | undefined;
  readonly forward?: QueuedReversal | undefined;
};

/** The message under a key. */
export async function findMessage(sql: Sql, messageKey: string): Promise<KeptMessage | undefined> {
  const [row] = await sql('select * from network.message where message_key = $1', [messageKey]);
  return row && toMessage(row);
}

/** Keep a new message (with the reversal that foretold it); false when its key is taken. */
export async function insertMessage(
  sql: Sql,
  message: KeptMessage,
  beside: Beside,
): Promise<boolean> {
  const rows = await sql(
    `with changed as (
       insert into network.message (${MESSAGE_COLUMNS}, version)
       values (${MESSAGE_PLACES}, 1)
       on conflict do nothing
       returning message_key, version
     ), ${BESIDE}
     select message_key from changed`,
    [...messageValues(message), ...besideValues(beside)],
  );
  return rows.length === 1;
}

/** Write a changed message with what belongs to it; false when another writer was faster. */
export async function saveMessage(
  sql: Sql,
  change: MessageChange,
  beside: Beside,
): Promise<boolean> {
  const rows = await sql(
    `with changed as (
       update network.message set (${MESSAGE_COLUMNS}, version) = (${MESSAGE_PLACES}, version + 1)
       where message_key = $1 and version = $33
       returning message_key, version
     ), ${BESIDE}
     select message_key from changed`,
    [...messageValues(change.message), ...besideValues(beside), change.message.version],
  );
  return rows.length === 1;
}

/** The answer that a reversal's key got before, whichever original it named then. */
export async function findReversal(
  sql: Sql,
  reversalKey: string,
): Promise<KeptReversal | undefined> {
  const [row] = await sql(
    `select original_key, reversal_key, fingerprint, response_code, code, settlement_date, at_ms
     from network.reversal where reversal_key = $1 order by at_ms, original_key`,
    [reversalKey],
  );
  return row && toReversal(row);
}

/** Keep a reversal that changes nothing; false when it is there already. */
export async function insertReversal(sql: Sql, reversal: KeptReversal): Promise<boolean> {
  const rows = await sql(
    `insert into network.reversal
       (original_key, reversal_key, fingerprint, response_code, code, settlement_date, at_ms)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict do nothing
     returning reversal_key`,
    reversalValues(reversal),
  );
  return rows.length === 1;
}

/** Messages that somebody must bring to their end, in the order of their keys. */
export async function unsettledMessages(
  sql: Sql,
  afterKey: string,
): Promise<readonly KeptMessage[]> {
  const rows = await sql(
    `select * from network.message
     where (state in ('pending', 'sent') or not answered) and message_key > $1
     order by message_key limit 100`,
    [afterKey],
  );
  return rows.map(toMessage);
}

/** Messages whose end the token service must still be told, in the order of their keys. */
export async function owingMessages(sql: Sql, afterKey: string): Promise<readonly KeptMessage[]> {
  const rows = await sql(
    `select * from network.message
     where owed <> 'nothing' and message_key > $1
     order by message_key limit 100`,
    [afterKey],
  );
  return rows.map(toMessage);
}

/** How many messages the issuer has not answered yet. */
export async function countUnanswered(sql: Sql): Promise<number> {
  const [row] = await sql(`select count(*) as count from network.message where state = 'sent'`);
  return row === undefined ? 0 : whole(row, 'count');
}

/** Take a trace number for one day; false when it is taken. */
export async function takeTraceNumber(
  sql: Sql,
  day: string,
  traceNumber: string,
): Promise<boolean> {
  const rows = await sql(
    `insert into network.trace_number (day, trace_number) values ($1, $2)
     on conflict do nothing returning trace_number`,
    [day, traceNumber],
  );
  return rows.length === 1;
}

/** Forget the trace numbers of all days but these (MMDD); a number may come again another day. */
export async function forgetTraceNumbers(sql: Sql, keepDays: readonly string[]): Promise<void> {
  await sql('delete from network.trace_number where day <> all($1::text[])', [keepDays]);
}

const MESSAGE_COLUMNS = `message_key, institution, state, reversed_by, fields, fingerprint, issuer,
  settlement_date, account_reference, response_code, code, authorisation, tag91, answered, owed,
  created_at_ms, kind`;

const MESSAGE_PLACES = `$1::text, $2::text, $3::text, $4::text, $5::text::jsonb, $6::bytea, $7::text,
  $8::text, $9::text, $10::text, $11::text, $12::text, $13::text, $14::boolean, $15::text,
  $16::bigint, $17::text`;

/** The further parts of a statement whose first part is called `changed`: history, reversal, queue. */
const BESIDE = `history as (
    insert into network.message_history (message_key, version, state, at_ms)
    select message_key, version, $3::text, $18::bigint from changed
  ), answered as (
    insert into network.reversal
      (original_key, reversal_key, fingerprint, response_code, code, settlement_date, at_ms)
    select message_key, $19::text, $20::bytea, $21::text, $22::text, $23::text, $18::bigint
    from changed where $19::text is not null
  ), queued as (
    insert into network.forward
      (original_key, reversal_key, issuer, token, fields, state, sendings, next_at_ms,
       created_at_ms, version)
    select message_key, $24::text, $25::text, $26::text, $27::text::jsonb, $28::text, $29::integer,
      $30::bigint, $31::bigint, $32::integer
    from changed where $24::text is not null
  )`;

function messageValues(message: KeptMessage): readonly SqlValue[] {
  return [
    message.messageKey,
    message.institution,
    message.state,
    message.reversedBy ?? null,
    message.fields === undefined ? null : JSON.stringify(message.fields),
    message.fingerprint ?? null,
    message.issuer ?? null,
    message.settlementDate ?? null,
    message.accountReference ?? null,
    message.responseCode ?? null,
    message.code ?? null,
    message.authorisation ?? null,
    message.tag91 ?? null,
    message.answered,
    message.owed,
    message.createdAtMs,
    message.kind,
  ];
}

function besideValues({ atMs, reversal, forward }: Beside): readonly SqlValue[] {
  return [
    atMs,
    reversal?.reversalKey ?? null,
    reversal?.fingerprint ?? null,
    reversal?.responseCode ?? null,
    reversal?.code ?? null,
    reversal?.settlementDate ?? null,
    forward?.reversalKey ?? null,
    forward?.issuer ?? null,
    forward?.token ?? null,
    forward === undefined ? null : JSON.stringify(forward.fields),
    forward?.state ?? null,
    forward?.sendings ?? null,
    forward?.nextAtMs ?? null,
    forward?.createdAtMs ?? null,
    forward?.version ?? null,
  ];
}

function reversalValues(reversal: KeptReversal): readonly SqlValue[] {
  return [
    reversal.originalKey,
    reversal.reversalKey,
    reversal.fingerprint,
    reversal.responseCode,
    reversal.code ?? null,
    reversal.settlementDate,
    reversal.atMs,
  ];
}

function toMessage(row: SqlRow): KeptMessage {
  return {
    messageKey: text(row, 'message_key'),
    kind: text(row, 'kind') as KeptMessage['kind'],
    institution: text(row, 'institution'),
    state: text(row, 'state') as KeptMessage['state'],
    reversedBy: textOrNone(row, 'reversed_by') as KeptMessage['reversedBy'],
    fields: json(row, 'fields') as KeptMessage['fields'],
    fingerprint: bytesOrNone(row, 'fingerprint'),
    issuer: textOrNone(row, 'issuer'),
    settlementDate: textOrNone(row, 'settlement_date'),
    accountReference: textOrNone(row, 'account_reference'),
    responseCode: textOrNone(row, 'response_code'),
    code: codeOrNone(row),
    authorisation: textOrNone(row, 'authorisation'),
    tag91: textOrNone(row, 'tag91'),
    answered: flag(row, 'answered'),
    owed: text(row, 'owed') as KeptMessage['owed'],
    createdAtMs: whole(row, 'created_at_ms'),
    version: whole(row, 'version'),
  };
}

function toReversal(row: SqlRow): KeptReversal {
  return {
    originalKey: text(row, 'original_key'),
    reversalKey: text(row, 'reversal_key'),
    fingerprint: bytes(row, 'fingerprint'),
    responseCode: text(row, 'response_code'),
    code: codeOrNone(row),
    settlementDate: text(row, 'settlement_date'),
    atMs: whole(row, 'at_ms'),
  };
}

function codeOrNone(row: SqlRow): RefusalCode | undefined {
  const code = textOrNone(row, 'code');
  assert(code === undefined || isRefusalCode(code), 'a stored code is one of ours');
  return code;
}
