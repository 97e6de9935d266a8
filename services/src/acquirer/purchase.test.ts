import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { MessageFields } from '@octavo/domain/message.ts';
import { GIVE_UP_AFTER_MS } from '@octavo/domain/network.ts';
import { manualClock } from '@octavo/platform/clock.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { until } from '../until.fixture.ts';
import {
  answer,
  approve,
  CHIP_DATA,
  decline,
  dump,
  openAcquirerDatabase,
  openBench,
  openShop,
  playTerminal,
  START_MS,
  silent,
  TOKEN,
} from './bench.test.ts';

let database: Database;
before(async () => {
  database = await openAcquirerDatabase();
});
after(() => database.close());
beforeEach(() => database.truncate());

/** Tick until a payment that waits is past its 45 seconds. */
const LIMIT_MS = 45_000;
const HOUR_MS = 3_600_000;

describe('a purchase', () => {
  test('goes to the network with the acquirer’s own key and comes back approved', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    const asked = terminal.purchase();
    const { mti, fields } = await terminal.ask('0200', asked);
    equal(mti, '0210');
    const [sent] = network.got('0200');
    ok(sent);
    deepEqual(
      { ...sent.fields, 128: undefined },
      {
        2: TOKEN,
        3: '000000',
        4: '000000001250',
        7: '1122163001',
        11: sent.fields[11],
        12: '163001',
        13: '1122',
        14: '3012',
        18: '5411',
        19: '156',
        22: '072',
        23: '001',
        25: '00',
        32: '99990201',
        33: '99990201',
        35: `${TOKEN}=301220100000000000`,
        37: `112216${sent.fields[11]}`,
        41: terminal.terminalId,
        42: terminal.merchantId,
        43: 'DEMO SHOP                BEIJING     CHN',
        49: '156',
        55: CHIP_DATA,
        60: '0000060003000000000000020',
        128: undefined,
      },
    );
    deepEqual(
      { ...fields, 64: undefined },
      {
        2: TOKEN,
        3: '000000',
        4: '000000001250',
        11: asked['11'],
        12: '163001',
        13: '1122',
        15: '1122',
        23: '001',
        25: '00',
        32: '99990201',
        37: sent.fields[37],
        38: '123456',
        39: '00',
        41: terminal.terminalId,
        42: terminal.merchantId,
        49: '156',
        55: '910A01020304050607083030',
        60: '2200000100060',
        64: undefined,
      },
    );
    const [payment] = await bench.paymentsNow();
    equal(payment?.state, 'posted');
    equal(payment?.tokenLastFour, '0012');
    equal(payment?.retrievalReference, sent.fields[37]);
    bench.stop();
  });

  test('that the network declines is declined with its response code', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    network.state.habit = decline('51');
    const { fields } = await terminal.ask('0200', terminal.purchase());
    equal(fields[39], '51');
    equal(fields[38], undefined);
    const [payment] = await bench.paymentsNow();
    deepEqual([payment?.state, payment?.responseCode], ['declined', '51']);
    equal(network.got('0420').length, 0);
    bench.stop();
  });

  for (const code of ['A0', '30', '96']) {
    test(`whose message is refused with ${code} may still be approved, so it is taken back`, async () => {
      const { bench, terminal, network } = await openShop(database.sql);
      network.state.habit = decline(code);
      equal((await terminal.ask('0200', terminal.purchase())).fields[39], '98');
      await until(() => network.got('0420').length > 0);
      equal((await bench.paymentsNow())[0]?.state, 'voided');
      bench.stop();
    });
  }

  test('that was declined is taken back when an approval comes after all, once', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    network.state.habit = decline('51');
    equal((await terminal.ask('0200', terminal.purchase())).fields[39], '51');
    const [sent] = network.got('0200');
    ok(sent);
    const others: readonly MessageFields[] = [
      { 4: '000000000001' },
      { 11: '999999' },
      { 37: '010100999999' },
      {},
      {},
    ];
    for (const other of others) {
      const late = approve(sent);
      ok(late !== undefined && !(late instanceof Uint8Array));
      await network.send({ ...late, fields: { ...late.fields, ...other } });
    }
    await until(() => network.got('0420').length > 0);
    await until(async () => (await bench.paymentsNow())[0]?.state === 'voided');
    equal(network.got('0420').length, 1);
    bench.stop();
  });

  test('with a number that is no token is answered 15, and it is neither kept nor shown', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    // A test card of docs/test-cards.md.
    const pan = '9999020000000010';
    const asked = terminal.purchase({ 2: pan, 35: `${pan}=3012` });
    equal((await terminal.ask('0200', asked)).fields[39], '15');
    deepEqual(bench.codes(), ['network.no_route']);
    equal(network.got('0200').length, 0);
    equal(((await dump(database.sql)) + JSON.stringify(bench.events)).includes(pan), false);
    bench.stop();
  });

  test('repeated gets the stored answer and does not leave again', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    const asked = terminal.purchase();
    const first = await terminal.ask('0200', asked);
    const second = await terminal.ask('0200', asked);
    deepEqual(second.fields, first.fields);
    equal(network.got('0200').length, 1);
    bench.stop();
  });

  test('doubled while under way leaves once, and both get the answer', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    network.state.habit = silent;
    const bytes = await terminal.seal('0200', terminal.purchase());
    await terminal.send(bytes);
    await terminal.send(bytes);
    await until(() => network.got('0200').length > 0);
    const [sent] = network.got('0200');
    ok(sent);
    const reply = approve(sent);
    ok(reply !== undefined);
    await network.send(reply);
    deepEqual(await terminal.next(), await terminal.next());
    equal(network.got('0200').length, 1);
    bench.stop();
  });

  test('under a used key with other content is refused', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    const asked = terminal.purchase();
    await terminal.ask('0200', asked);
    const { fields } = await terminal.ask('0200', { ...asked, 4: '000000009999' });
    equal(fields[39], '94');
    deepEqual(bench.codes(), ['message.key_reused']);
    equal(network.got('0200').length, 1);
    bench.stop();
  });

  test('without a line to the network is declined: nothing was sent', async () => {
    const bench = openBench(database.sql);
    bench.network.state.isListening = false;
    const terminal = await playTerminal(bench);
    await terminal.signIn();
    bench.network.drop();
    await until(async () => {
      const { fields } = await terminal.ask('0200', terminal.purchase());
      return fields[39] === '92';
    });
    const last = (await bench.paymentsNow()).at(-1);
    deepEqual([last?.state, last?.responseCode], ['declined', '92']);
    ok(bench.codes().includes('acquirer.network_down'));
    bench.stop();
  });

  test('leaves no token, expiry, track or key in clear in tables, and none but the token in traces', async () => {
    const { bench, terminal } = await openShop(database.sql);
    await terminal.ask('0200', terminal.purchase());
    const kept = await dump(database.sql);
    equal(kept.includes(TOKEN), false);
    equal(kept.includes('301220100000000000'), false);
    ok(kept.includes('0012'));
    const told = bench.events.filter(({ type }) => type !== 'iso8583');
    equal(JSON.stringify(told).includes(TOKEN), false);
    bench.stop();
  });
});

