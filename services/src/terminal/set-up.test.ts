import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import {
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

describe('setting a terminal up', () => {
  test('enrols it and signs it in', async () => {
    const bench = openBench(database.sql, air);
    deepEqual(await bench.setUp(), { terminalId: TERMINAL_ID, merchantId: MERCHANT_ID });
    const [signIn] = bench.acquirer.got('0800');
    ok(signIn);
    deepEqual([signIn.tpdu, signIn.header], ['6000010000', '600100000000']);
    deepEqual(
      { ...signIn.fields, 11: '' },
      { 11: '', 41: TERMINAL_ID, 42: MERCHANT_ID, 60: '00000001003' },
    );
    bench.stop();
  });

  test('repeated, twice at once or after a restart, changes nothing', async () => {
    const bench = openBench(database.sql, air);
    const [first, second] = await Promise.all([bench.setUp(), bench.setUp()]);
    deepEqual(second, first);
    bench.stop();
    const later = openBench(database.sql, air, bench.acquirer);
    deepEqual(await later.setUp(), first);
    equal(bench.acquirer.enrolments.size, 1);
    equal(bench.acquirer.got('0800').length, 1);
    later.stop();
  });

  test('for a shop that messages cannot name is refused, and a right one still can be', async () => {
    const bench = openBench(database.sql, air);
    const answer = await bench.operator(contract.setUp, {
      merchant: { ...merchant, name: 'A NAME OF MORE THAN TWENTY-FIVE CHARACTERS' },
    });
    ok(isRefused(answer));
    equal(answer.code, 'request.malformed');
    ok(!isRefused(await bench.setUp()));
    bench.stop();
  });

  test('without a line is unavailable, and goes on where it stopped', async () => {
    const bench = openBench(database.sql, air);
    bench.acquirer.state.isListening = false;
    deepEqual(await bench.setUp(), { kind: 'refused', code: 'unavailable' });
    bench.acquirer.state.isListening = true;
    ok(!isRefused(await bench.setUp()));
    equal(bench.acquirer.enrolments.size, 1);
    bench.stop();
  });

  test('must come before a payment', async () => {
    const bench = openBench(database.sql, air);
    deepEqual(await bench.pay(), { kind: 'refused', code: 'terminal.not_signed_in' });
    bench.stop();
  });
});
