/** The acquirer's payments and the reversals it owes the network: SQL and typed rows. */
import type { MessageFields } from '@octavo/domain/message.ts';
import type { Payment, PaymentAnswer } from '@octavo/domain/payment.ts';
import type { InstantMs, Sealed, Sql, SqlRow } from '@octavo/domain/ports.ts';
import { isRefusalCode } from '@octavo/domain/refusal.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { big, bytesOrNone, flag, text, textOrNone, whole } from '../column.ts';

/** The POS key of a payment: which terminal, in which batch, under which trace number. */
export type PaymentKey = {
  readonly terminalId: string;
  readonly batch: string;
  readonly traceNumber: string;
};

/** The request as it goes to the network. Token and expiry are kept apart and sealed. */
export type KeptRequest = {
  readonly card: Sealed;
  readonly request: MessageFields;
  readonly retrievalReference: string;
};

/** One payment as it is stored. `kept` is absent where only a reversal has come. */
export type PaymentRow = {
  readonly key: PaymentKey;
  readonly version: bigint;
  readonly atMs: InstantMs;
  readonly tokenLastFour: string;
  readonly currency: string;
  readonly payment: Payment;
  readonly kept?: KeptRequest;
};

/** How far a payment's reversal has come at the network; `exception`: given up, a person must look at it. */
export type ReversalState = 'waiting' | 'done' | 'exception';

/** A payment with the state of its reversal. */
export type ListedPayment = PaymentRow & { readonly reversal?: ReversalState };

/** A reversal's own fields on the network's leg. */
export type ReversalFields = {
  /** DE7. */
  readonly transmission: string;
  /** DE11. */
  readonly traceNumber: string;
  /** DE39. */
  readonly reason: string;
};

/** A reversal that waits for its answer, with its payment. */
export type WaitingReversal = {
  readonly fields: ReversalFields;
  readonly row: PaymentRow;
  readonly atMs: InstantMs;
  readonly attempts: number;
};

/** A key as one text, for maps and seals. */
export function keyText({ terminalId, batch, traceNumber }: PaymentKey): string {
  return `${terminalId}-${batch}-${traceNumber}`;
}

/** The payment under a key. */
export async function findPayment(sql: Sql, key: PaymentKey): Promise<PaymentRow | undefined> {
  const [row] = await sql(`select ${COLUMNS} from acquirer.payment p where ${BY_KEY}`, ofKey(key));
  return row === undefined ? undefined : readPayment(row);
}

/** The newest payment that went to the network under this reference (DE37), whose month has no year. */
export async function findByReference(
  sql: Sql,
  retrievalReference: string,
): Promise<PaymentRow | undefined> {
  const [row] = await sql(
    `select ${COLUMNS} from acquirer.payment p where p.retrieval_reference = $1
      order by p.at_ms desc, p.terminal_id, p.batch, p.trace_number limit 1`,
    [retrievalReference],
  );
  return row === undefined ? undefined : readPayment(row);
}

/** Every payment that a request was kept for, oldest first, with the state of its reversal where it has one. */
export async function listPayments(sql: Sql): Promise<readonly ListedPayment[]> {
  const rows = await sql(
    `select ${WITH_REVERSAL} where p.request is not null
      order by p.at_ms, p.terminal_id, p.batch, p.trace_number`,
  );
  return rows.map(readListed);
}

/** A payment under a key, with the state of its reversal where it has one. */
export async function findListed(sql: Sql, key: PaymentKey): Promise<ListedPayment | undefined> {
  const [row] = await sql(`select ${WITH_REVERSAL} where ${BY_KEY}`, ofKey(key));
  return row === undefined ? undefined : readListed(row);
}

/** The payments of a batch that were asked for after a place, oldest first, at most `limit`. */
export async function listOfBatch(
  sql: Sql,
  batch: string,
  after: { readonly atMs: InstantMs; readonly traceNumber: string },
  limit: number,
): Promise<readonly ListedPayment[]> {
  const rows = await sql(
    `select ${WITH_REVERSAL}
      where p.batch = $1 and (p.at_ms, p.trace_number) > ($2::bigint, $3::text)
      order by p.at_ms, p.trace_number, p.terminal_id limit $4`,
    [batch, after.atMs, after.traceNumber, limit],
  );
  return rows.map(readListed);
}

