/** From a gate's record to one charge a day: the thinnest thread, and what must not change it. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Database } from '@octavo/platform/postgres.ts';
import { lentDatabase } from '../database.fixture.ts';
import {
  cardOf,
  HOUR_MS,
  MINUTE_MS,
  openBench,
  openCityGates,
  START_MS,
  uploadAll,
} from './bench.test.ts';

let database: Database;
before(async () => {
  database = await lentDatabase('transit');
});
after(() => database.close());
beforeEach(() => database.truncate());

const RIDER = cardOf(1, 'A');

test('one entry, one exit, one charge the next morning, and every step said', async () => {
  const bench = openBench(database.sql);
  const gates = await openCityGates(bench);
  bench.played.cards.set(RIDER.token, RIDER);
  await gates.shanqianIn.tap(RIDER, { atMs: START_MS });
  await gates.taolinOut.tap(RIDER, { atMs: START_MS + 10 * MINUTE_MS });
  await uploadAll(bench, [gates.shanqianIn, gates.taolinOut]);
  equal(bench.played.advised.length, 2);
  const before = await bench.riderOf(RIDER);
  equal(before.journeys.length, 1);
  equal(before.journeys[0]?.priceMinor, 300);
  deepEqual(
    before.journeys[0]?.steps.map(({ rule, amountMinor }) => [rule, amountMinor]),
    [['fare.distance', 300]],
  );
  equal(bench.played.charges.length, 0);
  // The service day ends at 04:30 and is closed two hours later, by the clock.
  await bench.clock.advance(23 * HOUR_MS);
  await bench.rest();
  deepEqual(
    bench.played.charges.map(({ amountMinor, state }) => [amountMinor, state]),
    [[300, 'approved']],
  );
  const after = await bench.riderOf(RIDER);
  deepEqual(
    after.charges.map(({ day, amountMinor, state, lines }) => [
      day,
      amountMinor,
      state,
      lines.length,
    ]),
    [['2026-03-02', 300, 'approved', 1]],
  );
  equal(after.days[0]?.closedMinor, 300);
  const { matched, differences, books } = await bench.books();
  deepEqual([matched, differences, books.isBalanced], [1, [], true]);
  deepEqual([books.journeysMinor, books.salesMinor], [300, 300]);
  // Closing it again by hand brings nothing more.
  const again = await bench.close('2026-03-02');
  deepEqual([again.charges, bench.played.charges.length], [1, 1]);
  ok(/^[0-9A-F]{64}$/.test(again.digest));
  bench.stop();
});
