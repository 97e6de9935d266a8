/** The table of the network's own reversals that wait for the issuer: store and forward. */
import type { MessageFields } from '@octavo/domain/message.ts';
import type { InstantMs, Sql, SqlRow } from '@octavo/domain/ports.ts';
import { json, text, whole, wholeOrNone } from '../column.ts';

/** A reversal on its way to the issuer, in token form: the card number is asked for at each sending. */
export type QueuedReversal = {
  readonly originalKey: string;
  /** Its own key, by which its answer is known. */
  readonly reversalKey: string;
  /** The issuer's code. */
  readonly issuer: string;
  readonly token: string;
  readonly fields: MessageFields;
  /** `exception`: given up, a person must look at it. */
  readonly state: 'waiting' | 'done' | 'exception';
  readonly sendings: number;
  readonly nextAtMs: InstantMs;
  readonly createdAtMs: InstantMs;
  readonly version: number;
};

/** The reversals whose time has come, the longest waiting first. */
export async function dueReversals(sql: Sql, nowMs: InstantMs): Promise<readonly QueuedReversal[]> {
  const rows = await sql(
    `select * from network.forward where state = 'waiting' and next_at_ms <= $1
     order by next_at_ms, original_key limit 50`,
    [nowMs],
  );
  return rows.map(toQueued);
}

/** When the next reversal is due; undefined when none waits. */
export async function nextDueAtMs(sql: Sql): Promise<InstantMs | undefined> {
  const [row] = await sql(
    `select min(next_at_ms) as next_at_ms from network.forward where state = 'waiting'`,
  );
  return row && wholeOrNone(row, 'next_at_ms');
}

/** Write down how often a reversal was sent, when it is due again, and its state; false when it moved on. */
export async function saveQueued(sql: Sql, queued: QueuedReversal): Promise<boolean> {
  const rows = await sql(
    `update network.forward set state = $3, sendings = $4, next_at_ms = $5, version = version + 1
     where original_key = $1 and version = $2 returning original_key`,
    [queued.originalKey, queued.version, queued.state, queued.sendings, queued.nextAtMs],
  );
  return rows.length === 1;
}

/** Write down the issuer's answer to a reversal; false when none waits under that key. */
export async function saveReversalAnswer(
  sql: Sql,
  reversalKey: string,
  responseCode: string,
  ends: boolean,
): Promise<boolean> {
  const rows = await sql(
    `update network.forward
     set response_code = $2, state = case when $3::boolean then 'done' else state end,
       version = version + 1
     where reversal_key = $1 and state <> 'done' returning original_key`,
    [reversalKey, responseCode, ends],
  );
  return rows.length > 0;
}

/** How many reversals wait, and how many were given up. */
export async function countQueued(
  sql: Sql,
): Promise<{ readonly waiting: number; readonly exceptions: number }> {
  const rows = await sql(
    `select state, count(*) as count from network.forward
     where state <> 'done' group by state order by state`,
  );
  const count = (state: string) => {
    const row = rows.find((each) => text(each, 'state') === state);
    return row === undefined ? 0 : whole(row, 'count');
  };
  return { waiting: count('waiting'), exceptions: count('exception') };
}

function toQueued(row: SqlRow): QueuedReversal {
  return {
    originalKey: text(row, 'original_key'),
    reversalKey: text(row, 'reversal_key'),
    issuer: text(row, 'issuer'),
    token: text(row, 'token'),
    fields: json(row, 'fields') as MessageFields,
    state: text(row, 'state') as QueuedReversal['state'],
    sendings: whole(row, 'sendings'),
    nextAtMs: whole(row, 'next_at_ms'),
    createdAtMs: whole(row, 'created_at_ms'),
    version: whole(row, 'version'),
  };
}
