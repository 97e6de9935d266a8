/** Days that are closed late, or again, and months that hang on the one before. */
import { deepEqual, ok } from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { manualClock } from '@octavo/platform/clock.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { lentDatabase } from '../database.fixture.ts';
import {
  type Bench,
  HOUR_MS,
  openBench,
  openCityGates,
  type PlayedGate,
  START_MS,
  uploadAll,
} from './bench.test.ts';
import { cardOf, playAcquirer } from './played.test.ts';

let database: Database;
before(async () => {
  database = await lentDatabase('transit');
});
after(() => database.close());
beforeEach(() => database.truncate());

const RIDER = cardOf(1, 'A');
const DAY_MS = 24 * HOUR_MS;

/** Records go up, a few at a time. */
async function uploadBitByBit(bench: Bench, gates: readonly PlayedGate[]): Promise<void> {
  for (const { gateId, records } of gates) {
    for (let from = 0; from < records.length; from += 20) {
      await bench.upload(gateId, records.slice(from, from + 20));
    }
  }
  await bench.rest();
}

test('what is spent after midnight of a month’s first day hangs on the ladder of the month before', async () => {
  const bench = openBench(database.sql, playAcquirer(), manualClock(START_MS + 30 * DAY_MS));
  const gates = await openCityGates(bench);
  bench.played.cards.set(RIDER.token, RIDER);
  const ride = async (atMs: number) => {
    await gates.shanqianIn.tap(RIDER, { atMs });
    await gates.haitangOut.tap(RIDER, { atMs: atMs + HOUR_MS });
  };
  // Six days at the cap of 20.00 bring March beyond 100.00, from where a ride of 6.00 costs 4.80.
  for (let day = 0; day < 6; day++) {
    for (let hour = 0; hour < 8; hour += 2) await ride(START_MS + day * DAY_MS + hour * HOUR_MS);
  }
  // Three of them on 31 March make 14.40, and leave 5.60 below the cap for the one after midnight.
  for (let hour = 0; hour < 6; hour += 2) await ride(START_MS + 29 * DAY_MS + hour * HOUR_MS);
  await ride(START_MS + 29 * DAY_MS + 17 * HOUR_MS);
  await uploadBitByBit(bench, [gates.shanqianIn, gates.haitangOut]);
  const { progress } = await bench.riderOf(RIDER, '2026-04');
  deepEqual(
    progress.filter(({ kind }) => kind === 'month_ladder').map(({ spentMinor }) => spentMinor),
    [560],
  );
  await bench.stop();
});

test('closing an old day again knows what later days knew: an entry that was charged does not become open again', async () => {
  const bench = openBench(database.sql);
  const gates = await openCityGates(bench);
  bench.played.cards.set(RIDER.token, RIDER);
  // In at three in the morning: still open when its day is closed, and charged with the day after.
  await gates.shanqianIn.tap(RIDER, { atMs: START_MS + 19 * HOUR_MS });
  await gates.bus.tap(RIDER, { atMs: START_MS + HOUR_MS });
  await bench.clock.advance(8 * HOUR_MS);
  await uploadAll(bench, [gates.shanqianIn]);
  await bench.clock.advance(40 * HOUR_MS);
  await bench.rest();
  const amounts = () => bench.played.charges.map(({ amountMinor }) => amountMinor);
  deepEqual(amounts(), [700]);
  await uploadAll(bench, [gates.bus]);
  await bench.close('2026-03-02');
  await bench.rest();
  deepEqual(amounts(), [700, 200]);
  const { unbilledMinor, journeysMinor, isBalanced } = (await bench.books()).books;
  deepEqual([unbilledMinor, journeysMinor, isBalanced], [0, 900, true]);
  await bench.stop();
});

test('a day that is caught up with after more than fourteen days is written off and not charged', async () => {
  const before = openBench(database.sql);
  const gates = await openCityGates(before);
  before.played.cards.set(RIDER.token, RIDER);
  await gates.bus.tap(RIDER, { atMs: START_MS });
  await uploadAll(before, [gates.bus]);
  await before.stop();
  await before.clock.advance(20 * DAY_MS);
  const bench = openBench(database.sql, before.played, before.clock);
  await bench.rest();
  deepEqual(bench.played.charges, []);
  const { books } = await bench.books();
  deepEqual([books.writeOffsMinor, books.openDebtMinor, books.journeysMinor], [200, 0, 200]);
  ok(books.isBalanced);
  await bench.stop();
});
