import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { freshId } from '../asking.fixture.ts';
import { connectTo } from '../endpoint.ts';
import { until } from '../until.fixture.ts';
import {
  askOf,
  dump,
  MERCHANT_ID,
  merchant,
  openBench,
  openFields,
  openTerminalDatabase,
  TERMINAL_ID,
} from './bench.test.ts';
import * as contract from './contract.ts';

let database: Database;
let air: Awaited<ReturnType<typeof openFields>>;
before(async () => {
  database = await openTerminalDatabase();
  air = await openFields();
});
after(() => database.close());
beforeEach(() => database.truncate());

const unknown = { kind: 'refused', code: 'till.unknown' };
const DAY_MS = 24 * 3_600_000;

describe('opening a till', () => {
  test('sets the terminal up with the demo shop when nobody has', async () => {
    const bench = openBench(database.sql, air);
    const opened = await bench.anyone(contract.openTill, { requestId: freshId() });
    ok(!isRefused(opened));
    const { till, ...shop } = opened;
    ok(/^[0-9A-F]{64}$/.test(till));
    deepEqual(shop, {
      terminalId: TERMINAL_ID,
      merchantId: MERCHANT_ID,
      merchant: { name: 'Lane Coffee', city: 'BEIJING', category: '5814' },
    });
    bench.stop();
  });

  test('leaves a terminal in the shop that it stands in', async () => {
    const bench = openBench(database.sql, air);
    await bench.setUp();
    const opened = await bench.anyone(contract.openTill, { requestId: freshId() });
    ok(!isRefused(opened));
    deepEqual(opened.merchant, merchant);
    equal(bench.acquirer.enrolments.size, 1);
    bench.stop();
  });

  test('needs no line: the terminal signs in with the first payment', async () => {
    const bench = openBench(database.sql, air);
    bench.acquirer.state.isListening = false;
    const cashier = await bench.cashier();
    deepEqual(await cashier.pay(), { kind: 'refused', code: 'unavailable' });
    bench.acquirer.state.isListening = true;
    const paid = await cashier.pay();
    ok(!isRefused(paid));
    equal(paid.outcome, 'approved');
    bench.stop();
  });

  test('twice under one request id, at once or later, opens one till', async () => {
    const bench = openBench(database.sql, air);
    const ask = { requestId: freshId() };
    const [first, second] = await Promise.all([
      bench.anyone(contract.openTill, ask),
      bench.anyone(contract.openTill, ask),
    ]);
    deepEqual(second, first);
    deepEqual(await bench.anyone(contract.openTill, ask), first);
    const rows = await database.sql('select till_id from terminal.till order by till_id');
    equal(rows.length, 1);
    bench.stop();
  });

  test('again after a restart opens the same till with a fresh key', async () => {
    const first = openBench(database.sql, air);
    const ask = { requestId: freshId() };
    const opened = await first.anyone(contract.openTill, ask);
    ok(!isRefused(opened));
    const before = await first.cashier(opened.till);
    await before.set({ currency: '344' });
    first.stop();
    const second = openBench(database.sql, air, first.acquirer);
    const again = await second.anyone(contract.openTill, ask);
    ok(!isRefused(again));
    notEqual(again.till, opened.till);
    deepEqual(await (await second.cashier(opened.till)).pay(), unknown);
    const cashier = await second.cashier(again.till);
    const settings = await cashier.client(contract.settings, {});
    ok(!isRefused(settings));
    equal(settings.settings.currency, '344');
    second.stop();
  });

  test('keeps a hash of its key and no key', async () => {
    const bench = openBench(database.sql, air);
    const { till } = await bench.cashier();
    const everything = (await dump(database.sql)) + JSON.stringify(bench.events);
    equal(everything.toUpperCase().includes(till), false);
    bench.stop();
  });
});