/** Payments without an end, oldest first. */
export async function listPending(sql: Sql): Promise<readonly PaymentRow[]> {
  const rows = await sql(
    `select ${COLUMNS} from acquirer.payment p where p.state = 'pending'
      order by p.at_ms, p.terminal_id, p.batch, p.trace_number`,
  );
  return rows.map(readPayment);
}

/** Write a payment, or the memory of a reversal; false when its key is taken. */
export async function insertPayment(sql: Sql, row: PaymentRow): Promise<boolean> {
  const { key, payment, kept } = row;
  const rows = await sql(
    `insert into acquirer.payment
       (terminal_id, batch, trace_number, version, at_ms, state, sent, voided_by, fingerprint,
        token_last_four, amount_minor, currency, card, request, retrieval_reference)
       values ($1, $2, $3, 0, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
       on conflict do nothing returning terminal_id`,
    [
      ...ofKey(key),
      row.atMs,
      payment.state,
      payment.sent,
      payment.voidedBy ?? null,
      payment.fingerprint ?? null,
      row.tokenLastFour,
      payment.amountMinor,
      row.currency,
      kept?.card ?? null,
      kept === undefined ? null : JSON.stringify(kept.request),
      kept?.retrievalReference ?? null,
    ],
  );
  return rows.length > 0;
}

/** Write a payment's new value, and the reversal that goes with it; false when the row has moved on. */
export async function updatePayment(
  sql: Sql,
  row: PaymentRow,
  payment: Payment,
  reversal?: ReversalFields & { readonly atMs: InstantMs },
): Promise<boolean> {
  const { answer } = payment;
  const values = [
    ...ofKey(row.key),
    row.version,
    payment.state,
    payment.sent,
    payment.voidedBy ?? null,
    answer?.responseCode ?? null,
    answer?.code ?? null,
    answer?.authorisation ?? null,
    answer?.settlementDate ?? null,
    answer?.chipAnswer ?? null,
  ];
  const rows =
    reversal === undefined
      ? await sql(`${UPDATE} returning p.terminal_id`, values)
      : await sql(UPDATE_AND_REVERSE, [
          ...values,
          reversal.atMs,
          reversal.transmission,
          reversal.traceNumber,
          reversal.reason,
        ]);
  return rows.length > 0;
}

/** Reversals without an answer, oldest first. */
export async function listWaitingReversals(sql: Sql): Promise<readonly WaitingReversal[]> {
  const rows = await sql(
    `select ${COLUMNS}, r.transmission, r.network_trace_number, r.reason, r.attempts,
            r.at_ms as reversal_at_ms
       from acquirer.reversal r join acquirer.payment p
         on p.terminal_id = r.terminal_id and p.batch = r.batch and p.trace_number = r.trace_number
      where r.response_code is null and not r.given_up
      order by r.at_ms, r.terminal_id, r.batch, r.trace_number`,
  );
  return rows.map((row) => ({
    row: readPayment(row),
    fields: {
      transmission: text(row, 'transmission'),
      traceNumber: text(row, 'network_trace_number'),
      reason: text(row, 'reason'),
    },
    atMs: whole(row, 'reversal_at_ms'),
    attempts: whole(row, 'attempts'),
  }));
}

/** Count one more try, before it leaves: the first goes as a reversal, later ones as its repeat. */
export async function countAttempt(sql: Sql, key: PaymentKey): Promise<number | undefined> {
  const [row] = await sql(
    `update acquirer.reversal p set attempts = attempts + 1
      where ${BY_KEY} and response_code is null returning attempts`,
    ofKey(key),
  );
  return row === undefined ? undefined : whole(row, 'attempts');
}

/** Give a reversal up: it goes out no more, and a person must look at it. */
export async function giveReversalUp(sql: Sql, key: PaymentKey): Promise<void> {
  await sql(
    `update acquirer.reversal p set given_up = true where ${BY_KEY} and response_code is null`,
    ofKey(key),
  );
}

/** End a reversal by its answer. */
export async function endReversal(sql: Sql, key: PaymentKey, responseCode: string): Promise<void> {
  await sql(
    `update acquirer.reversal p set response_code = $4 where ${BY_KEY} and response_code is null`,
    [...ofKey(key), responseCode],
  );
}

