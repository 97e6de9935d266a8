/** One rider, several tokens: the account reference learned late makes one account of two. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Database } from '@octavo/platform/postgres.ts';
import { lentDatabase } from '../database.fixture.ts';
import {
  type Bench,
  HOUR_MS,
  MINUTE_MS,
  openBench,
  openCityGates,
  START_MS,
  uploadAll,
  yes,
} from './bench.test.ts';
import * as contract from './contract.ts';
import { type Card, cardOf } from './played.test.ts';

let database: Database;
before(async () => {
  database = await lentDatabase('transit');
});
after(() => database.close());
beforeEach(() => database.truncate());

const PHONE = cardOf(1, 'A');
/** A plastic card that tells gates no account reference. */
const PLASTIC = cardOf(2, 'A', false, 'card');

type Gates = Awaited<ReturnType<typeof openCityGates>>;

/** So many rides of 6.00, one an hour. */
async function rides(gates: Gates, card: Card, count: number, firstMs: number): Promise<void> {
  for (let ride = 0; ride < count; ride++) {
    const atMs = firstMs + ride * HOUR_MS;
    await gates.shanqianIn.tap(card, { atMs });
    await gates.haitangOut.tap(card, { atMs: atMs + 40 * MINUTE_MS });
  }
}

async function accountsOf(bench: Bench) {
  return (await yes(bench.asOperator(contract.accounts, {}))).accounts;
}

test('learned before the day is closed: phone and plastic ride under one cap and get one charge', async () => {
  const bench = openBench(database.sql);
  const gates = await openCityGates(bench);
  for (const card of [PHONE, PLASTIC]) bench.played.cards.set(card.token, card);
  await rides(gates, PHONE, 2, START_MS);
  await rides(gates, PLASTIC, 2, START_MS + 3 * HOUR_MS);
  await uploadAll(bench, [gates.shanqianIn, gates.haitangOut]);
  const { journeys, progress } = await bench.riderOf(PHONE);
  equal(journeys.length, 4);
  deepEqual(progress[0], {
    kind: 'day_cap',
    spentMinor: 2000,
    nextAtMinor: 2000,
    ratePercent: 0,
    ladder: [],
  });
  await bench.clock.advance(23 * HOUR_MS);
  await bench.rest();
  // Four rides of 6.00 would be 24.00; the cap is 20.00.
  deepEqual(
    bench.played.charges.map(({ amountMinor }) => amountMinor),
    [2000],
  );
  deepEqual((await accountsOf(bench)).map(({ state }) => state).sort(), ['active', 'merged']);
  ok((await bench.books()).books.isBalanced);
  await bench.stop();
});

test('learned after both were charged: the month is rated anew as one, and the difference is a credit', async () => {
  const bench = openBench(database.sql);
  const gates = await openCityGates(bench);
  bench.played.cards.set(PHONE.token, PHONE);
  // The token service answers, but names no account for the plastic card yet.
  bench.played.cards.set(PLASTIC.token, { ...PLASTIC, reference: '' });
  bench.played.nameless.add(PLASTIC.token);
  await rides(gates, PHONE, 2, START_MS);
  await rides(gates, PLASTIC, 2, START_MS + 3 * HOUR_MS);
  await uploadAll(bench, [gates.shanqianIn, gates.haitangOut]);
  await bench.clock.advance(23 * HOUR_MS);
  await bench.rest();
  deepEqual(
    bench.played.charges.map(({ amountMinor }) => amountMinor),
    [1200, 1200],
  );
  bench.played.nameless.delete(PLASTIC.token);
  bench.played.cards.set(PLASTIC.token, PLASTIC);
  await rides(gates, PLASTIC, 1, bench.clock.nowMs() - HOUR_MS);
  await uploadAll(bench, [gates.shanqianIn, gates.haitangOut]);
  equal((await bench.riderOf(PHONE)).unbilledMinor, -400);
  await bench.clock.advance(24 * HOUR_MS);
  await bench.rest();
  const { charges } = await bench.riderOf(PHONE);
  deepEqual(
    charges[0]?.lines.map(({ kind, day, amountMinor }) => [kind, day, amountMinor]),
    [
      ['credit', '2026-03-02', -400],
      ['fare', '2026-03-03', 600],
    ],
  );
  equal(charges.length, 3);
  const { books, differences } = await bench.books();
  deepEqual(
    [books.isBalanced, books.journeysMinor, books.salesMinor, differences],
    [true, 2600, 2600, []],
  );
  await bench.stop();
});

test('a debt moves with its token to the account that it turns out to belong to', async () => {
  const bench = openBench(database.sql);
  const gates = await openCityGates(bench);
  bench.played.cards.set(PLASTIC.token, { ...PLASTIC, reference: '' });
  bench.played.nameless.add(PLASTIC.token);
  bench.played.bank = () => '51';
  await rides(gates, PLASTIC, 1, START_MS);
  await uploadAll(bench, [gates.shanqianIn, gates.haitangOut]);
  await bench.clock.advance(23 * HOUR_MS);
  await bench.rest();
  bench.played.nameless.delete(PLASTIC.token);
  bench.played.cards.set(PLASTIC.token, PLASTIC);
  await gates.shanqianIn.tap(PLASTIC, { kind: 'refused', atMs: bench.clock.nowMs() });
  await uploadAll(bench, [gates.shanqianIn]);
  const owing = await bench.riderOf(PLASTIC);
  deepEqual([owing.openDebtMinor, owing.state], [600, 'denied']);
  // It is asked for again when it would have been.
  equal(owing.debts[0]?.nextTryAtMs, (owing.debts[0]?.openedAtMs ?? 0) + 24 * HOUR_MS);
  const merged = (await accountsOf(bench)).find(({ state }) => state === 'merged');
  equal(merged?.openDebtMinor, 0);
  bench.played.bank = () => 'approved';
  deepEqual((await yes(bench.payNow(PLASTIC))).openDebtMinor, 0);
  await bench.rest();
  const rows = await database.sql('select entry from transit.deny_entry order by entry');
  deepEqual(rows, []);
  ok((await bench.books()).books.isBalanced);
  await bench.stop();
});
