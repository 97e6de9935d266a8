import { deepEqual, equal, notEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from '@octavo/lib/bytes/assert.ts';
import { openDatabase } from '@octavo/platform/postgres.ts';
import {
  big,
  bigOrNone,
  bytes,
  bytesOrNone,
  flag,
  json,
  text,
  textOrNone,
  texts,
  whole,
  wholeOrNone,
} from './column.ts';

test('each reader gives what the database holds in a column of its type', async () => {
  const database = await openDatabase({ migrations: [] });
  const [row = {}] = await database.sql(
    `select 'a'::text as word, array['b', 'c']::text[] as words, 9007199254740993::bigint as amount,
            7::bigint as instant, 8::integer as count, '\\x00ff'::bytea as body, true as yes,
            '{"d": 1}'::jsonb as plan`,
  );
  await database.close();
  equal(text(row, 'word'), 'a');
  equal(textOrNone(row, 'word'), 'a');
  deepEqual(texts(row, 'words'), ['b', 'c']);
  equal(big(row, 'amount'), 9007199254740993n);
  equal(bigOrNone(row, 'amount'), 9007199254740993n);
  equal(whole(row, 'instant'), 7);
  equal(whole(row, 'count'), 8);
  equal(wholeOrNone(row, 'count'), 8);
  deepEqual(bytes(row, 'body'), Uint8Array.of(0, 255));
  deepEqual(bytesOrNone(row, 'body'), Uint8Array.of(0, 255));
  equal(flag(row, 'yes'), true);
  deepEqual(json(row, 'plan'), { d: 1 });
});

test('null is nothing where a column may be null, and a bug elsewhere', () => {
  const row = { none: null };
  for (const read of [textOrNone, bigOrNone, wholeOrNone, bytesOrNone, json]) {
    equal(read(row, 'none'), undefined);
  }
  for (const read of [text, texts, big, whole, bytes, flag]) {
    throws(() => read(row, 'none'), AssertionError);
  }
});

test('a column that the statement did not ask for is a bug, also where it may be null', () => {
  for (const read of [text, textOrNone, big, bigOrNone, whole, wholeOrNone, bytes, bytesOrNone]) {
    throws(() => read({}, 'forgotten'), AssertionError);
  }
});

test('a column of another type is a bug', () => {
  throws(() => text({ word: 1 }, 'word'), AssertionError);
  throws(() => texts({ words: ['a', 1] }, 'words'), AssertionError);
  throws(() => big({ amount: 1 }, 'amount'), AssertionError);
  throws(() => bytes({ body: 'a' }, 'body'), AssertionError);
  throws(() => flag({ yes: 't' }, 'yes'), AssertionError);
  for (const count of ['1', 0.5, 2n ** 53n]) {
    throws(() => whole({ count }, 'count'), AssertionError);
  }
});

test('bytes are a copy: nobody writes into what the driver keeps', () => {
  const body = Uint8Array.of(1, 2);
  const read = bytes({ body }, 'body');
  notEqual(read.buffer, body.buffer);
  deepEqual(read, body);
});
