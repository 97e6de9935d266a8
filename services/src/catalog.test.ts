/** What the database of a world looks like, read from its own catalog: the rules that let it be split one day. */
import { deepEqual, ok } from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Database, openDatabase } from '@octavo/platform/postgres.ts';
import { readMigrations } from './migrations.ts';

/** The shard key of every table on the money path. */
const shardKeys: Readonly<Record<string, string>> = { tokens: 'token_id', issuer: 'account_id' };

/** Tables off the money path: enrolment, card file, messages to people. Payments never write them. */
const offThePath: Readonly<Record<string, readonly string[]>> = {
  tokens: [],
  issuer: [],
};

let database: Database;
before(async () => {
  database = await openDatabase({ migrations: readMigrations() });
});
after(() => database.close());

test('every service has a schema of its own and there is no other', async () => {
  const rows = await database.sql(
    `select nspname from pg_namespace where nspname !~ '^pg_' and nspname not in ('information_schema', 'public') order by nspname`,
  );
  deepEqual(
    rows.map((row) => row.nspname),
    ['acquirer', 'issuer', 'network', 'octavo', 'terminal', 'tokens', 'wallet'],
  );
});

test('there are no triggers, sequences, or defaults that compute', async () => {
  deepEqual(
    await database.sql(`select tgname from pg_trigger where not tgisinternal order by tgname`),
    [],
  );
  deepEqual(
    await database.sql(`select relname from pg_class where relkind = 'S' order by relname`),
    [],
  );
  deepEqual(
    await database.sql(
      `select table_schema, table_name, column_name from information_schema.columns
       where table_schema in ('tokens', 'issuer', 'network', 'wallet', 'acquirer', 'terminal')
         and column_default ~ '\\('
       order by 1, 2, 3`,
    ),
    [],
  );
});

test('no statement of one service names the schema of another', () => {
  const schemas = ['tokens', 'issuer', 'network', 'wallet', 'acquirer', 'terminal'];
  const wrong = readMigrations().flatMap(({ service, name, sql }) =>
    schemas
      .filter((schema) => schema !== service && new RegExp(`\\b${schema}\\.`).test(sql))
      .map((schema) => `${service}/${name} names ${schema}`),
  );
  deepEqual(wrong, []);
});

test('every unique key on the money path holds the shard key', async () => {
  for (const [schema, shardKey] of Object.entries(shardKeys)) {
    const rows = await database.sql(
      `select t.relname as table_name, i.relname as index_name,
              array(select a.attname::text from unnest(x.indkey) with ordinality as k(attnum, place)
                    join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum order by k.place) as columns
       from pg_index x
       join pg_class i on i.oid = x.indexrelid
       join pg_class t on t.oid = x.indrelid
       join pg_namespace n on n.oid = t.relnamespace
       where n.nspname = $1 and x.indisunique
       order by 1, 2`,
      [schema],
    );
    ok(rows.length > 0);
    const wrong = rows.filter(
      (row) =>
        !(offThePath[schema] ?? []).includes(String(row.table_name)) &&
        !(row.columns as string[]).includes(shardKey),
    );
    deepEqual(
      wrong.map((row) => `${schema}.${row.table_name} ${row.index_name}`),
      [],
    );
  }
});
