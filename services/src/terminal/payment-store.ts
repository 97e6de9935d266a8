/** The terminal's payments: SQL and typed rows. */
import type { StateOf } from '@octavo/domain/life.ts';
import type { MessageFields } from '@octavo/domain/message.ts';
import type { terminalPaymentLife } from '@octavo/domain/payment.ts';
import type { InstantMs, Sql, SqlRow } from '@octavo/domain/ports.ts';
import { isRefusalCode, type RefusalCode } from '@octavo/domain/refusal.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { big, bytes, text, textOrNone, whole, wholeOrNone } from '../column.ts';

/** One payment in the terminal's journal. */
export type PaymentRow = {
  readonly sequence: bigint;
  readonly version: bigint;
  readonly atMs: InstantMs;
  readonly requestId: string;
  readonly digest: Uint8Array;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly tokenLastFour: string;
  readonly state: StateOf<typeof terminalPaymentLife>;
  /** The whole request as it was sent, while it may still have to be reversed. */
  readonly message?: MessageFields;
  readonly chipData?: string;
  readonly responseCode?: string;
  /** Why it was declined or is in doubt. */
  readonly code?: RefusalCode;
  readonly retrievalReference?: string;
  readonly attempts: number;
  /** Whose it is; absent for the operator's. */
  readonly tillId?: string;
  /** When the cashier took it back. */
  readonly takenBackAtMs?: InstantMs;
  /** When a reversal that failed is due again. */
  readonly nextTryAtMs?: InstantMs;
};

/** What a payment comes to next. What is left out stays as it is, but for the message. */
export type Move = {
  readonly state: PaymentRow['state'];
  readonly responseCode?: string | undefined;
  readonly code?: RefusalCode | undefined;
  readonly retrievalReference?: string | undefined;
  /** The answer to its request, where that is known now. */
  readonly answer?: string;
};

/** The sequence of the next payment. */
export async function nextSequence(sql: Sql): Promise<bigint> {
  const [row] = await sql(
    'select coalesce(max(sequence), 0) + 1 as sequence from terminal.payment',
  );
  return row === undefined ? 1n : big(row, 'sequence');
}

/** Write a payment before its request leaves; false when sequence or request id is taken. */
export async function insertPayment(sql: Sql, row: PaymentRow): Promise<boolean> {
  const rows = await sql(
    `insert into terminal.payment
       (sequence, version, at_ms, request_id, request_digest, amount_minor, currency,
        token_last_four, state, message, chip_data, till_id, attempts)
       values ($1, 0, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0)
       on conflict do nothing returning sequence`,
    [
      row.sequence,
      row.atMs,
      row.requestId,
      row.digest,
      row.amountMinor,
      row.currency,
      row.tokenLastFour,
      row.state,
      row.message === undefined ? null : JSON.stringify(row.message),
      row.chipData ?? null,
      row.tillId ?? null,
    ],
  );
  return rows.length > 0;
}

/**
 * Move a payment on; false when the row has moved. A payment that has ended keeps no message: nothing that names its
 * card will be sent any more.
 */
export async function movePayment(sql: Sql, row: PaymentRow, move: Move): Promise<boolean> {
  const rows = await sql(
    `with changed as (
       update terminal.payment
          set state = $3, response_code = coalesce($4, response_code),
              code = coalesce($5, code),
              retrieval_reference = coalesce($6, retrieval_reference),
              message = case when $3 = 'reversing' then message end, version = version + 1
        where sequence = $1 and version = $2
        returning request_id, request_digest, sequence
     ), answered as (
       insert into terminal.answer (request_id, request_digest, answer)
       select request_id, request_digest, $7::text from changed where $7::text is not null
       on conflict do nothing
     )
     select sequence from changed`,
    [
      row.sequence,
      row.version,
      move.state,
      move.responseCode ?? null,
      move.code ?? null,
      move.retrievalReference ?? null,
      move.answer ?? null,
    ],
  );
  return rows.length > 0;
}

