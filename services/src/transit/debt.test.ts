/** From a declined charge to a paid debt: the list, the schedule, and who pays when the token is gone. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Database } from '@octavo/platform/postgres.ts';
import { freshId } from '../asking.fixture.ts';
import { lentDatabase } from '../database.fixture.ts';
import { HOUR_MS, listed, no, openBench, ridden, START_MS, uploadAll, yes } from './bench.test.ts';
import * as contract from './contract.ts';
import { cardOf } from './played.test.ts';

let database: Database;
before(async () => {
  database = await lentDatabase('transit');
});
after(() => database.close());
beforeEach(() => database.truncate());

const RIDER = cardOf(1, 'A');
const DAY_MS = 24 * HOUR_MS;

test('declined: debt and both lines of the list at once; paid by the rider: debt and lines gone at once', async () => {
  const bench = openBench(database.sql);
  bench.played.bank = () => '51';
  await ridden(bench, RIDER);
  const owing = await bench.riderOf(RIDER);
  deepEqual([owing.openDebtMinor, owing.state, owing.canPayNow], [600, 'denied', true]);
  equal(await listed(bench), 2);
  const changes = await database.sql(
    'select version, entry, change, reason from transit.deny_change order by version, entry',
  );
  deepEqual(
    changes.map(({ change, reason }) => [change, reason]),
    [
      ['add', 'transit.debt'],
      ['add', 'transit.debt'],
    ],
  );
  // Somebody who has no money yet stays listed.
  const tried = await yes(bench.payNow(RIDER));
  deepEqual([tried.state, tried.openDebtMinor, tried.responseCode], ['declined', 600, '51']);
  bench.played.bank = () => 'approved';
  const requestId = freshId();
  const paid = await yes(bench.payNow(RIDER, requestId));
  deepEqual([paid.state, paid.amountMinor, paid.openDebtMinor], ['approved', 600, 0]);
  equal(await listed(bench), 0);
  const after = await bench.riderOf(RIDER);
  deepEqual([after.state, after.debts[0]?.state, after.canPayNow], ['active', 'paid', false]);
  const asked = bench.played.charges.length;
  deepEqual(await yes(bench.payNow(RIDER, requestId)), paid);
  equal(bench.played.charges.length, asked);
  await no(bench.payNow(RIDER), 'transit.no_debt');
  const { books, differences } = await bench.books();
  deepEqual([books.isBalanced, books.salesMinor, differences], [true, 600, []]);
  await bench.stop();
});

test('a soft decline is tried on days 1, 3, 5, 7, 10 and 13, then never again; the card stays listed', async () => {
  const bench = openBench(database.sql);
  bench.played.bank = () => '51';
  const gates = await ridden(bench, RIDER);
  const opened = bench.clock.nowMs();
  const days: number[] = [];
  for (let day = 1; day <= 20; day++) {
    const before = bench.played.charges.length;
    await bench.clock.advance(DAY_MS);
    await bench.rest();
    if (bench.played.charges.length > before) days.push(day);
    // A gate refuses the card and keeps the tap, whose verdict a retry can name.
    await gates.shanqianIn.tap(RIDER, { kind: 'refused', atMs: bench.clock.nowMs() });
    await uploadAll(bench, [gates.shanqianIn]);
  }
  ok(opened > START_MS);
  deepEqual(days, [1, 3, 5, 7, 10, 13]);
  const { state, debts } = await bench.riderOf(RIDER);
  deepEqual([state, debts[0]?.state, debts[0]?.tries], ['dormant', 'open', 6]);
  equal(await listed(bench), 2);
  await bench.stop();
});

test('a hard decline is never tried again', async () => {
  const bench = openBench(database.sql);
  bench.played.bank = () => '41';
  await ridden(bench, RIDER);
  await bench.clock.advance(15 * DAY_MS);
  await bench.rest();
  equal(bench.played.charges.length, 1);
  equal((await bench.riderOf(RIDER)).debts[0]?.class, 'hard');
  await bench.stop();
});

test('a debt of less than 1.00 is written off once no try is left, and the rider is let go', async () => {
  const bench = openBench(database.sql);
  bench.played.bank = () => '51';
  const gates = await ridden(bench, RIDER);
  const account = (await yes(bench.asOperator(contract.accounts, {}))).accounts[0];
  await database.sql('update transit.debt set amount_minor = 99');
  await database.sql(
    `update transit.ledger_entry set amount_minor = case when amount_minor < 0 then -99 else 99 end`,
  );
  for (let day = 1; day <= 14; day++) {
    await bench.clock.advance(DAY_MS);
    await bench.rest();
    await gates.shanqianIn.tap(RIDER, { kind: 'refused', atMs: bench.clock.nowMs() });
    await uploadAll(bench, [gates.shanqianIn]);
  }
  const { state, debts } = await bench.riderOf(RIDER);
  deepEqual([account?.state, state, debts[0]?.state], ['denied', 'active', 'written_off']);
  equal(await listed(bench), 0);
  const rows = await database.sql(
    `select ledger_account, sum(amount_minor)::bigint as sum from transit.ledger_entry
      group by ledger_account order by ledger_account`,
  );
  deepEqual(rows.find((row) => row.ledger_account === 'write_offs')?.sum, 99n);
  deepEqual(rows.find((row) => row.ledger_account === 'debt')?.sum, 0n);
  await bench.stop();
});

test('a token deleted with a debt and added again: the debt follows the account, and its refused tap pays', async () => {
  const bench = openBench(database.sql);
  bench.played.bank = () => '51';
  const gates = await ridden(bench, RIDER);
  // Deleted: whatever is asked of it now is refused for good.
  bench.played.bank = (token) => (token === RIDER.token ? '14' : 'approved');
  bench.played.refusedTokens.set(RIDER.token, 'token.deleted');
  const again = cardOf(2, 'A');
  bench.played.cards.set(again.token, again);
  await gates.taolinOut.tap(again, { kind: 'refused', atMs: bench.clock.nowMs() });
  await uploadAll(bench, [gates.taolinOut]);
  // The new token inherits the debt: it is on the list before it ever rode.
  equal(await listed(bench), 3);
  const owing = await bench.riderOf(again);
  deepEqual([owing.openDebtMinor, owing.canPayNow], [600, true]);
  const paid = await yes(bench.payNow(again));
  deepEqual([paid.state, paid.openDebtMinor], ['approved', 0]);
  equal(bench.played.charges.at(-1)?.token, again.token);
  equal(await listed(bench), 0);
  ok((await bench.books()).books.isBalanced);
  await bench.stop();
});

test('two payments at once: one is asked for, the other is told so', async () => {
  const bench = openBench(database.sql);
  bench.played.bank = () => '51';
  await ridden(bench, RIDER);
  bench.played.bank = () => 'approved';
  const before = bench.played.charges.length;
  const answers = await Promise.all([bench.payNow(RIDER), bench.payNow(RIDER)]);
  equal(bench.played.charges.length, before + 1);
  const codes = answers.map((answer) => ('code' in answer ? answer.code : 'paid')).sort();
  ok(codes.includes('paid'));
  ok(codes.includes('transit.charge_under_way') || codes.includes('transit.no_debt'));
  await bench.stop();
});

test('a refund is a row of its own and a line of the next charge', async () => {
  const bench = openBench(database.sql);
  const gates = await ridden(bench, RIDER);
  const [account] = (await yes(bench.asOperator(contract.accounts, {}))).accounts;
  const ask = {
    requestId: freshId(),
    accountId: account?.accountId ?? '',
    day: '2026-03-02',
    amountMinor: 250,
    reason: 'lift broken',
  };
  const refunded = await yes(bench.asOperator(contract.refund, ask));
  equal(refunded.unbilledMinor, -250);
  deepEqual(await yes(bench.asOperator(contract.refund, ask)), refunded);
  await no(bench.asOperator(contract.refund, { ...ask, amountMinor: 1 }), 'request.key_reused');
  await gates.shanqianIn.tap(RIDER, { atMs: bench.clock.nowMs() - 600_000 });
  await gates.taolinOut.tap(RIDER, { atMs: bench.clock.nowMs() });
  await uploadAll(bench, [gates.shanqianIn, gates.taolinOut]);
  await bench.clock.advance(DAY_MS);
  await bench.rest();
  const { charges } = await bench.riderOf(RIDER);
  deepEqual(
    charges[0]?.lines.map(({ kind, amountMinor, reason }) => [kind, amountMinor, reason]),
    [
      ['refund', -250, 'lift broken'],
      ['fare', 300, undefined],
    ],
  );
  equal(charges[0]?.amountMinor, 50);
  const { books } = await bench.books();
  deepEqual(
    [books.isBalanced, books.journeysMinor, books.salesMinor, books.refundsMinor],
    [true, 900, 650, -250],
  );
  await bench.stop();
});

test('no verdict was good: nobody can be asked, so it is a debt at once', async () => {
  const bench = openBench(database.sql);
  bench.played.refusedTokens.set(RIDER.token, 'tap.cryptogram_wrong');
  await ridden(bench, RIDER);
  equal(bench.played.charges.length, 0);
  const { debts, charges, canPayNow, state } = await bench.riderOf(RIDER);
  deepEqual(
    [debts[0]?.amountMinor, charges[0]?.code, canPayNow, debts[0]?.class, state],
    [600, 'transit.no_good_tap', false, 'soft', 'denied'],
  );
  await no(bench.payNow(RIDER), 'transit.no_good_tap');
  ok((await bench.books()).books.isBalanced);
  await bench.stop();
});

test('a verdict that never came is our own matter: the debt lists nobody while it is tried, and then until it is paid', async () => {
  const bench = openBench(database.sql);
  // The acquirer gave the advice up.
  bench.played.refusedTokens.set(RIDER.token, 'acquirer.no_answer');
  const gates = await ridden(bench, RIDER);
  const owing = await bench.riderOf(RIDER);
  deepEqual(
    [owing.openDebtMinor, owing.debts[0]?.class, owing.state, owing.charges[0]?.code],
    [600, 'data', 'active', 'transit.no_good_tap'],
  );
  await bench.clock.advance(2 * DAY_MS);
  await bench.rest();
  const tried = await bench.riderOf(RIDER);
  deepEqual(
    [tried.debts[0]?.tries, tried.debts[0]?.class, tried.state, await listed(bench)],
    [1, 'data', 'active', 0],
  );
  await bench.clock.advance(12 * DAY_MS);
  await bench.rest();
  const left = await bench.riderOf(RIDER);
  deepEqual([left.debts[0]?.tries, left.state, await listed(bench)], [6, 'dormant', 2]);
  // The refused tap of somebody who is listed gives the verdict that a payment names.
  bench.played.refusedTokens.clear();
  await gates.shanqianIn.tap(RIDER, { kind: 'refused', atMs: bench.clock.nowMs() });
  await uploadAll(bench, [gates.shanqianIn]);
  equal((await yes(bench.payNow(RIDER))).openDebtMinor, 0);
  equal(await listed(bench), 0);
  ok((await bench.books()).books.isBalanced);
  await bench.stop();
});
