import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type MessageFields, originalData } from '@octavo/domain/message.ts';
import { GIVE_UP_AFTER_MS } from '@octavo/domain/network.ts';
import { isRefused } from '@octavo/domain/refusal.ts';
import { sealCups } from '@octavo/lib/iso8583/mac.ts';
import { manualClock } from '@octavo/platform/clock.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { freshId } from '../asking.fixture.ts';
import { until } from '../until.fixture.ts';
import {
  ACCOUNT_REFERENCE,
  answer,
  approve,
  CHIP_DATA,
  decline,
  dump,
  openAcquirerDatabase,
  openBench,
  START_MS,
  silent,
  TOKEN,
} from './bench.test.ts';
import * as contract from './contract.ts';
import { metro, playOperator } from './transit-bench.test.ts';

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

describe('enrolling a transit operator', () => {
  test('gives the same ids for the same request, and another body is refused', async () => {
    const { bench } = await openOperator();
    const ask = {
      requestId: freshId(),
      merchant: { ...metro, name: 'CITY BUS', category: '4131' },
    };
    const first = await bench.operator(contract.enrolTransit, ask);
    ok(!isRefused(first));
    equal(first.merchantId.slice(0, 11), '99910004131');
    deepEqual(await bench.operator(contract.enrolTransit, ask), first);
    const other = await bench.operator(contract.enrolTransit, { ...ask, merchant: metro });
    ok(isRefused(other) && other.code === 'request.key_reused');
    bench.stop();
  });
  test('is for transit classes, and for the operator of ours', async () => {
    const { bench } = await openOperator();
    const shop = { requestId: freshId(), merchant: { ...metro, category: '5411' } };
    const refusedShop = await bench.operator(contract.enrolTransit, shop);
    ok(isRefused(refusedShop) && refusedShop.code === 'request.malformed');
    const ask = { requestId: freshId(), merchant: metro };
    const refused = await bench.transit(contract.enrolTransit, ask);
    ok(isRefused(refused) && refused.code === 'caller.not_allowed');
    bench.stop();
  });
});

describe('a transit advice', () => {
  test('goes to the network as 0220 and comes back with its verdict and the account reference', async () => {
    const { bench, operator, network } = await openOperator();
    const tap = operator.tap({ amountMinor: 300 });
    const [advised] = await operator.advise([tap]);
    const [sent] = network.got('0220');
    ok(sent);
    deepEqual(
      { ...sent.fields, 128: undefined },
      {
        2: TOKEN,
        3: '000000',
        4: '000000000300',
        7: '1122163001',
        11: sent.fields[11],
        12: '081455',
        13: '1120',
        14: '3012',
        18: '4111',
        19: '156',
        22: '072',
        23: '001',
        25: '00',
        32: '99990201',
        33: '99990201',
        37: `112216${sent.fields[11]}`,
        41: operator.terminalId,
        42: operator.merchantId,
        43: 'CITY METRO               BEIJING     CHN',
        49: '156',
        55: CHIP_DATA,
        60: '0000060003000000000000020',
        128: undefined,
      },
    );
    deepEqual(advised, {
      requestId: tap.requestId,
      state: 'approved',
      responseCode: '00',
      retrievalReference: sent.fields[37],
      accountReference: ACCOUNT_REFERENCE,
      advice: originalData('0220', sent.fields as Record<string, string>),
    });
    bench.stop();
  });

  test('again gets the same answer and is not sent again; another body is refused', async () => {
    const { bench, operator, network } = await openOperator();
    const tap = operator.tap();
    const first = await operator.advise([tap]);
    deepEqual(await operator.advise([tap]), first);
    const [other] = await operator.advise([{ ...tap, amountMinor: 1 }]);
    deepEqual([other?.state, other?.code], ['refused', 'request.key_reused']);
    equal(network.got('0220', '0221').length, 1);
    bench.stop();
  });

  test('that is declined has its response code and no reference', async () => {
    const { bench, operator, network } = await openOperator();
    network.state.habit = decline('59');
    const [advised] = await operator.advise([operator.tap()]);
    deepEqual(
      [advised?.state, advised?.responseCode, advised?.code, advised?.accountReference],
      ['declined', '59', 'tap.clone_proved', undefined],
    );
    bench.stop();
  });

  test('fifty come in one call, answered one by one, sixteen on the line at once', async () => {
    const { bench, operator, network } = await openOperator();
    let most = 0;
    let open = 0;
    network.state.habit = (message) => {
      most = Math.max(most, ++open);
      // The answer leaves when all that may come have come.
      setImmediate(() => setImmediate(() => void network.send(reply(message))));
      return undefined;
    };
    const reply = (message: Parameters<typeof approve>[0]) => {
      open--;
      const code = message.fields[4] === '000000000007' ? '63' : '00';
      return decline(code)(message) ?? message;
    };
    const taps = Array.from({ length: 50 }, (_, at) => operator.tap({ amountMinor: at }));
    const advised = await operator.advise(taps);
    deepEqual(
      advised.map(({ requestId }) => requestId),
      taps.map(({ requestId }) => requestId),
    );
    deepEqual(
      advised.map(({ state }) => state),
      taps.map((_, at) => (at === 7 ? 'declined' : 'approved')),
    );
    ok(most <= 16 && most > 1, String(most));
    const tooMany = { terminalId: operator.terminalId, taps: [...taps, operator.tap()] };
    const refused = await bench.transit(contract.transitAdvise, tooMany);
    ok(isRefused(refused) && refused.code === 'request.malformed');
    bench.stop();
  });

  test('one spoilt tap does not hold up the others', async () => {
    const { bench, operator, network } = await openOperator();
    const good = operator.tap();
    const advised = await operator.advise([
      operator.tap({ token: '6258249900000018' }),
      good,
      operator.tap({ chipData: '9F02' }),
      operator.tap({ localTime: '256000' }),
      operator.tap({ localDate: '1340' }),
    ]);
    deepEqual(
      advised.map(({ state, code }) => [state, code]),
      [
        ['refused', 'network.no_route'],
        ['approved', undefined],
        ['refused', 'message.malformed'],
        ['refused', 'message.malformed'],
        ['refused', 'message.malformed'],
      ],
    );
    equal(network.got('0220').length, 1);
    const [count] = await database.sql('select count(*)::int as n from acquirer.advice');
    equal(count?.n, 1);
    bench.stop();
  });

  test('of a terminal that is no operator’s is refused', async () => {
    const { bench, operator } = await openOperator();
    const ask = { terminalId: '00000000', taps: [operator.tap()] };
    const refused = await bench.transit(contract.transitAdvise, ask);
    ok(isRefused(refused) && refused.code === 'terminal.unknown');
    bench.stop();
  });
});