/** Let a payment be reversed as the cashier asks, and keep that ask; false when the row has moved. */
export async function takePaymentBack(
  sql: Sql,
  row: PaymentRow,
  state: PaymentRow['state'],
  atMs: InstantMs,
  ask: { readonly requestId: string; readonly digest: Uint8Array; readonly answer: string },
): Promise<boolean> {
  const rows = await sql(
    `with changed as (
       update terminal.payment set state = $3, taken_back_at_ms = $4, version = version + 1
        where sequence = $1 and version = $2
        returning sequence
     ), answered as (
       insert into terminal.answer (request_id, request_digest, answer)
       select $5::text, $6::bytea, $7::text from changed
       on conflict do nothing
     )
     select sequence from changed`,
    [row.sequence, row.version, state, atMs, ask.requestId, ask.digest, ask.answer],
  );
  return rows.length > 0;
}

/** Count one more try of a reversal; answers how many there were. */
export async function countAttempt(sql: Sql, sequence: bigint): Promise<number> {
  const [row] = await sql(
    `update terminal.payment set attempts = attempts + 1
      where sequence = $1 and state = 'reversing' returning attempts`,
    [sequence],
  );
  return row === undefined ? 0 : whole(row, 'attempts');
}

/** Keep when a reversal that failed is due again. */
export async function keepNextTry(
  sql: Sql,
  sequence: bigint,
  nextTryAtMs: InstantMs,
): Promise<void> {
  await sql(
    `update terminal.payment set next_try_at_ms = $2 where sequence = $1 and state = 'reversing'`,
    [sequence, nextTryAtMs],
  );
}

/** Payments that have not ended, oldest first. */
export async function listOpen(sql: Sql): Promise<readonly PaymentRow[]> {
  const rows = await sql(
    `select ${COLUMNS} from terminal.payment where state in ('pending', 'reversing')
      order by sequence`,
  );
  return rows.map(readPayment);
}

/** The whole journal, oldest first. */
export async function listPayments(sql: Sql): Promise<readonly PaymentRow[]> {
  const rows = await sql(`select ${COLUMNS} from terminal.payment order by sequence`);
  return rows.map(readPayment);
}

/** The newest payments, of one till or of all, newest first. */
export async function listNewest(
  sql: Sql,
  tillId: string | undefined,
  most: number,
): Promise<readonly PaymentRow[]> {
  const rows = await sql(
    `select ${COLUMNS} from terminal.payment where $1::text is null or till_id = $1
      order by sequence desc limit $2`,
    [tillId ?? null, most],
  );
  return rows.map(readPayment);
}

/** The payment that a request began. */
export async function findPayment(sql: Sql, requestId: string): Promise<PaymentRow | undefined> {
  const [row] = await sql(`select ${COLUMNS} from terminal.payment where request_id = $1`, [
    requestId,
  ]);
  return row === undefined ? undefined : readPayment(row);
}

const COLUMNS = `sequence, version, at_ms, request_id, request_digest, amount_minor, currency,
  token_last_four, state, message, chip_data, response_code, code, retrieval_reference, attempts,
  till_id, taken_back_at_ms, next_try_at_ms`;

function readPayment(row: SqlRow): PaymentRow {
  const message = textOrNone(row, 'message');
  const chipData = textOrNone(row, 'chip_data');
  const responseCode = textOrNone(row, 'response_code');
  const code = textOrNone(row, 'code');
  const retrievalReference = textOrNone(row, 'retrieval_reference');
  const tillId = textOrNone(row, 'till_id');
  const takenBackAtMs = wholeOrNone(row, 'taken_back_at_ms');
  const nextTryAtMs = wholeOrNone(row, 'next_try_at_ms');
  assert(code === undefined || isRefusalCode(code), 'a stored code is one of ours');
  return {
    sequence: big(row, 'sequence'),
    version: big(row, 'version'),
    atMs: whole(row, 'at_ms'),
    requestId: text(row, 'request_id'),
    digest: bytes(row, 'request_digest'),
    amountMinor: big(row, 'amount_minor'),
    currency: text(row, 'currency'),
    tokenLastFour: text(row, 'token_last_four'),
    state: text(row, 'state') as PaymentRow['state'],
    ...(message === undefined ? {} : { message: JSON.parse(message) as MessageFields }),
    ...(chipData === undefined ? {} : { chipData }),
    ...(responseCode === undefined ? {} : { responseCode }),
    ...(code === undefined ? {} : { code }),
    ...(retrievalReference === undefined ? {} : { retrievalReference }),
    attempts: whole(row, 'attempts'),
    ...(tillId === undefined ? {} : { tillId }),
    ...(takenBackAtMs === undefined ? {} : { takenBackAtMs }),
    ...(nextTryAtMs === undefined ? {} : { nextTryAtMs }),
  };
}
