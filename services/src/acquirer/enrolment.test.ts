import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { freshId } from '../asking.fixture.ts';
import { merchant, openAcquirerDatabase, openBench, playTerminal } from './bench.test.ts';
import { enrolTerminal, payments } from './contract.ts';

let database: Database;
before(async () => {
  database = await openAcquirerDatabase();
});
after(() => database.close());
beforeEach(() => database.truncate());

// The generator of P-256, as any standard of the curve prints it.
const POINT =
  '046B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296' +
  '4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5';

describe('enrolling a terminal', () => {
  test('gives a terminal id, a merchant id of its parts, the POS address and a sealed master key', async () => {
    const bench = openBench(database.sql);
    const enrolled = await bench.operator(enrolTerminal, {
      requestId: freshId(),
      publicKey: POINT,
      merchant,
    });
    ok(!isRefused(enrolled));
    equal(/^\d{8}$/.test(enrolled.terminalId), true);
    // ISO 8583 sheet, section 3, DE42: institution 3, area 4, category 4, number 4.
    equal(/^99910005411\d{4}$/.test(enrolled.merchantId), true);
    equal(enrolled.posAddress, 'pos.example:9000');
    equal(enrolled.masterKey.split('.').length, 5);
    bench.stop();
  });

  test('again under the same request id gives the same answer, at once or later', async () => {
    const bench = openBench(database.sql);
    const ask = { requestId: freshId(), publicKey: POINT, merchant };
    const [first, second] = await Promise.all([
      bench.operator(enrolTerminal, ask),
      bench.operator(enrolTerminal, ask),
    ]);
    ok(!isRefused(first));
    deepEqual(second, first);
    deepEqual(await bench.operator(enrolTerminal, ask), first);
    bench.stop();
  });

  test('under a used request id for something else is refused', async () => {
    const bench = openBench(database.sql);
    const ask = { requestId: freshId(), publicKey: POINT, merchant };
    await bench.operator(enrolTerminal, ask);
    const other = { ...ask, merchant: { ...merchant, name: 'OTHER SHOP' } };
    deepEqual(await bench.operator(enrolTerminal, other), {
      kind: 'refused',
      code: 'request.key_reused',
    });
    bench.stop();
  });

  test('puts the terminals of one shop under one merchant id, and of two shops under two', async () => {
    const bench = openBench(database.sql);
    const [one, two] = await Promise.all([playTerminal(bench), playTerminal(bench)]);
    equal(one.merchantId, two.merchantId);
    const other = await bench.operator(enrolTerminal, {
      requestId: freshId(),
      publicKey: POINT,
      merchant: { ...merchant, city: 'SHANGHAI' },
    });
    ok(!isRefused(other));
    equal(other.merchantId === one.merchantId, false);
    bench.stop();
  });

  test('is the operator’s alone', async () => {
    const bench = openBench(database.sql);
    const request = new Request('http://octavo.internal/acquirer/payments', {
      method: 'POST',
      body: '{}',
    });
    equal((await bench.service.fetch(request)).status, 403);
    deepEqual(await bench.operator(payments, {}), { payments: [] });
    bench.stop();
  });
});
