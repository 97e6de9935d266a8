import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { MessageFields } from '@octavo/domain/message.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import {
  type Bench,
  cardOf,
  openBench,
  openIssuerDatabase,
  purchaseFields,
  reversalFields,
  START_MS,
  viewOf,
} from './bench.test.ts';

let database: Database;
let bench: Bench;
before(async () => {
  database = await openIssuerDatabase();
});
after(() => database.close());
beforeEach(async () => {
  await database.truncate();
  bench = openBench(database.sql);
});

const LATE = cardOf('late').pan;

/** Ask, and say when the answer came. */
function timed(fields: MessageFields) {
  return bench.network.ask('0200', fields).then((answer) => ({
    responseCode: answer.fields[39],
    afterMs: bench.clock.nowMs() - START_MS,
  }));
}

test('a slow answer comes after two seconds, a late one after thirty, and both are posted at once', async () => {
  for (const [behaviour, waitMs] of [
    ['slow', 2_000],
    ['late', 30_000],
  ] as const) {
    await database.truncate();
    bench = openBench(database.sql);
    const { pan } = cardOf(behaviour);
    const answer = timed(purchaseFields({ 2: pan }));
    const held = await bench.traced('issuer.answer_held_back');
    deepEqual(held.detail, { retrievalReference: '112216000123', afterMs: waitMs });
    equal((await viewOf(bench, pan)).availableMinor, '998750');
    await bench.clock.advance(60_000);
    deepEqual(await answer, { responseCode: '00', afterMs: waitMs });
  }
});

test('a reversal overtakes the late answer, and the balance stays whole', async () => {
  const fields = purchaseFields({ 2: LATE });
  const answer = timed(fields);
  await bench.traced('issuer.answer_held_back');
  await bench.clock.advance(25_000);
  const reversed = await bench.network.ask('0420', reversalFields(fields));
  equal(reversed.fields[39], '00');
  await bench.clock.advance(5_000);
  deepEqual(await answer, { responseCode: '00', afterMs: 30_000 });
  const view = await viewOf(bench, LATE);
  deepEqual([view.availableMinor, view.spentTodayMinor], ['1000000', '0']);
});

test('a repeat of a late answer is late too', async () => {
  const fields = purchaseFields({ 2: LATE });
  const first = timed(fields);
  await bench.traced('issuer.answer_held_back');
  await bench.clock.advance(1_000);
  const again = bench.network.ask('0201', fields).then(() => bench.clock.nowMs() - START_MS);
  await bench.traced('issuer.answer_held_back', 2);
  await bench.clock.advance(60_000);
  await first;
  equal(await again, 31_000);
});

test('answers that are held back keep nobody else from being answered', async () => {
  for (let at = 0; at < 70; at++) {
    const trace = String(at + 1).padStart(6, '0');
    await bench.network.send('0200', purchaseFields({ 2: LATE, 4: '000000000001', 11: trace }));
    await bench.traced('issuer.answer_held_back', at + 1);
  }
  const answer = await bench.network.ask('0200', purchaseFields({ 11: '000999' }));
  equal(answer.fields[39], '00');
});

test('when the line ends, what was held back is not sent, and nothing waits any longer', async () => {
  await bench.network.send('0200', purchaseFields({ 2: LATE }));
  await bench.traced('issuer.answer_held_back');
  bench.network.link.close();
  await bench.traced('issuer.answer_lost');
  ok(!bench.events.some((event) => event.type === 'iso8583'));
  equal((await viewOf(bench, LATE)).availableMinor, '998750');
});
