/**
 * Riders' accounts. Whatever happens to an account's money is written in one statement by the account's version: the
 * account, a line of history, and every further effect as a part that selects from `changed`.
 */
import type { InstantMs, Sql, SqlRow, SqlValue } from '@octavo/domain/ports.ts';
import type { Account, AccountState, ListChange } from '@octavo/domain/transit/rider.ts';
import {
  type Debt,
  entriesOf,
  type Line,
  type Posting,
} from '@octavo/domain/transit/settlement.ts';
import { bytes, json, text, textOrNone, texts, whole, wholeOrNone } from '../column.ts';
import type { DoneRequest } from '../request.ts';
import type { ChargeRow } from './money-store.ts';

/** Adds a further effect to an account's statement: SQL that selects from `changed`. */
export type Part = (bind: (value: SqlValue) => string) => string;

/** What an account's new version is for. */
export type AccountEvent = {
  readonly event: string;
  readonly reference: string;
  readonly atMs: InstantMs;
};

const ACCOUNT_COLUMNS = `account_id, account_reference, reference_entry, state, merged_into, credentials, denials,
  listed, joined, in_flight, bill_at_ms, version`;

/** One account. */
export async function readAccount(sql: Sql, accountId: string): Promise<Account | undefined> {
  const [row] = await sql(`select ${ACCOUNT_COLUMNS} from transit.account where account_id = $1`, [
    accountId,
  ]);
  return row === undefined ? undefined : accountOf(row);
}

/** Accounts that have a state, those that changed last first. */
export async function readAccounts(
  sql: Sql,
  states: readonly AccountState[],
  most: number,
): Promise<readonly Account[]> {
  const rows = await sql(
    `select ${ACCOUNT_COLUMNS} from transit.account where state = any($1::text[])
      order by changed_at_ms desc, account_id limit $2`,
    [[...states], most],
  );
  return rows.map(accountOf);
}

/** Accounts whose waiting lines are to be charged by now. */
export async function readToBill(
  sql: Sql,
  nowMs: InstantMs,
  most: number,
): Promise<readonly string[]> {
  const rows = await sql(
    `select account_id from transit.account where bill_at_ms <= $1
      order by bill_at_ms, account_id limit $2`,
    [nowMs, most],
  );
  return rows.map((row) => text(row, 'account_id'));
}

/** Which of these accounts a verdict keeps on the list. */
export async function readDenied(
  sql: Sql,
  accountIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await sql(
    `select account_id from transit.account
      where account_id = any($1::text[]) and denials <> '[]'::jsonb order by account_id`,
    [[...accountIds]],
  );
  return new Set(rows.map((row) => text(row, 'account_id')));
}

/** Write a new account; false when it is there. */
export async function insertAccount(
  sql: Sql,
  account: Account,
  event: AccountEvent,
  parts: readonly Part[] = [],
): Promise<boolean> {
  const rows = await statement(
    sql,
    (bind) => `insert into transit.account (${ACCOUNT_COLUMNS}, changed_at_ms)
      values (${valuesOf(account, bind).join(', ')}, ${bind(event.atMs)}::bigint)
      on conflict do nothing returning account_id, version`,
    [historyPart(event), ...parts],
  );
  return rows.length > 0;
}

/** Write an account over the version it was read with, and all that goes with it; false when that has moved on. */
export async function saveAccount(
  sql: Sql,
  account: Account,
  event: AccountEvent,
  parts: readonly Part[] = [],
): Promise<boolean> {
  const rows = await statement(
    sql,
    (
      bind,
    ) => `update transit.account set account_reference = ${bind(account.accountReference ?? null)},
        reference_entry = ${bind(account.referenceEntry ?? null)}, state = ${bind(account.state)},
        merged_into = ${bind(account.mergedInto ?? null)},
        credentials = ${bind(JSON.stringify(account.credentials))}::jsonb,
        denials = ${bind(JSON.stringify(account.denials))}::jsonb,
        listed = ${bind(JSON.stringify(account.listed))}::jsonb,
        joined = ${bind([...account.joined])}::text[], in_flight = ${bind(account.inFlight ?? null)},
        bill_at_ms = ${bind(account.billAtMs ?? null)}::bigint,
        changed_at_ms = ${bind(event.atMs)}::bigint, version = version + 1
      where account_id = ${bind(account.accountId)} and version = ${bind(account.version)}
      returning account_id, version`,
    [historyPart(event), ...parts],
  );
  return rows.length > 0;
}

