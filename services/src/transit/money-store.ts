/** Reading an account's money: days, lines, charges, debts, and the sums that books are made of. */
import type { InstantMs, Sql, SqlRow } from '@octavo/domain/ports.ts';
import type { Debt, DeclineClass, Line, LineKind } from '@octavo/domain/transit/settlement.ts';
import { big, bytes, json, text, textOrNone, texts, whole, wholeOrNone } from '../column.ts';

/** The tap whose verdict a charge names. */
export type NamedAdvice = {
  readonly adviceId: string;
  readonly adviceName: string;
  readonly merchant: string;
  readonly credentialId: string;
  readonly gateId: string;
  readonly sequence: number;
};

/** One charge. */
export type ChargeRow = {
  readonly accountId: string;
  readonly chargeId: string;
  readonly kind: 'daily' | 'retry' | 'pay_now';
  readonly day: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly state: 'asking' | 'approved' | 'declined' | 'settled';
  /** The debts that it is to pay. */
  readonly debts: readonly string[];
  readonly advice: NamedAdvice | undefined;
  /** Counts the numbers under which it was asked. */
  readonly attempt: number;
  readonly dueAtMs: InstantMs | undefined;
  readonly responseCode: string | undefined;
  readonly refusalCode: string | undefined;
  readonly retrievalReference: string | undefined;
  readonly atMs: InstantMs;
  readonly endedAtMs: InstantMs | undefined;
};

/** A line and the charge that it is on. */
export type LineRow = Line & { readonly atMs: InstantMs; readonly chargeId: string | undefined };

/** A day that was brought to account. */
export type DayRow = {
  readonly accountId: string;
  readonly day: string;
  readonly ratedMinor: bigint;
  readonly writtenOffMinor: bigint;
  readonly journeys: number;
  readonly digest: Uint8Array;
};

const CHARGE_COLUMNS = `account_id, charge_id, kind, day, amount_minor, currency, state, debts, advice, attempt,
  due_at_ms, response_code, refusal_code, retrieval_reference, at_ms, ended_at_ms`;
const LINE_COLUMNS = 'line_id, kind, day, amount_minor, reason, at_ms, charge_id';
const DEBT_COLUMNS = `account_id, debt_id, day, amount_minor, state, class, response_code, opened_at_ms, tries,
  next_try_at_ms`;

/** An account's days from one on. */
export async function readDays(
  sql: Sql,
  accountId: string,
  fromDay: string,
): Promise<readonly DayRow[]> {
  const rows = await sql(
    `select account_id, day, rated_minor, written_off_minor, journeys, digest from transit.day
      where account_id = $1 and day >= $2 order by day`,
    [accountId, fromDay],
  );
  return rows.map(dayOf);
}

/** All accounts of one day. */
export async function readDay(sql: Sql, day: string): Promise<readonly DayRow[]> {
  const rows = await sql(
    `select account_id, day, rated_minor, written_off_minor, journeys, digest from transit.day
      where day = $1 and not moved order by account_id`,
    [day],
  );
  return rows.map(dayOf);
}

/** Lines that wait for their charge, the oldest day first. */
export async function readUnbilled(sql: Sql, accountId: string): Promise<readonly LineRow[]> {
  const rows = await sql(
    `select ${LINE_COLUMNS} from transit.line
      where account_id = $1 and charge_id is null and not moved and kind <> 'written_off' order by day, line_id`,
    [accountId],
  );
  return rows.map(lineOf);
}

/** What an account gave to the one that it became. */
export type Moved = {
  readonly lines: readonly LineRow[];
  readonly debts: readonly Debt[];
  readonly days: readonly DayRow[];
};

/** What an account gives, or gave, to the one that it became. */
export async function readMoved(sql: Sql, accountId: string): Promise<Moved> {
  const lines = await sql(
    `select ${LINE_COLUMNS} from transit.line
      where account_id = $1 and moved and charge_id is null and kind <> 'written_off'
      order by day, line_id`,
    [accountId],
  );
  const debts = await sql(
    `select ${DEBT_COLUMNS} from transit.debt where account_id = $1 and moved and state = 'open'
      order by opened_at_ms, debt_id`,
    [accountId],
  );
  const days = await sql(
    `select account_id, day, rated_minor, written_off_minor, journeys, digest from transit.day
      where account_id = $1 and moved order by day`,
    [accountId],
  );
  return { lines: lines.map(lineOf), debts: debts.map(debtOf), days: days.map(dayOf) };
}

/** The lines of some charges. */
export async function readLinesOf(
  sql: Sql,
  accountId: string,
  chargeIds: readonly string[],
): Promise<readonly LineRow[]> {
  const rows = await sql(
    `select ${LINE_COLUMNS} from transit.line
      where account_id = $1 and charge_id = any($2::text[]) order by day, line_id`,
    [accountId, [...chargeIds]],
  );
  return rows.map(lineOf);
}

