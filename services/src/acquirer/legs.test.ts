/**
 * Transit over its whole way: the back office's calls at the acquirer, TCP to the network, the token service's verdict,
 * TCP to the bank and its ledger; real services, real keys, real lines.
 */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import { localTime } from '@octavo/domain/time.ts';
import { dialTcp, type Listener, listenTcp } from '@octavo/platform/link.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import { softKeysFor } from '@octavo/platform/softkeys.ts';
import { believingGate, freshId, namedClient } from '../asking.fixture.ts';
import { lentDatabase } from '../database.fixture.ts';
import * as issuerContract from '../issuer/contract.ts';
import { createIssuer } from '../issuer/service.ts';
import { createNetwork } from '../network/service.ts';
import type { Service } from '../service.ts';
import {
  CREDIT,
  closeDatabase,
  DEBIT,
  keyring,
  newWorld,
  type World,
} from '../tokens/bench.test.ts';
import * as tokensContract from '../tokens/contract.ts';
import { activeToken, type LiveToken, newPhone } from '../tokens/phone-bench.test.ts';
import { type MadeTap, makeTap } from '../tokens/shop-bench.test.ts';
import { until } from '../until.fixture.ts';
import * as contract from './contract.ts';
import { createAcquirer } from './service.ts';

const names = ['issuer', 'network', 'acquirer'] as const;

let databases: Record<(typeof names)[number], Database>;
before(async () => {
  const [issuer, network, acquirer] = await Promise.all(names.map(lentDatabase));
  ok(issuer && network && acquirer);
  databases = { issuer, network, acquirer };
});
after(async () => {
  for (const database of Object.values(databases)) await database.close();
  await closeDatabase();
});

let city: Awaited<ReturnType<typeof openCity>>;
beforeEach(async () => {
  for (const database of Object.values(databases)) await database.truncate();
  city = await openCity();
});
afterEach(() => city.close());

/** Real services joined by real lines, a rider with a phone, and a metro. */
async function openCity() {
  const world = await newWorld();
  const { clock } = world;
  const stop = new AbortController();
  const common = (name: (typeof names)[number]) => ({
    clock,
    random: systemRandom,
    sql: databases[name].sql,
    trace: (type: string, detail: object) =>
      void world.events.push({ type, detail: { service: name, ...detail } }),
    gate: believingGate,
  });
  const listen = (service: Service): Promise<Listener> =>
    listenTcp({
      host: '127.0.0.1',
      port: 0,
      dialect: 'cups',
      onLink: (link) => service.accept?.(link),
    });
  const dial = ({ port }: Listener) => dialTcp({ host: '127.0.0.1', port, dialect: 'cups' });
  const issuer = createIssuer({
    ...common('issuer'),
    keys: softKeysFor('issuer', keyring, systemRandom),
    tokens: world.asIssuer,
  });
  const bank = await listen(issuer);
  const network = createNetwork({
    ...common('network'),
    keys: softKeysFor('network', keyring, systemRandom),
    tokens: world.asNetwork,
    dialIssuer: dial(bank),
  });
  const exchange = await listen(network);
  const acquirer = createAcquirer({
    ...common('acquirer'),
    keys: softKeysFor('acquirer', keyring, systemRandom),
    dialNetwork: dial(exchange),
    posAddress: 'pos.example:9000',
  });
  const running = [issuer, network, acquirer].map((service) => service.run(stop.signal));
  const isUp = () => world.events.some(({ type }) => type === 'acquirer.line');
  const bankIsUp = () =>
    world.events.filter(({ detail }) => detail.leg === 'network-issuer').length >= 2;
  await until(() => isUp() && bankIsUp());
  const transit = namedClient(acquirer.fetch, 'transit', clock);
  const operator = namedClient(acquirer.fetch, 'operator', clock);
  const atBank = namedClient(issuer.fetch, 'operator', clock);
  const { postings: opened } = done(await atBank(issuerContract.trialBalance, {}));
  const enrol = async (name: string, category: string) => {
    const merchant = { name, city: 'BEIJING', category };
    return done(await operator(contract.enrolTransit, { requestId: freshId(), merchant }));
  };
  return {
    world,
    transit,
    metro: await enrol('CITY METRO', '4111'),
    enrol,
    dropBank: () => bank.close(),
    /** What the bank posted since its accounts were opened; its ledger always sums to zero. */
    posted: async () => {
      const { postings, sumMinor } = done(await atBank(issuerContract.trialBalance, {}));
      equal(sumMinor, '0');
      return postings - opened;
    },
    balance: async () =>
      BigInt(done(await atBank(issuerContract.account, { pan: DEBIT.pan })).availableMinor),
    close: async () => {
      stop.abort();
      await Promise.all([bank.close(), exchange.close()]);
      await Promise.all(running);
    },
  };
}

function done<T>(answer: T): Exclude<T, { readonly kind: 'refused' }> {
  ok(!isRefused(answer), JSON.stringify(answer));
  return answer as Exclude<T, { readonly kind: 'refused' }>;
}

async function rider(card: typeof CREDIT | typeof DEBIT = DEBIT): Promise<LiveToken> {
  const { world } = city;
  return activeToken(world, await newPhone(world.clock), { card });
}

