import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { until } from '../until.fixture.ts';
import {
  answer,
  approve,
  type Bench,
  decline,
  dump,
  openAcquirerDatabase,
  openBench,
  type PlayedNetwork,
  playTerminal,
  silent,
  TOKEN,
} from './bench.test.ts';
import * as contract from './contract.ts';
import { type Ask, NAMED, playOperator } from './transit-bench.test.ts';

let database: Database;
before(async () => {
  database = await openAcquirerDatabase();
});
after(() => database.close());
beforeEach(() => database.truncate());

async function openOperator() {
  const bench = openBench(database.sql);
  await bench.signedOn();
  return { bench, operator: await playOperator(bench), network: bench.network };
}

const past = async (bench: Bench, seconds: number) => {
  for (let second = 0; second < seconds; second++) await bench.clock.advance(1_000);
};

/** Ask for a charge that gets no answer; what its caller is told when the time is over. */
async function askInSilence(
  { bench, operator, network }: Awaited<ReturnType<typeof openOperator>>,
  asked: Ask,
) {
  const asking = operator.ask(asked);
  await until(() => network.got('0200').length === 1);
  await past(bench, 46);
  return asking;
}

/** Reversals get no answer either. */
const mute = (network: PlayedNetwork) => {
  network.state.habit = () => undefined;
};

describe('a deferred charge', () => {
  test('goes to the network as a purchase that names its advice, without track and chip data', async () => {
    const { bench, operator, network } = await openOperator();
    const charged = await operator.ask(operator.charge());
    const [sent] = network.got('0200');
    ok(sent);
    deepEqual(
      { ...sent.fields, 128: undefined },
      {
        2: TOKEN,
        3: '000000',
        4: '000000001800',
        7: '1122163001',
        11: sent.fields[11],
        12: '163001',
        13: '1122',
        14: '3012',
        18: '4111',
        19: '156',
        22: '102',
        25: '00',
        32: '99990201',
        33: '99990201',
        37: `112216${sent.fields[11]}`,
        41: operator.terminalId,
        42: operator.merchantId,
        43: 'CITY METRO               BEIJING     CHN',
        49: '156',
        60: '0000060003000000000000020',
        90: NAMED,
        128: undefined,
      },
    );
    deepEqual(charged, {
      state: 'approved',
      responseCode: '00',
      retrievalReference: sent.fields[37],
      authorisation: '123456',
      settlementDate: '1122',
    });
    bench.stop();
  });

  test('again is the same charge: never sent twice, also when both ask at once', async () => {
    const { bench, operator, network } = await openOperator();
    const asked = operator.charge();
    const [first, second] = await Promise.all([operator.ask(asked), operator.ask(asked)]);
    deepEqual(second, first);
    deepEqual(await operator.ask(asked), first);
    const other = await bench.transit(contract.transitCharge, { ...asked, amountMinor: 1900 });
    ok(isRefused(other) && other.code === 'request.key_reused');
    equal(network.got('0200').length, 1);
    bench.stop();
  });

  test('that somebody refused is declined, with the reason where its code has one alone', async () => {
    const { bench, operator, network } = await openOperator();
    const reasons: readonly (readonly [string, string | undefined])[] = [
      ['51', 'issuer.insufficient_funds'],
      ['14', undefined],
      ['12', 'charge.too_late'],
      ['21', 'charge.already_charged'],
      ['25', 'charge.advice_unknown'],
      ['79', 'charge.advice_refused'],
    ];
    for (const [code, reason] of reasons) {
      network.state.habit = decline(code);
      const charged = await operator.ask(operator.charge());
      deepEqual([charged.state, charged.responseCode, charged.code], ['declined', code, reason]);
    }
    equal(network.got('0420').length, 0);
    bench.stop();
  });

  test('that nobody decided is undone, not declined', async () => {
    const { bench, operator, network } = await openOperator();
    for (const code of ['91', '98', '09']) {
      network.state.habit = decline(code);
      equal((await operator.ask(operator.charge())).state, 'undone');
    }
    network.state.isListening = false;
    network.drop();
    await until(() => bench.events.at(-1)?.detail.state === 'down');
    const charged = await operator.ask(operator.charge());
    deepEqual(
      [charged.state, charged.responseCode, charged.code],
      ['undone', '92', 'acquirer.network_down'],
    );
    bench.stop();
  });

  test('is asked by an operator of ours, with a token, for something', async () => {
    const { bench, operator, network } = await openOperator();
    const refusals: readonly (readonly [string, Partial<Ask>])[] = [
      ['terminal.unknown', { terminalId: '00000000' }],
      ['network.no_route', { token: '6258249900000018' }],
      ['request.malformed', { amountMinor: 0 }],
      ['request.malformed', { advice: NAMED.replace('0220', '0200') }],
      ['request.malformed', { expiry: '3013' }],
    ];
    for (const [code, change] of refusals) {
      const refused = await bench.transit(contract.transitCharge, operator.charge(change));
      ok(isRefused(refused) && refused.code === code, code);
    }
    const byWallet = await bench.operator(contract.transitCharge, operator.charge());
    ok(isRefused(byWallet) && byWallet.code === 'caller.not_allowed');
    equal(network.got('0200').length, 0);
    equal((await bench.paymentsNow()).length, 0);
    bench.stop();
  });
});

