/** The acquirer's transit operators and the advices of their gates: SQL and typed rows. */
import type { MessageFields } from '@octavo/domain/message.ts';
import type { InstantMs, Sealed, Sql, SqlRow } from '@octavo/domain/ports.ts';
import { bytes, bytesOrNone, text, textOrNone, whole, wholeOrNone } from '../column.ts';
import type { DoneRequest } from '../request.ts';
import type { Origin } from './network-message.ts';

/** A transit operator about to be enrolled. */
export type NewOperator = {
  readonly terminalId: string;
  readonly merchantId: string;
  readonly atMs: InstantMs;
  readonly requestId: string;
  readonly digest: Uint8Array;
  readonly answer: string;
};

/** `given_up`: nobody answered for days. */
export type AdviceState = 'pending' | 'approved' | 'declined' | 'given_up';

/** One gate tap that the network is asked about. */
export type AdviceRow = {
  readonly requestId: string;
  readonly digest: Uint8Array;
  readonly atMs: InstantMs;
  readonly state: AdviceState;
  readonly tokenLastFour: string;
  /** Without token, expiry and chip data. */
  readonly request: MessageFields;
  /** Those; undefined once it has ended. */
  readonly tap?: Sealed | undefined;
  readonly attempts: number;
  readonly responseCode?: string | undefined;
  readonly accountReference?: string | undefined;
};

/** What was answered to this request id. */
export async function findOperatorEnrolment(
  sql: Sql,
  requestId: string,
): Promise<DoneRequest | undefined> {
  const [row] = await sql(
    'select request_digest, answer from acquirer.transit_operator where request_id = $1',
    [requestId],
  );
  return row === undefined
    ? undefined
    : { digest: bytes(row, 'request_digest'), answer: JSON.parse(text(row, 'answer')) };
}

/** Write an operator; false when its terminal id or its request id is taken. */
export async function insertOperator(sql: Sql, operator: NewOperator): Promise<boolean> {
  const rows = await sql(
    `insert into acquirer.transit_operator
       (terminal_id, merchant_id, enrolled_at_ms, request_id, request_digest, answer)
       values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning terminal_id`,
    [
      operator.terminalId,
      operator.merchantId,
      operator.atMs,
      operator.requestId,
      operator.digest,
      operator.answer,
    ],
  );
  return rows.length > 0;
}

/** An operator by its terminal id. */
export async function findOperator(sql: Sql, terminalId: string): Promise<Origin | undefined> {
  const [row] = await sql(
    `select o.terminal_id, o.merchant_id, m.name, m.city, m.category
       from acquirer.transit_operator o join acquirer.merchant m on m.id = o.merchant_id
      where o.terminal_id = $1`,
    [terminalId],
  );
  if (row === undefined) return undefined;
  return {
    id: text(row, 'terminal_id'),
    merchantId: text(row, 'merchant_id'),
    merchant: {
      name: text(row, 'name'),
      city: text(row, 'city'),
      category: text(row, 'category'),
    },
  };
}

/** The advice under a request id. */
export async function findAdvice(sql: Sql, requestId: string): Promise<AdviceRow | undefined> {
  const [row] = await sql('select * from acquirer.advice where request_id = $1', [requestId]);
  return row === undefined ? undefined : readAdvice(row);
}

/** The advices under some request ids, by these. */
export async function findAdvices(
  sql: Sql,
  requestIds: readonly string[],
): Promise<ReadonlyMap<string, AdviceRow>> {
  const rows = await sql(
    'select * from acquirer.advice where request_id = any($1::text[]) order by request_id',
    [requestIds],
  );
  return new Map(rows.map(readAdvice).map((row) => [row.requestId, row]));
}

/** Keep a new advice; false when its request id is taken. */
export async function insertAdvice(
  sql: Sql,
  row: AdviceRow & { readonly tap: Sealed },
  dueAtMs: InstantMs,
): Promise<boolean> {
  const rows = await sql(
    `insert into acquirer.advice
       (request_id, request_digest, at_ms, state, token_last_four, request, tap, attempts, due_at_ms)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning request_id`,
    [
      row.requestId,
      row.digest,
      row.atMs,
      row.state,
      row.tokenLastFour,
      JSON.stringify(row.request),
      row.tap,
      row.attempts,
      dueAtMs,
    ],
  );
  return rows.length > 0;
}

/** Count one more try, before it leaves, and say when the next is due; undefined when the advice has ended. */
export async function countAdviceAttempt(
  sql: Sql,
  requestId: string,
  before: number,
  dueAtMs: InstantMs,
): Promise<number | undefined> {
  const [row] = await sql(
    `update acquirer.advice set attempts = attempts + 1, due_at_ms = $3
      where request_id = $1 and attempts = $2 and state = 'pending' returning attempts`,
    [requestId, before, dueAtMs],
  );
  return row === undefined ? undefined : whole(row, 'attempts');
}

/** End an advice; what it held of the tap is forgotten. */
export async function endAdvice(
  sql: Sql,
  requestId: string,
  end: Pick<AdviceRow, 'state' | 'responseCode' | 'accountReference'>,
): Promise<void> {
  await sql(
    `update acquirer.advice set state = $2, response_code = $3, account_reference = $4, tap = null
      where request_id = $1 and state = 'pending'`,
    [requestId, end.state, end.responseCode ?? null, end.accountReference ?? null],
  );
}

/** Pending advices that are due, the longest waiting first. */
export async function dueAdvices(
  sql: Sql,
  nowMs: InstantMs,
  limit: number,
): Promise<readonly AdviceRow[]> {
  const rows = await sql(
    `select * from acquirer.advice where state = 'pending' and due_at_ms <= $1
      order by due_at_ms, request_id limit $2`,
    [nowMs, limit],
  );
  return rows.map(readAdvice);
}

/** When the next pending advice is due; undefined when none is pending. */
export async function nextAdviceDueAtMs(sql: Sql): Promise<InstantMs | undefined> {
  const [row] = await sql(
    `select min(due_at_ms) as due_at_ms from acquirer.advice where state = 'pending'`,
  );
  return row && wholeOrNone(row, 'due_at_ms');
}

/** Make every pending advice due now. */
export async function hurryAdvices(sql: Sql, nowMs: InstantMs): Promise<void> {
  await sql(
    `update acquirer.advice set due_at_ms = $1 where state = 'pending' and due_at_ms > $1`,
    [nowMs],
  );
}

function readAdvice(row: SqlRow): AdviceRow {
  return {
    requestId: text(row, 'request_id'),
    digest: bytes(row, 'request_digest'),
    atMs: whole(row, 'at_ms'),
    state: text(row, 'state') as AdviceState,
    tokenLastFour: text(row, 'token_last_four'),
    request: JSON.parse(text(row, 'request')) as MessageFields,
    tap: bytesOrNone(row, 'tap'),
    attempts: whole(row, 'attempts'),
    responseCode: textOrNone(row, 'response_code'),
    accountReference: textOrNone(row, 'account_reference'),
  };
}
