import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { MessageFields } from '@octavo/domain/message.ts';
import { isPosMacRight } from '@octavo/lib/iso8583/mac.ts';
import { pos } from '@octavo/lib/iso8583/unionpay.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { until } from '../until.fixture.ts';
import {
  approve,
  type Bench,
  openAcquirerDatabase,
  openBench,
  openShop,
  type PlayedTerminal,
  playTerminal,
  posMessage,
  silent,
} from './bench.test.ts';

let database: Database;
before(async () => {
  database = await openAcquirerDatabase();
});
after(() => database.close());
beforeEach(() => database.truncate());

/** Anybody can send a sign-in in a terminal's name; only the terminal can read the key that comes back. */
async function signInAsStranger(bench: Bench, terminal: PlayedTerminal): Promise<void> {
  const link = bench.connect();
  const { terminalId, merchantId } = terminal;
  const fields = { 11: '000778', 41: terminalId, 42: merchantId, 60: '00000001003' };
  await link.send(pos.encode(posMessage('0800', fields)));
  const answered = await link.frames[Symbol.asyncIterator]().next();
  equal(pos.decode(answered.value ?? new Uint8Array()).fields[39], '00');
}

describe('a terminal’s link', () => {
  test('has sixty-four messages worked on at once, and the next waits', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    network.state.habit = silent;
    for (let count = 0; count < 66; count++) {
      await terminal.send(await terminal.seal('0200', terminal.purchase()));
    }
    await until(() => network.got('0200').length === 64);
    await bench.paymentsNow();
    equal(network.got('0200').length, 64);
    const [sent] = network.got('0200');
    ok(sent);
    await network.send(approve(sent) as never);
    await until(() => network.got('0200').length === 65);
    bench.stop();
  });
});

describe('the staircase of a financial message', () => {
  test('a frame that cannot be read is answered 30 as far as its head can, else dropped', async () => {
    const { bench, terminal } = await openShop(database.sql);
    const bytes = await terminal.seal('0200', terminal.purchase());
    await terminal.send(bytes.subarray(0, 12));
    const cut = await terminal.exchange(bytes.subarray(0, bytes.length - 1));
    deepEqual([cut.mti, cut.fields[39], cut.fields[11]], ['0210', '30', undefined]);
    equal((await terminal.ask('0200', terminal.purchase())).fields[39], '00');
    deepEqual(bench.codes(), ['message.malformed', 'message.malformed']);
    bench.stop();
  });

  test('no cut of a message does harm', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    const bytes = await terminal.seal('0200', terminal.purchase());
    for (let length = 13; length < bytes.length; length += 7) {
      equal((await terminal.exchange(bytes.subarray(0, length))).fields[39], '30');
    }
    equal(network.got('0200').length, 0);
    bench.stop();
  });

  test('a message without an element that it must have is answered 30', async () => {
    const { bench, terminal } = await openShop(database.sql);
    const { 49: _currency, ...without } = terminal.purchase();
    const { fields } = await terminal.exchange(await terminal.seal('0200', without));
    equal(fields[39], '30');
    bench.stop();
  });

  test('an unknown terminal, or one of another merchant, is answered 97', async () => {
    const { bench, terminal } = await openShop(database.sql);
    const changes: MessageFields[] = [{ 41: '00000000' }, { 42: '999100054110000' }];
    for (const change of changes) {
      const sealed = await terminal.seal('0200', terminal.purchase(change));
      equal((await terminal.exchange(sealed)).fields[39], '97');
    }
    deepEqual(bench.codes(), ['terminal.unknown', 'terminal.unknown']);
    bench.stop();
  });

  test('a terminal that has not signed in is answered 77', async () => {
    const bench = openBench(database.sql);
    const terminal = await playTerminal(bench);
    const bytes = pos.encode(posMessage('0200', { ...terminal.purchase(), 64: '00000000' }));
    equal((await terminal.exchange(bytes)).fields[39], '77');
    deepEqual(bench.codes(), ['terminal.not_signed_in']);
    bench.stop();
  });

  test('a wrong or missing MAC is answered A0, and nothing is done', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    const asked = terminal.purchase();
    const sealed = await terminal.seal('0200', asked);
    // Another digit of the MAC, which is eight hexadecimal digits in ASCII.
    const broken = sealed.with(sealed.length - 1, sealed.at(-1) === 0x30 ? 0x31 : 0x30);
    for (const bytes of [broken, pos.encode(posMessage('0200', asked))]) {
      equal((await terminal.exchange(bytes)).fields[39], 'A0');
    }
    deepEqual(bench.codes(), ['terminal.mac_wrong', 'terminal.mac_wrong']);
    deepEqual(await bench.paymentsNow(), []);
    equal(network.got('0200').length, 0);
    bench.stop();
  });

  test('a changed amount breaks the MAC', async () => {
    const { bench, terminal } = await openShop(database.sql);
    const sealed = await terminal.seal('0200', terminal.purchase({ 4: '000000001250' }));
    const at = Buffer.from(sealed).indexOf(Buffer.from('000000001250', 'hex'));
    const { fields } = await terminal.exchange(sealed.with(at + 5, 0x51));
    equal(fields[39], 'A0');
    bench.stop();
  });

  test('another kind of transaction is answered 40', async () => {
    const { bench, terminal } = await openShop(database.sql);
    equal((await terminal.ask('0200', terminal.purchase({ 3: '200000' }))).fields[39], '40');
    deepEqual(bench.codes(), ['message.not_supported']);
    bench.stop();
  });
});

describe('a sign-in', () => {
  test('brings a MAC key that the terminal can check, and ends the one before after three minutes', async () => {
    const { bench, terminal } = await openShop(database.sql);
    const soon = await terminal.seal('0200', terminal.purchase());
    const under = await terminal.seal('0200', terminal.purchase());
    const signedIn = await terminal.signIn();
    deepEqual([signedIn.mti, signedIn.fields[39]], ['0810', '00']);
    deepEqual([signedIn.fields[12], signedIn.fields[13]], ['163001', '1122']);
    equal((await terminal.exchange(soon)).fields[39], '00');
    await bench.clock.advance(180_000);
    equal((await terminal.exchange(under)).fields[39], 'A0');
    equal((await terminal.ask('0200', terminal.purchase())).fields[39], '00');
    bench.stop();
  });

  test('by a stranger while a purchase is under way: its answer comes under the key that it came under', async () => {
    const { bench, terminal, network } = await openShop(database.sql);
    network.state.habit = silent;
    await terminal.send(await terminal.seal('0200', terminal.purchase()));
    await until(() => network.got('0200').length > 0);
    await signInAsStranger(bench, terminal);
    const [sent] = network.got('0200');
    ok(sent);
    await network.send(approve(sent) as never);
    ok(await isPosMacRight(await terminal.next(), terminal.mac));
    bench.stop();
  });

  test('by a stranger, again and again, does not put the terminal out of step at once', async () => {
    const { bench, terminal } = await openShop(database.sql);
    equal((await terminal.ask('0200', terminal.purchase())).fields[39], '00');
    for (let count = 0; count < 3; count++) await signInAsStranger(bench, terminal);
    equal((await terminal.ask('0200', terminal.purchase())).fields[39], '00');
    bench.stop();
  });

  test('of an unknown terminal is answered 97', async () => {
    const { bench, terminal } = await openShop(database.sql);
    const fields = { 11: '000001', 41: '00000000', 42: terminal.merchantId, 60: '00000001003' };
    equal((await terminal.exchange(pos.encode(posMessage('0800', fields)))).fields[39], '97');
    bench.stop();
  });
});
