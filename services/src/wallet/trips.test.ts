/** A holder's trips: asked of the back office by the account behind a card that is on the holder's own phone. */
import { deepEqual } from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { refused } from '@octavo/domain/refusal.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { freshId } from '../asking.fixture.ts';
import { token } from '../tokens/contract.ts';
import { payNow, rider } from '../transit/contract.ts';
import {
  activeCard,
  type Bench,
  no,
  openBench,
  openPhone,
  openWalletDatabase,
  type Phone,
  tableText,
} from './bench.test.ts';
import * as contract from './contract.ts';

let database: Database;
before(async () => {
  database = await openWalletDatabase();
});
after(() => database.close());
let bench: Bench;
let phone: Phone;
let card: string;
beforeEach(async () => {
  await database.truncate();
  bench = openBench(database.sql);
  phone = await openPhone(bench);
  card = await activeCard(phone);
});

/** What the played token service says is behind the card. */
function accountReference(): string {
  return bench.played.tokens.get(card)?.accountReference ?? '';
}

test('trips and payment go to the account behind the card, and the answer comes back as it is', async () => {
  const { deviceId } = phone;
  const asked = { deviceId, tokenReference: card };
  await no(phone.holder(contract.transit, { ...asked, month: '2026-03' }), 'transit.no_debt');
  const requestId = freshId();
  await no(phone.holder(contract.transitPay, { ...asked, requestId }), 'transit.no_debt');
  deepEqual(bench.transitCalls, [
    { path: rider.path, body: { accountReference: accountReference(), month: '2026-03' } },
    { path: payNow.path, body: { requestId, accountReference: accountReference() } },
  ]);
});

test('the account behind a card is asked for each time and kept nowhere', async () => {
  await phone.holder(contract.transit, { deviceId: phone.deviceId, tokenReference: card });
  deepEqual((await tableText(database.sql)).includes(accountReference()), false);
});

test('nobody sees or pays the trips of a card on another’s phone', async () => {
  const stranger = await openPhone(bench, '13900139001');
  const tokenReference = card;
  const own = { deviceId: stranger.deviceId, tokenReference };
  const foreign = { deviceId: phone.deviceId, tokenReference };
  const requestId = freshId();
  await no(stranger.holder(contract.transit, own), 'wallet.card_unknown');
  await no(stranger.holder(contract.transit, foreign), 'device.unknown');
  await no(stranger.holder(contract.transitPay, { ...own, requestId }), 'wallet.card_unknown');
  await no(stranger.holder(contract.transitPay, { ...foreign, requestId }), 'device.unknown');
  deepEqual(bench.transitCalls, []);
});

test('a token service that does not answer is said so', async () => {
  bench.faults.push({ path: token.path, how: 'unavailable' });
  const asked = { deviceId: phone.deviceId, tokenReference: card };
  deepEqual(await phone.holder(contract.transit, asked), refused('unavailable'));
});
