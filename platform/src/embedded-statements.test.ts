import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { statementsOn } from './embedded-statements.ts';
import { StatementFailed } from './engine.ts';
import { type Database, openDatabase } from './postgres.ts';

let database: Database;
before(async () => {
  database = await openDatabase({
    migrations: [
      {
        service: 'kept',
        name: '001.sql',
        sql: 'create table kept.thing (id text primary key, amount int8 not null)',
      },
    ],
  });
});
after(() => database.close());

const INSERT = 'insert into kept.thing (id, amount) values ($1, $2) returning id, amount';

test('a text that is known runs on new values', async () => {
  deepEqual(await database.sql(INSERT, ['a', 1]), [{ id: 'a', amount: 1n }]);
  deepEqual(await database.sql(INSERT, ['b', null]).catch(stateOf), '23502');
  deepEqual(await database.sql(INSERT, ['b', 2]), [{ id: 'b', amount: 2n }]);
});

test('a statement that failed, in its text or in its values, fails and succeeds like any other', async () => {
  for (let time = 0; time < 3; time++) {
    equal(await database.sql('select nothing').catch(stateOf), '42703');
    equal(await database.sql(INSERT, ['a', 9]).catch(stateOf), '23505');
    equal(await database.sql(INSERT, ['c', 'word']).catch(stateOf), '22P02');
    deepEqual(await database.sql(INSERT, [`again ${time}`, 3]), [
      { id: `again ${time}`, amount: 3n },
    ]);
  }
});

test('two statements in one text are refused', async () => {
  await rejects(database.sql('select 1 as one; select 2 as two'), StatementFailed);
});

test('a text whose table has changed gives the columns of today', async () => {
  const all = "select * from kept.thing where id = 'a'";
  deepEqual(await database.sql(all), [{ id: 'a', amount: 1n }]);
  await database.sql("alter table kept.thing add column note text not null default 'new'");
  deepEqual(await database.sql(all), [{ id: 'a', amount: 1n, note: 'new' }]);
  deepEqual(await database.sql(all), [{ id: 'a', amount: 1n, note: 'new' }]);
  await database.sql('alter table kept.thing drop column note');
  deepEqual(await database.sql(all), [{ id: 'a', amount: 1n }]);
});

test('more texts than are kept', async () => {
  for (let number = 0; number < 510; number++) {
    deepEqual(await database.sql(`select ${number} as value`), [{ value: number }]);
  }
  deepEqual(await database.sql('select 0 as value'), [{ value: 0 }]);
  const [row] = await database.sql('select count(*) as kept from pg_prepared_statements');
  ok((row?.kept as bigint) < 100n);
});

test('a plan is made anew after ten thousand statements', async () => {
  const told: string[] = [];
  const run = statementsOn({
    execProtocolRawStream: async (message, { onRawData }) => {
      told.push(Buffer.from(message).toString('latin1'));
      // The text was read.
      onRawData(Uint8Array.of(0x31, 0, 0, 0, 4));
    },
  });
  for (let number = 0; number < 10_002; number++) await run('select 1 as one', []);
  const read = told.flatMap((message, index) => (message.includes('select 1 as one') ? index : []));
  const forgot = told.flatMap((message, index) => (message.includes('deallocate') ? index : []));
  deepEqual(read, [0, 10_000]);
  deepEqual(forgot, [9_999]);
});

test('whoever asks while plans are being forgotten has a name of their own', async () => {
  const run = database.sql;
  for (let left = 10_100; left > 0; left -= 100) {
    const texts = Array.from({ length: 100 }, (_, index) => `select ${index} as value`);
    await Promise.all(texts.map((text) => run(text)));
  }
});

test('whatever a text says comes back as it is, also what is empty, missing, long or many', async () => {
  const texts = ['', 'a', null, '杭州 · “é”', 'x'.repeat(70_000), '\u{1f68f}'];
  for (const text of texts) {
    deepEqual(await database.sql('select $1::text as "名 1", 2 as two', [text]), [
      { '名 1': text, two: 2 },
    ]);
  }
  const many = await database.sql(
    'select number, null::text as none from generate_series(1, 3000) number',
  );
  equal(many.length, 3_000);
  deepEqual(many.at(-1), { number: 3_000, none: null });
  deepEqual(await database.sql("select 1 as one where 'a' = $1", ['b']), []);
});

test('statements asked for together answer each its own asker', async () => {
  const numbers = Array.from({ length: 50 }, (_, index) => index);
  const answers = await Promise.all(
    numbers.map((number) => database.sql(`select $1::int4 + ${number % 3} as value`, [number])),
  );
  deepEqual(
    answers.map(([row]) => row?.value),
    numbers.map((number) => number + (number % 3)),
  );
});

function stateOf(error: unknown): string {
  if (error instanceof StatementFailed) return error.sqlState;
  throw error;
}