const BY_KEY = 'p.terminal_id = $1 and p.batch = $2 and p.trace_number = $3';

const COLUMNS = `p.terminal_id, p.batch, p.trace_number, p.version, p.at_ms, p.state, p.sent,
  p.voided_by, p.fingerprint, p.token_last_four, p.amount_minor, p.currency, p.card, p.request,
  p.retrieval_reference, p.response_code, p.code, p.authorisation, p.settlement_date, p.chip_answer`;

/** Everything of a payment and the state of its reversal, up to where the condition begins. */
const WITH_REVERSAL = `${COLUMNS}, case when r.given_up then 'exception'
    when r.response_code is not null then 'done'
    when r.terminal_id is not null then 'waiting' end as reversal
  from acquirer.payment p left join acquirer.reversal r
    on p.terminal_id = r.terminal_id and p.batch = r.batch and p.trace_number = r.trace_number`;

const UPDATE = `update acquirer.payment p
    set state = $5, sent = $6, voided_by = $7, response_code = $8, code = $9, authorisation = $10,
        settlement_date = $11, chip_answer = $12, version = version + 1
  where ${BY_KEY} and p.version = $4`;

const UPDATE_AND_REVERSE = `with changed as (
    ${UPDATE} returning p.terminal_id, p.batch, p.trace_number
  )
  insert into acquirer.reversal
    (terminal_id, batch, trace_number, at_ms, transmission, network_trace_number, reason, attempts,
     given_up)
  select terminal_id, batch, trace_number, $13::bigint, $14::text, $15::text, $16::text, 0, false
    from changed
  returning terminal_id`;

function ofKey(key: PaymentKey): [string, string, string] {
  return [key.terminalId, key.batch, key.traceNumber];
}

function readPayment(row: SqlRow): PaymentRow {
  const request = textOrNone(row, 'request');
  const card = bytesOrNone(row, 'card');
  const retrievalReference = textOrNone(row, 'retrieval_reference');
  const isKept = request !== undefined && card !== undefined && retrievalReference !== undefined;
  return {
    key: {
      terminalId: text(row, 'terminal_id'),
      batch: text(row, 'batch'),
      traceNumber: text(row, 'trace_number'),
    },
    version: big(row, 'version'),
    atMs: whole(row, 'at_ms'),
    tokenLastFour: text(row, 'token_last_four'),
    currency: text(row, 'currency'),
    payment: readDecision(row),
    ...(isKept
      ? { kept: { card, request: JSON.parse(request) as MessageFields, retrievalReference } }
      : {}),
  };
}

function readListed(row: SqlRow): ListedPayment {
  const reversal = textOrNone(row, 'reversal') as ReversalState | undefined;
  return { ...readPayment(row), ...(reversal === undefined ? {} : { reversal }) };
}

function readDecision(row: SqlRow): Payment {
  const fingerprint = bytesOrNone(row, 'fingerprint');
  const voidedBy = textOrNone(row, 'voided_by') as Payment['voidedBy'] | undefined;
  const answer = readAnswer(row);
  return {
    state: text(row, 'state') as Payment['state'],
    sent: flag(row, 'sent'),
    amountMinor: big(row, 'amount_minor'),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(voidedBy === undefined ? {} : { voidedBy }),
    ...(answer === undefined ? {} : { answer }),
  };
}

function readAnswer(row: SqlRow): PaymentAnswer | undefined {
  const responseCode = textOrNone(row, 'response_code');
  const settlementDate = textOrNone(row, 'settlement_date');
  if (responseCode === undefined || settlementDate === undefined) return undefined;
  const code = textOrNone(row, 'code');
  const authorisation = textOrNone(row, 'authorisation');
  const chipAnswer = textOrNone(row, 'chip_answer');
  assert(code === undefined || isRefusalCode(code), 'a stored code is one of ours');
  return {
    responseCode,
    settlementDate,
    ...(code === undefined ? {} : { code }),
    ...(authorisation === undefined ? {} : { authorisation }),
    ...(chipAnswer === undefined ? {} : { chipAnswer }),
  };
}
