/** A tap that is refused here reaches the holder's history, in the verdict's own writing; a forged one never does. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import { closeDatabase, newWorld, requestId, type World } from './bench.test.ts';
import * as contract from './contract.ts';
import { activeToken, type LiveToken, newPhone } from './phone-bench.test.ts';
import { makeTap, purchase } from './shop-bench.test.ts';

let world: World;
let token: LiveToken;

beforeEach(async () => {
  world = await newWorld();
  token = await activeToken(world, await newPhone(world.clock));
  await world.settle();
});
after(closeDatabase);

type Change = Record<string, string | undefined>;

async function judge(fields: Record<string, string>) {
  const verdict = await world.asNetwork(contract.verdict, { mti: '0200', fields });
  assert(!isRefused(verdict), JSON.stringify(verdict));
  return verdict.code;
}

function tapped(made: Parameters<typeof makeTap>[2], change: Change = {}) {
  return purchase(world.clock, token, makeTap(world.clock, token, made), change);
}

/** What was told of payments since the token became active. */
async function told() {
  await world.settle();
  return world.wallet.told.filter(({ kind }) => kind === 'payment');
}

async function codesTold() {
  return (await told()).map(({ code }) => code);
}

function changeToken(event: 'suspend' | 'delete') {
  const { tokenReference } = token;
  const reason = 'HOLDER_REQUEST';
  return world.asWallet(contract.changeToken, {
    requestId: requestId(),
    tokenReference,
    event,
    reason,
  });
}

/** The same tap over another amount than the phone sealed: its cryptogram is wrong. */
function forged(counter: number, change: Change = {}) {
  const chipData = makeTap(world.clock, token, { counter });
  const other = chipData.replace('9F0206000000002850', '9F0206000000000001');
  return purchase(world.clock, token, other, { 4: '000000000001', ...change });
}

describe('a refused tap whose cryptogram is right', () => {
  test('is told with its code, the amount and the merchant of its message', async () => {
    await judge(tapped({ counter: 1, cvr: '03A00000', ctq: '0000' }));
    const [line] = await told();
    const { approved, code, amountMinor, currency, merchant, tokenReference } = line ?? {};
    assert.match(String(line?.retrievalReference), /^1125\d{8}$/);
    assert.equal(line?.responseCode, '55');
    assert.deepEqual(
      { approved, code, amountMinor, currency, merchant, tokenReference },
      {
        approved: false,
        code: 'tap.holder_not_verified',
        amountMinor: '2850',
        currency: '156',
        merchant: 'NOODLE HOUSE',
        tokenReference: token.tokenReference,
      },
    );
  });

  test('is told whatever the step: amount, day, merchant class, behind, suspended, deleted', async () => {
    await judge(tapped({ counter: 5 }, { 4: '000000009999' }));
    await judge(tapped({ counter: 6, date: '251125' }));
    await judge(tapped({ counter: 7 }, { 18: '6011' }));
    await judge(tapped({ counter: 4 }));
    await changeToken('suspend');
    await judge(tapped({ counter: 8 }));
    await changeToken('delete');
    await judge(tapped({ counter: 9 }));
    assert.deepEqual(await codesTold(), [
      'tap.amount_differs',
      'tap.date_differs',
      'token.wrong_domain',
      'tap.counter_behind',
      'token.suspended',
      'token.deleted',
    ]);
  });

  test('is told once, also when the message comes again or its outcome is reported', async () => {
    const fields = tapped({ counter: 1 }, { 4: '000000009999' });
    await judge(fields);
    await judge(fields);
    const ask = { mti: '0200', fields, responseCode: '63', reversed: false };
    assert.deepEqual(await world.asNetwork(contract.outcome, ask), {});
    assert.deepEqual(await codesTold(), ['tap.amount_differs']);
  });

  test('is told even when the service dies right after the verdict was written', async () => {
    const { promise: died, resolve: die } = Promise.withResolvers<void>();
    const dying = world.again({
      sql: async (text, values) => {
        const rows = await world.database.sql(text, values);
        if (!text.includes('insert into tokens.message')) return rows;
        die();
        return new Promise<never>(() => {});
      },
    });
    const fields = tapped({ counter: 1 }, { 4: '000000009999' });
    void dying.asNetwork(contract.verdict, { mti: '0200', fields });
    await died;
    assert.deepEqual(await codesTold(), ['tap.amount_differs']);
  });

  test('that proves a clone is told after the suspension', async () => {
    await judge(tapped({ counter: 1 }));
    assert.equal(await judge(tapped({ counter: 1 })), 'tap.clone_proved');
    await world.settle();
    assert.deepEqual(
      world.wallet.told.slice(-2).map(({ kind, state, code }) => [kind, state ?? code]),
      [
        ['state', 'suspended'],
        ['payment', 'tap.clone_proved'],
      ],
    );
  });
});

describe('nobody can flood the history', () => {
  test('a tap sent again and again in new messages is told as replayed once', async () => {
    const chipData = makeTap(world.clock, token, { counter: 1 });
    await judge(purchase(world.clock, token, chipData));
    for (let times = 0; times < 5; times++) {
      const fields = purchase(world.clock, token, chipData);
      assert.equal(await judge(fields), 'tap.replayed');
    }
    assert.deepEqual(await codesTold(), ['tap.replayed']);
  });

  test('a wrong cryptogram is not told, nor what is reported of it', async () => {
    const fields = forged(1);
    assert.equal(await judge(fields), 'tap.cryptogram_wrong');
    const ask = { mti: '0200', fields, responseCode: '63' };
    await world.asNetwork(contract.outcome, { ...ask, reversed: false });
    await world.asNetwork(contract.outcome, { ...ask, reversed: true });
    await world.settle();
    assert.deepEqual(
      world.wallet.told.map(({ kind }) => kind),
      ['state'],
    );
  });

  test('nor does a forged one keep the real one from being told', async () => {
    await changeToken('suspend');
    assert.equal(await judge(forged(1)), 'token.suspended');
    assert.equal(await judge(tapped({ counter: 1 })), 'token.suspended');
    assert.deepEqual(await codesTold(), ['token.suspended']);
  });

  test('a message under a used key is not told: it is no new one', async () => {
    const first = tapped({ counter: 1 });
    await judge(first);
    const { 7: seven, 11: eleven } = first;
    assert.equal(
      await judge(tapped({ counter: 2 }, { 7: seven, 11: eleven })),
      'message.key_reused',
    );
    assert.deepEqual(await codesTold(), []);
  });
});
