/**
 * What the database of a world looks like, read from its own catalog, and what the services' statements do with it:
 * the rules that let it be split one day and played again from a seed.
 */
import { deepEqual, ok } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type Database, openDatabase } from '@octavo/platform/postgres.ts';
import { readMigrations } from './migrations.ts';

const schemas = [
  'acquirer',
  'gate',
  'issuer',
  'network',
  'terminal',
  'tokens',
  'transit',
  'wallet',
] as const;

/** The shard key of every table on the money path, and the files whose statements payments run. */
const moneyPath: Readonly<Record<string, { shardKey: string; files: readonly string[] }>> = {
  tokens: { shardKey: 'token_id', files: ['tap-store.ts'] },
  issuer: { shardKey: 'account_id', files: ['message-store.ts'] },
  transit: { shardKey: 'account_id', files: ['account-store.ts'] },
};

/** Tables off the money path: enrolment, personalising, card file, messages to people. Payments never write them. */
const offThePath: Readonly<Record<string, readonly string[]>> = {
  tokens: [
    'attempt',
    'card_live',
    'code_check',
    'element',
    'enrolment',
    'enrolment_command',
    'enrolment_history',
    'envelope',
    'provisioning',
    'pushed_card',
    'token_command',
  ],
  issuer: ['card', 'code', 'code_send', 'inbox', 'inbox_message', 'outbox', 'request'],
  // What gates bring lies with the gate, taps with their token; the list has its epoch.
  transit: [
    'closing',
    'command',
    'credential',
    'deny_change',
    'deny_entry',
    'deny_list',
    'forgery',
    'gate',
    'merchant',
    'record',
    'tap',
  ],
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
    [...schemas, 'octavo'].sort(),
  );
});

test('there are no triggers and no sequences', async () => {
  deepEqual(
    await database.sql(`select tgname from pg_trigger where not tgisinternal order by tgname`),
    [],
  );
  deepEqual(
    await database.sql(`select relname from pg_class where relkind = 'S' order by relname`),
    [],
  );
});

test('no column computes its value', async () => {
  const rows = await database.sql(
    `select table_schema || '.' || table_name || '.' || column_name as place, column_default
     from information_schema.columns
     where table_schema = any($1::text[])
       and (column_default is not null or is_identity <> 'NO' or is_generated <> 'NEVER')
     order by 1`,
    [[...schemas]],
  );
  const literal = /^(?:'[^']*'|-?\d+|true|false)(?:::[a-z ]+(?:\[\])?)?$/;
  deepEqual(
    rows.filter((row) => !literal.test(String(row.column_default))).map((row) => row.place),
    [],
  );
});

test('no statement of one service names the schema of another, or a table that is not there', async () => {
  const rows = await database.sql(
    `select table_schema || '.' || table_name as name from information_schema.tables
     where table_schema = any($1::text[]) order by 1`,
    [[...schemas]],
  );
  const tables = new Set(rows.map((row) => String(row.name)));
  const wrong = statements().flatMap(({ service, file, sql }) =>
    [...sql.matchAll(NAMED_TABLE)]
      .map(([, schema = '', table = '']) => ({ schema, name: `${schema}.${table}` }))
      .filter(({ schema, name }) => schema !== service || !tables.has(name))
      .map(({ name }) => `${service}/${file} names ${name}`),
  );
  deepEqual(wrong, []);
  const migrations = readMigrations().flatMap(({ service, name, sql }) =>
    schemas
      .filter((schema) => schema !== service && new RegExp(`\\b${schema}\\.`).test(sql))
      .map((schema) => `${service}/${name} names ${schema}`),
  );
  deepEqual(migrations, []);
});

