/** Who may see and change a token, and what is kept and told of it. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import type { z } from '@hono/zod-openapi';
import { isRefused } from '@octavo/domain/refusal.ts';
import { closeDatabase, newWorld, requestId, type World } from './bench.test.ts';
import * as contract from './contract.ts';
import { activeToken, newPhone, provisionAll, tokenised } from './phone-bench.test.ts';

let world: World;
let tokenReference: string;

beforeEach(async () => {
  world = await newWorld();
  tokenReference = (await activeToken(world, await newPhone(world.clock))).tokenReference;
});
after(closeDatabase);

type Ask = z.input<typeof contract.changeToken.body>;
const bodyOf = (event: Ask['event'], more: Partial<Ask> = {}): Ask => ({
  requestId: requestId(),
  tokenReference,
  event,
  reason: 'HOLDER_REQUEST',
  ...more,
});

async function change(by: 'asWallet' | 'asIssuer' | 'asOperator', event: Ask['event']) {
  const answer = await world[by](contract.changeToken, bodyOf(event));
  return isRefused(answer) ? answer.code : [answer.state, answer.suspendedBy];
}

test('a token is shown without its number', async () => {
  for (const by of ['asWallet', 'asIssuer', 'asOperator'] as const) {
    const view = await world[by](contract.token, { tokenReference });
    assert(!isRefused(view));
    assert.deepEqual([view.state, view.expired, view.cardLastFour], ['active', false, '0010']);
    assert.match(view.tokenLastFour, /^\d{4}$/);
  }
  const none = await world.asWallet(contract.token, { tokenReference: '0'.repeat(32) });
  assert(isRefused(none) && none.code === 'token.unknown');
});

test('who suspended lifts its own, and the token pays again when nobody holds it', async () => {
  assert.deepEqual(await change('asWallet', 'suspend'), ['suspended', ['wallet']]);
  assert.deepEqual(await change('asIssuer', 'suspend'), ['suspended', ['wallet', 'issuer']]);
  assert.deepEqual(await change('asWallet', 'resume'), ['suspended', ['issuer']]);
  assert.equal(await change('asWallet', 'resume'), 'token.not_suspended_by_you');
  assert.equal(await change('asOperator', 'resume'), 'token.not_suspended_by_you');
  assert.deepEqual(await change('asIssuer', 'resume'), ['active', []]);
});

describe('what refuses', () => {
  test('a token nobody knows', async () => {
    const body = bodyOf('suspend', { tokenReference: '0'.repeat(32) });
    const answer = await world.asWallet(contract.changeToken, body);
    assert(isRefused(answer) && answer.code === 'token.unknown');
  });

  test('a wallet and a token of a requestor it does not act for', async () => {
    await world.database.sql(`update tokens.token set requestor_id = '99900000055'`);
    assert.equal(await change('asWallet', 'suspend'), 'token.not_yours');
    const view = await world.asWallet(contract.token, { tokenReference });
    assert(isRefused(view) && view.code === 'token.not_yours');
    assert.deepEqual(await change('asIssuer', 'suspend'), ['suspended', ['issuer']]);
  });

  test('an active token to be resumed, an inactive one to be suspended, a deleted one anything', async () => {
    assert.equal(await change('asWallet', 'resume'), 'token.not_suspended');
    await change('asWallet', 'delete');
    for (const event of ['suspend', 'resume', 'delete'] as const) {
      assert.equal(await change('asIssuer', event), 'token.deleted');
    }
    const fresh = await tokenised(world, await newPhone(world.clock));
    tokenReference = fresh.tokenReference ?? '';
    assert.equal(await change('asWallet', 'suspend'), 'token.inactive');
  });
});

describe('the same request', () => {
  test('gets the same answer, also when the token has gone on', async () => {
    const body = bodyOf('suspend');
    const first = await world.asWallet(contract.changeToken, body);
    await change('asWallet', 'delete');
    assert.deepEqual(await world.asWallet(contract.changeToken, body), first);
  });

  test('with another body, or by another party, is refused', async () => {
    const body = bodyOf('suspend');
    await world.asWallet(contract.changeToken, body);
    const other = await world.asWallet(contract.changeToken, { ...body, event: 'delete' });
    assert(isRefused(other) && other.code === 'request.key_reused');
    const party = await world.asIssuer(contract.changeToken, body);
    assert(isRefused(party) && party.code === 'request.key_reused');
  });

  test('twice at once changes once', async () => {
    const body = bodyOf('suspend');
    const [first, second] = await Promise.all([
      world.asWallet(contract.changeToken, body),
      world.asWallet(contract.changeToken, body),
    ]);
    assert.deepEqual(first, second);
    assert(!isRefused(first));
    assert.equal(first.version, 3);
  });
});

test('ten changes at once all happen, each after another', async () => {
  const parties = ['asWallet', 'asIssuer', 'asOperator'] as const;
  const asks = Array.from({ length: 10 }, (_, index) =>
    change(parties[index % 3] ?? 'asWallet', 'suspend'),
  );
  for (const answer of await Promise.all(asks)) assert(Array.isArray(answer));
  const view = await world.asOperator(contract.token, { tokenReference });
  assert(!isRefused(view));
  assert.deepEqual([...view.suspendedBy].sort(), ['issuer', 'operator', 'wallet']);
  assert.equal(view.version, 12);
});

test('who, when, why and a comment stand in the history, from the enrolment on, for the operator alone', async () => {
  await world.asWallet(
    contract.changeToken,
    bodyOf('suspend', { reason: 'DEVICE_LOST', comment: 'in a taxi' }),
  );
  await world.asWallet(contract.changeToken, bodyOf('resume', { reason: 'DEVICE_FOUND' }));
  await change('asIssuer', 'delete');
  const history = await world.asOperator(contract.tokenHistory, { tokenReference });
  assert(!isRefused(history));
  assert.deepEqual(
    history.lines.map(({ atMs, ...line }) => {
      assert.equal(atMs, world.clock.nowMs());
      return Object.values({ comment: undefined, ...line });
    }),
    [
      [undefined, 'verify', 'issuer', 'CODE_RIGHT', 'verified'],
      [undefined, 'tokenise', 'tokens', 'VERIFIED', 'inactive'],
      [undefined, 'activate', 'tokens', 'PERSONALISED', 'active'],
      ['in a taxi', 'suspend', 'wallet', 'DEVICE_LOST', 'suspended'],
      [undefined, 'resume', 'wallet', 'DEVICE_FOUND', 'active'],
      [undefined, 'delete', 'issuer', 'HOLDER_REQUEST', 'deleted'],
    ],
  );
  for (const by of ['asWallet', 'asIssuer', 'asNetwork'] as const) {
    const other = await world[by](contract.tokenHistory, { tokenReference });
    assert(isRefused(other) && other.code === 'caller.not_allowed');
  }
  const none = await world.asOperator(contract.tokenHistory, { tokenReference: '0'.repeat(32) });
  assert(isRefused(none) && none.code === 'token.unknown');
});

test('every change of state is told to the wallet, oldest first', async () => {
  await world.clock.advance(1000);
  await change('asIssuer', 'suspend');
  await world.clock.advance(1000);
  await change('asIssuer', 'delete');
  await world.settle();
  const told = world.wallet.told.map(({ kind, state, tokenReference: of }) => [kind, state, of]);
  assert.deepEqual(told, [
    ['state', 'active', tokenReference],
    ['state', 'suspended', tokenReference],
    ['state', 'deleted', tokenReference],
  ]);
});

test('a wallet that deletes a card may add it again at once', async () => {
  const phone = await newPhone(world.clock);
  const first = await activeToken(world, phone);
  tokenReference = first.tokenReference;
  await change('asWallet', 'delete');
  const second = await tokenised(world, phone);
  assert.notEqual(second.tokenReference, first.tokenReference);
  assert.equal(
    (await provisionAll(world, phone, second.tokenReference ?? '')).steps.at(-1),
    'done',
  );
});
