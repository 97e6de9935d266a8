import { deepEqual, equal } from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Database } from '@octavo/platform/postgres.ts';
import { type Bench, createBench, openNetworkDatabase } from './bench.test.ts';
import { purchaseFields } from './played.test.ts';

let database: Database;
before(async () => {
  database = await openNetworkDatabase();
});
let bench: Bench;
beforeEach(async () => {
  await database.truncate();
  bench = await createBench(database.sql);
});
afterEach(() => bench.end());
after(() => database.close());

test('many at once over one line each get their own answer', async () => {
  bench.issuer.play.purchase = 'hold';
  const acquirer = await bench.signOn();
  const numbers = Array.from({ length: 20 }, (_, index) => String(index + 1).padStart(6, '0'));
  for (const number of numbers) {
    const amount = number.padStart(12, '0');
    await acquirer.send('0200', purchaseFields({ 11: number, 4: amount }));
  }
  await bench.quiet();
  for (const { fields } of bench.issuer.got('0200').toReversed()) {
    await bench.issuer.say('0210', {
      ...bench.issuer.answerPurchase(fields),
      38: fields[11] ?? '',
    });
  }
  await bench.quiet();
  equal(acquirer.seen.length, numbers.length);
  for (const { fields } of acquirer.seen) {
    deepEqual([fields[38], fields[4]], [fields[11], fields[11]?.padStart(12, '0')]);
  }
});

test('the same request again gets the stored answer, over whichever link it comes', async () => {
  const first = await bench.signOn();
  const second = await bench.signOn();
  const answer = await first.ask('0200', purchaseFields());
  deepEqual(await second.ask('0200', purchaseFields()), answer);
  first.close();
  await bench.quiet();
  deepEqual(await second.ask('0200', purchaseFields()), answer);
  equal(bench.issuer.got('0200').length, 1);
  equal(bench.tokens.verdicts.length, 1);
});

test('the same key with other content is refused', async () => {
  const acquirer = await bench.signOn();
  await acquirer.ask('0200', purchaseFields());
  const { fields } = await acquirer.ask('0200', purchaseFields({ 4: '000000000001' }));
  equal(fields[39], '94');
  equal(
    bench.trace.filter(({ type }) => type === 'network.refused').at(-1)?.detail.code,
    'message.key_reused',
  );
});

test('the same request twice at once goes to the issuer once, and both get its answer', async () => {
  bench.issuer.play.purchase = 'hold';
  const first = await bench.signOn();
  const second = await bench.signOn();
  await Promise.all([
    first.send('0200', purchaseFields()),
    second.send('0200', purchaseFields()),
    first.send('0200', purchaseFields()),
    second.send('0200', purchaseFields({ 4: '000000000001' })),
  ]);
  await bench.quiet();
  const [sent, another] = bench.issuer.got('0200');
  equal(another, undefined);
  await bench.issuer.say('0210', bench.issuer.answerPurchase(sent?.fields ?? {}));
  await bench.quiet();
  const codes = [...first.seen, ...second.seen].map(({ fields }) => fields[39]);
  deepEqual(codes.sort(), ['00', '00', '00', '94']);
});

test('an acquirer’s link that drops before the answer: the repeat gets it', async () => {
  bench.issuer.play.purchase = 'hold';
  const first = await bench.signOn();
  await first.send('0200', purchaseFields());
  await bench.quiet();
  first.close();
  const sent = bench.issuer.got('0200')[0];
  await bench.issuer.say('0210', bench.issuer.answerPurchase(sent?.fields ?? {}));
  await bench.quiet();
  const second = await bench.signOn();
  equal((await second.ask('0200', purchaseFields())).fields[39], '00');
  equal(bench.issuer.got('0200').length, 1);
});

test('the token service hears of the end later when it was not there, and the answer stays as given', async () => {
  bench.tokens.play.silent.add('outcome');
  const acquirer = await bench.signOn();
  await acquirer.send('0200', purchaseFields());
  await bench.pass(6_000);
  const answer = acquirer.seen[0];
  deepEqual([answer?.fields[39], answer?.fields[55]], ['00', undefined]);
  bench.tokens.play.silent.clear();
  await bench.pass(30_000);
  deepEqual(bench.tokens.outcomes, [{ responseCode: '00', code: undefined, reversed: false }]);
  deepEqual(await acquirer.ask('0200', purchaseFields()), answer);
});
