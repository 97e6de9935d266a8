/**
 * The power goes at every port call of a purchase and of a reversal, before the call happens. After the call before it
 * would be the same moment for the world: only what the network remembers is between them. Whatever was lost, in the
 * end both sides agree, and the acquirer's repeats get one answer.
 */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { MessageFields } from '@octavo/domain/message.ts';
import { StorageUnavailable } from '@octavo/domain/ports.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import {
  type AcquirerEnd,
  type Bench,
  createBench,
  openNetworkDatabase,
  type Power,
} from './bench.test.ts';
import {
  adviceFields,
  chargeFields,
  type IssuerPlay,
  management,
  purchaseFields,
  reversalFields,
} from './played.test.ts';

let database: Database;
before(async () => {
  database = await openNetworkDatabase();
});
after(() => database.close());

const asked = purchaseFields();

/** Play `story` once for each of its port calls, with the power going there, and once with it going at the end. */
async function atEveryCall(
  story: (bench: Bench, acquirer: AcquirerEnd) => Promise<void>,
  check: (bench: Bench, where: string) => Promise<void>,
  atLeast = 10,
): Promise<void> {
  for (let at = 1, isOver = false; !isOver; at++) {
    const power: Power = { at: Number.POSITIVE_INFINITY };
    await database.truncate();
    const bench = await createBench(database.sql, power);
    const acquirer = bench.connect();
    await acquirer.send('0820', management('001'));
    await bench.quiet();
    power.at = bench.portCalls + at;
    await story(bench, acquirer);
    isOver = bench.portCalls < power.at;
    await bench.restart();
    await bench.quiet();
    await check(bench, `call ${at}`);
    await bench.end();
    ok(!isOver || at > atLeast, 'the story has that many port calls');
  }
}

async function purchaseOnly(
  bench: Bench,
  acquirer: AcquirerEnd,
  fields: MessageFields = asked,
): Promise<void> {
  await acquirer.send('0200', fields);
  await bench.pass(26_000, 5_000);
}

/** One consistent end: the acquirer's repeat, the issuer's books and what the token service was told. */
async function agree(bench: Bench, where: string, fields: MessageFields = asked): Promise<void> {
  const acquirer = await bench.signOn();
  const first = await acquirer.ask('0200', fields);
  await bench.pass(40_000, 5_000);
  deepEqual(await acquirer.ask('0200', fields), first, where);
  const code = first.fields[39] ?? '';
  const booked = [...bench.issuer.books.values()][0];
  if (code === '00') equal(booked, 'posted', where);
  else ok(booked !== 'posted', `${where}: ${code}, and the issuer has it ${booked}`);
  ok(bench.issuer.got('0200').length <= 1, where);
  const told = bench.tokens.outcomes.at(-1)?.responseCode;
  ok(
    told === undefined ? booked === undefined : told === code,
    `${where}: told ${told}, was ${code}`,
  );
  const left = await database.sql(
    `select message_key from network.message
     where state in ('pending', 'sent') or not answered or owed <> 'nothing' order by message_key`,
  );
  deepEqual(left, [], where);
}

for (const play of [
  'approve',
  'decline',
  'swallow',
  'lose',
] as const satisfies IssuerPlay['purchase'][]) {
  test(`a purchase, where the issuer’s part is to ${play}`, async () => {
    await atEveryCall(async (bench, acquirer) => {
      bench.issuer.play.purchase = play;
      await purchaseOnly(bench, acquirer);
      bench.issuer.play.purchase = 'approve';
    }, agree);
  });
}

for (const play of ['approve', 'swallow'] as const) {
  test(`a deferred charge, where the issuer’s part is to ${play}`, async () => {
    await atEveryCall(
      async (bench, acquirer) => {
        bench.issuer.play.purchase = play;
        await purchaseOnly(bench, acquirer, chargeFields());
        bench.issuer.play.purchase = 'approve';
      },
      (bench, where) => agree(bench, where, chargeFields()),
    );
  });
}

test('a start', async () => {
  const power: Power = { at: 0 };
  for (let isOver = false; !isOver; ) {
    power.at++;
    await database.truncate();
    const bench = await createBench(database.sql, power);
    await bench.connect().send('0820', management('001'));
    await bench.quiet();
    isOver = bench.portCalls < power.at;
    await bench.restart();
    await agree(bench, `call ${power.at}`);
    await bench.end();
  }
  ok(power.at > 5, 'a start has that many port calls');
});

test('a transit advice', async () => {
  await atEveryCall(
    async (bench, acquirer) => {
      await acquirer.send('0220', adviceFields());
      await bench.quiet();
    },
    async (bench, where) => {
      const acquirer = await bench.signOn();
      const first = await acquirer.ask('0221', adviceFields());
      equal(first.fields[39], '00', where);
      deepEqual(await acquirer.ask('0221', adviceFields()), first, where);
      deepEqual(
        bench.issuer.seen.filter(({ mti }) => mti !== '0820'),
        [],
        where,
      );
      const rows = await database.sql('select state, owed from network.message');
      deepEqual(rows, [{ state: 'approved', owed: 'nothing' }], where);
    },
    2,
  );
});

test('a purchase and its reversal', async () => {
  await atEveryCall(
    async (bench, acquirer) => {
      await acquirer.send('0200', asked);
      await bench.quiet();
      await acquirer.send('0420', reversalFields(asked));
      await bench.quiet();
    },
    async (bench, where) => {
      const acquirer = await bench.signOn();
      const first = await acquirer.ask('0421', reversalFields(asked));
      ok(['00', '25'].includes(first.fields[39] ?? ''), where);
      equal((await acquirer.ask('0200', asked)).fields[39]?.replace(/^9[68]$/, '94'), '94', where);
      await bench.pass(40_000, 5_000);
      deepEqual(await acquirer.ask('0421', reversalFields(asked)), first, where);
      ok(
        [...bench.issuer.books.values()].every((state) => state !== 'posted'),
        where,
      );
      ok(bench.issuer.got('0420').length <= 1, where);
      const waiting = await database.sql(
        `select original_key from network.forward where state <> 'done' order by original_key`,
      );
      deepEqual(waiting, [], where);
    },
  );
});

test('a purchase, where the database fails at one statement, before it runs or after', async () => {
  for (const side of ['before', 'after'] as const) {
    for (let at = 1; ; at++) {
      await database.truncate();
      const calls = { count: 0 };
      const bench = await createBench(async (text, values) => {
        const fails = ++calls.count === at;
        if (fails && side === 'before') throw new StorageUnavailable('for the test');
        const rows = await database.sql(text, values);
        if (fails) throw new StorageUnavailable('for the test');
        return rows;
      });
      await bench.pass(5_000, 5_000);
      await purchaseOnly(bench, await bench.signOn());
      await bench.pass(70_000, 5_000);
      if (calls.count >= at) await agree(bench, `statement ${at} fails, ${side}`);
      await bench.end();
      if (calls.count < at || at > 40) break;
    }
  }
});
