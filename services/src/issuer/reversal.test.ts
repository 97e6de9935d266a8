import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { MessageFields } from '@octavo/domain/message.ts';
import type { Sql } from '@octavo/domain/ports.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import {
  type Bench,
  cardOf,
  cutAfter,
  openBench,
  openIssuerDatabase,
  purchaseFields,
  reversalFields,
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

const PLAIN = cardOf('plain').pan;

const answerTo = async (mti: string, fields: MessageFields) =>
  (await bench.network.ask(mti, fields)).fields[39];

test('a reversal gives back what its original took, by a posting of opposite entries, and history stays', async () => {
  await bench.network.ask('0200', purchaseFields());
  const answer = await bench.network.ask('0420', reversalFields(purchaseFields()));
  equal(answer.mti, '0430');
  equal(answer.fields[39], '00');
  equal(answer.fields[38], undefined);
  equal(answer.fields[37], '112216000123');
  deepEqual([answer.fields[23], answer.fields[90]], [undefined, undefined]);
  const view = await viewOf(bench, PLAIN);
  equal(view.availableMinor, '1000000');
  equal(view.spentTodayMinor, '0');
  deepEqual(
    view.entries.slice(2).map(({ account, amountMinor, kind }) => [account, amountMinor, kind]),
    [
      ['holder', '-1250', 'purchase'],
      ['settlement', '1250', 'purchase'],
      ['holder', '1250', 'reversal'],
      ['settlement', '-1250', 'reversal'],
    ],
  );
});

test('repeats, as 0421 and by another reversal of the same original, give back once', async () => {
  await bench.network.ask('0200', purchaseFields());
  const reversal = reversalFields(purchaseFields());
  equal(await answerTo('0420', reversal), '00');
  equal(await answerTo('0421', reversal), '00');
  equal(await answerTo('0420', reversal), '00');
  equal(await answerTo('0420', { ...reversal, 11: '900002' }), '00');
  const view = await viewOf(bench, PLAIN);
  equal(view.availableMinor, '1000000');
  equal(view.entries.length, 6);
});

test('a purchase that was reversed is not answered as approved again', async () => {
  await bench.network.ask('0200', purchaseFields());
  await bench.network.ask('0420', reversalFields(purchaseFields()));
  equal(await answerTo('0200', purchaseFields()), '94');
  equal((await viewOf(bench, PLAIN)).availableMinor, '1000000');
});

test('a reversal of a declined purchase is answered 00 and moves nothing', async () => {
  const declined = purchaseFields({ 4: '000001000001' });
  equal(await answerTo('0200', declined), '51');
  equal(await answerTo('0420', reversalFields(declined)), '00');
  equal(await answerTo('0200', declined), '51');
  equal((await viewOf(bench, PLAIN)).entries.length, 2);
});

test('an unknown original is answered 25, remembered, and refused when it arrives, however often', async () => {
  const reversal = reversalFields(purchaseFields());
  equal(await answerTo('0420', reversal), '25');
  equal(await answerTo('0421', reversal), '25');
  for (const mti of ['0200', '0201']) {
    equal(await answerTo(mti, purchaseFields()), '94');
    const decision = bench.events.filter((event) => event.type === 'issuer.decision').at(-1);
    equal(decision?.detail.code, 'message.already_reversed');
  }
  equal(await answerTo('0420', { ...reversal, 11: '900002' }), '25');
  equal((await viewOf(bench, PLAIN)).availableMinor, '1000000');
});

test('an unknown original of a card that the bank does not have is remembered too', async () => {
  const unknown = purchaseFields({ 2: '9999010000009999998' });
  const reversal = reversalFields(unknown);
  equal(await answerTo('0420', reversal), '25');
  equal(await answerTo('0421', reversal), '25');
  equal(await answerTo('0200', unknown), '94');
});

test('another amount or currency than the original’s is answered 64 and nothing is done', async () => {
  await bench.network.ask('0200', purchaseFields());
  const reversal = reversalFields(purchaseFields(), { 4: '000000001249' });
  equal(await answerTo('0420', reversal), '64');
  equal(await answerTo('0421', reversal), '64');
  equal(
    await answerTo('0420', reversalFields(purchaseFields(), { 49: '840', 11: '900002' })),
    '64',
  );
  equal((await viewOf(bench, PLAIN)).availableMinor, '998750');
  // The right one still gives back.
  equal(await answerTo('0420', reversalFields(purchaseFields(), { 11: '900003' })), '00');
  equal((await viewOf(bench, PLAIN)).availableMinor, '1000000');
});

test('a reversal’s own key with other content is refused with 94', async () => {
  await bench.network.ask('0200', purchaseFields());
  await bench.network.ask('0200', purchaseFields({ 11: '000124' }));
  equal(await answerTo('0420', reversalFields(purchaseFields())), '00');
  equal(await answerTo('0420', reversalFields(purchaseFields({ 11: '000124' }))), '94');
  equal((await viewOf(bench, PLAIN)).availableMinor, '998750');
});