type Advice = Awaited<ReturnType<typeof advise>>[number];

/** A gate's taps in express, told in one call. */
async function advise(token: LiveToken, made: readonly MadeTap[], at = city.metro) {
  const { clock } = city.world;
  const { date } = localTime(clock.nowMs());
  const taps = made.map((one) => {
    const amount = one.amount ?? '000000000000';
    const express = { cvr: '03A00001', ctq: '0000', ...one, amount };
    return {
      requestId: freshId(),
      token: token.number,
      expiry: token.expiry,
      sequenceNumber: '01',
      amountMinor: Number(amount),
      currency: '156',
      localDate: date,
      localTime: '081500',
      chipData: makeTap(clock, token, express),
    };
  });
  const asked = { terminalId: at.terminalId, taps };
  return done(await city.transit(contract.transitAdvise, asked)).taps;
}

async function charge(
  token: LiveToken,
  advice: Advice | undefined,
  amountMinor = 1800,
  at = city.metro,
) {
  return done(
    await city.transit(contract.transitCharge, {
      requestId: freshId(),
      terminalId: at.terminalId,
      token: token.number,
      expiry: token.expiry,
      amountMinor,
      currency: '156',
      advice: advice?.advice ?? '',
    }),
  );
}

describe('a day of one rider', () => {
  test('taps in any order get verdicts and move nothing; one charge moves its amount once', async () => {
    const token = await rider();
    const taps = await advise(token, [{ counter: 9 }, { counter: 2 }, { counter: 5 }]);
    const { accountReference } = done(
      await city.world.asOperator(tokensContract.token, {
        tokenReference: token.tokenReference,
      }),
    );
    deepEqual(
      taps.map(({ state, accountReference: own }) => [state, own]),
      taps.map(() => ['approved', accountReference]),
    );
    equal(await city.posted(), 0);
    const [, second] = taps;
    const before = await city.balance();
    const charged = await charge(token, second);
    equal(charged.state, 'approved');
    deepEqual([await city.posted(), (await city.balance()) - before], [1, -1800n]);
    const again = await charge(token, second);
    deepEqual([again.state, again.code], ['declined', 'charge.already_charged']);
    equal(await city.posted(), 1);
  });

  test('a charge that is refused leaves its tap free for the next try', async () => {
    const token = await rider();
    const [tap] = await advise(token, [{ counter: 1 }]);
    const over = await charge(token, tap, 50_001);
    deepEqual([over.state, over.code], ['declined', 'charge.over_limit']);
    equal((await charge(token, tap, 50_000)).state, 'approved');
  });

  test('a charge that finds no bank is undone, and its tap stays free', async () => {
    const token = await rider();
    const [tap] = await advise(token, [{ counter: 1 }]);
    await city.dropBank();
    await until(async () => {
      const { state, responseCode } = await charge(token, tap);
      return state === 'undone' && responseCode === '91';
    });
    const [late] = await advise(token, [{ counter: 2 }]);
    equal(late?.state, 'approved', 'a verdict needs no bank');
  });
});

describe('cheats', () => {
  test('express above its cap is refused, and so is a charge for it', async () => {
    const token = await rider();
    const [dear] = await advise(token, [{ counter: 1, amount: '000000002001' }]);
    deepEqual([dear?.state, dear?.responseCode], ['declined', '57']);
    const charged = await charge(token, dear);
    deepEqual([charged.state, charged.code], ['declined', 'charge.advice_refused']);
  });

  test('a tap told twice is a replay, and another one on its counter the proof of a clone', async () => {
    const token = await rider();
    await advise(token, [{ counter: 3 }]);
    const [clone] = await advise(token, [{ counter: 3 }]);
    deepEqual([clone?.state, clone?.code], ['declined', 'tap.clone_proved']);
  });

  test('a charge for somebody else’s tap, at another operator, or for no tap at all is refused', async () => {
    const [mine, theirs] = [await rider(), await rider(CREDIT)];
    const [tap] = await advise(theirs, [{ counter: 1 }]);
    equal((await charge(mine, tap)).code, 'charge.advice_unknown');
    const bus = await city.enrol('CITY BUS', '4131');
    equal((await charge(theirs, tap, 1800, bus)).code, 'charge.other_merchant');
    const never = { ...tap, advice: tap?.advice?.replace(/^0220\d{6}/, '0220000000') };
    equal((await charge(theirs, never as Advice)).code, 'charge.advice_unknown');
    equal(await city.posted(), 0);
  });

  test('a deleted token is charged nothing', async () => {
    const token = await rider();
    const [tap] = await advise(token, [{ counter: 1 }]);
    await city.world.asWallet(tokensContract.changeToken, {
      requestId: freshId(),
      tokenReference: token.tokenReference,
      event: 'delete',
      reason: 'HOLDER_REQUEST',
    });
    deepEqual([(await charge(token, tap)).responseCode], ['14']);
    equal(await city.posted(), 0);
  });
});

test('no line and no trace shows the card’s number or a token’s secret', async () => {
  const token = await rider();
  const [tap] = await advise(token, [{ counter: 1 }]);
  await charge(token, tap);
  const { world }: { world: World } = city;
  ok(world.events.length > 10);
  ok(!JSON.stringify(world.events).includes(DEBIT.pan));
});
