/** The deny list's tables: what accounts wish, what stands in it, and every change by the version that brought it. */
import type { InstantMs, Sql, SqlRow } from '@octavo/domain/ports.ts';
import { text, whole } from '../column.ts';

/** The list's newest version. */
export type ListHead = {
  readonly epoch: number;
  readonly version: number;
  readonly publishedAtMs: InstantMs;
};

/** What an account wants of the list. */
export type Wish = {
  readonly accountId: string;
  readonly accountVersion: number;
  readonly number: number;
  readonly entry: string;
  readonly change: 'add' | 'remove';
  readonly reason: string;
};

/** One change of the list. */
export type DenyChange = {
  readonly version: number;
  readonly entry: string;
  readonly change: 'add' | 'remove';
  readonly accountId: string;
  readonly reason: string;
  readonly atMs: InstantMs;
};

/** The head of an epoch's list; undefined before its first version. */
export async function readHead(sql: Sql, epoch: number): Promise<ListHead | undefined> {
  const [row] = await sql(
    'select epoch, version, published_at_ms from transit.deny_list where epoch = $1',
    [epoch],
  );
  return (
    row && {
      epoch: whole(row, 'epoch'),
      version: whole(row, 'version'),
      publishedAtMs: whole(row, 'published_at_ms'),
    }
  );
}

/** Begin an epoch with an empty list, version 1; nothing happens when it has begun. */
export async function beginList(sql: Sql, epoch: number, nowMs: InstantMs): Promise<void> {
  await sql(
    `insert into transit.deny_list (epoch, version, published_at_ms) values ($1, 1, $2)
      on conflict do nothing`,
    [epoch, nowMs],
  );
}

/** What was not published yet, in the order in which it was wished. */
export async function readWishes(sql: Sql, most: number): Promise<readonly Wish[]> {
  const rows = await sql(
    `select account_id, account_version, number, entry, change, reason from transit.listing
      where published_version is null order by at_ms, account_id, account_version, number limit $1`,
    [most],
  );
  return rows.map((row) => ({
    accountId: text(row, 'account_id'),
    accountVersion: whole(row, 'account_version'),
    number: whole(row, 'number'),
    entry: text(row, 'entry'),
    change: changeOf(row),
    reason: text(row, 'reason'),
  }));
}

/** Which of these entries stand in the list, and by whose wish. */
export async function readStanding(
  sql: Sql,
  epoch: number,
  entries: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await sql(
    `select entry, account_id from transit.deny_entry where epoch = $1 and entry = any($2::text[])
      order by entry`,
    [epoch, [...entries]],
  );
  return new Map(rows.map((row) => [text(row, 'entry'), text(row, 'account_id')]));
}

/** All entries of a list. */
export async function readEntries(sql: Sql, epoch: number): Promise<readonly string[]> {
  const rows = await sql('select entry from transit.deny_entry where epoch = $1 order by entry', [
    epoch,
  ]);
  return rows.map((row) => text(row, 'entry'));
}

/** How many entries a list has. */
export async function countEntries(sql: Sql, epoch: number): Promise<number> {
  const [row] = await sql(
    'select count(*)::bigint as entries from transit.deny_entry where epoch = $1',
    [epoch],
  );
  return whole(row ?? {}, 'entries');
}

/** The changes after a version, oldest first. */
export async function readChanges(
  sql: Sql,
  epoch: number,
  afterVersion: number,
  most: number,
): Promise<readonly DenyChange[]> {
  const rows = await sql(
    `select version, entry, change, account_id, reason, at_ms from transit.deny_change
      where epoch = $1 and version > $2 order by version, entry limit $3`,
    [epoch, afterVersion, most],
  );
  return rows.map(denyChangeOf);
}

/** The newest changes, newest first. */
export async function readLastChanges(
  sql: Sql,
  epoch: number,
  most: number,
): Promise<readonly DenyChange[]> {
  const rows = await sql(
    `select version, entry, change, account_id, reason, at_ms from transit.deny_change
      where epoch = $1 order by version desc, entry limit $2`,
    [epoch, most],
  );
  return rows.map(denyChangeOf);
}

/** Write the next version: its changes, what then stands, and the wishes that it fulfils. False: overtaken. */
export async function saveVersion(
  sql: Sql,
  head: ListHead,
  changes: readonly Omit<DenyChange, 'version' | 'atMs'>[],
  wishes: readonly Wish[],
  nowMs: InstantMs,
): Promise<boolean> {
  const rows = await sql(
    `with changed as (
       update transit.deny_list set version = version + 1, published_at_ms = $3
         where epoch = $1 and version = $2 returning epoch, version),
     wanted as (
       select * from jsonb_to_recordset($4::jsonb)
         as w(entry text, change text, account_id text, reason text)),
     told as (
       insert into transit.deny_change (epoch, version, entry, change, account_id, reason, at_ms)
         select epoch, version, entry, change, account_id, reason, $3::bigint from changed, wanted),
     gone as (
       delete from transit.deny_entry using changed, wanted
         where deny_entry.epoch = changed.epoch and deny_entry.entry = wanted.entry
           and wanted.change = 'remove'),
     stands as (
       insert into transit.deny_entry (epoch, entry, account_id, reason, version)
         select epoch, entry, account_id, reason, version from changed, wanted where change = 'add'
         on conflict (epoch, entry) do update set account_id = excluded.account_id,
           reason = excluded.reason, version = excluded.version),
     fulfilled as (
       update transit.listing set published_version = changed.version from changed, jsonb_to_recordset($5::jsonb)
           as f(account_id text, account_version bigint, number bigint)
         where listing.account_id = f.account_id and listing.account_version = f.account_version
           and listing.number = f.number)
     select version from changed`,
    [
      head.epoch,
      head.version,
      nowMs,
      JSON.stringify(
        changes.map(({ entry, change, accountId, reason }) => ({
          entry,
          change,
          account_id: accountId,
          reason,
        })),
      ),
      namesOf(wishes),
    ],
  );
  return rows.length > 0;
}

function namesOf(wishes: readonly Wish[]): string {
  return JSON.stringify(
    wishes.map(({ accountId, accountVersion, number }) => ({
      account_id: accountId,
      account_version: accountVersion,
      number,
    })),
  );
}

function denyChangeOf(row: SqlRow): DenyChange {
  return {
    version: whole(row, 'version'),
    entry: text(row, 'entry'),
    change: changeOf(row),
    accountId: text(row, 'account_id'),
    reason: text(row, 'reason'),
    atMs: whole(row, 'at_ms'),
  };
}

function changeOf(row: SqlRow): 'add' | 'remove' {
  return text(row, 'change') === 'add' ? 'add' : 'remove';
}
