/** Transit through the network: an advice gets its verdict and no issuer; a deferred charge is a purchase without a tap. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { originalData } from '@octavo/domain/message.ts';
import { parseCryptogramResult } from '@octavo/lib/iso8583/subfields.ts';
import { parseAccountReference } from '@octavo/lib/iso8583/usage.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { type Bench, createBench, openNetworkDatabase } from './bench.test.ts';
import {
  ACCOUNT_REFERENCE,
  ACQUIRER,
  adviceFields,
  chargeFields,
  ISSUER,
  PAN,
  purchaseFields,
  reversalFields,
} from './played.test.ts';

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

const rows = async () => {
  const all = await database.sql(
    'select kind, state, answered, owed from network.message order by message_key',
  );
  return all.map(({ kind, state, answered, owed }) => [kind, state, answered, owed]);
};

describe('a transit advice', () => {
  test('is answered 0230 with the account reference; no issuer and no outcome hears of it', async () => {
    const acquirer = await bench.signOn();
    const asked = adviceFields();
    const { mti, fields } = await acquirer.ask('0220', asked);
    equal(mti, '0230');
    const { 56: reference = '', 128: _mac, ...answer } = fields;
    equal(parseAccountReference(reference), ACCOUNT_REFERENCE);
    deepEqual(answer, {
      ...Object.fromEntries(
        [2, 3, 4, 7, 11, 12, 13, 25, 32, 33, 37, 41, 42, 49].map((field) => [field, asked[field]]),
      ),
      15: '1122',
      39: '00',
      100: ISSUER,
    });
    await bench.pass(30_000, 5_000);
    deepEqual(
      bench.issuer.seen.filter(({ mti: type }) => type !== '0820'),
      [],
    );
    deepEqual(bench.tokens.outcomes, []);
    deepEqual(await rows(), [['advice', 'approved', true, 'nothing']]);
  });

  test('is posted nowhere whatever its amount', async () => {
    const acquirer = await bench.signOn();
    equal((await acquirer.ask('0220', adviceFields({ 4: '000000002000' }))).fields[39], '00');
    equal(bench.issuer.books.size, 0);
  });

  test('repeated is answered the same and judged once; as a purchase under its key it is refused', async () => {
    const acquirer = await bench.signOn();
    const first = await acquirer.ask('0220', adviceFields());
    deepEqual(await acquirer.ask('0221', adviceFields()), first);
    equal(bench.tokens.verdicts.length, 1);
    equal((await acquirer.ask('0200', adviceFields())).fields[39], '94');
  });

  test('that is refused has no account reference', async () => {
    bench.tokens.play.code = 'tap.replayed';
    const acquirer = await bench.signOn();
    const { fields } = await acquirer.ask('0220', adviceFields());
    deepEqual([fields[39], fields[56]], ['63', undefined]);
    deepEqual(await rows(), [['advice', 'declined', true, 'nothing']]);
    ok(bench.trace.some(({ detail }) => detail.code === 'tap.replayed'));
  });

  test('waits while the token service is silent: 96 is no verdict, and the repeat gets one', async () => {
    bench.tokens.play.silent.add('verdict');
    const acquirer = await bench.signOn();
    await acquirer.send('0220', adviceFields());
    await bench.pass(6_000);
    equal(acquirer.seen[0]?.fields[39], '96');
    deepEqual(await rows(), [['advice', 'pending', false, 'nothing']]);
    bench.tokens.play.silent.clear();
    equal((await acquirer.ask('0221', adviceFields())).fields[39], '00');
  });

  test('left pending is judged by the network’s own work, and after a restart', async () => {
    bench.tokens.play.silent.add('verdict');
    const acquirer = await bench.signOn();
    await acquirer.send('0220', adviceFields());
    await acquirer.send('0220', adviceFields({ 11: '000200' }));
    await bench.pass(6_000);
    bench.tokens.play.silent.clear();
    await bench.pass(61_000, 5_000);
    deepEqual(new Set((await rows()).map(([, state]) => state)), new Set(['approved']));
    bench.tokens.play.silent.add('verdict');
    await acquirer.send('0220', adviceFields({ 11: '000300' }));
    await bench.quiet();
    bench.tokens.play.silent.clear();
    await bench.restart();
    await bench.quiet();
    deepEqual((await rows()).at(-1), ['advice', 'approved', true, 'nothing']);
  });

  test('left pending by many is asked for once at a time while the token service is silent', async () => {
    bench.tokens.play.silent.add('verdict');
    const acquirer = await bench.signOn();
    for (const trace of ['000201', '000202', '000203']) {
      await acquirer.send('0220', adviceFields({ 11: trace }));
    }
    await bench.pass(6_000);
    equal(bench.tokens.calls.verdict, 3);
    await bench.pass(80_000, 5_000);
    equal(bench.tokens.calls.verdict, 4);
  });

  test('is not reversed, whatever the reversal calls it', async () => {
    const acquirer = await bench.signOn();
    await acquirer.ask('0220', adviceFields());
    const reversal = reversalFields(adviceFields());
    equal((await acquirer.ask('0420', reversal)).fields[39], '40');
    const named = { ...reversal, 11: '000125', 90: originalData('0220', adviceFields()) };
    equal((await acquirer.ask('0420', named)).fields[39], '40');
    deepEqual(await rows(), [['advice', 'approved', true, 'nothing']]);
    deepEqual(bench.tokens.outcomes, []);
  });

  test('is none when it is a refund or an offline sale', async () => {
    const acquirer = await bench.signOn();
    equal((await acquirer.ask('0220', adviceFields({ 3: '200000' }))).fields[39], '40');
    equal((await acquirer.ask('0220', adviceFields({ 25: '06' }))).fields[39], '40');
  });
});

describe('a deferred charge', () => {
  test('shows the token service its DE90 and the issuer a purchase like any other', async () => {
    const acquirer = await bench.signOn();
    const asked = chargeFields();
    const { mti, fields } = await acquirer.ask('0200', asked);
    deepEqual([mti, fields[39], fields[38]], ['0210', '00', 'A1B2C3']);
    equal(bench.tokens.verdicts[0]?.[90], asked[90]);
    const [sent] = bench.issuer.got('0200');
    deepEqual(
      [2, 4, 22, 35, 55, 90].map((field) => sent?.fields[field]),
      [PAN, '000000001800', '102', undefined, undefined, undefined],
    );
    equal(parseCryptogramResult(sent?.fields[61] ?? ''), 'right');
    deepEqual(bench.tokens.outcomes, [{ responseCode: '00', code: undefined, reversed: false }]);
  });

  test('DE90 of what has not the form of a charge goes no further', async () => {
    const acquirer = await bench.signOn();
    const tapped = purchaseFields({ 90: originalData('0220', adviceFields()) });
    await acquirer.ask('0200', tapped);
    equal(bench.tokens.verdicts[0]?.[90], undefined);
    await acquirer.ask('0200', chargeFields({ 90: originalData('0200', adviceFields()) }));
    equal(bench.tokens.verdicts[1]?.[90], undefined);
  });

  test('that the token service refuses is not sent on', async () => {
    bench.tokens.play.code = 'charge.already_charged';
    const acquirer = await bench.signOn();
    equal((await acquirer.ask('0200', chargeFields())).fields[39], '21');
    equal(bench.issuer.got('0200').length, 0);
  });

  test('without an answer is taken back by the network, as a purchase', async () => {
    bench.issuer.play.purchase = 'swallow';
    const acquirer = await bench.signOn();
    const asked = chargeFields();
    await acquirer.send('0200', asked);
    await bench.pass(30_000, 5_000);
    equal(acquirer.seen[0]?.fields[39], '98');
    const [reversal] = bench.issuer.got('0420');
    equal(reversal?.fields[90], originalData('0200', asked));
    equal(reversal?.fields[55], undefined);
    deepEqual(bench.tokens.outcomes.at(-1)?.responseCode, '98');
    deepEqual([...bench.issuer.books.values()], ['reversed']);
  });

  test('is reversed by its acquirer, and the token service is told', async () => {
    const acquirer = await bench.signOn();
    const asked = chargeFields();
    await acquirer.ask('0200', asked);
    const { 90: _named, ...bare } = asked;
    equal((await acquirer.ask('0420', reversalFields(bare))).fields[39], '00');
    await bench.pass(10_000);
    deepEqual(
      bench.tokens.outcomes.map(({ reversed }) => reversed),
      [false, true],
    );
    deepEqual([...bench.issuer.books.values()], ['reversed']);
    equal(bench.issuer.got('0420')[0]?.fields[32], ACQUIRER);
  });
});
