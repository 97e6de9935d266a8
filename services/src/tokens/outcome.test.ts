/** How a checked message ended: kept once, told once, answered with tag 91; and reversals in any order. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import { closeDatabase, DEBIT, newWorld, requestId, type World } from './bench.test.ts';
import * as contract from './contract.ts';
import { activeToken, type LiveToken, newPhone } from './phone-bench.test.ts';
import { makeTap, purchase } from './shop-bench.test.ts';

let world: World;
let token: LiveToken;

beforeEach(async () => {
  world = await newWorld();
  token = await activeToken(world, await newPhone(world.clock));
});
after(closeDatabase);

async function judge(fields: Record<string, string>, mti = '0200') {
  const verdict = await world.asNetwork(contract.verdict, { mti, fields });
  assert(!isRefused(verdict), JSON.stringify(verdict));
  return verdict;
}

async function standing() {
  const view = await world.asOperator(contract.token, { tokenReference: token.tokenReference });
  assert(!isRefused(view));
  return view;
}

function pay(made: Parameters<typeof makeTap>[2], change: Record<string, string | undefined> = {}) {
  return purchase(world.clock, token, makeTap(world.clock, token, made), change);
}

describe('how a message ended', () => {
  const outcome = (fields: Record<string, string>, responseCode: string, reversed = false) =>
    world.asNetwork(contract.outcome, { mti: '0200', fields, responseCode, reversed });
  const original = (messageKey: string) =>
    world.asNetwork(contract.original, { token: token.number, messageKey });
  const keyOf = (fields: Record<string, string>) =>
    `02-${fields['7']}-${fields['11']}-${fields['32']}-${fields['33']}`;

  test('is told to the wallet once, with the merchant’s name, and answered with tag 91', async () => {
    const fields = pay({ counter: 1 });
    await judge(fields);
    const answer = await outcome(fields, '00');
    assert(!isRefused(answer));
    assert.match(answer.tag91 ?? '', /^[0-9A-F]{16}3030$/);
    assert.deepEqual(await outcome(fields, '00'), answer);
    await world.settle();
    const told = world.wallet.told.filter(({ kind }) => kind === 'payment');
    assert.equal(told.length, 1);
    const { amountMinor, currency, merchant, approved } = told[0] ?? {};
    assert.deepEqual(
      [amountMinor, currency, merchant, approved],
      ['2850', '156', 'NOODLE HOUSE', true],
    );
  });

  test('is told with the payment’s name and how it was answered, and its reversal with the same name', async () => {
    const fields = pay({ counter: 1 });
    await judge(fields);
    await outcome(fields, '51');
    await outcome(fields, '51', true);
    await world.settle();
    const named = world.wallet.told.map(({ kind, retrievalReference, responseCode }) => [
      kind,
      retrievalReference,
      responseCode,
    ]);
    assert.deepEqual(named.slice(1), [
      ['payment', fields['37'], '51'],
      ['reversal', fields['37'], undefined],
    ]);
  });

  test('is told without a name that no payment can have', async () => {
    const fields = pay({ counter: 1 }, { 37: 'no name' });
    await judge(fields);
    await outcome(fields, '00');
    await world.settle();
    const told = world.wallet.told.find(({ kind }) => kind === 'payment');
    assert.deepEqual([told?.retrievalReference, told?.responseCode], [undefined, '00']);
  });

  test('is told with its code when it was refused, and has no tag 91', async () => {
    const fields = pay({ counter: 1 }, { 4: '000000000001' });
    await judge(fields);
    assert.deepEqual(await outcome(fields, '63'), {});
    await world.settle();
    const told = world.wallet.told.find(({ kind }) => kind === 'payment');
    assert.deepEqual([told?.approved, told?.code], [false, 'tap.amount_differs']);
  });

  test('once, and not otherwise', async () => {
    const fields = pay({ counter: 1 });
    await judge(fields);
    await outcome(fields, '00');
    const other = await outcome(fields, '51');
    assert(isRefused(other) && other.code === 'message.key_reused');
  });

  test('of two reports at once both are answered and one is told', async () => {
    const fields = pay({ counter: 1 });
    await judge(fields);
    const both = await Promise.all([outcome(fields, '00'), outcome(fields, '00')]);
    assert.deepEqual(both[0], both[1]);
    await world.settle();
    assert.equal(world.wallet.told.filter(({ kind }) => kind === 'payment').length, 1);
  });

  test('a reversal is told once and ends it for good', async () => {
    const fields = pay({ counter: 1 });
    await judge(fields);
    await outcome(fields, '00');
    assert.deepEqual(await outcome(fields, '98', true), {});
    assert.deepEqual(await outcome(fields, '98', true), {});
    assert.deepEqual(await outcome(fields, '00'), {});
    await world.settle();
    const kinds = world.wallet.told.map(({ kind }) => kind);
    assert.deepEqual(kinds, ['state', 'payment', 'reversal']);
    assert.equal((await judge(fields)).code, 'message.already_reversed');
  });

  test('a reversal before its original is remembered; the original is refused, its counter used up', async () => {
    const fields = pay({ counter: 1 });
    assert.deepEqual(await outcome(fields, '98', true), {});
    const verdict = await judge(fields);
    assert.equal(verdict.code, 'message.already_reversed');
    assert.equal((await judge(fields)).code, 'message.already_reversed');
    assert.equal((await standing()).highestCounter, 1);
    const found = await original(keyOf(fields));
    assert(isRefused(found) && found.code === 'message.original_unknown');
  });

  test('a reversal and its original at once: never both good and reversed before', async () => {
    const fields = pay({ counter: 1 });
    const [verdict] = await Promise.all([judge(fields), outcome(fields, '98', true)]);
    const again = await judge(fields);
    assert.equal(again.code, 'message.already_reversed');
    assert(verdict.code === undefined || verdict.code === 'message.already_reversed');
  });

  test('of a message that was never judged is not known', async () => {
    const fields = pay({ counter: 1 });
    const answer = await outcome(fields, '00');
    assert(isRefused(answer) && answer.code === 'message.original_unknown');
    // Nor does it stand in the way of its verdict.
    assert.equal((await judge(fields)).code, undefined);
    const stranger = { ...pay({ counter: 1 }), 2: '9999580100000000' };
    const unknown = await outcome(stranger, '00');
    assert(isRefused(unknown) && unknown.code === 'token.unknown');
  });

  test('an end that overtakes its verdict leaves nothing good behind: nobody waits for it any more', async () => {
    const fields = pay({ counter: 1 });
    const answer = await outcome(fields, '96');
    assert(isRefused(answer) && answer.code === 'message.original_unknown');
    assert.equal((await judge(fields)).code, 'message.already_reversed');
    assert.deepEqual(await outcome(fields, '96'), {});
  });

  test('the card behind a good message is found, also when its token was deleted since', async () => {
    const good = pay({ counter: 1 });
    const bad = pay({ counter: 2 }, { 4: '000000000001' });
    await judge(good);
    await judge(bad);
    await world.asOperator(contract.changeToken, {
      requestId: requestId(),
      tokenReference: token.tokenReference,
      event: 'delete',
      reason: 'OTHER',
    });
    const found = await original(keyOf(good));
    assert(!isRefused(found));
    assert.deepEqual(
      [found.pan, found.panExpiry, found.issuerCode],
      [DEBIT.pan, DEBIT.expiry, '99990101'],
    );
    for (const key of [keyOf(bad), '02-never']) {
      const none = await original(key);
      assert(isRefused(none) && none.code === 'message.original_unknown');
    }
  });
});
