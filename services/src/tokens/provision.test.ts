/** Rounds with a real element: from a nonce to an active token, through power cuts, lost answers and lost keys. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { CREDIT, closeDatabase, newWorld, requestId, type World } from './bench.test.ts';
import * as contract from './contract.ts';
import {
  activeToken,
  answeredRound,
  enrolBody,
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

const round = (answered?: Round) => answeredRound(world, tokenReference, answered);
const upTo = (step: Round['step']) => roundUpTo(world, phone, tokenReference, step);

async function stateOf(reference = tokenReference) {
  const view = await world.asOperator(contract.token, { tokenReference: reference });
  assert(!isRefused(view));
  return view.state;
}

const deleteIt = () =>
  world.asWallet(contract.changeToken, {
    requestId: requestId(),
    tokenReference,
    event: 'delete',
    reason: 'HOLDER_REQUEST',
  });

async function holdsInstance() {
  const { instanceAid } = await round();
  const selected = await phone.host.wired(fromHex(`00A404000A${instanceAid}00`));
  return toHex(selected).endsWith('9000');
}

test('a first card agrees on keys, opens the channel and loads; a second goes straight to the channel', async () => {
  const { steps } = await provisionAll(world, phone, tokenReference);
  assert.deepEqual(steps, ['nonce', 'agree', 'open', 'load', 'done']);
  assert.equal(await stateOf(), 'active');
  assert.deepEqual(world.events.at(-1)?.type, 'token.active');
  const second = await tokenised(world, phone, { card: CREDIT });
  const again = await provisionAll(world, phone, second.tokenReference ?? '');
  assert.deepEqual(again.steps, ['open', 'load', 'done']);
});

test('two instances of one element have two names', async () => {
  const first = await activeToken(world, await newPhone(world.clock));
  const second = await tokenised(world, phone, { card: CREDIT });
  const answer = await provisionRound(world, second.tokenReference ?? '');
  assert(!isRefused(answer));
  assert.notEqual(answer.instanceAid, (await round()).instanceAid);
  assert.equal(answer.instanceAid.length, 20);
  assert.equal(first.instanceAid.slice(-4), '0001');
});

test('the first commands are those of the profile', async () => {
  const answer = await round();
  assert.deepEqual(
    answer.commands.map(({ bytes }) => bytes),
    ['00A4040008A00000015100000000', '80CADF0100'],
  );
  assert.deepEqual([answer.step, answer.purpose], ['nonce', 'personalise']);
});

describe('the same again', () => {
  test('each round gets the same answer again', async () => {
    let answer = await round();
    while (answer.step !== 'done') {
      const answered = { step: answer.step, answers: await runCommands(phone, answer.commands) };
      const next = await round(answered);
      assert.deepEqual(await round(answered), next);
      answer = next;
    }
    assert.equal(await stateOf(), 'active');
  });

  test('the same request gets the same answer, another body a refusal', async () => {
    const body = { requestId: requestId(), tokenReference };
    const first = await world.asWallet(contract.provision, body);
    assert.deepEqual(await world.asWallet(contract.provision, body), first);
    const other = await world.asWallet(contract.provision, {
      ...body,
      round: { step: 'nonce', answers: [] },
    });
    assert(isRefused(other) && other.code === 'request.key_reused');
  });

  test('the same round twice at once is taken once', async () => {
    const load = await upTo('load');
    const answered: Round = { step: 'load', answers: await runCommands(phone, load.commands) };
    const both = await Promise.all([round(answered), round(answered)]);
    assert.deepEqual(
      both.map(({ step }) => step),
      ['done', 'done'],
    );
    const active = world.events.filter(({ type }) => type === 'token.active');
    assert.equal(active.length, 1);
  });

  test('two nonces at once leave one agreement', async () => {
    const asked = await round();
    const answered: Round = { step: 'nonce', answers: await runCommands(phone, asked.commands) };
    const [first, second] = await Promise.all([round(answered), round(answered)]);
    assert.deepEqual(first, second);
  });
});

describe('after power was lost', () => {
  test('in the middle of loading, it opens a fresh channel and loads all again', async () => {
    const load = await upTo('load');
    await runCommands(phone, load.commands.slice(0, 6));
    await phone.host.powerOff();
    const { steps } = await provisionAll(world, phone, tokenReference);
    assert.deepEqual(steps, ['open', 'load', 'done']);
    assert.equal(await stateOf(), 'active');
  });

  test('after loading but before the answers came through, it loads all again', async () => {
    const load = await upTo('load');
    await runCommands(phone, load.commands);
    await phone.host.powerOff();
    assert.equal((await provisionAll(world, phone, tokenReference)).steps.at(-1), 'done');
  });

  test('a fresh channel has a fresh challenge', async () => {
    await upTo('open');
    const [first, second] = [await round(), await round()];
    assert.notDeepEqual(first.commands, second.commands);
  });
});

describe('an element whose keys are not those we know', () => {
  const forgetKeys = async () => {
    // Another life of the element: same birth, no domain.
    await phone.host.close();
    const lasting = phone.storage.snapshot();
    phone.storage.restore({ ...lasting, securityDomain: undefined, instances: [] });
    phone = await phone.reopen();
  };

  test('agrees anew and goes on', async () => {
    await upTo('open');
    await forgetKeys();
    const { steps } = await provisionAll(world, phone, tokenReference);
    assert.deepEqual(steps, ['open', 'nonce', 'agree', 'open', 'load', 'done']);
    assert.equal(await stateOf(), 'active');
  });

  test('but not for ever: after two agreements it counts as failed', async () => {
    await upTo('open');
    await forgetKeys();
    let answer = await round();
    for (let tries = 0; tries < 2; tries++) {
      answer = await round({ step: 'open', answers: ['9000', '6A88'] });
      assert.equal(answer.step, 'nonce');
      const nonce = await round({
        step: 'nonce',
        answers: await runCommands(phone, answer.commands),
      });
      answer = await round({ step: 'agree', answers: await runCommands(phone, nonce.commands) });
      assert.equal(answer.step, 'open');
    }
    const refusal = await provisionRound(world, tokenReference, {
      step: 'open',
      answers: ['9000', '6A88'],
    });
    assert(isRefused(refusal) && refusal.code === 'personalisation.element_failed');
    assert.equal(await stateOf(), 'deleted');
  });

  test('a wrong card cryptogram is such an element too', async () => {
    const open = await upTo('open');
    const answers = await runCommands(phone, open.commands);
    const [selected = '', updated = ''] = answers;
    const forged = `${updated.slice(0, 42)}${'00'.repeat(8)}${updated.slice(58)}`;
    const answer = await round({ step: 'open', answers: [selected, forged] });
    assert.equal(answer.step, 'nonce');
  });
});

describe('an element that fails', () => {
  test('deletes the token, lapses the enrolment, and is told to the wallet', async () => {
    const load = await upTo('load');
    const answers = await runCommands(phone, load.commands.slice(0, 3));
    const failed: Round = { step: 'load', answers: [...answers, '6A84'] };
    const first = await provisionRound(world, tokenReference, failed);
    assert(isRefused(first) && first.code === 'personalisation.element_failed');
    assert.deepEqual(await provisionRound(world, tokenReference, failed), first);
    assert.equal(await stateOf(), 'deleted');
    await world.settle();
    assert.deepEqual(
      world.wallet.told.map(({ state }) => state),
      ['deleted'],
    );
    const free = await world.asWallet(contract.enrol, await enrolBody(world.clock, phone));
    assert(!isRefused(free));
  });

  for (const step of ['nonce', 'agree', 'open'] as const) {
    test(`also at step ${step}`, async () => {
      await upTo(step);
      const refusal = await provisionRound(world, tokenReference, { step, answers: ['6F00'] });
      assert(isRefused(refusal) && refusal.code === 'personalisation.element_failed');
      assert.equal(await stateOf(), 'deleted');
    });
  }

  test('a response with a wrong MAC is a failure, whatever its status says', async () => {
    const load = await upTo('load');
    const answers = await runCommands(phone, load.commands);
    answers[1] = `${'00'.repeat(8)}9000`;
    const refusal = await provisionRound(world, tokenReference, { step: 'load', answers });
    assert(isRefused(refusal) && refusal.code === 'personalisation.element_failed');
  });

  test('what it may have kept is erased afterwards', async () => {
    const load = await upTo('load');
    await runCommands(phone, load.commands);
    await provisionRound(world, tokenReference, { step: 'load', answers: ['6F00'] });
    const { steps } = await provisionAll(world, phone, tokenReference);
    assert.deepEqual(steps, ['open', 'load', 'done']);
    assert.equal(await holdsInstance(), false);
  });
});

test('answers that were cut off on their way change nothing', async () => {
  const load = await upTo('load');
  const answers = await runCommands(phone, load.commands);
  const cut = await provisionRound(world, tokenReference, {
    step: 'load',
    answers: answers.slice(0, 4),
  });
  assert(isRefused(cut) && cut.code === 'personalisation.unknown_step');
  assert.equal((await round({ step: 'load', answers })).step, 'done');
});

test('a round that is not the one awaited is refused', async () => {
  const early = await provisionRound(world, tokenReference, { step: 'nonce', answers: ['9000'] });
  assert(isRefused(early) && early.code === 'personalisation.unknown_step');
  await upTo('open');
  const wrong = await provisionRound(world, tokenReference, { step: 'load', answers: ['9000'] });
  assert(isRefused(wrong) && wrong.code === 'personalisation.unknown_step');
});

describe('a token that is or was active', () => {
  test('is never personalised again', async () => {
    await provisionAll(world, phone, tokenReference);
    assert.deepEqual(await round(), {
      step: 'done',
      purpose: 'personalise',
      instanceAid: (await round()).instanceAid,
      commands: [],
    });
    const again = await provisionRound(world, tokenReference, { step: 'open', answers: ['9000'] });
    assert(isRefused(again) && again.code === 'personalisation.unknown_step');
  });

  test('is not personalised again either when the talk about it is lost', async () => {
    await provisionAll(world, phone, tokenReference);
    await world.database.sql('delete from tokens.provisioning');
    assert.equal((await round()).step, 'done');
    assert.equal((await round({ step: 'load', answers: [] })).step, 'done');
  });

  test('is erased once it is deleted, by the same rounds, again and again', async () => {
    await provisionAll(world, phone, tokenReference);
    assert.equal(await holdsInstance(), true);
    await deleteIt();
    const { steps } = await provisionAll(world, phone, tokenReference);
    assert.deepEqual(steps, ['open', 'load', 'done']);
    assert.equal((await round()).purpose, 'erase');
    assert.equal((await round()).step, 'done');
    assert.equal(await holdsInstance(), false);
  });
});

test('a token deleted before its element ever agreed is erased by all the rounds', async () => {
  await deleteIt();
  const { steps } = await provisionAll(world, phone, tokenReference);
  assert.deepEqual(steps, ['nonce', 'agree', 'open', 'load', 'done']);
  assert.equal(await stateOf(), 'deleted');
});

test('a token deleted while it was loaded is not activated by the answers', async () => {
  const load = await upTo('load');
  const answers = await runCommands(phone, load.commands);
  await deleteIt();
  const late = await provisionRound(world, tokenReference, { step: 'load', answers });
  assert(isRefused(late) && late.code === 'personalisation.unknown_step');
  assert.equal(await stateOf(), 'deleted');
});

test('deleting and the last round at once: deleted in the end, and never active after it', async () => {
  const load = await upTo('load');
  const answers = await runCommands(phone, load.commands);
  await Promise.all([provisionRound(world, tokenReference, { step: 'load', answers }), deleteIt()]);
  assert.equal(await stateOf(), 'deleted');
});

test('after half an hour an inactive token lapses, and its element is to erase it', async () => {
  await upTo('load');
  await world.clock.advance(30 * 60_000);
  assert.equal((await round()).purpose, 'erase');
  assert.equal(await stateOf(), 'deleted');
});

test('the laboratory’s token answers without its holder, the wallet’s does not', async () => {
  // Record A002 of the profile is inside the channel, so the element is asked: it taps without anybody verified.
  const other = await newPhone(world.clock);
  world.issuer.word.recommendation = 'green';
  const laboratory = { ask: { requestorId: '99900000099' }, entry: { requestorId: '99900000099' } };
  const { instanceAid } = await activeToken(world, other, laboratory);
  const options = '80A8000023832136000080'.concat(
    '000000002850',
    '000000000000',
    '0156',
    '0000000000',
    '0156',
    '261125',
    '00',
    '11223344',
    '00',
  );
  const tapOn = async (one: Phone, aid: string) => {
    await one.host.air(fromHex(`00A404000A${aid}00`));
    return toHex(await one.host.air(fromHex(options))).slice(-4);
  };
  assert.equal(await tapOn(other, instanceAid), '9000');
  const ordinary = await newPhone(world.clock);
  const token = await activeToken(world, ordinary);
  assert.equal(await tapOn(ordinary, token.instanceAid), '6986');
});

test('a crash after the element has loaded everything: the next life takes the answers', async () => {
  const load = await upTo('load');
  const answers = await runCommands(phone, load.commands);
  const { promise: died, resolve: die } = Promise.withResolvers<void>();
  const dying = world.again({
    sql: (text, values) => {
      if (!text.includes('update tokens.provisioning')) return world.database.sql(text, values);
      die();
      return new Promise<never>(() => {});
    },
  });
  void provisionRound(dying, tokenReference, { step: 'load', answers });
  await died;
  assert.equal((await round({ step: 'load', answers })).step, 'done');
  assert.equal(await stateOf(), 'active');
});
