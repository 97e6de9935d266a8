import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { pos } from '@octavo/lib/iso8583/unionpay.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { until } from '../until.fixture.ts';
import { approve, decline, openAcquirerDatabase, openShop, silent } from './bench.test.ts';

let database: Database;
before(async () => {
  database = await openAcquirerDatabase();
});
after(() => database.close());
beforeEach(() => database.truncate());

describe('a terminal’s reversal', () => {
  test('of an approved purchase voids it and reverses it at the network; its repeat changes nothing', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    const asked = terminal.purchase();
    await terminal.ask('0200', asked);
    const first = await terminal.ask('0400', terminal.reversalOf(asked));
    deepEqual([first.mti, first.fields[39], first.fields[23]], ['0410', '00', undefined]);
    await until(() => network.got('0420').length > 0);
    equal(network.got('0420')[0]?.fields[38], '123456');
    const second = await terminal.ask('0400', terminal.reversalOf(asked));
    equal(second.fields[39], '00');
    equal((await bench.paymentsNow())[0]?.state, 'voided');
    equal(network.got('0420').length, 1);
    bench.stop();
  });

  test('names its purchase without the card, which the acquirer has kept for the network', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    const asked = terminal.purchase();
    await terminal.ask('0200', asked);
    const {
      2: token,
      14: expiry,
      23: _psn,
      35: _track,
      ...named
    } = terminal.reversalOf(asked, {
      39: '06',
    });
    const first = await terminal.ask('0400', named);
    deepEqual([first.mti, first.fields[39], first.fields[2]], ['0410', '00', undefined]);
    await until(() => network.got('0420').length > 0);
    const [reversal] = network.got('0420');
    deepEqual([reversal?.fields[2], reversal?.fields[14]], [token, expiry]);
    equal((await bench.paymentsNow())[0]?.state, 'voided');
    const unknown = await terminal.ask('0400', { ...named, 11: '000777' });
    equal(unknown.fields[39], '25');
    bench.stop();
  });

  test('ends the purchase: its repeat is not answered approved', async () => {
    const { bench, terminal } = await openShop(database.sql);
    const asked = terminal.purchase();
    await terminal.ask('0200', asked);
    await terminal.ask('0400', terminal.reversalOf(asked));
    equal((await terminal.ask('0200', asked)).fields[39], '94');
    deepEqual(bench.codes(), ['message.already_reversed']);
    bench.stop();
  });

  test('of a purchase under way wins over the answer', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    network.state.habit = silent;
    const asked = terminal.purchase();
    await terminal.send(await terminal.seal('0200', asked));
    await until(() => network.got('0200').length > 0);
    equal((await terminal.ask('0400', terminal.reversalOf(asked))).fields[39], '00');
    const [sent] = network.got('0200');
    ok(sent);
    await network.send(approve(sent) as never);
    const late = pos.decode(await terminal.next());
    deepEqual([late.mti, late.fields[39]], ['0210', '94']);
    await until(() => network.got('0420').length > 0);
    equal((await bench.paymentsNow())[0]?.state, 'voided');
    bench.stop();
  });

  test('of a declined purchase has nothing to do', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    network.state.habit = decline('51');
    const asked = terminal.purchase();
    await terminal.ask('0200', asked);
    equal((await terminal.ask('0400', terminal.reversalOf(asked))).fields[39], '00');
    equal((await bench.paymentsNow())[0]?.state, 'declined');
    equal(network.got('0420').length, 0);
    bench.stop();
  });

  test('of an unknown purchase is remembered and answered 25, and the purchase is refused if it comes', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    const asked = terminal.purchase();
    equal((await terminal.ask('0400', terminal.reversalOf(asked))).fields[39], '25');
    equal((await terminal.ask('0400', terminal.reversalOf(asked))).fields[39], '25');
    equal((await terminal.ask('0200', asked)).fields[39], '94');
    deepEqual(bench.codes(), ['message.already_reversed']);
    equal(network.got('0200').length, 0);
    bench.stop();
  });

  test('for another amount is refused', async () => {
    const { bench, terminal } = await openShop(database.sql);
    const asked = terminal.purchase();
    await terminal.ask('0200', asked);
    const other = terminal.reversalOf(asked, { 4: '000000000001' });
    equal((await terminal.ask('0400', other)).fields[39], '64');
    equal((await bench.paymentsNow())[0]?.state, 'posted');
    bench.stop();
  });

  test('doubled at once with its purchase leaves one end', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    const asked = terminal.purchase();
    const purchase = await terminal.seal('0200', asked);
    const reversal = await terminal.seal('0400', terminal.reversalOf(asked));
    await terminal.send(purchase);
    await terminal.send(reversal);
    await terminal.send(reversal);
    for (let count = 0; count < 3; count++) await terminal.next();
    const [payment] = await bench.paymentsNow();
    ok(payment === undefined || payment.state === 'voided');
    await until(() => network.got('0420').length === network.got('0200').length);
    bench.stop();
  });
});
