/** The token service's own work: nothing is lost on its way to the wallet, and what is open ends. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { StorageUnavailable } from '@octavo/domain/ports.ts';
import { isRefused } from '@octavo/domain/refusal.ts';
import { repeatPauseMs } from '@octavo/domain/repeat.ts';
import { closeDatabase, newWorld, requestId, type World } from './bench.test.ts';
import * as contract from './contract.ts';
import { activeToken, enrolBody, newPhone, type Phone, tokenised } from './phone-bench.test.ts';

const MINUTE = 60_000;

let world: World;
let phone: Phone;

beforeEach(async () => {
  world = await newWorld();
  phone = await newPhone(world.clock);
});
after(closeDatabase);

async function waiting(): Promise<number> {
  const [row] = await world.database.sql('select count(*)::int as n from tokens.outbox');
  return Number(row?.n);
}

describe('what the wallet is to be told', () => {
  test('is sent, under one id, and then forgotten', async () => {
    await activeToken(world, phone);
    assert.equal(await waiting(), 1);
    await world.settle();
    assert.equal(world.wallet.told.length, 1);
    assert.match(String(world.wallet.told[0]?.notificationId), /^[0-9A-F]{32}$/);
    assert.equal(await waiting(), 0);
  });

  test('waits while the wallet is away, and comes in order when it is back', async () => {
    world.wallet.isAway = true;
    const { tokenReference } = await activeToken(world, phone);
    await world.clock.advance(1000);
    await world.asWallet(contract.changeToken, {
      requestId: requestId(),
      tokenReference,
      event: 'suspend',
      reason: 'OTHER',
    });
    await world.settle();
    assert.equal(world.wallet.asked, 1, 'one failure is enough to know that it is away');
    await world.settle(2 * MINUTE);
    assert.equal(await waiting(), 2);
    world.wallet.isAway = false;
    await world.settle(15 * MINUTE);
    assert.deepEqual(
      world.wallet.told.map(({ state }) => state),
      ['active', 'suspended'],
    );
    assert.equal(await waiting(), 0);
  });

  test('survives a service that dies right after sending: it is sent again under the same id', async () => {
    await activeToken(world, phone);
    const { promise: died, resolve: die } = Promise.withResolvers<void>();
    const dying = world.again({
      sql: (text, values) => {
        if (!text.includes('delete from tokens.outbox')) return world.database.sql(text, values);
        die();
        return new Promise<never>(() => {});
      },
    });
    void dying.service.run(new AbortController().signal);
    await died;
    await world.settle();
    assert.equal(world.wallet.told.length, 2);
    assert.deepEqual(world.wallet.told[0], world.wallet.told[1]);
    assert.equal(await waiting(), 0);
  });

  test('is waited for longer after each failure, never more than a quarter of an hour', () => {
    const waits = [1, 2, 3, 8, 9, 1000].map(repeatPauseMs);
    assert.deepEqual(waits, [5_000, 10_000, 20_000, 640_000, 900_000, 900_000]);
  });
});

describe('what is open ends', () => {
  test('an enrolment that waits for a code lapses after half an hour, and forgets its card', async () => {
    const body = await enrolBody(world.clock, phone);
    await world.asWallet(contract.enrol, body);
    await world.settle(29 * MINUTE);
    const before = await world.asWallet(contract.enrolment, { enrolmentId: body.enrolmentId });
    assert(!isRefused(before) && before.state === 'code_awaited');
    await world.settle(2 * MINUTE);
    const [row] = await world.database.sql('select state, sealed_pan from tokens.enrolment');
    assert.deepEqual([row?.state, row?.sealed_pan], ['lapsed', null]);
    const again = await world.asWallet(contract.enrol, await enrolBody(world.clock, phone));
    assert(!isRefused(again));
  });

  test('a token that is not personalised in its time is deleted and told', async () => {
    const { enrolmentId } = await tokenised(world, phone);
    await world.settle(31 * MINUTE);
    const view = await world.asWallet(contract.enrolment, { enrolmentId });
    assert(!isRefused(view) && view.state === 'lapsed');
    assert.deepEqual(
      world.wallet.told.map(({ state }) => state),
      ['deleted'],
    );
    const again = await world.asWallet(contract.enrol, await enrolBody(world.clock, phone));
    assert(!isRefused(again));
  });

  test('an active token stays', async () => {
    const { tokenReference } = await activeToken(world, phone);
    await world.settle(31 * MINUTE);
    const view = await world.asWallet(contract.token, { tokenReference });
    assert(!isRefused(view) && view.state === 'active');
  });

  test('a token that no enrolment names is dropped without a word', async () => {
    const { tokenReference } = await tokenised(world, phone);
    await world.database.sql('update tokens.enrolment set token_id = null');
    await world.settle(31 * MINUTE);
    const view = await world.asOperator(contract.token, { tokenReference: tokenReference ?? '' });
    assert(!isRefused(view) && view.state === 'deleted');
    assert.deepEqual(world.wallet.told, []);
  });

  test('old envelopes and tries are forgotten', async () => {
    await world.asWallet(contract.enrol, await enrolBody(world.clock, phone));
    await world.clock.advance(25 * 60 * MINUTE);
    await world.settle();
    for (const table of ['envelope', 'attempt']) {
      const [row] = await world.database.sql(`select count(*)::int as n from tokens.${table}`);
      assert.equal(row?.n, 0, table);
    }
  });
});

test('a database that is away for a moment stops nothing', async () => {
  await activeToken(world, phone);
  let isAway = true;
  const shaken = world.again({
    sql: async (text, values) => {
      if (isAway) throw new StorageUnavailable('away');
      return world.database.sql(text, values);
    },
  });
  const stop = new AbortController();
  const running = shaken.service.run(stop.signal);
  await world.clock.advance(1000);
  isAway = false;
  await world.clock.advance(5_000);
  await world.settle();
  stop.abort();
  await running;
  assert.equal(await waiting(), 0);
});

test('on the money path every key holds the token’s id', async () => {
  const rows = await world.database.sql(
    `select c.relname as table_name, i.relname as key_name,
       array_agg(a.attname::text order by a.attnum) as columns
     from pg_index x
     join pg_class c on c.oid = x.indrelid
     join pg_class i on i.oid = x.indexrelid
     join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum = any(x.indkey)
     where n.nspname = 'tokens' and x.indisunique
     group by c.relname, i.relname order by c.relname, i.relname`,
  );
  const before = [
    'element',
    'envelope',
    'attempt',
    'enrolment',
    'enrolment_command',
    'enrolment_history',
    'pushed_card',
    'code_check',
    'card_live',
  ];
  const onPath = rows.filter(({ table_name }) => !before.includes(String(table_name)));
  assert(onPath.length >= 7);
  for (const { key_name, columns } of onPath) {
    assert((columns as string[]).includes('token_id'), String(key_name));
  }
});