describe('a purchase without an answer', () => {
  test('is voided after 45 seconds, answered 98, and reversed under its own DE7 and DE11', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    network.state.habit = silent;
    const answered = terminal.ask('0200', terminal.purchase());
    await until(() => network.got('0200').length > 0);
    await bench.clock.advance(LIMIT_MS);
    equal((await answered).fields[39], '98');
    await until(() => network.got('0420').length > 0);
    const [original] = network.got('0200');
    const [reversal] = network.got('0420');
    ok(original && reversal);
    notEqual(reversal.fields[11], original.fields[11]);
    equal(reversal.fields[7], '1122163046');
    // ISO 8583 sheet, section 3: MTI, DE11, DE7, DE32 and DE33 right-aligned in eleven digits.
    equal(reversal.fields[90], `0200${original.fields[11]}11221630010009999020100099990201`);
    for (const field of [2, 3, 4, 12, 13, 14, 18, 19, 22, 23, 25, 32, 33, 37, 41, 42, 43, 49, 60]) {
      equal(reversal.fields[field], original.fields[field], `DE${field}`);
    }
    deepEqual(
      [reversal.fields[38], reversal.fields[39], reversal.fields[35]],
      [undefined, '98', undefined],
    );
    // Section 10: of the chip data 9F10, 9F36 and 95, as the worked 0200 of section 14 has them.
    equal(
      reversal.fields[55],
      '9F101307010103A40000010A0100000000003A65702A9F3602000195050000000000',
    );
    const [payment] = await bench.paymentsNow();
    deepEqual([payment?.state, payment?.responseCode], ['voided', '98']);
    bench.stop();
  });

  test('is repeated as 0421 with the same content until it is answered', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    network.state.habit = () => undefined;
    const answered = terminal.ask('0200', terminal.purchase());
    await until(() => network.got('0200').length > 0);
    await bench.clock.advance(LIMIT_MS);
    await answered;
    await until(() => network.got('0420').length > 0);
    await bench.clock.advance(LIMIT_MS);
    await until(async () => {
      await bench.clock.advance(1000);
      return network.got('0421').length > 0;
    });
    const [first] = network.got('0420');
    const [second] = network.got('0421');
    deepEqual({ ...second?.fields, 128: '' }, { ...first?.fields, 128: '' });
    network.state.habit = approve;
    const waiting = 'select count(*) as count from acquirer.reversal where response_code is null';
    await until(async () => {
      await bench.clock.advance(5000);
      return (await database.sql(waiting))[0]?.count === 0n;
    });
    const sent = network.got('0420', '0421').length;
    await bench.clock.advance(3_600_000);
    equal(network.got('0420', '0421').length, sent);
    bench.stop();
  });

  test('whose reversal nobody confirms in three days is an exception on the operator’s view, and sent no more', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    network.state.habit = (message) =>
      message.mti === '0200' ? undefined : answer(message, '0430', { 15: '1122', 39: '94' });
    const answered = terminal.ask('0200', terminal.purchase());
    await until(() => network.got('0200').length > 0);
    await bench.clock.advance(LIMIT_MS);
    await answered;
    await until(() => network.got('0420').length > 0);
    equal((await bench.paymentsNow())[0]?.reversal, 'waiting');
    await bench.clock.advance(HOUR_MS);
    ok(network.got('0420', '0421').length > 1);
    bench.stop();
    // Nobody runs meanwhile: each of the three days is a thousand echoes.
    const evening = manualClock(START_MS + GIVE_UP_AFTER_MS - HOUR_MS);
    const later = openBench(database.sql, network, evening);
    await later.signedOn();
    await later.clock.advance(HOUR_MS - LIMIT_MS);
    equal((await later.paymentsNow())[0]?.reversal, 'waiting');
    const stateNow = async () => (await later.paymentsNow())[0]?.reversal;
    await until(async () => {
      await later.clock.advance(LIMIT_MS);
      return (await stateNow()) === 'exception';
    });
    const sent = network.got('0420', '0421').length;
    await later.clock.advance(2 * HOUR_MS);
    equal(network.got('0420', '0421').length, sent);
    later.stop();
  });

  test('drops the answer that comes too late', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    network.state.habit = silent;
    const answered = terminal.ask('0200', terminal.purchase());
    await until(() => network.got('0200').length > 0);
    await bench.clock.advance(LIMIT_MS);
    await answered;
    const [sent] = network.got('0200');
    ok(sent);
    await network.send(approve(sent) as never);
    await until(() => bench.codes().includes('message.already_reversed'));
    equal((await bench.paymentsNow())[0]?.state, 'voided');
    bench.stop();
  });

  test('whose answer carries a wrong MAC is taken back at once', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    network.state.habit = (message) => {
      if (message.mti !== '0200') return approve(message);
      const reply = approve(message);
      void (async () => {
        ok(reply !== undefined && !(reply instanceof Uint8Array));
        const bytes = await network.seal(reply);
        bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
        await network.send(bytes);
      })();
      return undefined;
    };
    const { fields } = await terminal.ask('0200', terminal.purchase());
    equal(fields[39], '98');
    await until(() => network.got('0420').length > 0);
    bench.stop();
  });

  test('whose answer names another amount is taken back', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    network.state.habit = (message) =>
      message.mti === '0200'
        ? answer(message, '0210', { 4: '000000000001', 15: '1122', 38: '123456', 39: '00' })
        : approve(message);
    const { fields } = await terminal.ask('0200', terminal.purchase());
    equal(fields[39], '98');
    bench.stop();
  });

  test('is not lost when the line drops: its answer counts on the next line', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    network.state.habit = silent;
    const answered = terminal.ask('0200', terminal.purchase());
    await until(() => network.got('0200').length > 0);
    network.drop();
    await until(async () => {
      await bench.clock.advance(500);
      return network.got('0820').length > 1;
    });
    const [sent] = network.got('0200');
    ok(sent);
    await network.send(approve(sent) as never);
    equal((await answered).fields[39], '00');
    equal(network.got('0200').length, 1);
    bench.stop();
  });
});
