/** One charge a day through the acquirer: answers that never come, come twice, or come to nothing, and the books after them. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Database } from '@octavo/platform/postgres.ts';
import { freshId } from '../asking.fixture.ts';
import { lentDatabase } from '../database.fixture.ts';
import {
  type Bench,
  HOUR_MS,
  listed,
  no,
  openBench,
  openCityGates,
  ridden,
  START_MS,
} from './bench.test.ts';
import { cardOf } from './played.test.ts';

let database: Database;
before(async () => {
  database = await lentDatabase('transit');
});
after(() => database.close());
beforeEach(() => database.truncate());

const RIDER = cardOf(1, 'A');

/** A rider takes 84 companions along in one day, at 6.00 each: more than one charge may take. */
async function withCompanions(bench: Bench) {
  const gates = await openCityGates(bench);
  bench.played.cards.set(RIDER.token, RIDER);
  for (let place = 0; place < 84; place++) {
    await gates.shanqianIn.tap(RIDER, { atMs: START_MS + place * 1000, kind: 'companion' });
  }
  const { gateId, records } = gates.shanqianIn;
  for (let from = 0; from < records.length; from += 21) {
    await bench.upload(gateId, records.slice(from, from + 21));
  }
  await bench.clock.advance(23 * HOUR_MS);
  await bench.rest();
}

test('an unknown answer is no decline: asked again under the same number until it is known', async () => {
  const bench = openBench(database.sql);
  bench.played.bank = () => 'unknown';
  await ridden(bench, RIDER);
  const asking = await bench.riderOf(RIDER);
  deepEqual([asking.openDebtMinor, asking.isChargeUnderWay, asking.state], [0, true, 'active']);
  equal(await listed(bench), 0);
  await no(bench.payNow(RIDER), 'transit.no_debt');
  bench.played.bank = () => 'approved';
  await bench.clock.advance(HOUR_MS);
  await bench.rest();
  deepEqual(
    bench.played.charges.map(({ state }) => state),
    ['approved'],
  );
  ok((await bench.books()).books.isBalanced);
  await bench.stop();
});

test('what was taken back is asked anew under another number', async () => {
  const bench = openBench(database.sql);
  let asked = 0;
  bench.played.bank = () => (asked++ === 0 ? 'undone' : 'approved');
  await ridden(bench, RIDER);
  await bench.clock.advance(HOUR_MS);
  await bench.rest();
  deepEqual(
    bench.played.charges.map(({ state }) => state),
    ['undone', 'approved'],
  );
  equal(new Set(bench.played.charges.map(({ requestId }) => requestId)).size, 2);
  const { books, differences } = await bench.books();
  deepEqual([books.isBalanced, books.salesMinor, differences], [true, 600, []]);
  await bench.stop();
});

test('a charge that is delivered twice is no decline, though its second copy is refused', async () => {
  const bench = openBench(database.sql);
  bench.played.isCharged = 'twice';
  await ridden(bench, RIDER);
  const asking = await bench.riderOf(RIDER);
  deepEqual([asking.openDebtMinor, asking.isChargeUnderWay, asking.state], [0, true, 'active']);
  bench.played.isCharged = 'once';
  await bench.clock.advance(HOUR_MS);
  await bench.rest();
  deepEqual(
    bench.played.charges.map(({ state }) => state),
    ['approved'],
  );
  const { books, differences } = await bench.books();
  deepEqual([books.isBalanced, books.salesMinor, differences], [true, 600, []]);
  await bench.stop();
});

test('an acquirer that is away delays everything and loses nothing', async () => {
  const bench = openBench(database.sql);
  bench.played.isUp = false;
  await ridden(bench, RIDER);
  equal(bench.played.advised.length, 0);
  bench.played.isUp = true;
  await bench.clock.advance(3 * HOUR_MS);
  await bench.rest();
  deepEqual(
    bench.played.charges.map(({ amountMinor, state }) => [amountMinor, state]),
    [[600, 'approved']],
  );
  await bench.stop();
});

test('a day of more than 500.00 becomes several lines, and every one of them is charged', async () => {
  const bench = openBench(database.sql);
  await withCompanions(bench);
  const { journeysMinor, salesMinor, unbilledMinor, isBalanced } = (await bench.books()).books;
  ok(journeysMinor > 50_000);
  deepEqual([salesMinor, unbilledMinor, isBalanced], [journeysMinor, 0, true]);
  // Lines have random names, so either may be charged first.
  const charged = bench.played.charges.map(({ amountMinor }) => amountMinor);
  deepEqual(new Set(charged), new Set([50_000, journeysMinor - 50_000]));
  equal(charged.length, 2);
  await bench.stop();
});

test('where nobody can be asked for a day of more than 500.00, all of it becomes debts', async () => {
  const bench = openBench(database.sql);
  bench.played.refusedTokens.set(RIDER.token, 'tap.cryptogram_wrong');
  await withCompanions(bench);
  const { journeysMinor, openDebtMinor, unbilledMinor } = (await bench.books()).books;
  ok(journeysMinor > 50_000);
  deepEqual([openDebtMinor, unbilledMinor], [journeysMinor, 0]);
  await bench.stop();
});

test('what the acquirer has of another operator is none of ours', async () => {
  const bench = openBench(database.sql);
  await ridden(bench, RIDER);
  const [own] = bench.played.charges;
  ok(own !== undefined);
  const retrievalReference = '299999999998';
  bench.played.charges.push({ ...own, retrievalReference, terminalId: '09999999' });
  const { matched, differences } = await bench.books();
  deepEqual([matched, differences], [1, []]);
  await bench.stop();
});

test('a charge that is under way hides no other that is missing here', async () => {
  const bench = openBench(database.sql);
  bench.played.bank = () => 'unknown';
  await ridden(bench, RIDER);
  // It was approved, and the answer is on its way.
  const [asking] = bench.played.charges;
  ok(asking !== undefined);
  bench.played.charges[0] = { ...asking, state: 'approved' };
  deepEqual((await bench.books()).differences, []);
  const retrievalReference = '299999999999';
  bench.played.charges.push({
    ...asking,
    state: 'approved',
    requestId: freshId(),
    retrievalReference,
  });
  deepEqual((await bench.books()).differences, [
    { kind: 'missing_here', retrievalReference, thereMinor: 600 },
  ]);
  await bench.stop();
});
