/** From a typed card to a good tap, through contract endpoints and a real element. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import { asHexText, closeDatabase, DEBIT, newWorld, tablesAsText } from './bench.test.ts';
import * as contract from './contract.ts';
import { activeToken, armPhone, newPhone } from './phone-bench.test.ts';
import { purchase, tapPhone } from './shop-bench.test.ts';

after(closeDatabase);

test('a typed card becomes a token on the phone, and its tap gives the card to the issuer', async () => {
  const world = await newWorld();
  const phone = await newPhone(world.clock);
  const token = await activeToken(world, phone);
  assert.match(token.number, /^99995801\d{8}$/);

  await armPhone(phone, token.instanceAid);
  const fields = purchase(world.clock, token, await tapPhone(world.clock, phone));
  const given = await world.asNetwork(contract.verdict, { mti: '0200', fields });
  assert(!isRefused(given));
  assert.equal(given.code, undefined, JSON.stringify(given.checks));
  assert.equal(given.card?.pan, DEBIT.pan);
  assert.equal(given.card?.panExpiry, DEBIT.expiry);
  assert.equal(given.card?.assurance, '11');

  const told = await world.asNetwork(contract.outcome, {
    mti: '0200',
    fields,
    responseCode: '00',
    reversed: false,
  });
  assert(!isRefused(told));
  assert.match(told.tag91 ?? '', /3030$/);
  await world.settle();
  assert.deepEqual(
    world.wallet.told.map(({ kind, state, approved }) => [kind, state, approved]),
    [
      ['state', 'active', true],
      ['payment', undefined, true],
    ],
  );

  const kept = await tablesAsText(world.database.sql);
  const traced = JSON.stringify(world.events);
  for (const secret of [DEBIT.pan, token.number, '123456']) {
    assert(!kept.includes(secret) && !kept.includes(asHexText(secret)), 'no secret in a table');
  }
  for (const secret of [DEBIT.pan, token.number]) assert(!traced.includes(secret));
});
