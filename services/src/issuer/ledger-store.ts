/** The ledger in the database. Entries are written together with the account's row, by whoever changes that row. */
import { type Posting, type PostingKind, postingKinds } from '@octavo/domain/ledger.ts';
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
  readonly kind: PostingKind;
  readonly retrievalReference: string;
};

/** How many entries of one account are shown. */
const MOST_ENTRIES = 1000;

/** The latest entries of an account, oldest first. */
export async function loadEntries(sql: Sql, accountId: string): Promise<readonly EntryRow[]> {
  const rows = await sql(
    `select posting_id, at_ms, ledger_account, amount_minor, kind as entry_kind, retrieval_reference
       from issuer.ledger_entry where account_id = $1
      order by account_version desc, posting_id, ledger_account desc limit $2`,
    [accountId, MOST_ENTRIES],
  );
  return rows.map(readEntry).reverse();
}

function readEntry(row: SqlRow): EntryRow {
  return {
    postingId: text(row, 'posting_id'),
    atMs: whole(row, 'at_ms'),
    account: text(row, 'ledger_account'),
    amountMinor: big(row, 'amount_minor'),
    kind: readKind(row),
    retrievalReference: text(row, 'retrieval_reference'),
  };
}

function readKind(row: SqlRow): PostingKind {
  const kind = text(row, 'entry_kind');
  assert(Object.hasOwn(postingKinds, kind), 'a kind of posting');
  return kind as PostingKind;
}

/** The columns of the holder's entry, named `e`, that `readHolderEntry` reads. */
export const HOLDER_ENTRY_COLUMNS = `e.posting_id, e.at_ms, e.ledger_account, e.amount_minor,
  e.kind as entry_kind, e.retrieval_reference`;

/** The entry of a row that has `HOLDER_ENTRY_COLUMNS` from an outer join, or undefined. */
export function readHolderEntry(row: SqlRow): EntryRow | undefined {
  return row.posting_id === null ? undefined : readEntry(row);
}

/** A whole posting of the bank's book. */
export type BookRow = EntryRow & {
  readonly accountId: string;
  readonly lastFour: string;
  readonly otherAccount: string;
};

/** The bank's latest postings, newest first, and what all positive entries of its ledger come to, and all negative ones. */
export type Book = {
  readonly rows: readonly BookRow[];
  readonly creditedMinor: bigint;
  readonly debitedMinor: bigint;
};

/** Read the book in one statement, so that it is one moment. */
export async function loadBook(sql: Sql, last: number): Promise<Book> {
  const rows = await sql(
    `select ${HOLDER_ENTRY_COLUMNS}, e.account_id, c.last_four, o.ledger_account as other_account,
            (select coalesce(sum(amount_minor), 0)::bigint from issuer.ledger_entry
              where amount_minor > 0) as credited_minor,
            (select coalesce(-sum(amount_minor), 0)::bigint from issuer.ledger_entry
              where amount_minor < 0) as debited_minor
       from issuer.ledger_entry e
       join issuer.ledger_entry o on o.account_id = e.account_id and o.posting_id = e.posting_id
                                 and o.ledger_account <> 'holder'
       join issuer.card c on c.account_id = e.account_id
      where e.ledger_account = 'holder'
      order by e.at_ms desc, e.account_id desc, e.account_version desc limit $1`,
    [last],
  );
  const [first] = rows;
  return {
    rows: rows.map((row) => ({
      ...readEntry(row),
      accountId: text(row, 'account_id'),
      lastFour: text(row, 'last_four'),
      otherAccount: text(row, 'other_account'),
    })),
    creditedMinor: first === undefined ? 0n : big(first, 'credited_minor'),
    debitedMinor: first === undefined ? 0n : big(first, 'debited_minor'),
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