/** One charge. */
export async function readCharge(
  sql: Sql,
  accountId: string,
  chargeId: string,
): Promise<ChargeRow | undefined> {
  const [row] = await sql(
    `select ${CHARGE_COLUMNS} from transit.charge where account_id = $1 and charge_id = $2`,
    [accountId, chargeId],
  );
  return row && chargeOf(row);
}

/** An account's charges, newest first. */
export async function readChargesOf(
  sql: Sql,
  accountIds: readonly string[],
  most: number,
): Promise<readonly ChargeRow[]> {
  const rows = await sql(
    `select ${CHARGE_COLUMNS} from transit.charge where account_id = any($1::text[])
      order by at_ms desc, account_id, charge_id limit $2`,
    [[...accountIds], most],
  );
  return rows.map(chargeOf);
}

/** Charges, newest first; of one day where it is given. */
export async function readCharges(
  sql: Sql,
  day: string | undefined,
  most: number,
): Promise<readonly ChargeRow[]> {
  const rows = await sql(
    `select ${CHARGE_COLUMNS} from transit.charge where $1::text is null or day = $1
      order by at_ms desc, account_id, charge_id limit $2`,
    [day ?? null, most],
  );
  return rows.map(chargeOf);
}

/** Charges that are to be asked, or asked again, by now. */
export async function readToAsk(
  sql: Sql,
  nowMs: InstantMs,
  most: number,
): Promise<readonly ChargeRow[]> {
  const rows = await sql(
    `select ${CHARGE_COLUMNS} from transit.charge where due_at_ms <= $1
      order by due_at_ms, account_id, charge_id limit $2`,
    [nowMs, most],
  );
  return rows.map(chargeOf);
}

/** Every charge that was or may be taken, by its reference. */
export async function readTaken(sql: Sql): Promise<readonly ChargeRow[]> {
  const rows = await sql(
    `select ${CHARGE_COLUMNS} from transit.charge where retrieval_reference is not null or state = 'asking'
      order by at_ms, account_id, charge_id`,
  );
  return rows.map(chargeOf);
}

/** The advices that an account's approved charges and those under way name; no other charge may. */
export async function readNamedAdvices(
  sql: Sql,
  accountIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await sql(
    `select advice_id from transit.charge
      where account_id = any($1::text[]) and state in ('asking', 'approved') and advice_id is not null
      order by advice_id`,
    [[...accountIds]],
  );
  return new Set(rows.map((row) => text(row, 'advice_id')));
}

/** An account's open debts, the oldest first. */
export async function readOpenDebts(sql: Sql, accountId: string): Promise<readonly Debt[]> {
  const rows = await sql(
    `select ${DEBT_COLUMNS} from transit.debt
      where account_id = $1 and state = 'open' and not moved order by opened_at_ms, debt_id`,
    [accountId],
  );
  return rows.map(debtOf);
}

/** An account's debts, the newest first. */
export async function readDebtsOf(sql: Sql, accountId: string): Promise<readonly Debt[]> {
  const rows = await sql(
    `select ${DEBT_COLUMNS} from transit.debt
      where account_id = $1 and not moved order by opened_at_ms desc, debt_id`,
    [accountId],
  );
  return rows.map(debtOf);
}

/** Some debts of an account. */
export async function readDebtsByIds(
  sql: Sql,
  accountId: string,
  debtIds: readonly string[],
): Promise<readonly Debt[]> {
  if (debtIds.length === 0) return [];
  const rows = await sql(
    `select ${DEBT_COLUMNS} from transit.debt where account_id = $1 and debt_id = any($2::text[])
      order by debt_id`,
    [accountId, [...debtIds]],
  );
  return rows.map(debtOf);
}

/** All debts, open ones first, the oldest of them first. */
export async function readDebts(
  sql: Sql,
  most: number,
): Promise<readonly (Debt & { readonly accountId: string })[]> {
  const rows = await sql(
    `select ${DEBT_COLUMNS} from transit.debt where not moved
      order by case when state = 'open' then 0 else 1 end, opened_at_ms, account_id, debt_id limit $1`,
    [most],
  );
  return rows.map((row) => ({ ...debtOf(row), accountId: text(row, 'account_id') }));
}

/** Accounts with a debt that is to be asked for again by now, but for those whose charge is under way. */
export async function readToRetry(
  sql: Sql,
  nowMs: InstantMs,
  most: number,
): Promise<readonly string[]> {
  const rows = await sql(
    `select account_id from transit.debt join transit.account using (account_id)
      where next_try_at_ms <= $1 and in_flight is null
      group by account_id order by min(next_try_at_ms), account_id limit $2`,
    [nowMs, most],
  );
  return rows.map((row) => text(row, 'account_id'));
}