async function statement(
  sql: Sql,
  first: Part,
  parts: readonly Part[],
): Promise<readonly SqlRow[]> {
  const values: SqlValue[] = [];
  const bind = (value: SqlValue): string => `$${values.push(value)}`;
  const effects = [`changed as (${first(bind)})`];
  for (const [index, part] of parts.entries()) effects.push(`part_${index} as (${part(bind)})`);
  return await sql(`with ${effects.join(', ')} select version from changed`, values);
}

function valuesOf(account: Account, bind: (value: SqlValue) => string): readonly string[] {
  return [
    bind(account.accountId),
    bind(account.accountReference ?? null),
    bind(account.referenceEntry ?? null),
    bind(account.state),
    bind(account.mergedInto ?? null),
    `${bind(JSON.stringify(account.credentials))}::jsonb`,
    `${bind(JSON.stringify(account.denials))}::jsonb`,
    `${bind(JSON.stringify(account.listed))}::jsonb`,
    `${bind([...account.joined])}::text[]`,
    bind(account.inFlight ?? null),
    `${bind(account.billAtMs ?? null)}::bigint`,
    `${bind(account.version)}::bigint`,
  ];
}

function historyPart({ event, reference, atMs }: AccountEvent): Part {
  return (bind) => `insert into transit.history (account_id, version, event, reference, at_ms)
    select account_id, version, ${bind(event)}::text, ${bind(reference)}::text, ${bind(atMs)}::bigint
      from changed`;
}

/** What the deny list is to be told. */
export function listingPart(changes: readonly ListChange[], atMs: InstantMs): Part {
  const rows = changes.map((change, number) => ({ ...change, number }));
  return (bind) => `insert into transit.listing
      (account_id, account_version, number, entry, change, reason, at_ms)
    select account_id, version, l.number, l.entry, l.change, l.reason, ${bind(atMs)}::bigint
      from changed, jsonb_to_recordset(${bind(JSON.stringify(rows))}::jsonb)
        as l(number bigint, entry text, change text, reason text)`;
}

/** New lines that wait for their charge. */
export function linesPart(lines: readonly Line[], atMs: InstantMs): Part {
  const rows = lines.map(({ lineId, kind, day, amountMinor, reason }) => ({
    line_id: lineId,
    kind,
    day,
    amount: amountMinor.toString(),
    reason: reason ?? null,
  }));
  return (bind) => `insert into transit.line
      (account_id, line_id, kind, day, amount_minor, reason, at_ms, moved)
    select account_id, l.line_id, l.kind, l.day, l.amount, l.reason, ${bind(atMs)}::bigint, false
      from changed, jsonb_to_recordset(${bind(JSON.stringify(rows))}::jsonb)
        as l(line_id text, kind text, day text, amount bigint, reason text)`;
}

/** Put lines on a charge. */
export function billedPart(lines: readonly Line[], chargeId: string): Part {
  const ids = lines.map(({ lineId }) => lineId);
  return (bind) => `update transit.line set charge_id = ${bind(chargeId)} from changed
    where line.account_id = changed.account_id and line.line_id = any(${bind(ids)}::text[])
      and line.charge_id is null`;
}

/** A day as it is brought to account. */
export type DayWrite = {
  readonly day: string;
  readonly ratedMinor: bigint;
  readonly writtenOffMinor: bigint;
  readonly journeys: number;
  readonly digest: Uint8Array;
};

