/** The bank's own word instead of a code: for a card or against it, once, kept with who said it and why. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import type { z } from '@hono/zod-openapi';
import { isRefused } from '@octavo/domain/refusal.ts';
import { closeDatabase, newWorld, requestId, type World } from './bench.test.ts';
import * as contract from './contract.ts';
import {
  activeToken,
  codeBody,
  type EnrolBody,
  enrolBody,
  newPhone,
  type Phone,
  provisionAll,
} from './phone-bench.test.ts';

const MINUTE = 60_000;

let world: World;
let phone: Phone;
let body: EnrolBody;
let enrolmentId: string;

beforeEach(async () => {
  world = await newWorld();
  phone = await newPhone(world.clock);
  body = await enrolBody(world.clock, phone);
  enrolmentId = body.enrolmentId;
  const answer = await world.asWallet(contract.enrol, body);
  assert(!isRefused(answer) && answer.state === 'code_awaited');
});
after(closeDatabase);

type Ask = z.input<typeof contract.approveEnrolment.body>;

function wordOf(more: Partial<Ask> = {}): Ask {
  return { requestId: requestId(), enrolmentId, approve: true, by: 'bank_app', ...more };
}

const say = (ask: Ask, by: 'asIssuer' | 'asOperator' | 'asWallet' = 'asIssuer') =>
  world[by](contract.approveEnrolment, ask);

async function codeOf(answer: Promise<unknown>) {
  const value = await answer;
  return isRefused(value) ? value.code : 'answered';
}

async function view() {
  const answer = await world.asWallet(contract.enrolment, { enrolmentId });
  assert(!isRefused(answer));
  return answer;
}

async function historyOf(tokenReference = '') {
  const answer = await world.asOperator(contract.tokenHistory, { tokenReference });
  assert(!isRefused(answer));
  return answer.lines;
}

async function waiting() {
  const answer = await world.asOperator(contract.enrolments, {});
  assert(!isRefused(answer));
  return answer.enrolments;
}

describe('a word for the card', () => {
  test('of the bank’s app makes its token, the code dies, and the wallet finds it', async () => {
    const answer = await say(wordOf());
    assert(!isRefused(answer));
    assert.deepEqual([answer.state, answer.cardLastFour], ['tokenised', '0010']);
    assert.deepEqual(await view(), answer);
    const typed = await codeBody(world.clock, enrolmentId, world.issuer.code);
    assert.equal(await codeOf(world.asWallet(contract.checkCode, typed)), 'enrolment.not_waiting');
    assert(!world.issuer.asked.includes('checkCode'));
    const { tokenReference = '' } = answer;
    assert.equal((await provisionAll(world, phone, tokenReference)).steps.at(-1), 'done');
    assert.equal((await view()).state, 'active');
  });

  test('of the call centre too, at the issuer or the operator, and the history says who and why', async () => {
    await world.clock.advance(MINUTE);
    const comment = '打电话来的，身份已核实';
    const answer = await say(wordOf({ by: 'call_centre', comment }), 'asOperator');
    assert(!isRefused(answer));
    const [first, second] = await historyOf(answer.tokenReference);
    assert.deepEqual(first, {
      atMs: world.clock.nowMs(),
      event: 'verify',
      party: 'operator',
      reason: 'CALL_CENTRE',
      comment,
      state: 'verified',
    });
    assert.deepEqual([second?.event, second?.state], ['tokenise', 'inactive']);
    const verified = world.events.find(({ type }) => type === 'card.verified');
    assert.deepEqual(verified?.detail, {
      enrolmentId,
      assurance: '11',
      party: 'operator',
      reason: 'CALL_CENTRE',
    });
  });

  test('counts although every try and every new code is used up but time is left', async () => {
    for (const code of ['000000', '000001', '000002']) {
      await world.asWallet(contract.checkCode, await codeBody(world.clock, enrolmentId, code));
    }
    assert.equal((await view()).triesLeft, 0);
    await world.clock.advance(15 * MINUTE);
    assert.equal(await codeOf(say(wordOf())), 'answered');
  });

  test('crosses a right code: whichever is first makes the only token', async () => {
    const typed = await codeBody(world.clock, enrolmentId, world.issuer.code);
    await Promise.all([world.asWallet(contract.checkCode, typed), say(wordOf())]);
    const tokens = await world.database.sql(
      `select token_id from tokens.token where state <> 'deleted' order by token_id`,
    );
    assert.equal(tokens.length, 1);
  });
});

describe('a word against the card', () => {
  test('ends the enrolment by name, for every later question, and frees the card', async () => {
    const answer = await say(wordOf({ approve: false, by: 'call_centre', comment: 'not hers' }));
    assert(!isRefused(answer));
    assert.deepEqual([answer.state, answer.refusal], ['lapsed', 'enrolment.bank_refused']);
    assert.deepEqual(await view(), answer);
    assert.equal(await codeOf(world.asWallet(contract.enrol, body)), 'enrolment.bank_refused');
    const typed = await codeBody(world.clock, enrolmentId, world.issuer.code);
    const late = world.asWallet(contract.checkCode, typed);
    assert.equal(await codeOf(late), 'enrolment.bank_refused');
    assert.equal(await codeOf(say(wordOf())), 'enrolment.bank_refused');
    const again = await world.asWallet(contract.enrol, await enrolBody(world.clock, phone));
    assert(!isRefused(again) && again.state === 'code_awaited');
  });

  test('keeps who and why, and nothing of the card', async () => {
    await say(wordOf({ approve: false, comment: 'not hers' }));
    const [line] = await world.database.sql(
      'select event, state, party, reason, comment from tokens.enrolment_history order by version',
    );
    assert.deepEqual(Object.values(line ?? {}), [
      'refuse',
      'lapsed',
      'issuer',
      'BANK_APP',
      'not hers',
    ]);
    const [row] = await world.database.sql('select sealed_pan from tokens.enrolment');
    assert.equal(row?.sealed_pan, null);
    const told = world.events.find(({ type }) => type === 'card.refused');
    assert.equal(told?.detail.code, 'enrolment.bank_refused');
  });
});

describe('what refuses, in order', () => {
  test('the bank’s app as said by an operator, and anybody else’s word', async () => {
    assert.equal(await codeOf(say(wordOf(), 'asOperator')), 'caller.not_allowed');
    assert.equal(await codeOf(say(wordOf(), 'asWallet')), 'caller.not_allowed');
    assert.equal((await view()).state, 'code_awaited');
  });

  test('an enrolment nobody knows', async () => {
    const ask = wordOf({ enrolmentId: '0'.repeat(32) });
    assert.equal(await codeOf(say(ask)), 'enrolment.unknown');
  });

  test('one whose time is over', async () => {
    await world.clock.advance(30 * MINUTE);
    assert.equal(await codeOf(say(wordOf())), 'enrolment.lapsed');
  });

  test('one that waits for nothing: verified already, or its bank has not spoken', async () => {
    await say(wordOf());
    assert.equal(await codeOf(say(wordOf({ approve: false }))), 'enrolment.not_waiting');
    world.issuer.isAway = true;
    const other = await enrolBody(world.clock, await newPhone(world.clock));
    await world.asWallet(contract.enrol, other);
    const early = say(wordOf({ enrolmentId: other.enrolmentId }));
    // Its word on the card may be under way: whoever asks again finds it.
    assert.equal(await codeOf(early), 'busy');
  });

  test('a comment of more than one line', async () => {
    assert.equal(await codeOf(say(wordOf({ comment: 'a\nb' }))), 'request.malformed');
  });
});

describe('the same request', () => {
  test('twice, or twice at once, is one word', async () => {
    const ask = wordOf();
    const [first, second] = await Promise.all([say(ask), say(ask)]);
    assert.deepEqual(first, second);
    assert.deepEqual(await say(ask), first);
    assert(!isRefused(first));
    assert.equal((await historyOf(first.tokenReference)).length, 2);
    const no = wordOf({ approve: false });
    assert.equal(await codeOf(say(no)), 'enrolment.not_waiting');
  });

  test('with another body, or from somebody else, is refused', async () => {
    const ask = wordOf({ by: 'call_centre' });
    await say(ask);
    assert.equal(await codeOf(say({ ...ask, approve: false })), 'request.key_reused');
    assert.equal(await codeOf(say(ask, 'asOperator')), 'request.key_reused');
  });

  test('of two words at once one is taken', async () => {
    const words = await Promise.all([
      codeOf(say(wordOf())),
      codeOf(say(wordOf({ approve: false }))),
    ]);
    assert.equal(words.filter((code) => code === 'answered').length, 1);
  });
});

test('a service that dies between the word and the token makes the token in its next life', async () => {
  const { promise: died, resolve: die } = Promise.withResolvers<void>();
  const dying = world.again({
    sql: (text, values) => {
      if (!text.includes('insert into tokens.token (')) return world.database.sql(text, values);
      die();
      return new Promise<never>(() => {});
    },
  });
  const ask = wordOf();
  void dying.asIssuer(contract.approveEnrolment, ask);
  await died;
  assert.equal((await view()).state, 'verified');
  await world.settle();
  const found = await view();
  assert.equal(found.state, 'tokenised');
  assert.deepEqual(await say(ask), found);
});

test('the operator sees what awaits a code or the bank’s word, newest first, and nobody else does', async () => {
  await world.clock.advance(MINUTE);
  const other = await enrolBody(world.clock, await newPhone(world.clock));
  await world.asWallet(contract.enrol, other);
  const [newest, oldest, none] = await waiting();
  assert.equal(none, undefined);
  assert.deepEqual([newest?.enrolmentId, oldest?.enrolmentId], [other.enrolmentId, enrolmentId]);
  const began = world.clock.nowMs() - MINUTE;
  assert.deepEqual(
    { ...oldest, face: oldest?.face.art },
    {
      enrolmentId,
      cardLastFour: '0010',
      face: 'tide',
      mobileMasked: '138****0001',
      askedAtMs: began,
      expiresAtMs: began + 30 * MINUTE,
      triesLeft: 3,
      resendsLeft: 3,
      codeExpiresAtMs: began + 10 * MINUTE,
      requestorId: '99900000001',
    },
  );
  await say(wordOf());
  await activeToken(world, await newPhone(world.clock));
  assert.deepEqual(
    (await waiting()).map((each) => each.enrolmentId),
    [other.enrolmentId],
  );
  await world.clock.advance(30 * MINUTE);
  assert.deepEqual(await waiting(), []);
  assert.equal(await codeOf(world.asIssuer(contract.enrolments, {})), 'caller.not_allowed');
});
