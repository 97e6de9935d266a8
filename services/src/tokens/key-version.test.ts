/** Key versions: an element has sixteen in its life, so none is spent on an offer that came to nothing. */
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import { CREDIT, closeDatabase, newWorld, type World } from './bench.test.ts';
import {
  newPhone,
  type Phone,
  provisionAll,
  provisionRound,
  type Round,
  roundUpTo,
  runCommands,
  tokenised,
} from './phone-bench.test.ts';

let world: World;
let phone: Phone;
let tokenReference: string;

beforeEach(async () => {
  world = await newWorld();
  phone = await newPhone(world.clock);
  tokenReference = (await tokenised(world, phone)).tokenReference ?? '';
});
after(closeDatabase);

const upTo = (step: Round['step']) => roundUpTo(world, phone, tokenReference, step);

/** The key versions that the token service has for the phone's element. */
async function versionsOf() {
  const [row] = await world.database.sql('select key_version, spent_version from tokens.element');
  return { held: row?.key_version, spent: row?.spent_version };
}

test('a version that was agreed without our hearing of it is refused, and a higher one agreed', async () => {
  const agree = await upTo('agree');
  await runCommands(phone, agree.commands);
  await phone.host.powerOff();
  const { steps } = await provisionAll(world, phone, tokenReference);
  assert.deepEqual(steps, ['nonce', 'agree', 'nonce', 'agree', 'open', 'load', 'done']);
  assert.deepEqual(await versionsOf(), { held: 0x31, spent: 0x31 });
});

test('an offer that the element never got is made again under its version, however often', async () => {
  for (let tries = 0; tries < 20; tries++) {
    await upTo('agree');
    await phone.host.powerOff();
  }
  assert.deepEqual(await versionsOf(), { held: 0, spent: 0 });
  const { steps } = await provisionAll(world, phone, tokenReference);
  assert.deepEqual(steps, ['nonce', 'agree', 'open', 'load', 'done']);
  assert.deepEqual(await versionsOf(), { held: 0x30, spent: 0x30 });
});

test('of two tokens that agree at once, the second goes on with the keys of the first', async () => {
  const second = await tokenised(world, phone, { card: CREDIT });
  const reference = second.tokenReference ?? '';
  const other = await provisionRound(world, reference);
  assert(!isRefused(other));
  const nonce = await runCommands(phone, other.commands);
  const late = await provisionRound(world, reference, { step: 'nonce', answers: nonce });
  assert(!isRefused(late));
  await provisionAll(world, phone, tokenReference);
  await phone.host.wired(fromHex('00A4040008A000000151000000'));
  const answers = await runCommands(phone, late.commands);
  const next = await provisionRound(world, reference, { step: 'agree', answers });
  assert(!isRefused(next));
  assert.equal(next.step, 'open');
  assert.deepEqual(await versionsOf(), { held: 0x30, spent: 0x30 });
});