/** Days as they are brought to account; `isAdded` adds what another account brought to them. */
export function daysPart(days: readonly DayWrite[], atMs: InstantMs, isAdded = false): Part {
  const rows = days.map(({ day, ratedMinor, writtenOffMinor, journeys, digest }) => ({
    day,
    rated: ratedMinor.toString(),
    written_off: writtenOffMinor.toString(),
    journeys,
    digest: [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
  }));
  const there = isAdded ? (column: string) => `day.${column} + ` : () => '';
  return (bind) => `insert into transit.day
      (account_id, day, rated_minor, written_off_minor, journeys, digest, closed_at_ms, moved)
    select account_id, d.day, d.rated, d.written_off, d.journeys, decode(d.digest, 'hex'), ${bind(atMs)}::bigint, false
      from changed, jsonb_to_recordset(${bind(JSON.stringify(rows))}::jsonb)
        as d(day text, rated bigint, written_off bigint, journeys bigint, digest text)
    on conflict (account_id, day) do update set rated_minor = ${there('rated_minor')}excluded.rated_minor,
      written_off_minor = ${there('written_off_minor')}excluded.written_off_minor,
      journeys = ${there('journeys')}excluded.journeys, digest = excluded.digest, closed_at_ms = excluded.closed_at_ms`;
}

/** Movements of money, both entries of each. */
export function postingsPart(postings: readonly Posting[], atMs: InstantMs): Part {
  const rows = postings.flatMap((posting) =>
    entriesOf(posting).map(({ ledgerAccount, amountMinor }) => ({
      posting_id: posting.postingId,
      ledger_account: ledgerAccount,
      kind: posting.kind,
      day: posting.day,
      amount: amountMinor.toString(),
    })),
  );
  return (bind) => `insert into transit.ledger_entry
      (account_id, posting_id, ledger_account, kind, day, amount_minor, at_ms)
    select account_id, e.posting_id, e.ledger_account, e.kind, e.day, e.amount, ${bind(atMs)}::bigint
      from changed, jsonb_to_recordset(${bind(JSON.stringify(rows))}::jsonb)
        as e(posting_id text, ledger_account text, kind text, day text, amount bigint)`;
}

/** A charge as it begins. */
export function chargePart(charge: ChargeRow): Part {
  return (
    bind,
  ) => `insert into transit.charge (account_id, charge_id, kind, day, amount_minor, currency, state,
      debts, advice, advice_id, attempt, due_at_ms, response_code, refusal_code, retrieval_reference, at_ms,
      ended_at_ms)
    select account_id, ${bind(charge.chargeId)}::text, ${bind(charge.kind)}::text, ${bind(charge.day)}::text,
      ${bind(charge.amountMinor)}::bigint, ${bind(charge.currency)}::text, ${bind(charge.state)}::text,
      ${bind([...charge.debts])}::text[],
      ${bind(charge.advice === undefined ? null : JSON.stringify(charge.advice))}::jsonb,
      ${bind(charge.advice?.adviceId ?? null)}::text, ${bind(charge.attempt)}::bigint,
      ${bind(charge.dueAtMs ?? null)}::bigint, ${bind(charge.responseCode ?? null)}::text,
      ${bind(charge.refusalCode ?? null)}::text, ${bind(charge.retrievalReference ?? null)}::text,
      ${bind(charge.atMs)}::bigint, ${bind(charge.endedAtMs ?? null)}::bigint from changed`;
}

/** A charge as it goes on, or ends. */
export function chargeSavedPart(charge: ChargeRow): Part {
  return (bind) => `update transit.charge set state = ${bind(charge.state)}::text,
      attempt = ${bind(charge.attempt)}::bigint, due_at_ms = ${bind(charge.dueAtMs ?? null)}::bigint,
      response_code = ${bind(charge.responseCode ?? null)}::text,
      refusal_code = ${bind(charge.refusalCode ?? null)}::text,
      retrieval_reference = ${bind(charge.retrievalReference ?? null)}::text,
      ended_at_ms = ${bind(charge.endedAtMs ?? null)}::bigint from changed
    where charge.account_id = changed.account_id and charge.charge_id = ${bind(charge.chargeId)}`;
}

/** Debts as they now stand, new ones too. */
export function debtsPart(
  debts: readonly Debt[],
  paidBy: string | undefined,
  atMs: InstantMs,
): Part {
  const rows = debts.map((debt) => ({
    debt_id: debt.debtId,
    day: debt.day,
    amount: debt.amountMinor.toString(),
    state: debt.state,
    class: debt.class,
    response_code: debt.responseCode ?? null,
    opened: debt.openedAtMs,
    tries: debt.tries,
    next: debt.nextTryAtMs ?? null,
  }));
  return (
    bind,
  ) => `insert into transit.debt (account_id, debt_id, day, amount_minor, state, class, response_code,
      opened_at_ms, tries, next_try_at_ms, ended_at_ms, paid_by, moved)
    select account_id, d.debt_id, d.day, d.amount, d.state, d.class, d.response_code, d.opened, d.tries, d.next,
        case when d.state = 'open' then null else ${bind(atMs)}::bigint end,
        case when d.state = 'paid' then ${bind(paidBy ?? null)}::text end, false
      from changed, jsonb_to_recordset(${bind(JSON.stringify(rows))}::jsonb)
        as d(debt_id text, day text, amount bigint, state text, class text, response_code text, opened bigint,
          tries bigint, next bigint)
    on conflict (account_id, debt_id) do update set state = excluded.state, class = excluded.class,
      response_code = excluded.response_code, tries = excluded.tries, next_try_at_ms = excluded.next_try_at_ms,
      ended_at_ms = excluded.ended_at_ms, paid_by = excluded.paid_by`;
}

/** Lines that wait, open debts and days live on in the account that this one became. */
export const movedParts: readonly Part[] = [
  () => `update transit.line set moved = true from changed
    where line.account_id = changed.account_id and line.charge_id is null
      and line.kind <> 'written_off'`,
  () => `update transit.debt set moved = true, next_try_at_ms = null from changed
    where debt.account_id = changed.account_id and debt.state = 'open'`,
  () =>
    `update transit.day set moved = true from changed where day.account_id = changed.account_id`,
];

/** The answer of a command on an account. */
export function requestPart(
  requestId: string,
  digest: Uint8Array,
  answer: unknown,
  atMs: InstantMs,
): Part {
  return (bind) => `insert into transit.request (account_id, request_id, digest, answer, at_ms)
    select account_id, ${bind(requestId)}::text, ${bind(digest)}::bytea,
      ${bind(JSON.stringify(answer))}::jsonb, ${bind(atMs)}::bigint from changed`;
}

/** What was answered to a command on an account. */
export async function readRequest(
  sql: Sql,
  accountId: string,
  requestId: string,
): Promise<DoneRequest | undefined> {
  const [row] = await sql(
    'select digest, answer from transit.request where account_id = $1 and request_id = $2',
    [accountId, requestId],
  );
  return row && { digest: bytes(row, 'digest'), answer: json(row, 'answer') };
}

function accountOf(row: SqlRow): Account {
  return {
    accountId: text(row, 'account_id'),
    accountReference: textOrNone(row, 'account_reference'),
    referenceEntry: textOrNone(row, 'reference_entry'),
    state: text(row, 'state') as AccountState,
    mergedInto: textOrNone(row, 'merged_into'),
    credentials: json(row, 'credentials') as Account['credentials'],
    denials: json(row, 'denials') as Account['denials'],
    listed: json(row, 'listed') as Account['listed'],
    joined: texts(row, 'joined'),
    inFlight: textOrNone(row, 'in_flight'),
    billAtMs: wholeOrNone(row, 'bill_at_ms'),
    version: whole(row, 'version'),
  };
}
