/**
 * The storage port: PostgreSQL, embedded in this process or a server, migrated and ready.
 * One contract for both engines: int8 is bigint, bytea is Uint8Array, arrays are arrays, JSON is read as JSON and
 * given as a string; numeric, dates and timestamps are refused. See columns.ts.
 */
import { type Sql, StorageUnavailable } from '@octavo/domain/ports.ts';
import { openEmbedded } from './embedded.ts';
import { type Engine, sqlOver } from './engine.ts';
import { type Migration, migrate, servicesOf } from './migrate.ts';
import { openServer } from './server.ts';

/** An open database, its migrations applied. */
export type Database = {
  /** Also rejects with `StatementFailed` (see `sqlState`) when the database refuses the statement itself. */
  readonly sql: Sql;
  readonly engine: 'embedded' | 'server';
  /** Let running statements end, then close. A process does not end while an embedded database is open. */
  close(): Promise<void>;
  /** Empty every table of the migrated schemas. For tests. */
  truncate(): Promise<void>;
};

/** Which database: `url` for a server, else embedded in `folder`, else embedded in memory. */
export type DatabaseOptions = {
  readonly url?: string | undefined;
  readonly folder?: string | undefined;
  readonly migrations: readonly Migration[];
  /** Where images of fresh embedded databases are kept; the user's cache folder when absent. */
  readonly imageFolder?: string | undefined;
};

/**
 * Open and migrate. Rejects with `FolderTaken` (the folder is in use), `MigrationRefused` (its past is not ours),
 * `ServerRefused` (too old) or `StorageUnavailable`.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const engine = await (options.url === undefined
    ? openEmbedded(options)
    : openServer(options.url));
  try {
    await engine.session((session) => migrate(session, options.migrations));
  } catch (error) {
    await engine.close();
    throw error;
  }
  return databaseOn(engine, servicesOf(options.migrations));
}

function databaseOn(engine: Engine, schemas: readonly string[]): Database {
  const run = sqlOver(engine.run);
  const underWay = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;

  const sql: Sql = async (text, values) => {
    if (closing !== undefined) throw new StorageUnavailable('the database is closed');
    const running = run(text, values);
    underWay.add(running);
    try {
      return await running;
    } finally {
      underWay.delete(running);
    }
  };
  const close = async (): Promise<void> => {
    await Promise.allSettled(underWay);
    await engine.close();
  };
  return {
    sql,
    engine: engine.kind,
    close: () => {
      closing ??= close();
      return closing;
    },
    truncate: async () => {
      const tables = await sql(
        `select format('%I.%I', schemaname, tablename) as name
           from pg_catalog.pg_tables where schemaname = any($1::text[]) order by name`,
        [schemas],
      );
      if (tables.length === 0) return;
      const names = tables.map((table) => String(table.name));
      await sql(engine.kind === 'server' ? `truncate ${names.join(', ')}` : deleteFrom(names));
    },
  };
}

/** On one connection nothing is under way that this could miss; `truncate` makes new files, at a hundred times the cost. */
function deleteFrom(tables: readonly string[]): string {
  const parts = tables.map((name, index) => `emptied_${index} as (delete from ${name})`);
  return `with ${parts.join(', ')} select 1 as one`;
}
