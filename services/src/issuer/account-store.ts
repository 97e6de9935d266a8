/** Accounts as they are looked at: in pages, with their statements, and by the mobile number of their holder. */
import type { Account } from '@octavo/domain/issuer.ts';
import type { Sealed, Sql, SqlRow } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { big, bytes, flag, text, whole } from '../column.ts';
import { type EntryRow, HOLDER_ENTRY_COLUMNS, readHolderEntry } from './ledger-store.ts';
import { ACCOUNT_COLUMNS, CARD_COLUMNS, type CardRow, readAccount, readCard } from './store.ts';

/** A card with its account. */
export type FileRow = CardRow & { readonly account: Account };

/** A card and its account with the holder's latest entries, newest first. */
export type StatementRow = FileRow & { readonly entries: readonly EntryRow[] };

const FILE_COLUMNS = `c.account_id, ${CARD_COLUMNS}, ${ACCOUNT_COLUMNS}`;

function readFile(row: SqlRow): FileRow {
  const accountId = text(row, 'account_id');
  const card = readCard(accountId, row);
  const account = readAccount(accountId, row);
  assert(card !== undefined && account !== undefined, 'a card has an account');
  return { ...card, account };
}

/** Accounts in the order they were opened, after one of them or from the first. */
export async function loadFiles(
  sql: Sql,
  after: string | undefined,
  most: number,
): Promise<readonly FileRow[]> {
  const rows = await sql(
    `select ${FILE_COLUMNS}
       from issuer.card c join issuer.account a on a.account_id = c.account_id
      where $1::text is null
         or (c.opened_at_ms, c.account_id) >
            (select o.opened_at_ms, o.account_id from issuer.card o where o.account_id = $1)
      order by c.opened_at_ms, c.account_id limit $2`,
    [after ?? null, most],
  );
  return rows.map(readFile);
}

/** The statement of one account, or undefined. Balance and entries are of one moment. */
export async function loadStatement(
  sql: Sql,
  accountId: string,
  mostEntries: number,
): Promise<StatementRow | undefined> {
  const rows = await sql(
    `select ${FILE_COLUMNS}, ${HOLDER_ENTRY_COLUMNS}
       from issuer.card c join issuer.account a on a.account_id = c.account_id
       ${LATEST_ENTRIES}
      where c.account_id = $1
      order by e.account_version desc`,
    [accountId, mostEntries],
  );
  return statements(rows)[0];
}

/** How many cards of one holder are shown; the operator may have printed more. */
const MOST_CARDS_SHOWN = 100;

/** The statements of a holder's cards in the order they were opened. */
export async function loadStatementsOf(
  sql: Sql,
  mobileHash: string,
  mostEntries: number,
): Promise<readonly StatementRow[]> {
  const rows = await sql(
    `select ${FILE_COLUMNS}, ${HOLDER_ENTRY_COLUMNS}
       from (select * from issuer.card where mobile_hash = $1
              order by opened_at_ms, account_id limit ${MOST_CARDS_SHOWN}) c
       join issuer.account a on a.account_id = c.account_id
       ${LATEST_ENTRIES}
      order by c.opened_at_ms, c.account_id, e.account_version desc`,
    [mobileHash, mostEntries],
  );
  return statements(rows);
}

const LATEST_ENTRIES = `left join lateral (
         select * from issuer.ledger_entry l
          where l.account_id = c.account_id and l.ledger_account = 'holder'
          order by l.account_version desc limit $2) e on true`;

/** Rows of one account follow each other. */
function statements(rows: readonly SqlRow[]): readonly StatementRow[] {
  const all: { file: FileRow; entries: EntryRow[] }[] = [];
  for (const row of rows) {
    const last = all.at(-1);
    const isSame = last !== undefined && last.file.account.accountId === text(row, 'account_id');
    const statement = isSame ? last : { file: readFile(row), entries: [] };
    if (!isSame) all.push(statement);
    const entry = readHolderEntry(row);
    if (entry !== undefined) statement.entries.push(entry);
  }
  return all.map(({ file, entries }) => ({ ...file, entries }));
}

/** A holder's own card with its sealed number, or undefined when it is not there or another's. */
export async function loadOwnCard(
  sql: Sql,
  accountId: string,
  mobileHash: string,
): Promise<(FileRow & { readonly pan: Sealed }) | undefined> {
  const [row] = await sql(
    `select ${FILE_COLUMNS}, c.pan
       from issuer.card c join issuer.account a on a.account_id = c.account_id
      where c.account_id = $1 and c.mobile_hash = $2`,
    [accountId, mobileHash],
  );
  return row && { ...readFile(row), pan: bytes(row, 'pan') };
}

/** How a holder stands who wants to open an account: the inbox's version, the cards, and whether a number is in use. */
export type Standing = {
  readonly version: bigint;
  readonly cards: number;
  readonly isTaken: boolean;
};

/** The standing of a holder who has an inbox, asked about one fresh account. */
export async function loadStanding(
  sql: Sql,
  mobileHash: string,
  accountId: string,
): Promise<Standing> {
  const [row] = await sql(
    `select i.version,
            (select count(*) from issuer.card c where c.mobile_hash = i.mobile_hash) as cards,
            exists (select from issuer.card t where t.account_id = $2) as is_taken
       from issuer.inbox i where i.mobile_hash = $1`,
    [mobileHash, accountId],
  );
  assert(row !== undefined, 'inboxes are never given up');
  return {
    version: big(row, 'version'),
    cards: whole(row, 'cards'),
    isTaken: flag(row, 'is_taken'),
  };
}
