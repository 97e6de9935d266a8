/** A phone that comes back to a card it was adding: where that stands, and the leaf that follows. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Database } from '@octavo/platform/postgres.ts';
import { freshId } from '../asking.fixture.ts';
import {
  activeCard,
  addCard,
  type Bench,
  changeDevice,
  look,
  no,
  openBench,
  openPhone,
  openWalletDatabase,
  type Phone,
  runPass,
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

function ask(enrolmentId: string, of = phone) {
  return of.holder(contract.enrolment, { deviceId: of.deviceId, enrolmentId });
}

/** What the token service says of an enrolment from now on. */
function played(enrolmentId: string, change: object): void {
  const view = bench.played.enrolments.get(enrolmentId);
  ok(view);
  bench.played.enrolments.set(enrolmentId, { ...view, ...change });
}

test('a code that is awaited: where it went, its tries, and nothing is written however often it is asked', async () => {
  const { enrolmentId } = await yes(addCard(phone, 'plain'));
  played(enrolmentId, { triesLeft: 2, resendsLeft: 1, codeExpiresAtMs: 1_795_000_000_000 });
  const { version } = await look(phone);
  const view = await yes(ask(enrolmentId));
  deepEqual(await yes(ask(enrolmentId)), view);
  const { state, mobileMasked, triesLeft, resendsLeft, codeExpiresAtMs } = view;
  deepEqual(
    [state, mobileMasked, triesLeft, resendsLeft, codeExpiresAtMs],
    ['code_awaited', '138****0001', 2, 1, 1_795_000_000_000],
  );
  equal((await look(phone)).version, version);
});

test('a card that the bank has verified meanwhile: its leaf goes on, and its token has a home', async () => {
  const { enrolmentId } = await yes(addCard(phone, 'plain'));
  const other = await activeCard(phone);
  const tokenReference = freshId();
  played(enrolmentId, { state: 'tokenised', tokenReference, tokenLastFour: '4321' });
  const [first, second] = await Promise.all([yes(ask(enrolmentId)), yes(ask(enrolmentId))]);
  deepEqual(first, second);
  equal(first.tokenReference, tokenReference);
  const leaf = (await look(phone)).leaves.find((each) => each.enrolmentId === enrolmentId);
  deepEqual([leaf?.state, leaf?.tokenReference], ['personalising', tokenReference]);
  // A payment of it is told from then on.
  const notice = { notificationId: freshId(), atMs: 1, kind: 'payment', approved: true } as const;
  for (const reference of [tokenReference, other]) {
    const told = { ...notice, notificationId: freshId(), tokenReference: reference };
    await yes(bench.asTokens(contract.notify, told));
  }
  const asked = { deviceId: phone.deviceId, afterSequence: 0 };
  const { lines } = await yes(phone.holder(contract.history, asked));
  equal(lines.length, 2);
});

test('a card that became active behind our back is active', async () => {
  const { enrolmentId, tokenReference = '' } = await yes(addCard(phone, 'green'));
  setToken(bench.played, 'issuer', tokenReference, 'activate');
  played(enrolmentId, { state: 'active' });
  equal((await yes(ask(enrolmentId))).state, 'active');
  deepEqual(await states(phone), ['active']);
  await yes(ask(enrolmentId));
});

test('a card that the bank refused: by its name, and the leaf is free', async () => {
  const { enrolmentId } = await yes(addCard(phone, 'plain'));
  played(enrolmentId, { state: 'lapsed', refusal: 'enrolment.bank_refused' });
  const view = await yes(ask(enrolmentId));
  deepEqual([view.state, view.refusal], ['lapsed', 'enrolment.bank_refused']);
  deepEqual(await states(phone), []);
  equal((await yes(ask(enrolmentId))).state, 'lapsed');
});

describe('what refuses', () => {
  test('a request that is on its way is busy, and its leaf stays', async () => {
    const enrolmentId = freshId();
    bench.faults.push({ path: '/tokens/enrol', how: 'unavailable' });
    await no(addCard(phone, 'plain', { enrolmentId }), 'unavailable');
    await no(ask(enrolmentId), 'busy');
    deepEqual(await states(phone), ['asking']);
    await bench.clock.advance(30_000);
    await runPass(bench);
    deepEqual(await states(phone), []);
    await no(ask(enrolmentId), 'enrolment.unknown');
  });

  test('a token service that does not answer leaves everything as it is', async () => {
    const { enrolmentId } = await yes(addCard(phone, 'plain'));
    bench.faults.push({ path: '/tokens/enrolment', how: 'unavailable' });
    await no(ask(enrolmentId), 'unavailable');
    deepEqual(await states(phone), ['code_awaited']);
  });

  test('an enrolment of another phone, a phone of another holder, nobody', async () => {
    const { enrolmentId } = await yes(addCard(phone, 'plain'));
    const other = await openPhone(bench, '13800000002');
    await no(ask(enrolmentId, other), 'wallet.card_unknown');
    await no(ask(freshId()), 'wallet.card_unknown');
    await no(ask(enrolmentId, { ...other, deviceId: phone.deviceId }), 'device.unknown');
    const body = { deviceId: phone.deviceId, enrolmentId };
    await no(bench.asAnyone(contract.enrolment, body), 'request.unsigned');
  });

  test('a phone that is locked or wiped', async () => {
    const { enrolmentId } = await yes(addCard(phone, 'plain'));
    await yes(changeDevice(phone, 'lock'));
    await no(ask(enrolmentId), 'device.locked');
    await yes(changeDevice(phone, 'wipe'));
    await no(ask(enrolmentId), 'device.wiped');
  });
});
