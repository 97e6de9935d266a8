/** The ground that every world of a process stands on: one embedded database, the cast's rows, and going back to them. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sql } from '@octavo/domain/ports.ts';
import { openDatabase } from '@octavo/platform/postgres.ts';
import { readMigrations } from '@octavo/services/migrations';
import { type Cast, makeCast } from './cast.ts';
import type { Name } from './world.ts';

/** A database in which the cast is ready. */
export type Ground = {
  readonly cast: Cast;
  readonly sql: Sql;
  readonly sqlFor: (name: Name) => Sql;
  /** Every table of the services. */
  readonly tables: readonly string[];
  /** Put every row back to where the cast was ready. */
  reset(): Promise<void>;
  close(): Promise<void>;
};

/** Open the database and make the cast. */
export async function openGround(): Promise<Ground> {
  const imageFolder = process.env.OCTAVO_IMAGES ?? join(tmpdir(), 'octavo-sim');
  const database = await openDatabase({
    migrations: [...readMigrations(), ...secondTerminal()],
    imageFolder,
  });
  const { sql } = database;
  const sqlFor = (name: Name): Sql =>
    name === 'terminal2' ? (text, values) => sql(inSecondSchema(text), values) : sql;
  const cast = await makeCast(sqlFor);
  const tables = await tablesOf(sql);
  const filled: string[] = [];
  await sql('create schema kept');
  for (const table of tables) {
    const rows = await sql(`create table ${keptOf(table)} as table ${table}`);
    const [count] = await sql(`select count(*) as count from ${keptOf(table)}`);
    if (rows.length === 0 && Number(count?.count) > 0) filled.push(table);
  }
  // One statement each, so that references are looked at when all rows are gone, and when all are there.
  const emptied = tables.map((table, at) => `emptied${at} as (delete from ${table})`);
  const put = filled.map(
    (table, at) => `put${at} as (insert into ${table} table ${keptOf(table)})`,
  );
  return {
    cast,
    sql,
    sqlFor,
    tables,
    reset: async () => {
      // `truncate` makes new files for every table, at a hundred times the cost.
      await sql(`with ${emptied.join(', ')} select 1 as one`);
      await sql(`with ${put.join(', ')} select 1 as one`);
    },
    close: () => database.close(),
  };
}

/** A terminal has a schema to itself, so a second one gets a copy under another name. */
function secondTerminal() {
  return readMigrations()
    .filter(({ service }) => service === 'terminal')
    .map(({ name, sql }) => ({
      service: 'terminal2',
      name,
      sql: inSecondSchema(
        sql.replace('schema if not exists terminal', 'schema if not exists terminal2'),
      ),
    }));
}

function inSecondSchema(text: string): string {
  return text.replace(/\bterminal\.(?=\w)/g, 'terminal2.');
}

async function tablesOf(sql: Sql): Promise<readonly string[]> {
  const rows = await sql(
    `select format('%I.%I', schemaname, tablename) as name from pg_catalog.pg_tables
      where schemaname not in ('pg_catalog', 'information_schema', 'octavo', 'kept') order by name`,
  );
  return rows.map(({ name }) => String(name));
}

function keptOf(table: string): string {
  return `kept.${table.replaceAll('"', '').replace('.', '_')}`;
}
