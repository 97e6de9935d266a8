import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { type SqlValue, StorageUnavailable } from '@octavo/domain/ports.ts';
import fc from 'fast-check';
import { ColumnRefused } from './columns.ts';
import { StatementFailed } from './engine.ts';
import type { Migration } from './migrate.ts';
import { type Database, openDatabase } from './postgres.ts';

function contractMigrations(schema: string): readonly Migration[] {
  return [
    {
      service: schema,
      name: '001-start.sql',
      sql: `create table ${schema}.thing (
              id text primary key, amount int8, small int4, flag bool, bytes bytea, words text[], data jsonb
            );
            create table ${schema}.second (id text primary key);`,
    },
    {
      service: schema,
      name: '002-note.sql',
      sql: `alter table ${schema}.thing add column note text not null default '';`,
    },
  ];
}

const serverUrl = process.env.DATABASE_URL;
const engines = [
  { name: 'embedded', url: undefined, schema: 'contract' },
  // Runs on one server must not meet.
  ...(serverUrl === undefined
    ? []
    : [{ name: 'server', url: serverUrl, schema: `contract_${randomBytes(6).toString('hex')}` }]),
];

for (const { name, url, schema } of engines) {
  const migrations = contractMigrations(schema);
  describe(`the storage contract, ${name}`, () => {
    let database: Database;
    before(async () => {
      database = await openDatabase({ url, migrations });
    });
    after(async () => {
      await database.sql(`drop schema if exists ${schema} cascade`);
      await database.sql('delete from octavo.migration where service = $1', [schema]);
      await database.close();
    });

    const one = async (text: string, ...values: SqlValue[]): Promise<unknown> => {
      const [row] = await database.sql(text, values);
      return row?.value;
    };

    test('each type that is used is read as one kind of value', async () => {
      equal(await one('select 9223372036854775807::int8 as value'), 9223372036854775807n);
      equal(await one('select count(*) as value from pg_catalog.pg_class where false'), 0n);
      equal(await one('select (-2147483648)::int4 as value'), -2147483648);
      equal(await one('select 7::int2 as value'), 7);
      equal(await one('select 0.5::float8 as value'), 0.5);
      equal(await one('select true as value'), true);
      equal(await one('select false as value'), false);
      equal(await one("select 'word'::text as value"), 'word');
      equal(await one("select 'word'::varchar(9) as value"), 'word');
      equal(await one('select null::int8 as value'), null);
      deepEqual(
        await one("select '\\x00ff9f26'::bytea as value"),
        Uint8Array.of(0, 255, 0x9f, 0x26),
      );
      deepEqual(await one(`select '{"a":[1,null,"x"]}'::jsonb as value`), { a: [1, null, 'x'] });
      deepEqual(await one(`select '{"a":1}'::json as value`), { a: 1 });
    });

    test('bytes are plain Uint8Array, not a subclass', async () => {
      const value = await one("select '\\x01'::bytea as value");
      equal(Object.getPrototypeOf(value), Uint8Array.prototype);
    });

    test('arrays are read with their elements, in any depth', async () => {
      deepEqual(await one(`select array['a','b "c" \\ {d},','NULL','',null] as value`), [
        'a',
        'b "c" \\ {d},',
        'NULL',
        '',
        null,
      ]);
      deepEqual(await one('select array[]::text[] as value'), []);
      deepEqual(await one('select array[1,-2]::int8[] as value'), [1n, -2n]);
      deepEqual(await one('select array[array[1,2],array[3,4]]::int4[] as value'), [
        [1, 2],
        [3, 4],
      ]);
      deepEqual(await one("select array['\\x01'::bytea,'\\xff'] as value"), [
        Uint8Array.of(1),
        Uint8Array.of(255),
      ]);
      deepEqual(await one('select array[true,false] as value'), [true, false]);
      deepEqual(await one(`select array['{"a":1}'::jsonb] as value`), [{ a: 1 }]);
    });

    test('numeric, dates, timestamps and types of no use are refused by name', async () => {
      await rejects(one('select sum(1::int8) as value'), (error: Error) => {
        ok(error instanceof ColumnRefused);
        match(error.message, /column value .*numeric/);
        return true;
      });
      await rejects(one("select '2026-11-22'::date as value"), ColumnRefused);
      await rejects(one("select '2026-11-22'::timestamptz as value"), ColumnRefused);
      await rejects(one("select '1 hour'::interval as value"), ColumnRefused);
    });

    test('parameters of every kind come back as they went', async () => {
      equal(await one('select $1::int8 as value', -9223372036854775808n), -9223372036854775808n);
      equal(await one('select $1::int8 as value', 12), 12n);
      equal(await one('select $1::int4 as value', 12), 12);
      equal(await one('select $1::bool as value', true), true);
      equal(await one('select $1::text as value', null), null);
      equal(await one('select $1::text as value', ''), '');
      equal(await one('select $1 as value', 'untyped'), 'untyped');
      deepEqual(await one('select $1::jsonb as value', '{"amount":"1250"}'), { amount: '1250' });
      deepEqual(await one('select $1::bytea as value', new Uint8Array(0)), new Uint8Array(0));
      deepEqual(await one('select $1::int8[] as value', [1n, null]), [1n, null]);
      deepEqual(await one('select $1::bytea[] as value', [Uint8Array.of(92, 34)]), [
        Uint8Array.of(92, 34),
      ]);
      const nested = [
        ['a', 'b'],
        ['c', '}'],
      ];
      deepEqual(await one('select $1::text[] as value', nested), nested);
    });

    test('any text, bytes and integers survive, alone and in arrays', async () => {
      // PostgreSQL holds no zero character in text, and UTF-8 no lone surrogates.
      const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0'));
      const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
      const arbitrary = fc.record(
        {
          text,
          integer,
          bytes: fc.uint8Array(),
          texts: fc.array(fc.option(text)),
          integers: fc.array(integer),
          byteStrings: fc.array(fc.uint8Array()),
        },
        { noNullPrototype: true },
      );
      await fc.assert(
        fc.asyncProperty(arbitrary, async (values) => {
          const { integers, byteStrings, texts } = values;
          const rows = await database.sql(
            `select $1::text as "text", $2::int8 as "integer", $3::bytea as "bytes",
                    $4::text[] as "texts", $5::int8[] as "integers", $6::bytea[] as "byteStrings"`,
            [values.text, values.integer, values.bytes, texts, integers, byteStrings],
          );
          deepEqual(rows, [values]);
        }),
        { numRuns: 50 },
      );
    });

    test('a statement without rows answers no rows; a batch comes in arrays', async () => {
      const insert = `insert into ${schema}.thing (id, amount) select * from unnest($1::text[], $2::int8[])`;
      deepEqual(
        await database.sql(insert, [
          ['batch-a', 'batch-b'],
          [1n, 2n],
        ]),
        [],
      );
      deepEqual(
        await database.sql(
          `select id, amount from ${schema}.thing where id = any($1) order by id`,
          [['batch-a', 'batch-b']],
        ),
        [
          { id: 'batch-a', amount: 1n },
          { id: 'batch-b', amount: 2n },
        ],
      );
    });

    test('what must be unique is refused with its state and constraint, and no value is told', async () => {
      const insert = (id: string) => database.sql(`insert into ${schema}.second values ($1)`, [id]);
      await insert('secret-id');
      await rejects(insert('secret-id'), (error: Error) => {
        ok(error instanceof StatementFailed);
        equal(error.sqlState, '23505');
        equal(error.constraint, 'second_pkey');
        ok(!allText(error).includes('secret-id'));
        return true;
      });
    });

    test('a value that does not fit is refused without being told', async () => {
      await rejects(one('select $1::int8 as value', 'secret-word'), (error: Error) => {
        ok(error instanceof StatementFailed);
        equal(error.sqlState, '22P02');
        ok(!allText(error).includes('secret-word'));
        return true;
      });
    });

    test('a wrong statement, or two at once, is refused with its state', async () => {
      await rejects(database.sql('selec 1'), { name: 'StatementFailed', sqlState: '42601' });
      await rejects(database.sql('select 1; select 2'), { sqlState: '42601' });
      await rejects(database.sql(`select * from ${schema}.nowhere`), { sqlState: '42P01' });
    });

    test('a refused statement leaves the database usable for those in line behind it', async () => {
      const statements = Array.from({ length: 40 }, (_, index) =>
        index % 4 === 3 ? database.sql('select 1/0') : one('select $1::int4 as value', index),
      );
      const outcomes = await Promise.allSettled(statements);
      for (const [index, outcome] of outcomes.entries()) {
        if (index % 4 === 3) equal(outcome.status, 'rejected');
        else deepEqual(outcome, { status: 'fulfilled', value: index });
      }
    });

    test('of many that write by one version, one wins', async () => {
      await database.sql(`insert into ${schema}.thing (id, small) values ('race', 0)`);
      const raise = `update ${schema}.thing set small = small + 1 where id = 'race' and small = 0 returning id`;
      const written = await Promise.all(Array.from({ length: 8 }, () => database.sql(raise)));
      equal(written.filter((rows) => rows.length > 0).length, 1);
    });

    test('truncating empties every table of the schema and leaves the tables', async () => {
      await database.sql(`insert into ${schema}.thing (id) values ('gone')`);
      await database.truncate();
      equal(await one(`select count(*) as value from ${schema}.thing`), 0n);
      equal(await one(`select count(*) as value from ${schema}.second`), 0n);
      equal(
        await one('select count(*) as value from octavo.migration where service = $1', schema),
        2n,
      );
    });

    test('migrations are recorded in order, and a second opening applies nothing again', async () => {
      const other = await openDatabase({ url, migrations });
      const rows = await other.sql(
        'select name, position from octavo.migration where service = $1 order by position',
        [schema],
      );
      deepEqual(rows, [
        { name: '001-start.sql', position: 0 },
        { name: '002-note.sql', position: 1 },
      ]);
      await other.close();
    });

    test('statements under way are finished before closing; a closed database is unavailable', async () => {
      const other = await openDatabase({ url, migrations });
      const last = other.sql('select 1 as value');
      await other.close();
      deepEqual(await last, [{ value: 1 }]);
      await rejects(other.sql('select 1'), StorageUnavailable);
    });
  });
}

test('a server that cannot be reached is unavailable', async () => {
  const opening = openDatabase({ url: 'postgres://127.0.0.1:1/none', migrations: [] });
  await rejects(opening, StorageUnavailable);
});

/** All that an error would show in a log. */
function allText(error: Error): string {
  return `${error.stack} ${JSON.stringify(error)} ${JSON.stringify(Object.entries(error))} ${String(error.cause)}`;
}
