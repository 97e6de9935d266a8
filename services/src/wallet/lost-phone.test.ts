import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { freshId } from '../asking.fixture.ts';
import { until } from '../until.fixture.ts';
import {
  activeCard,
  addCard,
  type Bench,
  changeCard,
  changeDevice,
  look,
  no,
  openBench,
  openPhone,
  openWalletDatabase,
  type Phone,
  round,
  runPass,
  signedInAgain,
  states,
  yes,
} from './bench.test.ts';
import * as contract from './contract.ts';
import { setToken } from './played.test.ts';

let database: Database;
before(async () => {
  database = await openWalletDatabase();
});
after(() => database.close());
let bench: Bench;
let phone: Phone;
beforeEach(async () => {
  await database.truncate();
  bench = openBench(database.sql);
  phone = await openPhone(bench);
});

function tokenStates(): readonly string[] {
  return [...bench.played.tokens.values()].map(({ state }) => state);
}

function notifyState(tokenReference: string, notificationId = freshId()) {
  return bench.asTokens(contract.notify, {
    notificationId,
    tokenReference,
    atMs: bench.clock.nowMs(),
    kind: 'state',
    state: bench.played.tokens.get(tokenReference)?.state,
    approved: true,
  });
}

describe('a lost phone', () => {
  test('lock suspends every active token with reason DEVICE_LOST; unlock resumes those it suspended', async () => {
    await activeCard(phone);
    const chosen = await activeCard(phone);
    const own = await activeCard(phone);
    await yes(changeCard(phone, own, 'suspend'));
    const { deviceId } = phone;
    const requestId = freshId();
    await yes(phone.holder(contract.arrange, { requestId, deviceId, defaultCard: chosen }));
    const locked = await yes(changeDevice(phone, 'lock'));
    equal(locked.state, 'locked');
    deepEqual(tokenStates(), ['suspended', 'suspended', 'suspended']);
    const lost = bench.played.calls.filter(({ body }) => body.reason === 'DEVICE_LOST');
    equal(lost.length, 2);
    const opened = await yes(changeDevice(await signedInAgain(bench, phone), 'unlock'));
    equal(opened.state, 'open');
    deepEqual(tokenStates(), ['active', 'active', 'suspended']);
    equal(opened.leaves.find((leaf) => leaf.isDefault)?.tokenReference, chosen);
  });

  test('while locked nothing is resumed; what the holder suspends then stays so', async () => {
    const card = await activeCard(phone);
    await yes(changeDevice(phone, 'lock'));
    await no(changeCard(phone, card, 'resume'), 'device.locked');
    await yes(changeCard(phone, card, 'suspend'));
    await yes(changeDevice(await signedInAgain(bench, phone), 'unlock'));
    deepEqual(await states(phone), ['suspended']);
  });

  test('a card that the bank holds is held by the lock too, so that the bank alone cannot let it go', async () => {
    const card = await activeCard(phone);
    setToken(bench.played, 'issuer', card, 'suspend');
    await yes(notifyState(card));
    await yes(changeDevice(phone, 'lock'));
    setToken(bench.played, 'issuer', card, 'resume');
    await yes(notifyState(card));
    deepEqual(tokenStates(), ['suspended']);
    await yes(changeDevice(await signedInAgain(bench, phone), 'unlock'));
    deepEqual(tokenStates(), ['active']);
  });

  test('a token that becomes active on a locked phone is suspended', async () => {
    const { tokenReference = '' } = await yes(addCard(phone, 'green'));
    await yes(changeDevice(phone, 'lock'));
    setToken(bench.played, 'wallet', tokenReference, 'activate');
    await yes(notifyState(tokenReference));
    await bench.clock.advance(10_000);
    await runPass(bench);
    deepEqual(tokenStates(), ['suspended']);
    await yes(changeDevice(await signedInAgain(bench, phone), 'unlock'));
    deepEqual(tokenStates(), ['active']);
  });

  test('lock, unlock and wipe may be said twice, and a repeat gets the stored answer', async () => {
    await activeCard(phone);
    const requestId = freshId();
    const answer = await yes(changeDevice(phone, 'lock', requestId));
    await yes(changeDevice(phone, 'lock'));
    const found = await signedInAgain(bench, phone);
    await yes(changeDevice(found, 'unlock'));
    await yes(changeDevice(found, 'unlock'));
    deepEqual(await changeDevice(phone, 'lock', requestId), answer);
    equal((await look(phone)).state, 'open');
    await no(changeDevice(phone, 'wipe', requestId), 'request.key_reused');
  });

  test('wipe deletes all tokens; the phone erases its instances when it comes back', async () => {
    const card = await activeCard(phone);
    await yes(addCard(phone, 'green'));
    const wiped = await yes(changeDevice(phone, 'wipe'));
    equal(wiped.state, 'wiped');
    deepEqual(tokenStates(), ['deleted', 'deleted']);
    deepEqual(await states(phone), ['removing', 'removing']);
    await no(changeDevice(phone, 'unlock'), 'device.wiped');
    await yes(changeDevice(phone, 'wipe'));
    await yes(round(phone, card, ['9000']));
    deepEqual(await states(phone), ['removing']);
  });

  test('a wiped phone opens by registering it again, after a fresh sign-in', async () => {
    await yes(changeDevice(phone, 'wipe'));
    const elementCertificate = toHex(phone.certificate);
    const body = { requestId: freshId(), name: 'Found', elementCertificate };
    await no(phone.holder(contract.registerDevice, body), 'session.too_old');
    equal((await look(phone)).state, 'wiped');
    const found = await signedInAgain(bench, phone);
    await yes(found.holder(contract.registerDevice, body));
    equal((await look(phone)).state, 'open');
    await yes(addCard(phone, 'plain'));
  });

  test('the session on a stolen phone cannot unlock it, nor wipe and register it; its owner signs in and does', async () => {
    const thief = phone;
    const owner = await signedInAgain(bench, phone);
    await activeCard(phone);
    await yes(changeDevice(owner, 'lock'));
    await bench.clock.advance(60_000);
    await no(changeDevice(thief, 'unlock'), 'session.too_old');
    deepEqual(tokenStates(), ['suspended']);
    await no(changeDevice(owner, 'unlock'), 'session.too_old');
    // Locking once more does not shut the owner out who has signed in by then.
    const found = await signedInAgain(bench, phone);
    await bench.clock.advance(60_000);
    await yes(changeDevice(thief, 'lock'));
    await yes(changeDevice(found, 'unlock'));
    deepEqual(tokenStates(), ['active']);
  });

  test('another’s phone is unknown', async () => {
    const other = await openPhone(bench, '13800000002');
    await no(changeDevice({ ...phone, deviceId: other.deviceId }, 'wipe'), 'device.unknown');
    equal((await look(other)).state, 'open');
  });

  test('a second phone of the same holder is left alone', async () => {
    const second = await openPhone(bench);
    await activeCard(second);
    await yes(changeDevice(phone, 'wipe'));
    deepEqual(await states(second), ['active']);
  });
});

