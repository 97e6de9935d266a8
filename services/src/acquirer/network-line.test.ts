import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Database } from '@octavo/platform/postgres.ts';
import { until } from '../until.fixture.ts';
import { answer, openAcquirerDatabase, openBench, openShop } from './bench.test.ts';

let database: Database;
before(async () => {
  database = await openAcquirerDatabase();
});
after(() => database.close());
beforeEach(() => database.truncate());

describe('the line to the network', () => {
  test('begins with a sign-on', async () => {
    const bench = openBench(database.sql);
    await bench.signedOn();
    const [first] = bench.network.got('0820');
    ok(first);
    deepEqual(
      { ...first.fields, 11: undefined, 128: undefined },
      {
        7: '1122163001',
        11: undefined,
        33: '99990201',
        70: '001',
        100: '99990000',
        128: undefined,
      },
    );
    deepEqual([first.header.destination, first.header.source], ['99990000', '99990201']);
    bench.stop();
  });

  test('is tested after sixty idle seconds', async () => {
    const bench = openBench(database.sql);
    await bench.signedOn();
    await bench.clock.advance(60_000);
    await until(() => bench.network.got('0820').length === 2);
    equal(bench.network.got('0820')[1]?.fields[70], '301');
    bench.stop();
  });

  test('is dialled again after three tests without an answer', async () => {
    const bench = openBench(database.sql);
    await bench.signedOn();
    bench.network.state.signsOn = false;
    const codes = () => bench.network.got('0820').map(({ fields }) => fields[70]);
    await until(async () => {
      await bench.clock.advance(1_000);
      return codes().length >= 5;
    });
    deepEqual(codes().slice(0, 5), ['001', '301', '301', '301', '001']);
    bench.stop();
  });

  test('is dialled until somebody listens', async () => {
    const bench = openBench(database.sql);
    bench.network.state.isListening = false;
    bench.network.drop();
    await bench.clock.advance(300_000);
    bench.network.state.isListening = true;
    await until(async () => {
      await bench.clock.advance(1_000);
      return bench.events.filter(({ type }) => type === 'acquirer.line').length > 0;
    });
    bench.stop();
  });

  test('answers the network’s own test', async () => {
    const bench = openBench(database.sql);
    await bench.signedOn();
    const [signOn] = bench.network.got('0820');
    ok(signOn);
    const asked = answer(signOn, '0820', { 11: '000042', 33: '99990000', 70: '301' });
    await bench.network.send(asked);
    await until(() => bench.network.got('0830').length > 0);
    const [reply] = bench.network.got('0830');
    deepEqual([reply?.fields[11], reply?.fields[39]], ['000042', '00']);
    bench.stop();
  });

  test('lets bytes that are no message, and answers to nothing, go by', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    await network.send(new Uint8Array([1, 2, 3]));
    const [signOn] = network.got('0820');
    ok(signOn);
    await network.send(answer(signOn, '0210', { 39: '00' }));
    equal((await terminal.ask('0200', terminal.purchase())).fields[39], '00');
    ok(bench.codes().includes('message.malformed'));
    bench.stop();
  });
});
