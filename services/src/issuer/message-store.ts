/**
 * Messages and payments in the database. Every write that touches an account goes by the account's version, so of two
 * messages about one account (a purchase and its reversal, in either order) one decides on what the other did.
 */
import type { Account, Moved, Original } from '@octavo/domain/issuer.ts';
import type { InstantMs, Sql, SqlRow } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { big, bytes, text } from '../column.ts';
import { legs } from './ledger-store.ts';
import { ACCOUNT_COLUMNS, CARD_COLUMNS, type CardRow, readAccount, readCard } from './store.ts';

/** An answer that was decided: DE39, the refusal behind it, and the data elements without the card number. */
export type StoredAnswer = {
  readonly responseCode: string;
  readonly code: string | undefined;
  readonly fields: Readonly<Record<string, string>>;
};

/** What is known under a message's key, with the answer where there is one. */
export type KnownMessage =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'reversed' }
  | { readonly kind: 'answered'; readonly fingerprint: Uint8Array; readonly answer: StoredAnswer };

/** What one read brings for a message: the file of its card, and what is known under its key. */
export type MessageView = {
  readonly card: CardRow | undefined;
  readonly account: Account | undefined;
  readonly known: KnownMessage;
  /** For a reversal: what its original was. */
  readonly original: Original;
  /** Whether the original is remembered already as reversed before it came. */
  readonly remembered: boolean;
};

/** Read all that a decision needs in one statement, so that it is one moment. */
export async function loadMessage(
  sql: Sql,
  accountId: string,
  messageKey: string,
  originalKey: string,
): Promise<MessageView> {
  const [row] = await sql(
    `select ${CARD_COLUMNS}, ${ACCOUNT_COLUMNS},
            m.state as message_state, m.fingerprint, m.response_code, m.refusal_code, m.answer,
            p.state as own_payment_state, o.state as original_state,
            q.posting_id, q.amount_minor, q.currency as payment_currency,
            q.retrieval_reference, q.spent_on as payment_spent_on, q.state as payment_state
       from (select $1::text as account_id) as asked
       left join issuer.card c on c.account_id = asked.account_id
       left join issuer.account a on a.account_id = asked.account_id
       left join issuer.message m on m.account_id = asked.account_id and m.message_key = $2
       left join issuer.payment p on p.account_id = asked.account_id and p.message_key = $2
       left join issuer.message o on o.account_id = asked.account_id and o.message_key = $3
       left join issuer.payment q on q.account_id = asked.account_id and q.message_key = $3`,
    [accountId, messageKey, originalKey],
  );
  assert(row !== undefined, 'outer joins give one row');
  return {
    card: readCard(accountId, row),
    account: readAccount(accountId, row),
    known: readKnown(row),
    original: readOriginal(originalKey, row),
    remembered: row.original_state === 'reversed_unseen',
  };
}

function readKnown(row: SqlRow): KnownMessage {
  if (row.message_state === null) return { kind: 'nothing' };
  if (row.message_state === 'reversed_unseen' || row.own_payment_state === 'voided') {
    return { kind: 'reversed' };
  }
  return { kind: 'answered', fingerprint: bytes(row, 'fingerprint'), answer: readAnswer(row) };
}

function readAnswer(row: SqlRow): StoredAnswer {
  return {
    responseCode: text(row, 'response_code'),
    code: row.refusal_code === null ? undefined : text(row, 'refusal_code'),
    fields: row.answer as Readonly<Record<string, string>>,
  };
}

function readOriginal(messageKey: string, row: SqlRow): Original {
  if (row.original_state !== 'answered') return { kind: 'unknown' };
  if (row.payment_state === null) return { kind: 'declined' };
  const state = text(row, 'payment_state');
  assert(state === 'pending' || state === 'posted' || state === 'voided', 'a state of a payment');
  return {
    kind: 'approved',
    payment: {
      messageKey,
      postingId: text(row, 'posting_id'),
      amountMinor: big(row, 'amount_minor'),
      currency: text(row, 'payment_currency'),
      retrievalReference: text(row, 'retrieval_reference'),
      spentOn: text(row, 'payment_spent_on'),
      state,
    },
  };
}

/** A message with the answer that was decided, as it is stored. */
export type Decision = {
  readonly accountId: string;
  readonly messageKey: string;
  readonly fingerprint: Uint8Array;
  readonly answer: StoredAnswer;
  readonly event: string;
  readonly atMs: InstantMs;
};

/** The seven parameters of a decision, `$1` to `$7`. */
function decided({ accountId, messageKey, fingerprint, answer, atMs }: Decision) {
  const { responseCode, code, fields } = answer;
  const json = JSON.stringify(fields);
  return [accountId, messageKey, fingerprint, responseCode, code ?? null, json, atMs] as const;
}

const INSERT_MESSAGE = `insert into issuer.message
  (account_id, message_key, state, fingerprint, response_code, refusal_code, answer, at_ms)`;
