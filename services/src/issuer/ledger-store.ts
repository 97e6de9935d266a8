/** The ledger in the database. Entries are written together with the account's row, by whoever changes that row. */
import type { Posting } from '@octavo/domain/ledger.ts';
import type { InstantMs, Sql, SqlRow } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { big, text, whole } from '../column.ts';

/** A posting's two legs as two arrays of parameters: names, amounts. */
export function legs(posting: Posting | undefined): [string[], bigint[]] {
  const entries = posting?.entries ?? [];
  return [entries.map((entry) => entry.account), entries.map((entry) => entry.amountMinor)];
}

/** One side of a posting as it is stored. */
export type EntryRow = {
  readonly postingId: string;
  readonly atMs: InstantMs;
  readonly account: string;
  readonly amountMinor: bigint;
  readonly kind: 'opening' | 'purchase' | 'reversal';
  readonly retrievalReference: string;
};

/** How many entries of one account are shown. */
const MOST_ENTRIES = 1000;

/** The latest entries of an account, oldest first. */
export async function loadEntries(sql: Sql, accountId: string): Promise<readonly EntryRow[]> {
  const rows = await sql(
    `select posting_id, at_ms, ledger_account, amount_minor, kind, retrieval_reference
       from issuer.ledger_entry where account_id = $1
      order by account_version desc, posting_id, ledger_account desc limit $2`,
    [accountId, MOST_ENTRIES],
  );
  return rows.map(readEntry).reverse();
}

function readEntry(row: SqlRow): EntryRow {
  const kind = text(row, 'kind');
  assert(kind === 'opening' || kind === 'purchase' || kind === 'reversal', 'a kind of posting');
  return {
    postingId: text(row, 'posting_id'),
    atMs: whole(row, 'at_ms'),
    account: text(row, 'ledger_account'),
    amountMinor: big(row, 'amount_minor'),
    kind,
    retrievalReference: text(row, 'retrieval_reference'),
  };
}

/** The whole ledger by account name: sums, and how many postings. One statement, so that it is one moment. */
export async function loadTrialBalance(
  sql: Sql,
): Promise<readonly { account: string; sumMinor: bigint; entries: number }[]> {
  const rows = await sql(
    `select ledger_account, sum(amount_minor)::bigint as sum_minor, count(*)::bigint as entries
       from issuer.ledger_entry group by ledger_account order by ledger_account`,
  );
  return rows.map((row) => ({
    account: text(row, 'ledger_account'),
    sumMinor: big(row, 'sum_minor'),
    entries: whole(row, 'entries'),
  }));
}