describe('a charge without an answer', () => {
  test('is unknown while it is taken back, and undone when the network has confirmed that', async () => {
    const open = await openOperator();
    const { bench, operator, network } = open;
    mute(network);
    const asked = operator.charge();
    const unknown = await askInSilence(open, asked);
    deepEqual([unknown.state, unknown.responseCode], ['unknown', '98']);
    await until(() => network.got('0420').length === 1);
    equal((await operator.ask(asked)).state, 'unknown');
    network.state.habit = approve;
    await until(async () => {
      await bench.clock.advance(1_000);
      return (await operator.ask(asked)).state === 'undone';
    });
    equal(network.got('0200').length, 1);
    bench.stop();
  });

  test('is reversed with its own reference and with what names it, and nothing of the advice', async () => {
    const open = await openOperator();
    const { bench, operator, network } = open;
    network.state.habit = silent;
    await askInSilence(open, operator.charge());
    await until(() => network.got('0420').length === 1);
    const [purchase] = network.got('0200');
    const [reversal] = network.got('0420');
    ok(purchase && reversal);
    deepEqual(
      [2, 4, 22, 37, 39, 55].map((field) => reversal.fields[field]),
      [TOKEN, '000000001800', '102', purchase.fields[37], '98', undefined],
    );
    const own = `0200${purchase.fields[11]}${purchase.fields[7]}`;
    equal(reversal.fields[90]?.slice(0, 20), own);
    bench.stop();
  });

  for (const code of ['A0', '30', '96']) {
    test(`as an answer of ${code} is none: it is taken back`, async () => {
      const { bench, operator, network } = await openOperator();
      network.state.habit = decline(code);
      const asked = operator.charge();
      equal((await operator.ask(asked)).responseCode, '98');
      await until(async () => (await operator.ask(asked)).state === 'undone');
      equal(network.got('0420').length, 1);
      bench.stop();
    });
  }

  test('whose approval comes late, after a refusal, is taken back too', async () => {
    const { bench, operator, network } = await openOperator();
    network.state.habit = decline('51');
    const asked = operator.charge();
    equal((await operator.ask(asked)).state, 'declined');
    const [sent] = network.got('0200');
    ok(sent);
    await network.send(answer(sent, '0210', { 15: '1122', 38: '123456', 39: '00' }));
    await until(async () => (await operator.ask(asked)).state === 'undone');
    equal(network.got('0420').length, 1);
    bench.stop();
  });
});

describe('reconciliation', () => {
  test('lists charges in their order, page by page, and no terminal’s payment', async () => {
    const { bench, operator, network } = await openOperator();
    const asked: Ask[] = [];
    for (const code of ['00', '51', '00']) {
      network.state.habit = code === '00' ? approve : decline(code);
      const charge = operator.charge({ amountMinor: 1000 + asked.length });
      asked.push(charge);
      await operator.ask(charge);
      await bench.clock.advance(1_000);
    }
    const terminal = await playTerminal(bench);
    await terminal.signIn();
    await terminal.ask('0200', terminal.purchase());
    const list = async (from: object) => {
      const answered = await bench.transit(contract.transitPayments, from);
      ok(!isRefused(answered));
      return answered.payments;
    };
    const all = await list({});
    deepEqual(
      all.map(({ requestId, amountMinor, state }) => [requestId, amountMinor, state]),
      asked.map(({ requestId }, at) => [requestId, 1000 + at, at === 1 ? 'declined' : 'approved']),
    );
    const [first] = all;
    ok(first);
    const { atMs, requestId } = first;
    deepEqual(await list({ after: { atMs, requestId } }), all.slice(1));
    deepEqual(await list({ fromMs: atMs + 1 }), all.slice(1));
    equal((await bench.paymentsNow()).length, 4);
    bench.stop();
  });
});

test('token and expiry are nowhere in clear', async () => {
  const { bench, operator } = await openOperator();
  await operator.ask(operator.charge());
  const all = await dump(database.sql);
  ok(!all.includes(TOKEN) && !all.includes('"3012"'));
  bench.stop();
});
