/** From a gate's record to one charge a day: the thinnest thread, and what must not change it. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Database } from '@octavo/platform/postgres.ts';
import { lentDatabase } from '../database.fixture.ts';
import {
  HOUR_MS,
  MINUTE_MS,
  openBench,
  openCityGates,
  START_MS,
  uploadAll,
  yes,
} from './bench.test.ts';
import * as contract from './contract.ts';
import { cardOf } from './played.test.ts';

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
  // The operator sees the day's riders while it lasts, and none of another day's.
  const [today, tomorrow] = ['2026-03-02', '2026-03-03'];
  const riding = await yes(bench.asOperator(contract.journeys, { day: today }));
  deepEqual(
    riding.journeys.map(({ day, priceMinor }) => [day, priceMinor]),
    [[today, 300]],
  );
  deepEqual((await yes(bench.asOperator(contract.journeys, { day: tomorrow }))).journeys, []);
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
  await bench.stop();
});

/** The same day of three riders, as records of the gates. */
async function aDayOfTaps(gates: Awaited<ReturnType<typeof openCityGates>>): Promise<void> {
  for (const [place, rider] of RIDERS.entries()) {
    const atMs = START_MS + place * 7 * MINUTE_MS;
    await gates.shanqianIn.tap(rider, { atMs });
    await gates.haitangOut.tap(rider, { atMs: atMs + 50 * MINUTE_MS });
    await gates.bus.tap(rider, { atMs: atMs + 60 * MINUTE_MS });
    if (place === 1) await gates.shanqianIn.tap(rider, { atMs: atMs + 5 * HOUR_MS });
  }
}

const RIDERS = [cardOf(11, 'A'), cardOf(12, 'B', false), cardOf(13, 'C', true, 'card')];

test('the same taps shuffled, doubled and delayed give the same charges and the same digest', async () => {
  const outcomes: unknown[] = [];
  let records: ReadonlyMap<string, readonly string[]> | undefined;
  for (const way of ['in order', 'shuffled and doubled'] as const) {
    await database.truncate();
    const bench = openBench(database.sql);
    const gates = await openCityGates(bench);
    for (const rider of RIDERS) bench.played.cards.set(rider.token, rider);
    // The bytes of the first run go up in the second: signatures and seals differ each time they are made.
    if (records === undefined) {
      await aDayOfTaps(gates);
      records = new Map(Object.values(gates).map((gate) => [gate.gateId, [...gate.records]]));
    }
    if (way === 'in order') {
      for (const [gateId, all] of records) await bench.upload(gateId, all);
    } else {
      for (const [gateId, all] of [...records].reverse()) {
        for (const record of [...all].reverse()) {
          await bench.upload(gateId, [record]);
          await bench.rest();
        }
        await bench.upload(gateId, [...all, ...all]);
      }
    }
    await bench.rest();
    await bench.clock.advance(25 * HOUR_MS);
    await bench.rest();
    const { digest } = await bench.close('2026-03-02');
    const { books, taps } = await bench.books();
    ok(books.isBalanced);
    equal(taps.received, 10);
    const amounts = bench.played.charges
      .map(({ token, amountMinor }) => `${token} ${amountMinor}`)
      .sort();
    outcomes.push({ digest, amounts, journeysMinor: books.journeysMinor });
    await bench.stop();
  }
  deepEqual(outcomes[1], outcomes[0]);
  // 6.00 and 2.00 each; the second has a further entry without an exit, at the highest fare from there.
  const [first] = outcomes as { amounts: string[] }[];
  deepEqual(
    first?.amounts.map((line) => line.slice(17)),
    ['800', '1500', '800'],
  );
});

test('a tap that comes after its day was closed is a correction on the next charge, in a line of its own', async () => {
  const bench = openBench(database.sql);
  const gates = await openCityGates(bench);
  bench.played.cards.set(RIDER.token, RIDER);
  await gates.shanqianIn.tap(RIDER, { atMs: START_MS });
  await gates.haitangOut.tap(RIDER, { atMs: START_MS + HOUR_MS });
  await gates.bus.tap(RIDER, { atMs: START_MS + 2 * HOUR_MS });
  // The bus was out of reach.
  await uploadAll(bench, [gates.shanqianIn, gates.haitangOut]);
  await bench.clock.advance(23 * HOUR_MS);
  await bench.rest();
  await bench.upload(gates.bus.gateId, gates.bus.records);
  await gates.bus.tap(RIDER, { atMs: START_MS + 24 * HOUR_MS });
  await bench.upload(gates.bus.gateId, gates.bus.records);
  await bench.clock.advance(24 * HOUR_MS);
  await bench.rest();
  const { charges } = await bench.riderOf(RIDER);
  deepEqual(
    charges.map(({ day, amountMinor, lines }) => [
      day,
      amountMinor,
      lines.map((line) => [line.kind, line.day, line.amountMinor]),
    ]),
    [
      [
        '2026-03-03',
        400,
        [
          ['correction', '2026-03-02', 200],
          ['fare', '2026-03-03', 200],
        ],
      ],
      ['2026-03-02', 600, [['fare', '2026-03-02', 600]]],
    ],
  );
  ok((await bench.books()).books.isBalanced);
  await bench.stop();
});

test('an exit that comes late turns the highest fare into the true one, and the credit comes off the next charge', async () => {
  const bench = openBench(database.sql);
  const gates = await openCityGates(bench);
  bench.played.cards.set(RIDER.token, RIDER);
  await gates.shanqianIn.tap(RIDER, { atMs: START_MS });
  await gates.taolinOut.tap(RIDER, { atMs: START_MS + 10 * MINUTE_MS });
  await uploadAll(bench, [gates.shanqianIn]);
  await bench.clock.advance(23 * HOUR_MS);
  await bench.rest();
  equal(bench.played.charges[0]?.amountMinor, 700);
  await bench.upload(gates.taolinOut.gateId, gates.taolinOut.records);
  await bench.clock.advance(24 * HOUR_MS);
  await bench.rest();
  // Nothing was ridden since, so the credit waits.
  equal(bench.played.charges.length, 1);
  equal((await bench.riderOf(RIDER)).unbilledMinor, -400);
  await gates.shanqianIn.tap(RIDER, { atMs: bench.clock.nowMs() - HOUR_MS });
  await gates.haitangOut.tap(RIDER, { atMs: bench.clock.nowMs() });
  await uploadAll(bench, [gates.shanqianIn, gates.haitangOut]);
  await bench.clock.advance(24 * HOUR_MS);
  await bench.rest();
  const { charges } = await bench.riderOf(RIDER);
  equal(charges[0]?.amountMinor, 200);
  deepEqual(
    charges[0]?.lines.map(({ kind, amountMinor }) => [kind, amountMinor]),
    [
      ['credit', -400],
      ['fare', 600],
    ],
  );
  const { books } = await bench.books();
  deepEqual([books.isBalanced, books.journeysMinor, books.salesMinor], [true, 900, 900]);
  await bench.stop();
});