test('no statement asks the database for the time or for chance', () => {
  const asks =
    /\b(?:now|random|clock_timestamp|statement_timestamp|gen_random_uuid|nextval)\(|\bcurrent_(?:date|time|timestamp)\b/;
  const all = [...statements(), ...readMigrations().map((each) => ({ ...each, file: each.name }))];
  deepEqual(
    all.filter(({ sql }) => asks.test(sql)).map(({ service, file }) => `${service}/${file}`),
    [],
  );
});

test('what may give several rows says in which order', () => {
  ok(statements().filter(({ isList }) => isList).length > 20);
  const wrong = statements()
    .filter(({ sql, isList }) => isList || /\blimit\b|_agg\(/.test(sql))
    .filter(({ sql }) => /^\s*select\b/.test(sql) && !/\border by\b/.test(sql))
    .map(({ service, file, sql }) => `${service}/${file}: ${sql}`);
  deepEqual(wrong, []);
});

test('every unique key on the money path holds the shard key', async () => {
  for (const [schema, { shardKey }] of Object.entries(moneyPath)) {
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

test('payments write every table that is not off the money path, and no other', async () => {
  for (const [schema, { files }] of Object.entries(moneyPath)) {
    const rows = await database.sql(
      `select table_name from information_schema.tables where table_schema = $1 order by 1`,
      [schema],
    );
    const onThePath = rows
      .map((row) => String(row.table_name))
      .filter((table) => !(offThePath[schema] ?? []).includes(table));
    const written = files
      .map((file) => readFileSync(new URL(`./${schema}/${file}`, import.meta.url), 'utf8'))
      .flatMap((code) => [...code.matchAll(/\b(?:insert into|update|delete from) \w+\.(\w+)/g)])
      .map(([, table = '']) => table);
    deepEqual([...new Set(written)].sort(), onThePath.sort());
  }
});

test('foreign keys stay inside their schema, and on the money path inside their shard', async () => {
  const rows = await database.sql(
    `select c.conname, n.nspname as schema, o.nspname as other,
            array(select a.attname::text from unnest(c.conkey) as k
                  join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k order by 1) as columns,
            array(select a.attname::text from unnest(c.confkey) as k
                  join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k order by 1) as others
     from pg_constraint c
     join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
     join pg_class u on u.oid = c.confrelid join pg_namespace o on o.oid = u.relnamespace
     where c.contype = 'f' and n.nspname = any($1::text[])
     order by 1`,
    [[...schemas]],
  );
  const isInside = (schema: string, columns: unknown): boolean => {
    const shardKey = moneyPath[schema]?.shardKey;
    return shardKey === undefined || (columns as string[]).includes(shardKey);
  };
  const wrong = rows.filter(
    ({ schema, other, columns, others }) =>
      schema !== other || !isInside(String(schema), columns) || !isInside(String(other), others),
  );
  deepEqual(
    wrong.map((row) => row.conname),
    [],
  );
});

const NAMED_TABLE = /\b(?:from|join|into|update|using) ([a-z]\w*)\.([a-z]\w*)/g;

type Statement = {
  readonly service: string;
  readonly file: string;
  readonly sql: string;
  /** Whether its caller takes more than the first row. */
  readonly isList: boolean;
};

/** The SQL texts in the services' files: literals that begin like a statement or a part of one. */
function statements(): readonly Statement[] {
  return schemas.flatMap((service) => {
    const folder = new URL(`./${service}/`, import.meta.url);
    const files = readdirSync(folder).filter((name) => /(?<!\.test|\.fixture)\.ts$/.test(name));
    return files.flatMap((file) => {
      const code = readFileSync(new URL(file, folder), 'utf8');
      return [...code.matchAll(/`[^`]*`|'(?:[^'\\\n]|\\.)*'/g)]
        .map((match) => ({
          service,
          file,
          sql: match[0].slice(1, -1),
          isList: /\b\w+ = await (?:\w+\.)*sql\(\s*$/.test(code.slice(0, match.index)),
        }))
        .filter(({ sql }) => /^\s*(?:with|select|insert|update|delete)\b/.test(sql));
    });
  });
}
