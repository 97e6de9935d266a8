/** The power is cut at every write and every call to the acquirer: the next life goes on, and in the end everything is charged once and adds up. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Database } from '@octavo/platform/postgres.ts';
import { lentDatabase } from '../database.fixture.ts';
import { type Life, mortal } from '../mortal.fixture.ts';
import { until } from '../until.fixture.ts';
import { type Bench, HOUR_MS, openBench, openCityGates, START_MS } from './bench.test.ts';
import * as contract from './contract.ts';
import { readPending } from './pending-store.ts';
import { cardOf } from './played.test.ts';
import type { TransitPorts } from './ports.ts';

let database: Database;
before(async () => {
  database = await lentDatabase('transit');
});
after(() => database.close());
beforeEach(() => database.truncate());

/** Two tokens of one account, of which one tells gates nothing: so there is something to join, to list and to pay. */
const PHONE = cardOf(1, 'A');
const PLASTIC = cardOf(2, 'A', false, 'card');

test('a life that ends at any write or call: nothing is lost, nothing is charged twice, the books add up', async () => {
  let isOver = false;
  let calls = 0;
  for (; !isOver; calls++) {
    await database.truncate();
    const life: Life = { left: Number.POSITIVE_INFINITY, ended: false };
    const first = openBench(database.sql, undefined, undefined, dying(life));
    const gates = await ridden(first);
    first.played.bank = (_token, amountMinor) => (amountMinor === 1200 ? '51' : 'approved');
    life.left = calls;
    for (const { gateId, records } of gates) {
      void first.asGate(contract.upload, { gateId, records });
    }
    await night(first, life);
    isOver = !life.ended;
    life.ended = true;
    const second = openBench(database.sql, first.played, first.clock);
    for (const { gateId, records } of gates) await second.upload(gateId, records);
    await second.rest();
    await second.clock.advance(26 * HOUR_MS);
    await second.rest();
    await check(second);
    await second.stop();
  }
  ok(calls > 25, `${calls} calls`);
});

/** Ports under a life: what only reads costs it nothing. */
function dying(life: Life) {
  const { call, ports: wrapped } = mortal(life);
  return (ports: TransitPorts): TransitPorts => ({
    ...ports,
    clock: wrapped(ports).clock,
    sql: (text, values) =>
      /^\s*select\b/.test(text) && !life.ended
        ? ports.sql(text, values)
        : call(() => ports.sql(text, values)),
    acquirer: (spec, body) => call(() => ports.acquirer(spec, body)),
  });
}

/** Both tokens have ridden; nothing is brought up yet. */
async function ridden(bench: Bench) {
  const gates = await openCityGates(bench);
  for (const card of [PHONE, PLASTIC]) {
    bench.played.cards.set(card.token, card);
    await gates.shanqianIn.tap(card, { atMs: START_MS });
    await gates.haitangOut.tap(card, { atMs: START_MS + HOUR_MS });
  }
  return [gates.shanqianIn, gates.haitangOut];
}

async function night(bench: Bench, life: Life): Promise<void> {
  await until(async () => life.ended || (await isQuiet(0n)));
  if (life.ended) return;
  await bench.clock.advance(23 * HOUR_MS);
  await until(async () => life.ended || (await isQuiet(1n)));
}

/** Whether so many days were closed and nothing is pending: four taps heard of, no charge awaited, the list told. */
async function isQuiet(closed: bigint): Promise<boolean> {
  const { isAny } = await readPending(database.sql);
  const [row] = await database.sql(
    `select (select count(*) from transit.tap where verdict = 'good') as heard,
       (select count(*) from transit.closing where day = '2026-03-02') as closed,
       (select count(*) from transit.charge where state = 'asking') as asking`,
  );
  return !isAny && row?.heard === 4n && row.closed === closed && row.asking === 0n;
}

/** One charge of 12.00 was declined once, or two of 6.00 before the tokens were known to be one; nothing else. */
async function check(bench: Bench): Promise<void> {
  const { books, differences, taps } = await bench.books();
  deepEqual([books.isBalanced, differences], [true, []]);
  deepEqual([taps.received, taps.waiting, taps.advised], [4, 0, 4]);
  equal(books.journeysMinor, 1200);
  equal(books.salesMinor + books.openDebtMinor + books.unbilledMinor, 1200);
  const approved = bench.played.charges.filter(({ state }) => state === 'approved');
  equal(
    approved.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
    books.salesMinor,
  );
  equal(new Set(bench.played.advised.map(({ requestId }) => requestId)).size, 4);
  const [rows] = await database.sql(
    'select count(*) as waiting from transit.listing where published_version is null',
  );
  equal(rows?.waiting, 0n);
}
