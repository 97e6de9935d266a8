/** The terminal's own row, its payments and its answers: SQL and typed rows. */

import type { StateOf } from '@octavo/domain/life.ts';
import type { MessageFields } from '@octavo/domain/message.ts';
import type { terminalPaymentLife } from '@octavo/domain/payment.ts';
import type { InstantMs, Sealed, Sql, SqlRow } from '@octavo/domain/ports.ts';
import { big, bytes, bytesOrNone, text, textOrNone, whole } from '../column.ts';
import type { DoneRequest } from '../request.ts';

/** The shop that the terminal stands in. */
export type Merchant = {
  readonly name: string;
  readonly city: string;
  readonly category: string;
};

/** What the acquirer gave the terminal. */
export type Enrolled = {
  readonly terminalId: string;
  readonly merchantId: string;
  readonly posAddress: string;
  readonly terminalKey: Sealed;
};

/** This terminal. */
export type Self = {
  readonly merchant: Merchant;
  readonly enrolRequestId: string;
  readonly enrolled?: Enrolled;
  /** Absent while the terminal must sign in. */
  readonly macKey?: Sealed;
  readonly version: bigint;
};

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
  readonly attempts: number;
};

/** This terminal's row. */
export async function findSelf(sql: Sql): Promise<Self | undefined> {
  const [row] = await sql(
    `select merchant, enrol_request_id, terminal_id, merchant_id, pos_address, terminal_key,
            mac_key, version
       from terminal.terminal where id = 'self'`,
  );
  return row === undefined ? undefined : readSelf(row);
}

/** Begin this terminal's row; nothing happens when there is one. */
export async function insertSelf(
  sql: Sql,
  merchant: Merchant,
  enrolRequestId: string,
): Promise<void> {
  await sql(
    `insert into terminal.terminal (id, merchant, enrol_request_id, version)
       values ('self', $1, $2, 0) on conflict do nothing`,
    [JSON.stringify(merchant), enrolRequestId],
  );
}

/** Keep what the acquirer gave; nothing happens when it is there already. */
export async function keepEnrolled(sql: Sql, enrolled: Enrolled): Promise<void> {
  await sql(
    `update terminal.terminal
        set terminal_id = $1, merchant_id = $2, pos_address = $3, terminal_key = $4,
            version = version + 1
      where id = 'self' and terminal_id is null`,
    [enrolled.terminalId, enrolled.merchantId, enrolled.posAddress, enrolled.terminalKey],
  );
}

/** Keep the MAC key of a sign-in, or forget it when the terminal must sign in again. */
export async function keepMacKey(sql: Sql, macKey: Sealed | undefined): Promise<void> {
  await sql(`update terminal.terminal set mac_key = $1, version = version + 1 where id = 'self'`, [
    macKey ?? null,
  ]);
}

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
        token_last_four, state, message, chip_data, attempts)
       values ($1, 0, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)
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
    ],
  );
  return rows.length > 0;
}

/**
 * Move a payment on, with the answer to its request where that is known now; false when the row has moved.
 * A payment that has ended keeps no message: nothing will be sent about it any more.
 */
export async function movePayment(
  sql: Sql,
  row: PaymentRow,
  state: PaymentRow['state'],
  responseCode: string | undefined,
  answer: string | undefined,
): Promise<boolean> {
  const rows = await sql(
    `with changed as (
       update terminal.payment
          set state = $3, response_code = coalesce($4, response_code),
              message = case when $3 = 'reversing' then message end, version = version + 1
        where sequence = $1 and version = $2
        returning request_id, request_digest, sequence
     ), answered as (
       insert into terminal.answer (request_id, request_digest, answer)
       select request_id, request_digest, $5::text from changed where $5::text is not null
       on conflict do nothing
     )
     select sequence from changed`,
    [row.sequence, row.version, state, responseCode ?? null, answer ?? null],
  );
  return rows.length > 0;
}

/** Count one more try of a reversal. */
export async function countAttempt(sql: Sql, sequence: bigint): Promise<void> {
  await sql(
    `update terminal.payment set attempts = attempts + 1
      where sequence = $1 and state = 'reversing'`,
    [sequence],
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

/** What was answered to a request. */
export async function findAnswer(sql: Sql, requestId: string): Promise<DoneRequest | undefined> {
  const [row] = await sql(
    'select request_digest, answer from terminal.answer where request_id = $1',
    [requestId],
  );
  return row === undefined
    ? undefined
    : { digest: bytes(row, 'request_digest'), answer: JSON.parse(text(row, 'answer')) };
}

/** Keep an answer that no payment goes with. */
export async function insertAnswer(
  sql: Sql,
  requestId: string,
  digest: Uint8Array,
  answer: string,
): Promise<void> {
  await sql(
    `insert into terminal.answer (request_id, request_digest, answer) values ($1, $2, $3)
       on conflict do nothing`,
    [requestId, digest, answer],
  );
}

const COLUMNS = `sequence, version, at_ms, request_id, request_digest, amount_minor, currency,
  token_last_four, state, message, chip_data, response_code, attempts`;

function readSelf(row: SqlRow): Self {
  const terminalId = textOrNone(row, 'terminal_id');
  const macKey = bytesOrNone(row, 'mac_key');
  return {
    merchant: JSON.parse(text(row, 'merchant')) as Merchant,
    enrolRequestId: text(row, 'enrol_request_id'),
    version: big(row, 'version'),
    ...(terminalId === undefined
      ? {}
      : {
          enrolled: {
            terminalId,
            merchantId: text(row, 'merchant_id'),
            posAddress: text(row, 'pos_address'),
            terminalKey: bytes(row, 'terminal_key'),
          },
        }),
    ...(macKey === undefined ? {} : { macKey }),
  };
}

function readPayment(row: SqlRow): PaymentRow {
  const message = textOrNone(row, 'message');
  const chipData = textOrNone(row, 'chip_data');
  const responseCode = textOrNone(row, 'response_code');
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
    attempts: whole(row, 'attempts'),
  };
}
