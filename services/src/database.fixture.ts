/** For tests: one embedded database for a service's tests, however many of their files run in a process. */
import { type Sql, StorageUnavailable } from '@octavo/domain/ports.ts';
import { type Database, openDatabase } from '@octavo/platform/postgres.ts';
import type { ServiceName } from './compose.ts';
import { readMigrations } from './migrations.ts';

const opened = new Map<ServiceName, Promise<Database>>();
let areKept = false;

/** From now on databases that are given back wait for the next file of this process, until `closeDatabases`. */
export function keepDatabases(): void {
  areKept = true;
}

/** Close the databases that were kept. */
export async function closeDatabases(): Promise<void> {
  for (const database of opened.values()) await (await database).close();
  opened.clear();
}

/**
 * A service's tables, empty. Files that run in one process are lent the same database one after the other; once it is
 * given back with `close`, whatever a file left running finds it closed.
 */
export async function lentDatabase(service: ServiceName): Promise<Database> {
  const known = opened.get(service) ?? open(service);
  if (areKept) opened.set(service, known);
  const database = await known;
  if (!areKept) return database;
  await database.truncate();
  let isOver = false;
  const sql: Sql = async (text, values) => {
    if (isOver) throw new StorageUnavailable('the database is closed');
    return database.sql(text, values);
  };
  return {
    ...database,
    sql,
    close: async () => {
      isOver = true;
    },
  };
}

function open(service: ServiceName): Promise<Database> {
  const migrations = readMigrations().filter((migration) => migration.service === service);
  return openDatabase({ migrations });
}