describe('a till’s key', () => {
  test('opens nothing when it is none', async () => {
    const bench = openBench(database.sql, air);
    for (const key of ['AB'.repeat(32), 'Z'.repeat(64), 'A'.repeat(63)]) {
      const { client } = await bench.cashier(key);
      deepEqual(await client(contract.pay, askOf()), unknown);
      deepEqual(await client(contract.settings, {}), unknown);
      deepEqual(await client(contract.payments, {}), unknown);
      const ask = { requestId: freshId(), payment: freshId() };
      deepEqual(await client(contract.voidPayment, ask), unknown);
      deepEqual(await client(contract.progress, { requestId: freshId() }), unknown);
    }
    bench.stop();
  });

  test('does not open what is the operator’s', async () => {
    const bench = openBench(database.sql, air);
    const { client } = await bench.cashier();
    const refusal = { kind: 'refused', code: 'caller.not_allowed' };
    deepEqual(await client(contract.journal, {}), refusal);
    deepEqual(await client(contract.setUp, { merchant }), refusal);
    const nobody = connectTo(bench.service.fetch, async () => ({}), bench.clock);
    ok(isRefused(await nobody(contract.pay, askOf())));
    bench.stop();
  });

  test('lapses a day after its last use, and its payments stay', async () => {
    const bench = openBench(database.sql, air);
    const cashier = await bench.cashier();
    await cashier.pay();
    // The terminal's own work would only make the days longer.
    bench.stop();
    await bench.clock.advance(DAY_MS - 60_000);
    equal((await cashier.paymentsNow()).length, 1);
    await bench.clock.advance(DAY_MS - 60_000);
    equal((await cashier.paymentsNow()).length, 1);
    await bench.clock.advance(DAY_MS);
    deepEqual(await cashier.client(contract.payments, {}), unknown);
    await bench.cashier();
    equal((await database.sql('select till_id from terminal.till order by 1')).length, 1);
    equal((await bench.journalNow()).length, 1);
  });
});

describe('several tills at one terminal', () => {
  test('see each its own payments, the operator all, newest first', async () => {
    const bench = openBench(database.sql, air);
    const [one, other] = [await bench.cashier(), await bench.cashier()];
    await one.pay({ amountMinor: 100 });
    await other.pay({ amountMinor: 200 });
    await one.pay({ amountMinor: 300 });
    await bench.pay({ amountMinor: 400 });
    const amounts = (lines: readonly { amountMinor: string }[]) =>
      lines.map(({ amountMinor }) => amountMinor);
    deepEqual(amounts(await one.paymentsNow()), ['300', '100']);
    deepEqual(amounts(await other.paymentsNow()), ['200']);
    const all = await bench.operator(contract.payments, {});
    ok(!isRefused(all));
    deepEqual(amounts(all.payments), ['400', '300', '200', '100']);
    bench.stop();
  });

  test('are shown what became of each payment', async () => {
    const bench = openBench(database.sql, air);
    const cashier = await bench.cashier();
    const ask = askOf();
    await cashier.client(contract.pay, ask);
    deepEqual(await cashier.paymentsNow(), [
      {
        requestId: ask.requestId,
        atMs: bench.clock.nowMs(),
        traceNumber: '000001',
        batch: '000001',
        amountMinor: '1250',
        currency: '156',
        tokenLastFour: '0012',
        state: 'posted',
        responseCode: '00',
        retrievalReference: '112216000123',
        attempts: 0,
        mayTakeBack: true,
      },
    ]);
    bench.stop();
  });

  test('see at most a hundred payments', async () => {
    const bench = openBench(database.sql, air);
    const cashier = await bench.cashier();
    await cashier.pay();
    await database.sql(
      `insert into terminal.payment
         (sequence, version, at_ms, request_id, request_digest, amount_minor, currency,
          token_last_four, state, attempts, till_id)
       select n, 0, at_ms, lpad(n::text, 32, '0'), request_digest, amount_minor, currency,
              token_last_four, state, attempts, till_id
         from terminal.payment, generate_series(2, 120) as n where sequence = 1`,
    );
    const lines = await cashier.paymentsNow();
    deepEqual([lines.length, lines[0]?.traceNumber], [100, '000120']);
    bench.stop();
  });

  test('do not get each other’s answers, nor hear of each other’s progress', async () => {
    const bench = openBench(database.sql, air);
    const [one, other] = [await bench.cashier(), await bench.cashier()];
    const ask = askOf();
    await one.client(contract.pay, ask);
    const reused = { kind: 'refused', code: 'request.key_reused' };
    deepEqual(await other.client(contract.pay, ask), reused);
    deepEqual(await bench.operator(contract.pay, ask), reused);
    const { requestId } = ask;
    deepEqual(await one.client(contract.progress, { requestId }), { stage: 'ended' });
    deepEqual(await bench.operator(contract.progress, { requestId }), { stage: 'ended' });
    deepEqual(await other.client(contract.progress, { requestId }), {
      kind: 'refused',
      code: 'terminal.payment_unknown',
    });
    bench.stop();
  });

  test('take turns: while one pays, another finds the terminal busy', async () => {
    const bench = openBench(database.sql, air);
    const [one, other] = [await bench.cashier(), await bench.cashier()];
    bench.acquirer.state.habit = () => undefined;
    const paid = one.pay();
    await until(() => bench.acquirer.got('0200').length > 0);
    deepEqual(await other.pay(), { kind: 'refused', code: 'terminal.busy' });
    await bench.clock.advance(60_000);
    ok(!isRefused(await paid));
    bench.stop();
  });
});
