import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { decodeTlv } from '@octavo/lib/tlv/tlv.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { until } from '../until.fixture.ts';
import {
  askOf,
  type Bench,
  decline,
  dump,
  MERCHANT_ID,
  openBench,
  openFields,
  openTerminalDatabase,
  PAN,
  silent,
  TERMINAL_ID,
  TOKEN,
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

async function openShop(): Promise<Bench> {
  const bench = openBench(database.sql, air);
  ok(!isRefused(await bench.setUp()));
  return bench;
}

describe('a payment', () => {
  test('asks with what the phone sealed, and is approved', async () => {
    const bench = await openShop();
    const answer = await bench.pay();
    ok(!isRefused(answer));
    const [asked] = bench.acquirer.got('0200');
    ok(asked);
    const { 55: chip = '', 35: track = '', ...fields } = asked.fields;
    deepEqual(
      { ...fields, 64: '' },
      {
        2: TOKEN,
        3: '000000',
        4: '000000001250',
        11: '000001',
        12: '163001',
        13: '1122',
        14: '3012',
        22: '072',
        23: '001',
        25: '00',
        41: TERMINAL_ID,
        42: MERCHANT_ID,
        49: '156',
        60: '2200000100060',
        64: '',
      },
    );
    ok(track.startsWith(`${TOKEN}=3012`));
    const objects = new Map(
      decodeTlv(fromHex(chip)).map(({ tag, value }) => [tag, toHex(value)] as const),
    );
    equal(objects.get('9F02'), '000000001250');
    equal(objects.get('5F2A'), '0156');
    equal(objects.get('9F1A'), '0156');
    equal(objects.get('9A'), '261122');
    equal(objects.get('9C'), '00');
    equal(objects.get('9F41'), '00000001');
    // The laboratory's element claims no holder.
    equal(objects.get('9F6C'), '0000');
    notEqual(objects.get('9F37'), '00000000');
    deepEqual(answer, {
      outcome: 'approved',
      message: 'Approved',
      tapTookMs: 0,
      tookMs: 0,
      chipData: chip,
      receipt: {
        merchant: 'DEMO SHOP',
        terminalId: TERMINAL_ID,
        amountMinor: 1250,
        currency: '156',
        tokenLastFour: TOKEN.slice(-4),
        retrievalReference: '112216000123',
        authorisation: '123456',
        responseCode: '00',
        localDate: '2026-11-22',
        localTime: '16:30:01',
      },
    });
    bench.stop();
  });

  test('is kept as pending with the whole message before it leaves, and without it when it has ended', async () => {
    const bench = await openShop();
    bench.acquirer.state.habit = silent;
    const paid = bench.pay();
    await until(() => bench.acquirer.got('0200').length > 0);
    const [asked] = bench.acquirer.got('0200');
    ok(asked);
    const [row] = await database.sql('select state, message from terminal.payment');
    equal(row?.state, 'pending');
    deepEqual({ ...asked.fields, 64: '' }, { ...JSON.parse(String(row?.message)), 64: '' });
    await bench.acquirer.send(await bench.acquirer.seal(asked, { 15: '1122', 39: '00' }));
    await paid;
    const kept = await dump(database.sql);
    equal(kept.includes(TOKEN), false);
    ok(kept.includes(TOKEN.slice(-4)));
    bench.stop();
  });

  test('counts its trace numbers and its transaction counter up', async () => {
    const bench = await openShop();
    await bench.pay();
    await bench.pay();
    deepEqual(
      bench.acquirer.got('0200').map(({ fields }) => fields[11]),
      ['000001', '000002'],
    );
    bench.stop();
  });

  test('that is declined says why in plain words', async () => {
    const bench = await openShop();
    bench.acquirer.state.habit = decline('51');
    const answer = await bench.pay();
    ok(!isRefused(answer));
    deepEqual(
      [answer.outcome, answer.code, answer.message, answer.receipt?.responseCode],
      [
        'declined',
        'issuer.insufficient_funds',
        'Not enough money on the account. Nothing was taken.',
        '51',
      ],
    );
    equal(answer.receipt?.authorisation, undefined);
    deepEqual(
      (await bench.journalNow()).map(({ state }) => state),
      ['declined'],
    );
    equal(bench.acquirer.got('0400').length, 0);
    bench.stop();
  });

  test('tells its outcome, its receipt and its bytes, and no whole token but on the wire', async () => {
    const bench = await openShop();
    await bench.pay();
    const types = bench.events.map(({ type }) => type);
    deepEqual(types, ['iso8583', 'terminal.read', 'iso8583', 'terminal.outcome', 'receipt']);
    const told = bench.events.filter(({ type }) => type !== 'iso8583');
    equal(JSON.stringify(told).includes(TOKEN), false);
    deepEqual(bench.events[2]?.detail.leg, 'terminal-acquirer');
    bench.stop();
  });
});

describe('what is told of a payment', () => {
  test('names its request, its place in the terminal and, once known, its reference', async () => {
    const bench = await openShop();
    const ask = askOf();
    await bench.pay(ask);
    const place = { terminalId: TERMINAL_ID, batch: '000001', traceNumber: '000001' };
    const journey = { requestId: ask.requestId, ...place };
    const [, ...told] = bench.events;
    equal(told.length, 4);
    for (const { detail } of told) {
      deepEqual({ ...detail, ...journey }, detail);
    }
    const later = told.filter(({ type }) => type === 'terminal.outcome' || type === 'receipt');
    deepEqual(
      later.map(({ detail }) => detail.retrievalReference),
      ['112216000123', '112216000123'],
    );
    // The field's name lets a stranger into the place; eight digits of its hash only tell two places apart.
    equal(
      told[0]?.detail.air,
      createHash('sha256').update('willing').digest('hex').slice(0, 8).toUpperCase(),
    );
    equal(JSON.stringify(bench.events).includes('willing'), false);
    bench.stop();
  });

  test('says when the phone may go, before the acquirer has answered', async () => {
    const bench = await openShop();
    bench.acquirer.state.habit = silent;
    const ask = askOf();
    const { requestId } = ask;
    const paid = bench.pay(ask);
    deepEqual(await bench.operator(contract.progress, { requestId }), { stage: 'reading' });
    await until(() => bench.acquirer.got('0200').length > 0);
    deepEqual(await bench.operator(contract.progress, { requestId }), { stage: 'asking' });
    const [read] = bench.events.filter(({ type }) => type === 'terminal.read');
    deepEqual([read?.detail.requestId, read?.detail.atMs], [requestId, bench.clock.nowMs()]);
    await bench.clock.advance(60_000);
    await paid;
    deepEqual(await bench.operator(contract.progress, { requestId }), { stage: 'ended' });
    bench.stop();
  });

  test('counts the milliseconds of the tap and of the whole', async () => {
    const bench = await openShop();
    bench.acquirer.state.habit = silent;
    const paid = bench.pay();
    await until(() => bench.acquirer.got('0200').length > 0);
    await bench.clock.advance(2_000);
    const [asked] = bench.acquirer.got('0200');
    ok(asked);
    await bench.acquirer.send(await bench.acquirer.seal(asked, { 15: '1122', 39: '51' }));
    const answer = await paid;
    ok(!isRefused(answer));
    deepEqual([answer.tapTookMs, answer.tookMs], [0, 2_000]);
    bench.stop();
  });

  test('says nothing of a payment that never was', async () => {
    const bench = await openShop();
    deepEqual(await bench.operator(contract.progress, { requestId: 'AB'.repeat(16) }), {
      kind: 'refused',
      code: 'terminal.payment_unknown',
    });
    bench.stop();
  });
});

describe('a tap that asks nobody', () => {
  const outcomes = [
    ['waiting', 'see_phone', 'See phone'],
    ['leaving', 'try_again', 'Present card again'],
    ['empty', 'no_card', 'Insert, swipe or try another card'],
    ['nobody', 'no_card', 'Present card'],
  ] as const;
  for (const [field, outcome, message] of outcomes) {
    test(`with the field ${field} ends as ${outcome} without a message`, async () => {
      const bench = await openShop();
      const ask = askOf({ air: field });
      const times = field === 'nobody' ? { tookMs: 0 } : { tapTookMs: 0, tookMs: 0 };
      deepEqual(await bench.pay(ask), { outcome, message, ...times });
      deepEqual(await bench.pay(ask), { outcome, message, ...times });
      deepEqual(bench.acquirer.mtis(), ['0800']);
      deepEqual(await bench.journalNow(), []);
      bench.stop();
    });
  }

  test('with a number that is no token is declined, and it is neither kept, shown nor sent', async () => {
    const bench = await openShop();
    const answer = await bench.pay({ air: 'foreign' });
    ok(!isRefused(answer));
    deepEqual([answer.outcome, answer.code], ['declined', 'network.no_route']);
    deepEqual(bench.acquirer.mtis(), ['0800']);
    deepEqual(await bench.journalNow(), []);
    const everything = (await dump(database.sql)) + JSON.stringify([bench.events, answer]);
    equal(everything.includes(PAN), false);
    bench.stop();
  });

  test('from the reader’s limit on needs a verified holder', async () => {
    const bench = await openShop();
    const answer = await bench.pay({ amountMinor: 100_000 });
    ok(!isRefused(answer));
    deepEqual(
      [answer.outcome, answer.code, answer.message],
      ['declined', 'tap.holder_not_verified', 'Not authorised'],
    );
    deepEqual(bench.acquirer.mtis(), ['0800']);
    bench.stop();
  });

  test('without a line is refused before the phone is asked', async () => {
    const bench = await openShop();
    bench.acquirer.drop();
    bench.acquirer.state.isListening = false;
    await until(async () => isRefused(await bench.pay({ air: 'nobody' })));
    deepEqual(await bench.pay(), { kind: 'refused', code: 'unavailable' });
    bench.stop();
  });
});

describe('one payment at a time', () => {
  test('of two at once one is taken, and the other finds the terminal busy', async () => {
    const bench = await openShop();
    const answers = await Promise.all([bench.pay(), bench.pay()]);
    const [taken, busy] = answers;
    ok(!isRefused(taken));
    deepEqual(busy, { kind: 'refused', code: 'terminal.busy' });
    equal(bench.acquirer.got('0200').length, 1);
    bench.stop();
  });

  test('the same request, at once or later, gets the same answer and asks once', async () => {
    const bench = await openShop();
    const ask = askOf();
    const [first, second] = await Promise.all([bench.pay(ask), bench.pay(ask)]);
    deepEqual(second, first);
    deepEqual(await bench.pay(ask), first);
    equal(bench.acquirer.got('0200').length, 1);
    bench.stop();
  });

  test('a used request id with another body is refused, at once or later', async () => {
    const bench = await openShop();
    const ask = askOf();
    const other = { ...ask, amountMinor: 1 };
    const reused = { kind: 'refused', code: 'request.key_reused' };
    const [, second] = await Promise.all([bench.pay(ask), bench.pay(other)]);
    deepEqual(second, reused);
    deepEqual(await bench.pay(other), reused);
    bench.stop();
  });
});
