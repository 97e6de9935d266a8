import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import { pos } from '@octavo/lib/iso8583/unionpay.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { freshId } from '../asking.fixture.ts';
import { until } from '../until.fixture.ts';
import {
  answerTo,
  approve,
  askOf,
  type Bench,
  decline,
  openBench,
  openFields,
  openTerminalDatabase,
  playAcquirer,
  silent,
} from './bench.test.ts';

let database: Database;
let air: Awaited<ReturnType<typeof openFields>>;
before(async () => {
  database = await openTerminalDatabase();
  air = await openFields();
});
after(() => database.close());
beforeEach(() => database.truncate());

async function openShop(): Promise<Bench> {
  const bench = openBench(database.sql, air);
  ok(!isRefused(await bench.setUp()));
  return bench;
}

/** Longer than the sixty seconds that an answer may take. */
const LIMIT_MS = 60_000;

/** The answer of a payment whose outcome depends on time passing. */
async function payWhileTimePasses(bench: Bench, ask = askOf()) {
  let answer: Awaited<ReturnType<Bench['pay']>> | undefined;
  void bench.pay(ask).then((came) => {
    answer = came;
  });
  await until(async () => {
    await bench.clock.advance(1_000);
    return answer !== undefined;
  });
  ok(answer !== undefined && !isRefused(answer));
  return answer;
}