const DECIDED = `$2::text, 'answered', $3::bytea, $4::text, $5::text, $6::jsonb, $7::bigint`;
const INSERT_HISTORY = `insert into issuer.history (account_id, subject, version, event, reference, at_ms)
       select account_id, 'account', version, $9::text, $2, $7 from changed`;
const INSERT_ENTRIES = `insert into issuer.ledger_entry
  (account_id, posting_id, ledger_account, amount_minor, kind, retrieval_reference, account_version, at_ms)`;

/** Store a purchase that is approved: account by version, payment, both entries, answer. False: overtaken. */
export async function saveApproval(sql: Sql, decision: Decision, moved: Moved): Promise<boolean> {
  const { account, payment, posting } = moved;
  const rows = await sql(
    `with changed as (
       update issuer.account set balance_minor = $10, spent_on = $11, spent_minor = $12, version = version + 1
        where account_id = $1 and version = $8 returning account_id, version),
     history as (${INSERT_HISTORY}),
     message as (${INSERT_MESSAGE} select account_id, ${DECIDED} from changed),
     payment as (
       insert into issuer.payment (account_id, message_key, posting_id, amount_minor, currency,
                                   retrieval_reference, spent_on, state, at_ms)
       select account_id, $2, $13::text, $14::bigint, $15::text, $16::text, $11, $17::text, $7 from changed),
     entries as (${INSERT_ENTRIES}
       select account_id, $13, leg.account, leg.amount, 'purchase', $16, version, $7
         from changed, unnest($18::text[], $19::bigint[]) as leg(account, amount))
     select version from changed`,
    [
      ...decided(decision),
      account.version - 1n,
      decision.event,
      account.balanceMinor,
      account.spentOn,
      account.spentMinor,
      payment.postingId,
      payment.amountMinor,
      payment.currency,
      payment.retrievalReference,
      payment.state,
      ...legs(posting),
    ],
  );
  return rows.length === 1;
}

/** Store a reversal that gives money back: account by version, payment, both entries, answer. False: overtaken. */
export async function saveGivenBack(sql: Sql, decision: Decision, moved: Moved): Promise<boolean> {
  const { account, payment, posting } = moved;
  const rows = await sql(
    `with changed as (
       update issuer.account set balance_minor = $10, spent_minor = $11, version = version + 1
        where account_id = $1 and version = $8 returning account_id, version),
     history as (${INSERT_HISTORY}),
     message as (${INSERT_MESSAGE} select account_id, ${DECIDED} from changed),
     payment as (
       update issuer.payment p set state = $12, voided_by = $2 from changed
        where p.account_id = changed.account_id and p.message_key = $13),
     entries as (${INSERT_ENTRIES}
       select account_id, $14::text, leg.account, leg.amount, 'reversal', $15::text, version, $7
         from changed, unnest($16::text[], $17::bigint[]) as leg(account, amount))
     select version from changed`,
    [
      ...decided(decision),
      account.version - 1n,
      decision.event,
      account.balanceMinor,
      account.spentMinor,
      payment.state,
      payment.messageKey,
      posting.postingId,
      payment.retrievalReference,
      ...legs(posting),
    ],
  );
  return rows.length === 1;
}

/**
 * Store an answer that moves no money, and with it, where `remember` names one, an original that was reversed before it
 * came. By the account's version, or insert-first where the bank has no such account. False: overtaken.
 */
export async function saveAnswer(
  sql: Sql,
  decision: Decision,
  account: Account | undefined,
  remember: string | undefined,
): Promise<boolean> {
  const values = [...decided(decision)];
  if (account !== undefined) {
    const rows = await sql(
      `with changed as (
         update issuer.account set version = version + 1
          where account_id = $1 and version = $8 returning account_id, version),
       history as (${INSERT_HISTORY}),
       message as (${INSERT_MESSAGE} select account_id, ${DECIDED} from changed),
       unseen as (
         insert into issuer.message (account_id, message_key, state, at_ms)
         select account_id, $10::text, 'reversed_unseen', $7 from changed where $10::text is not null)
       select version from changed`,
      [...values, account.version, decision.event, remember ?? null],
    );
    return rows.length === 1;
  }
  if (remember === undefined) {
    const rows = await sql(
      `${INSERT_MESSAGE} values ($1, ${DECIDED}) on conflict do nothing returning account_id`,
      values,
    );
    return rows.length === 1;
  }
  const rows = await sql(
    `with unseen as (
       insert into issuer.message (account_id, message_key, state, at_ms)
       values ($1, $8, 'reversed_unseen', $7::bigint) on conflict do nothing returning account_id)
     ${INSERT_MESSAGE} select account_id, ${DECIDED} from unseen on conflict do nothing returning account_id`,
    [...values, remember],
  );
  return rows.length === 1;
}