describe('a crash between effects', () => {
  async function crashAt(
    path: string,
    how: 'lost' | 'done_and_lost',
    act: () => Promise<unknown>,
    begun: () => Promise<boolean>,
  ): Promise<void> {
    bench.faults.push({ path, how });
    void act();
    await until(begun);
    if (how === 'done_and_lost') {
      await until(() => bench.played.calls.some((call) => call.path === path));
    }
    bench.faults.pop();
  }

  async function stateIs(state: string): Promise<boolean> {
    return (await look(phone)).state === state;
  }

  test('adding a card that was never heard: the leaf is freed', async () => {
    const act = () => addCard(phone, 'plain');
    await crashAt('/tokens/enrol', 'lost', act, async () => (await states(phone)).length > 0);
    deepEqual(await states(phone), ['asking']);
    await runPass(bench);
    deepEqual(await states(phone), ['asking']);
    await bench.clock.advance(30_000);
    await runPass(bench);
    deepEqual(await states(phone), []);
  });

  test('adding a card that was heard: the leaf follows it, and the repeat gets the answer', async () => {
    const ids = { requestId: freshId(), enrolmentId: freshId() };
    const act = () => addCard(phone, 'plain', ids);
    const begun = async () => (await states(phone)).length > 0;
    await crashAt('/tokens/enrol', 'done_and_lost', act, begun);
    await bench.clock.advance(30_000);
    await runPass(bench);
    deepEqual(await states(phone), ['code_awaited']);
    equal((await yes(act())).state, 'code_awaited');
    equal((await look(phone)).leaves.length, 1);
    equal(bench.played.enrolments.size, 1);
  });

  test('a repeat after its leaf was given up takes a leaf again', async () => {
    const ids = { requestId: freshId(), enrolmentId: freshId() };
    const act = () => addCard(phone, 'plain', ids);
    await crashAt('/tokens/enrol', 'lost', act, async () => (await states(phone)).length > 0);
    await bench.clock.advance(30_000);
    await runPass(bench);
    equal((await yes(act())).state, 'code_awaited');
    deepEqual(await states(phone), ['code_awaited']);
  });

  test('the last round of personalising was done and not heard: the leaf becomes active', async () => {
    const { tokenReference = '' } = await yes(addCard(phone, 'green'));
    bench.faults.push({ path: '/tokens/provision', how: 'done_and_lost' });
    void round(phone, tokenReference, ['9000']);
    await until(() => tokenStates().includes('active'));
    bench.faults.pop();
    deepEqual(await states(phone), ['personalising']);
    await bench.clock.advance(60_000);
    await runPass(bench);
    deepEqual(await states(phone), ['active']);
  });

  for (const how of ['lost', 'done_and_lost'] as const) {
    test(`lock, with the first call ${how}: every token ends suspended`, async () => {
      await activeCard(phone);
      await activeCard(phone);
      const requestId = freshId();
      const act = () => changeDevice(phone, 'lock', requestId);
      await crashAt('/tokens/change-token', how, act, () => stateIs('locked'));
      await bench.clock.advance(10_000);
      await runPass(bench);
      deepEqual(tokenStates(), ['suspended', 'suspended']);
      deepEqual(await states(phone), ['suspended', 'suspended']);
      equal((await yes(act())).state, 'locked');
      await yes(changeDevice(await signedInAgain(bench, phone), 'unlock'));
      deepEqual(tokenStates(), ['active', 'active']);
    });

    test(`wipe, with the first call ${how}: every token ends deleted`, async () => {
      await activeCard(phone);
      await activeCard(phone);
      const act = () => changeDevice(phone, 'wipe');
      await crashAt('/tokens/change-token', how, act, () => stateIs('wiped'));
      await bench.clock.advance(10_000);
      await runPass(bench);
      deepEqual(tokenStates(), ['deleted', 'deleted']);
      deepEqual(await states(phone), ['removing', 'removing']);
    });
  }

  test('a wipe takes the place of a lock that is still under way', async () => {
    await activeCard(phone);
    bench.faults.push({ path: '/tokens/change-token', how: 'unavailable' });
    await no(changeDevice(phone, 'lock'), 'unavailable');
    await no(changeDevice(await signedInAgain(bench, phone), 'unlock'), 'busy');
    await no(changeDevice(phone, 'wipe'), 'unavailable');
    bench.faults.pop();
    await bench.clock.advance(10_000);
    await runPass(bench);
    deepEqual(tokenStates(), ['deleted']);
    const [pending] = await database.sql(
      'select count(*) as count from wallet.device where look_at_ms is not null',
    );
    ok(pending);
    equal(Number(pending.count), 0);
  });
});