describe('a payment in doubt', () => {
  test('without an answer in sixty seconds is reversed under its own trace number', async () => {
    const bench = await openShop();
    bench.acquirer.state.habit = silent;
    const paid = bench.pay();
    await until(() => bench.acquirer.got('0200').length > 0);
    await bench.clock.advance(LIMIT_MS);
    const answer = await paid;
    ok(!isRefused(answer));
    deepEqual(
      [answer.outcome, answer.code, answer.message],
      ['reversed', 'acquirer.no_answer', 'No answer came, so the payment was taken back.'],
    );
    await until(async () => (await bench.journalNow())[0]?.state === 'voided');
    const [asked] = bench.acquirer.got('0200');
    const [reversal] = bench.acquirer.got('0400');
    ok(asked && reversal);
    const { 55: _chip, 64: _mac, ...same } = asked.fields;
    deepEqual({ ...reversal.fields, 64: '' }, { ...same, 39: '98', 64: '' });
    const [line] = await bench.journalNow();
    deepEqual([line?.state, line?.responseCode], ['voided', '25']);
    bench.stop();
  });

  test('is told to the till before its reversal is answered', async () => {
    const bench = await openShop();
    bench.acquirer.state.habit = () => undefined;
    const paid = bench.pay();
    await until(() => bench.acquirer.got('0200').length > 0);
    await bench.clock.advance(LIMIT_MS);
    // The clock stands still: nothing but the reversal could be waited for.
    const answer = await paid;
    ok(!isRefused(answer));
    equal(answer.outcome, 'reversed');
    await until(() => bench.acquirer.got('0400').length > 0);
    equal((await bench.journalNow())[0]?.state, 'reversing');
    bench.stop();
  });

  test('is not believed when its approval comes late', async () => {
    const bench = await openShop();
    bench.acquirer.state.habit = silent;
    await payWhileTimePasses(bench);
    await until(async () => (await bench.journalNow())[0]?.state === 'voided');
    const [asked] = bench.acquirer.got('0200');
    ok(asked);
    await bench.acquirer.send(await bench.acquirer.seal(asked, { 15: '1122', 39: '00' }));
    deepEqual(
      (await bench.journalNow()).map(({ state }) => state),
      ['voided'],
    );
    bench.stop();
  });

  const unbelievable = [
    ['a wrong MAC', 'message.mac_wrong', { 15: '1122', 39: '00', 64: 'AAAAAAAA' }],
    ['no MAC', 'message.mac_wrong', { 15: '1122', 39: '00' }],
    ['a refusal in clear', 'terminal.not_signed_in', { 39: '77' }],
  ] as const;
  for (const [what, code, values] of unbelievable) {
    test(`by ${what} is reversed after a new sign-in`, async () => {
      const bench = await openShop();
      bench.acquirer.state.habit = (message) =>
        message.mti === '0200' ? pos.encode(answerTo(message, values)) : approve(message);
      const answer = await payWhileTimePasses(bench);
      deepEqual([answer.outcome, answer.code], ['reversed', code]);
      await until(async () => (await bench.journalNow())[0]?.state === 'voided');
      deepEqual(bench.acquirer.mtis(), ['0800', '0200', '0800', '0400']);
      deepEqual(
        (await bench.journalNow()).map(({ state }) => state),
        ['voided'],
      );
      bench.stop();
    });
  }

  for (const [code, reason] of [
    ['A0', 'message.mac_wrong'],
    ['30', 'message.malformed'],
    ['96', 'acquirer.no_answer'],
  ] as const) {
    test(`by a refusal of the message alone, ${code} under the right MAC, is reversed`, async () => {
      const bench = await openShop();
      bench.acquirer.state.habit = decline(code);
      const answer = await payWhileTimePasses(bench);
      deepEqual([answer.outcome, answer.code], ['reversed', reason]);
      await until(() => bench.acquirer.got('0400').length > 0);
      bench.stop();
    });
  }

  test('by an approval of another amount is reversed', async () => {
    const bench = await openShop();
    bench.acquirer.state.habit = (message) =>
      message.mti === '0200' ? { 4: '000000000001', 15: '1122', 39: '00' } : approve(message);
    equal((await payWhileTimePasses(bench)).outcome, 'reversed');
    bench.stop();
  });

  test('by a line that drops is reversed on the next', async () => {
    const bench = await openShop();
    bench.acquirer.state.habit = silent;
    const paid = bench.pay();
    await until(() => bench.acquirer.got('0200').length > 0);
    bench.acquirer.drop();
    const answer = await paid;
    ok(!isRefused(answer));
    equal(answer.outcome, 'reversed');
    await until(() => bench.acquirer.got('0400').length === 1);
    bench.stop();
  });

  test('is let go by an answer to something else, and takes its own', async () => {
    const bench = await openShop();
    bench.acquirer.state.habit = silent;
    const paid = bench.pay();
    await until(() => bench.acquirer.got('0200').length > 0);
    const [asked] = bench.acquirer.got('0200');
    ok(asked);
    await bench.acquirer.send(new Uint8Array([1, 2, 3]));
    await bench.acquirer.send(await bench.acquirer.seal(asked, { 11: '999999', 39: '00' }));
    await bench.acquirer.send(await bench.acquirer.seal(asked, { 15: '1122', 39: '05' }));
    const answer = await paid;
    ok(!isRefused(answer));
    equal(answer.outcome, 'declined');
    bench.stop();
  });

  test('is reversed again and again until the acquirer answers', async () => {
    const bench = await openShop();
    bench.acquirer.state.habit = () => undefined;
    await payWhileTimePasses(bench);
    deepEqual(
      (await bench.journalNow()).map(({ state }) => state),
      ['reversing'],
    );
    const tries = bench.acquirer.got('0400').length;
    await until(async () => {
      await bench.clock.advance(1_000);
      return bench.acquirer.got('0400').length > tries;
    });
    bench.acquirer.state.habit = silent;
    await until(async () => {
      await bench.clock.advance(1_000);
      return (await bench.journalNow())[0]?.state === 'voided';
    });
    const all = bench.acquirer.got('0400').length;
    await bench.clock.advance(3_600_000);
    equal(bench.acquirer.got('0400').length, all);
    bench.stop();
  });

  test('is an exception in the journal when nobody confirms its reversal in three days', async () => {
    const bench = await openShop();
    bench.acquirer.state.habit = (message) => (message.mti === '0200' ? undefined : { 39: '94' });
    await payWhileTimePasses(bench);
    await until(async () => {
      await bench.clock.advance(12 * 3_600_000);
      return (await bench.journalNow())[0]?.state === 'exception';
    });
    const all = bench.acquirer.got('0400').length;
    ok(all > 1);
    await bench.clock.advance(24 * 3_600_000);
    equal(bench.acquirer.got('0400').length, all);
    bench.stop();
  });

  test('is reversed before the next payment, which three tries do not hold up', async () => {
    const bench = await openShop();
    bench.acquirer.state.habit = () => undefined;
    await payWhileTimePasses(bench);
    const before = bench.acquirer.seen.length;
    bench.acquirer.state.habit = (message) =>
      message.mti === '0200' ? approve(message) : undefined;
    equal((await payWhileTimePasses(bench)).outcome, 'approved');
    const order = bench.acquirer.mtis().slice(before);
    deepEqual(order.slice(0, order.indexOf('0200')).slice(-3), ['0400', '0400', '0400']);
    deepEqual(
      (await bench.journalNow()).map(({ state }) => state),
      ['reversing', 'posted'],
    );
    bench.stop();
  });

  test('found pending after a restart is never sent again: it is reversed, and its request says so', async () => {
    const acquirer = playAcquirer();
    const first = openBench(database.sql, air, acquirer);
    await first.setUp();
    acquirer.state.habit = silent;
    const ask = askOf();
    void first.pay(ask);
    await until(() => acquirer.got('0200').length > 0);
    const second = openBench(database.sql, air, acquirer);
    await until(async () => (await second.journalNow())[0]?.state === 'voided');
    const answer = await second.pay(ask);
    ok(!isRefused(answer));
    equal(answer.outcome, 'reversed');
    equal(acquirer.got('0200').length, 1);
    second.stop();
    first.stop();
  });

  test('with an acquirer that lost the key signs in again', async () => {
    const bench = await openShop();
    bench.acquirer.forget();
    const answer = await payWhileTimePasses(bench);
    deepEqual([answer.outcome, answer.code], ['reversed', 'terminal.not_signed_in']);
    await until(async () => (await bench.journalNow())[0]?.state === 'voided');
    deepEqual(bench.acquirer.mtis(), ['0800', '0200', '0800', '0400']);
    const next = await bench.pay({ requestId: freshId() });
    ok(!isRefused(next));
    equal(next.outcome, 'approved');
    bench.stop();
  });
});
