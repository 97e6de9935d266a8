/** Loading an instance anew after its answers were lost: its counter goes on above any tap it may have made. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { closeDatabase, newWorld, type World } from './bench.test.ts';
import * as contract from './contract.ts';
import {
  answeredRound,
  armPhone,
  newPhone,
  type Phone,
  provisionAll,
  provisionRound,
  type Round,
  roundUpTo,
  runCommands,
  tokenised,
} from './phone-bench.test.ts';
import { purchase, tapPhone } from './shop-bench.test.ts';

let world: World;
let phone: Phone;
let tokenReference: string;

beforeEach(async () => {
  world = await newWorld();
  phone = await newPhone(world.clock);
  tokenReference = (await tokenised(world, phone)).tokenReference ?? '';
});
after(closeDatabase);

const round = (answered?: Round) => answeredRound(world, tokenReference, answered);
const upTo = (step: Round['step']) => roundUpTo(world, phone, tokenReference, step);

async function stateOf() {
  const view = await world.asOperator(contract.token, { tokenReference });
  assert(!isRefused(view));
  return view.state;
}

describe('an honest element whose loading is repeated is never taken for a copy', () => {
  // The element holds the instance from the last STORE DATA on, whether or not its answers come through.
  const activateIt = async (instanceAid: string) => {
    await phone.host.wired(fromHex('00A4040009A0000001514352530000'));
    await phone.host.wired(fromHex(`80F001010C4F0A${instanceAid}`));
  };
  const readIt = async (instanceAid: string) => {
    await phone.host.air(fromHex(`00A404000A${instanceAid}00`));
    const record = toHex(await phone.host.air(fromHex('00B2011C00')));
    const view = await world.asOperator(contract.token, { tokenReference });
    assert(!isRefused(view));
    return { number: /5A08(\d{16})/.exec(record)?.[1] ?? '', expiry: view.tokenExpiry };
  };
  const judge = async (token: { number: string; expiry: string }, chipData: string) => {
    const fields = purchase(world.clock, token, chipData);
    const verdict = await world.asNetwork(contract.verdict, { mti: '0200', fields });
    assert(!isRefused(verdict));
    return verdict.code;
  };

  test('a tap before the talk goes on used counter 1 up; the instance made again goes on above it', async () => {
    const load = await upTo('load');
    await runCommands(phone, load.commands);
    await activateIt(load.instanceAid);
    const token = await readIt(load.instanceAid);
    await armPhone(phone, load.instanceAid);
    assert.equal(await judge(token, await tapPhone(world.clock, phone)), 'token.inactive');
    await provisionAll(world, phone, tokenReference);
    await activateIt(load.instanceAid);
    await armPhone(phone, load.instanceAid);
    assert.equal(await judge(token, await tapPhone(world.clock, phone)), undefined);
    assert.equal(await stateOf(), 'active');
  });

  test('also when the tap comes after the new commands were made, or reaches us last of all', async () => {
    const first = await upTo('load');
    await runCommands(phone, first.commands);
    await activateIt(first.instanceAid);
    const token = await readIt(first.instanceAid);
    await armPhone(phone, first.instanceAid);
    const again = await upTo('load');
    const late = await tapPhone(world.clock, phone);
    const answers = await runCommands(phone, again.commands);
    await round({ step: 'load', answers });
    await activateIt(first.instanceAid);
    await armPhone(phone, first.instanceAid);
    assert.equal(await judge(token, await tapPhone(world.clock, phone)), undefined);
    assert.equal(await judge(token, late), 'tap.counter_behind');
    assert.equal(await stateOf(), 'active');
  });

  test('but not for ever: half of the counters are kept for taps', async () => {
    await upTo('load');
    await world.database.sql('update tokens.provisioning set loadings = 128');
    const open = await round();
    const answers = await runCommands(phone, open.commands);
    const refusal = await provisionRound(world, tokenReference, { step: 'open', answers });
    assert(isRefused(refusal) && refusal.code === 'personalisation.element_failed');
    assert.equal(await stateOf(), 'deleted');
  });
});
