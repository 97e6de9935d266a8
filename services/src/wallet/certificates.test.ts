/** Certificates of a card that is on the phone already: asked for by the phone, passed through, shown on its leaf. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Database } from '@octavo/platform/postgres.ts';
import {
  activeCard,
  type Bench,
  certifyRound,
  changeCard,
  changeDevice,
  look,
  no,
  openBench,
  openPhone,
  openWalletDatabase,
  type Phone,
  round,
  yes,
} from './bench.test.ts';

let database: Database;
let bench: Bench;
let phone: Phone;
let tokenReference: string;

before(async () => {
  database = await openWalletDatabase();
});
after(() => database.close());
beforeEach(async () => {
  await database.truncate();
  bench = openBench(database.sql);
  phone = await openPhone(bench);
  tokenReference = await activeCard(phone);
});

const leaf = async () => {
  const [first] = (await look(phone)).leaves;
  ok(first);
  return first;
};
const asked = () =>
  bench.played.calls
    .filter(({ path }) => path === '/tokens/provision')
    .map(({ body }) => body.purpose);

test('a card without certificates says so, and has them after the rounds; its state stays', async () => {
  equal((await leaf()).certified, false);
  const first = await yes(certifyRound(phone, tokenReference));
  deepEqual([first.step, first.purpose], ['load', 'certify']);
  const last = await yes(certifyRound(phone, tokenReference, ['9000']));
  deepEqual([last.step, last.purpose], ['done', 'certify']);
  const { certified, state, isDefault } = await leaf();
  deepEqual({ certified, state, isDefault }, { certified: true, state: 'active', isDefault: true });
  equal((await yes(certifyRound(phone, tokenReference))).step, 'done');
});

test('every round of it carries the purpose on, the others carry none', async () => {
  await certifyRound(phone, tokenReference);
  await certifyRound(phone, tokenReference, ['9000']);
  await round(phone, tokenReference);
  deepEqual(asked(), [undefined, 'certify', 'certify', undefined]);
});

test('an element that fails leaves card and leaf as they are', async () => {
  await certifyRound(phone, tokenReference);
  await no(certifyRound(phone, tokenReference, ['6F00']), 'personalisation.element_failed');
  const { certified, state } = await leaf();
  deepEqual({ certified, state }, { certified: false, state: 'active' });
  await certifyRound(phone, tokenReference, ['9000']);
  equal((await leaf()).certified, true);
});

test('a suspended card waits, on a locked phone too', async () => {
  await changeCard(phone, tokenReference, 'suspend');
  await no(certifyRound(phone, tokenReference), 'token.suspended');
  await changeCard(phone, tokenReference, 'resume');
  await changeDevice(phone, 'lock');
  await no(certifyRound(phone, tokenReference), 'token.suspended');
  equal((await leaf()).certified, false);
});

test('a leaf that was kept before there were certificates has none', async () => {
  await database.sql(
    `update wallet.device set leaves =
       (select jsonb_agg(leaf #- '{token,certified}') from jsonb_array_elements(leaves) leaf)`,
  );
  equal((await leaf()).certified, false);
  await certifyRound(phone, tokenReference, ['9000']);
  equal((await leaf()).certified, true);
});

test('a card of another phone is not certified through this one', async () => {
  const other = await openPhone(bench, '13800000002');
  await no(certifyRound(other, tokenReference), 'wallet.card_unknown');
});