/** What one account has waiting, and owes. */
export async function readOwed(
  sql: Sql,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, { readonly unbilledMinor: bigint; readonly debtMinor: bigint }>> {
  const rows = await sql(
    `select asked.account_id,
        coalesce((select sum(amount_minor) from transit.line l where l.account_id = asked.account_id
          and l.charge_id is null and not l.moved and l.kind <> 'written_off'), 0)::bigint as unbilled,
        coalesce((select sum(amount_minor) from transit.debt d where d.account_id = asked.account_id
          and d.state = 'open' and not d.moved), 0)::bigint as debt
      from unnest($1::text[]) as asked(account_id) order by asked.account_id`,
    [[...accountIds]],
  );
  return new Map(
    rows.map((row) => [
      text(row, 'account_id'),
      { unbilledMinor: big(row, 'unbilled'), debtMinor: big(row, 'debt') },
    ]),
  );
}

/** The books at one moment: sums of rows, and the sums of the ledger's accounts that they are to agree with. */
export async function readSums(sql: Sql): Promise<Readonly<Record<string, bigint>>> {
  const [row] = await sql(
    `select
       (select coalesce(sum(rated_minor), 0) from transit.day where not moved)::bigint as journeys,
       (select coalesce(sum(amount_minor), 0) from transit.charge where state = 'approved')::bigint as sales,
       (select coalesce(sum(amount_minor), 0) from transit.debt where state = 'open' and not moved)::bigint as debt,
       ((select coalesce(sum(amount_minor), 0) from transit.debt where state = 'written_off')
         + (select coalesce(sum(amount_minor), 0) from transit.line where kind = 'written_off'))::bigint
         as write_offs,
       (select coalesce(sum(amount_minor), 0) from transit.line where kind = 'refund' and not moved)::bigint
         as refunds,
       ((select coalesce(sum(amount_minor), 0) from transit.line
             where charge_id is null and not moved and kind <> 'written_off')
         + (select coalesce(sum(amount_minor), 0) from transit.charge
             where state = 'asking' and kind = 'daily'))::bigint as unbilled,
       ${LEDGER_ACCOUNTS.map(
         (name) => `(select coalesce(sum(amount_minor), 0) from transit.ledger_entry
           where ledger_account = '${name}')::bigint as ledger_${name}`,
       ).join(', ')}`,
  );
  const sums = row ?? {};
  const names = [
    ...['journeys', 'sales', 'debt', 'write_offs', 'refunds', 'unbilled'],
    ...LEDGER_ACCOUNTS.map((name) => `ledger_${name}`),
  ];
  return Object.fromEntries(names.map((name) => [name, big(sums, name)]));
}

const LEDGER_ACCOUNTS = ['rider', 'fares', 'clearing', 'debt', 'refunds', 'write_offs', 'joined'];

function dayOf(row: SqlRow): DayRow {
  return {
    accountId: text(row, 'account_id'),
    day: text(row, 'day'),
    ratedMinor: big(row, 'rated_minor'),
    writtenOffMinor: big(row, 'written_off_minor'),
    journeys: whole(row, 'journeys'),
    digest: bytes(row, 'digest'),
  };
}

function lineOf(row: SqlRow): LineRow {
  return {
    lineId: text(row, 'line_id'),
    kind: text(row, 'kind') as LineKind,
    day: text(row, 'day'),
    amountMinor: big(row, 'amount_minor'),
    reason: textOrNone(row, 'reason'),
    atMs: whole(row, 'at_ms'),
    chargeId: textOrNone(row, 'charge_id'),
  };
}

function chargeOf(row: SqlRow): ChargeRow {
  return {
    accountId: text(row, 'account_id'),
    chargeId: text(row, 'charge_id'),
    kind: text(row, 'kind') as ChargeRow['kind'],
    day: text(row, 'day'),
    amountMinor: big(row, 'amount_minor'),
    currency: text(row, 'currency'),
    state: text(row, 'state') as ChargeRow['state'],
    debts: texts(row, 'debts'),
    advice: json(row, 'advice') as NamedAdvice | undefined,
    attempt: whole(row, 'attempt'),
    dueAtMs: wholeOrNone(row, 'due_at_ms'),
    responseCode: textOrNone(row, 'response_code'),
    refusalCode: textOrNone(row, 'refusal_code'),
    retrievalReference: textOrNone(row, 'retrieval_reference'),
    atMs: whole(row, 'at_ms'),
    endedAtMs: wholeOrNone(row, 'ended_at_ms'),
  };
}

function debtOf(row: SqlRow): Debt {
  return {
    debtId: text(row, 'debt_id'),
    day: text(row, 'day'),
    amountMinor: big(row, 'amount_minor'),
    state: text(row, 'state') as Debt['state'],
    class: text(row, 'class') as DeclineClass,
    responseCode: textOrNone(row, 'response_code'),
    openedAtMs: whole(row, 'opened_at_ms'),
    tries: whole(row, 'tries'),
    nextTryAtMs: wholeOrNone(row, 'next_try_at_ms'),
  };
}
