/** A command that comes twice at once: whichever two statements its twin falls between, it is done once, with one answer. */
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import { closeDatabase, newWorld, requestId, type World } from './bench.test.ts';
import * as contract from './contract.ts';
import { activeToken, newPhone, type Phone, tokenised } from './phone-bench.test.ts';

let world: World;
let phone: Phone;

beforeEach(async () => {
  world = await newWorld();
  phone = await newPhone(world.clock);
});
after(closeDatabase);

/** Ask, with the twin asking and being answered before each statement in turn; a fresh ask each time. */
async function wherever<Ask>(
  freshAsk: () => Ask,
  askOf: (at: World, ask: Ask) => Promise<object>,
): Promise<number> {
  for (let at = 0; ; at++) {
    const ask = freshAsk();
    let statements = 0;
    let twin: object | undefined;
    const interrupted = world.again({
      sql: async (text, values) => {
        if (statements++ === at) twin = await askOf(world, ask);
        return world.database.sql(text, values);
      },
    });
    const answer = await askOf(interrupted, ask);
    if (twin === undefined) return at;
    assert(!isRefused(twin as Parameters<typeof isRefused>[0]), JSON.stringify(twin));
    assert.deepEqual(answer, twin);
  }
}

test('a change of state', async () => {
  const { tokenReference } = await activeToken(world, phone);
  let event: 'suspend' | 'resume' = 'resume';
  const places = await wherever(
    () => {
      event = event === 'resume' ? 'suspend' : 'resume';
      return { requestId: requestId(), tokenReference, event, reason: 'HOLDER_REQUEST' } as const;
    },
    (at, ask) => at.asWallet(contract.changeToken, ask),
  );
  assert(places >= 3);
});

test('the beginning of a personalisation', async () => {
  const { tokenReference = '' } = await tokenised(world, phone);
  const places = await wherever(
    () => ({ requestId: requestId(), tokenReference }),
    (at, ask) => at.asWallet(contract.provision, ask),
  );
  assert(places >= 4);
});
