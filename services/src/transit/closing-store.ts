/** Service days that were closed, and who the acquirer takes us for. */
import type { InstantMs, Sql, SqlRow } from '@octavo/domain/ports.ts';
import { text, textOrNone } from '../column.ts';

/** The last day that was closed. */
export async function readClosed(sql: Sql): Promise<string | undefined> {
  const [row] = await sql(
    'select day from transit.closing where ended_at_ms is not null order by day desc limit 1',
  );
  return row && text(row, 'day');
}

/** Note that a day was closed. */
export async function saveClosing(
  sql: Sql,
  day: string,
  beganAtMs: InstantMs,
  endedAtMs: InstantMs,
): Promise<void> {
  await sql(
    `insert into transit.closing (day, began_at_ms, ended_at_ms) values ($1, $2, $3)
      on conflict (day) do update set ended_at_ms = excluded.ended_at_ms`,
    [day, beganAtMs, endedAtMs],
  );
}

/** Who the acquirer takes us for, in one merchant class. */
export type MerchantRow = {
  readonly category: string;
  readonly requestId: string;
  readonly terminalId: string | undefined;
};

/** The merchant of a class; undefined when the acquirer was not asked. */
export async function readMerchant(sql: Sql, category: string): Promise<MerchantRow | undefined> {
  const [row] = await sql(
    'select category, request_id, terminal_id from transit.merchant where category = $1',
    [category],
  );
  return row && merchantOf(row);
}

/** The terminals under which we are known. */
export async function readTerminals(sql: Sql): Promise<ReadonlySet<string>> {
  const rows = await sql(
    'select terminal_id from transit.merchant where terminal_id is not null order by category',
  );
  return new Set(rows.map((row) => text(row, 'terminal_id')));
}

/** Keep the id under which the acquirer will be asked; one that is there stays. */
export async function insertMerchant(
  sql: Sql,
  category: string,
  requestId: string,
  nowMs: InstantMs,
): Promise<void> {
  await sql(
    `insert into transit.merchant (category, request_id, asked_at_ms) values ($1, $2, $3)
      on conflict do nothing`,
    [category, requestId, nowMs],
  );
}

/** Keep who the acquirer takes us for. */
export async function saveMerchant(
  sql: Sql,
  category: string,
  terminalId: string,
  merchantId: string,
): Promise<void> {
  await sql(
    `update transit.merchant set terminal_id = $2, merchant_id = $3
      where category = $1 and terminal_id is null`,
    [category, terminalId, merchantId],
  );
}

function merchantOf(row: SqlRow): MerchantRow {
  return {
    category: text(row, 'category'),
    requestId: text(row, 'request_id'),
    terminalId: textOrNone(row, 'terminal_id'),
  };
}
