/** The books of transit, read across schemas when the world has come to rest, and what there still waits for an end. */
import type { Sql, SqlRow } from '@octavo/domain/ports.ts';
import type { Disks } from './gates.ts';

/** A record as the back office holds it. */
export type HeldRecord = {
  readonly gateId: string;
  readonly sequence: number;
  readonly body: string;
  readonly accountId: string | undefined;
};

/** A tap with its verdict. */
export type JudgedTap = {
  readonly name: string;
  readonly verdict: string;
  /** Why: the refusal of the token service, or of the gate. */
  readonly reason: string | undefined;
};

/** One line of money: what closing a day, or a charge, came to. */
export type TransitLine = {
  readonly accountId: string;
  readonly day: string;
  readonly amountMinor: bigint;
  readonly chargeId: string | undefined;
};

/** A charge. */
export type TransitCharge = {
  readonly accountId: string;
  readonly chargeId: string;
  readonly state: string;
  readonly amountMinor: bigint;
  readonly retrievalReference: string | undefined;
  readonly reason: string | undefined;
  /** What is owed of it. */
  readonly debtMinor: bigint | undefined;
};

/** All of them. */
export type TransitBooks = {
  readonly records: readonly HeldRecord[];
  /** Bytes that are kept apart, hexadecimal. */
  readonly forgeries: readonly string[];
  readonly taps: readonly JudgedTap[];
  /** Days as they were brought to account: account, day, price. */
  readonly days: readonly TransitLine[];
  readonly lines: readonly TransitLine[];
  readonly charges: readonly TransitCharge[];
  /** Postings of the back office's own ledger that do not sum to zero. */
  readonly lopsided: readonly string[];
};

/** Read them. */
export async function readTransit(sql: Sql): Promise<TransitBooks> {
  const records = await sql(
    `select r.gate_id, r.sequence, upper(encode(r.body, 'hex')) as body, c.account_id
       from transit.record r left join transit.credential c on c.credential_id = r.credential_id
      order by r.gate_id, r.sequence`,
  );
  const forgeries = await sql(
    `select upper(encode(body, 'hex')) as body from transit.forgery order by gate_id, digest`,
  );
  const taps = await sql(
    `select gate_id || '/' || sequence as name, verdict, coalesce(refusal_code, response_code, reason) as reason
       from transit.tap order by gate_id, sequence`,
  );
  const days = await sql(
    `select account_id, day, rated_minor as amount_minor, null as charge_id from transit.day
      where not moved order by account_id, day`,
  );
  const lines = await sql(
    `select account_id, day, amount_minor, charge_id from transit.line
      where not moved and kind <> 'written_off' order by account_id, line_id`,
  );
  const charges = await sql(
    `select c.account_id, c.charge_id, c.state, c.amount_minor, c.retrieval_reference,
            coalesce(c.refusal_code, c.response_code) as reason, d.amount_minor as debt_minor
       from transit.charge c left join transit.debt d on d.account_id = c.account_id and d.debt_id = c.charge_id
      where c.kind = 'daily' order by c.account_id, c.charge_id`,
  );
  const lopsided = await sql(
    `select account_id || ' ' || posting_id as name from transit.ledger_entry
      group by account_id, posting_id having sum(amount_minor) <> 0 order by 1`,
  );
  return {
    records: records.map((row) => ({
      gateId: String(row.gate_id),
      sequence: Number(row.sequence),
      body: String(row.body),
      accountId: textOrNone(row, 'account_id'),
    })),
    forgeries: forgeries.map(({ body }) => String(body)),
    taps: taps.map((row) => ({
      name: String(row.name),
      verdict: String(row.verdict),
      reason: textOrNone(row, 'reason'),
    })),
    days: days.map(lineOf),
    lines: lines.map(lineOf),
    charges: charges.map((row) => ({
      accountId: String(row.account_id),
      chargeId: String(row.charge_id),
      state: String(row.state),
      amountMinor: BigInt(row.amount_minor as bigint),
      retrievalReference: textOrNone(row, 'retrieval_reference'),
      reason: textOrNone(row, 'reason'),
      debtMinor: row.debt_minor === null ? undefined : BigInt(row.debt_minor as bigint),
    })),
    lopsided: lopsided.map(({ name }) => String(name)),
  };
}

function lineOf(row: SqlRow): TransitLine {
  return {
    accountId: String(row.account_id),
    day: String(row.day),
    amountMinor: BigInt(row.amount_minor as bigint),
    chargeId: textOrNone(row, 'charge_id'),
  };
}

function textOrNone(row: SqlRow, column: string): string | undefined {
  return row[column] === null ? undefined : String(row[column]);
}

/** What of transit still waits for an end; empty when all is settled. */
export async function transitPending(sql: Sql, disks: Disks): Promise<readonly string[]> {
  const written = (await disks.records()).length;
  const [row] = await sql(
    `select (select count(*) from transit.record) as held,
            (select count(*) from transit.record where posted_at_ms is null) as "record to post",
            (select count(*) from transit.tap where verdict = 'waiting') as "tap without a verdict",
            (select count(*) from transit.tap where effect_due) as "verdict to tell",
            (select count(*) from transit.credential where join_to is not null) as "token on its way",
            (select count(*) from transit.account where bill_at_ms is not null) as "account to bill",
            (select count(*) from transit.charge where state = 'asking') as "charge without an answer",
            (select count(*) from acquirer.advice where state = 'pending') as "advice without an answer"`,
  );
  const { held, ...waiting } = row ?? {};
  const missing = written - Number(held);
  return [
    ...(missing > 0 ? [`${missing} × record not brought`] : []),
    ...Object.entries(waiting)
      .filter(([, count]) => Number(count) > 0)
      .map(([what, count]) => `${count} × ${what}`),
  ];
}