describe('an advice without an answer', () => {
  test('is unknown, repeated as 0221 with the same content, and known when it is asked for again', async () => {
    const { bench, operator, network } = await openOperator();
    network.state.habit = silent;
    const tap = operator.tap();
    const asking = operator.advise([tap]);
    await until(() => network.got('0220').length === 1);
    for (let seconds = 0; seconds < 46; seconds++) await bench.clock.advance(1_000);
    const [unknown] = await asking;
    deepEqual([unknown?.state, unknown?.responseCode], ['unknown', undefined]);
    network.state.habit = approve;
    await until(async () => {
      await bench.clock.advance(1_000);
      return network.got('0221').length > 0;
    });
    const [first] = network.got('0220');
    const [again] = network.got('0221');
    deepEqual({ ...again?.fields, 128: '' }, { ...first?.fields, 128: '' });
    await until(async () => (await operator.advise([tap]))[0]?.state === 'approved');
    equal(network.got('0420').length, 0);
    bench.stop();
  });

  for (const code of ['A0', '30', '96']) {
    test(`an answer of ${code} is about the message: no verdict, and asked again`, async () => {
      const { bench, operator, network } = await openOperator();
      network.state.habit = decline(code);
      const tap = operator.tap();
      equal((await operator.advise([tap]))[0]?.state, 'unknown');
      network.state.habit = approve;
      equal((await operator.advise([tap]))[0]?.state, 'approved');
      deepEqual(
        network.got('0220', '0221').map(({ mti }) => mti),
        ['0220', '0221'],
      );
      bench.stop();
    });
  }

  test('an answer about another token, amount or payment is none', async () => {
    const { bench, operator, network } = await openOperator();
    const others: readonly MessageFields[] = [
      { 2: '9999590100000020' },
      { 4: '000000000001' },
      { 37: '112216999999' },
    ];
    for (const change of others) {
      network.state.habit = (message) => answer(message, '0230', { 39: '00', ...change });
      equal((await operator.advise([operator.tap()]))[0]?.state, 'unknown');
    }
    network.state.habit = (message) => {
      void sealCups(answer(message, '0230', { 39: '00' }), async () => new Uint8Array(8)).then(
        (bytes) => network.send(bytes),
      );
      return undefined;
    };
    equal((await operator.advise([operator.tap()]))[0]?.state, 'unknown');
    bench.stop();
  });

  test('without a line it is kept, and leaves when the line is up', async () => {
    const { bench, operator, network } = await openOperator();
    network.state.isListening = false;
    network.drop();
    await until(() => bench.events.at(-1)?.detail.state === 'down');
    const tap = operator.tap();
    equal((await operator.advise([tap]))[0]?.state, 'unknown');
    equal(network.got('0220').length, 0);
    network.state.isListening = true;
    await until(async () => {
      await bench.clock.advance(1_000);
      return network.got('0220').length === 1;
    });
    await until(async () => (await operator.advise([tap]))[0]?.state === 'approved');
    equal(network.got('0220', '0221').length, 1);
    bench.stop();
  });

  test('is given up after three days, once it was tried', async () => {
    const { bench, operator, network } = await openOperator();
    network.state.habit = decline('96');
    const tap = operator.tap();
    await operator.advise([tap]);
    bench.stop();
    const later = openBench(database.sql, network, manualClock(START_MS + GIVE_UP_AFTER_MS));
    await later.signedOn();
    const sent = network.got('0220', '0221').length;
    const [advised] = await operator.advise([tap], later);
    deepEqual(
      [advised?.state, advised?.responseCode, advised?.code],
      ['declined', '98', 'acquirer.no_answer'],
    );
    equal(network.got('0220', '0221').length, sent);
    later.stop();
  });
});

describe('what is kept of a tap', () => {
  test('shows no token and no chip data while it waits, and holds nothing of it afterwards', async () => {
    const { bench, operator, network } = await openOperator();
    network.state.habit = decline('96');
    const tap = operator.tap();
    await operator.advise([tap]);
    const waiting = await dump(database.sql);
    for (const secret of [TOKEN, CHIP_DATA.slice(0, 20), '3012']) {
      ok(!waiting.includes(`"${secret}`), secret);
    }
    network.state.habit = approve;
    await operator.advise([tap]);
    const [row] = await database.sql('select state, tap from acquirer.advice');
    deepEqual(row, { state: 'approved', tap: null });
    bench.stop();
  });
});