test('a reversal without its original’s data, or of something that is no purchase, is malformed', async () => {
  const reversal = reversalFields(purchaseFields());
  const { 90: _, ...without } = reversal;
  equal(await answerTo('0420', without), '30');
  const other = `0420${(reversal['90'] ?? '').slice(4)}`;
  equal(await answerTo('0420', { ...reversal, 90: other }), '30');
});

test('the day’s limit comes back on the same day only', async () => {
  const { pan } = cardOf('low_limit');
  const full = purchaseFields({ 2: pan, 4: '000000010000' });
  await bench.network.ask('0200', full);
  await bench.network.ask('0420', reversalFields(full));
  equal((await viewOf(bench, pan)).spentTodayMinor, '0');
  const again = { ...full, 11: '000124' };
  equal(await answerTo('0200', again), '00');
  await bench.clock.advance(24 * 60 * 60_000);
  const next = purchaseFields({ 2: pan, 4: '000000000300', 11: '000125' });
  equal(await answerTo('0200', next), '00');
  equal(await answerTo('0420', reversalFields(again, { 11: '900002' })), '00');
  const view = await viewOf(bench, pan);
  equal(view.spentTodayMinor, '300');
  equal(view.availableMinor, String(1_000_000 - 300));
});

for (const order of ['purchase first', 'reversal first']) {
  test(`a purchase and its reversal at once leave nothing taken: ${order}`, async () => {
    for (let round = 0; round < 8; round++) {
      const fields = purchaseFields({ 11: `0004${round}0` });
      const reversal = reversalFields(fields, { 11: `9000${round}0` });
      const messages = [['0200', fields] as const, ['0420', reversal] as const];
      if (order === 'reversal first') messages.reverse();
      const answers = await Promise.all(messages.map(([mti, one]) => bench.network.ask(mti, one)));
      const of = (mti: string) => answers.find((one) => one.mti === mti)?.fields[39];
      // Either the purchase was first and is given back, or it came late and is refused.
      ok(['00 00', '94 25'].includes(`${of('0210')} ${of('0430')}`), `${of('0210')} ${of('0430')}`);
    }
    const view = await viewOf(bench, PLAIN);
    equal(view.availableMinor, '1000000');
    equal(view.spentTodayMinor, '0');
  });
}

test('a purchase that decided on what it read before its reversal came decides again', async () => {
  for (const late of ['purchase', 'reversal'] as const) {
    await database.truncate();
    // Each side reads, then waits before it writes until the other has written.
    const held = holdFirstWrite(database.sql, late);
    bench = openBench(held.sql);
    const purchase = bench.network.ask('0200', purchaseFields());
    const reversal = bench.network.ask('0420', reversalFields(purchaseFields()));
    await (late === 'purchase' ? reversal : purchase);
    held.release();
    const both = `${(await purchase).fields[39]} ${(await reversal).fields[39]}`;
    equal(both, late === 'purchase' ? '94 25' : '00 00');
    equal((await viewOf(bench, PLAIN)).availableMinor, '1000000');
  }
});

test('no_answer: posted and never answered, settled by the reversal', async () => {
  const fields = purchaseFields({ 2: cardOf('no_answer').pan });
  await bench.network.send('0200', fields);
  await bench.traced('issuer.answer_withheld');
  await bench.network.send('0200', fields);
  await bench.traced('issuer.answer_withheld', 2);
  equal((await viewOf(bench, fields['2'] ?? '')).availableMinor, '998750');
  ok(!bench.events.some((event) => event.type === 'iso8583'));
  equal(await answerTo('0420', reversalFields(fields)), '00');
  equal((await viewOf(bench, fields['2'] ?? '')).availableMinor, '1000000');
});

test('silent: lost unread, so its reversal finds no original and is settled all the same', async () => {
  const fields = purchaseFields({ 2: cardOf('silent').pan });
  await bench.network.send('0200', fields);
  await bench.traced('issuer.message_lost');
  equal(await answerTo('0420', reversalFields(fields)), '25');
  equal((await viewOf(bench, fields['2'] ?? '')).availableMinor, '1000000');
});

test('after a crash between giving back and answering, the repeat gets the stored answer', async () => {
  await bench.network.ask('0200', purchaseFields());
  const cut = cutAfter(database.sql, (text) => text.includes('voided_by'));
  const first = openBench(cut.sql);
  await first.network.send('0420', reversalFields(purchaseFields()));
  await cut.gone;
  equal(await answerTo('0421', reversalFields(purchaseFields())), '00');
  const view = await viewOf(bench, PLAIN);
  equal(view.availableMinor, '1000000');
  equal(view.entries.length, 6);
});

/** Hold the first write of one side back until it is released. */
function holdFirstWrite(sql: Sql, late: 'purchase' | 'reversal'): { sql: Sql; release(): void } {
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  let first = true;
  const mine = (text: string) =>
    late === 'purchase'
      ? text.includes('insert into issuer.payment')
      : text.includes("'reversed_unseen', $7") || text.includes('voided_by');
  return {
    release,
    sql: async (text, values) => {
      if (first && mine(text)) {
        first = false;
        await gate;
      }
      return sql(text, values);
    },
  };
}
