/** The one-time code: passed on and counted by the issuer, kept nowhere, good once. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { isRefused, refused } from '@octavo/domain/refusal.ts';
import {
  asHexText,
  closeDatabase,
  newWorld,
  requestId,
  tablesAsText,
  type World,
} from './bench.test.ts';
import * as contract from './contract.ts';
import { codeBody, enrolBody, newPhone, type Phone } from './phone-bench.test.ts';

const MINUTE = 60_000;

let world: World;
let phone: Phone;
let enrolmentId: string;

beforeEach(async () => {
  world = await newWorld();
  phone = await newPhone(world.clock);
  const body = await enrolBody(world.clock, phone);
  enrolmentId = body.enrolmentId;
  const answer = await world.asWallet(contract.enrol, body);
  assert(!isRefused(answer) && answer.state === 'code_awaited');
});
after(closeDatabase);

type CodeBody = Awaited<ReturnType<typeof codeBody>>;
const send = (body: CodeBody) => world.asWallet(contract.checkCode, body);
const type = async (code: string) => send(await codeBody(world.clock, enrolmentId, code));
const resend = (id = requestId()) =>
  world.asWallet(contract.resendCode, { requestId: id, enrolmentId });

async function view() {
  const answer = await world.asWallet(contract.enrolment, { enrolmentId });
  assert(!isRefused(answer));
  return answer;
}

test('a right code verifies the card, and its token is made at once', async () => {
  const answer = await type('123456');
  assert(!isRefused(answer));
  assert.equal(answer.state, 'tokenised');
  const view = await world.asWallet(contract.token, {
    tokenReference: answer.tokenReference ?? '',
  });
  assert(!isRefused(view) && view.state === 'inactive');
  assert(world.events.some(({ type }) => type === 'card.verified'));
});

test('a wrong code leaves its tries, and the last of them kills it', async () => {
  const first = await type('000000');
  assert.deepEqual(first, refused('enrolment.code_wrong', { triesLeft: 2 }));
  assert.equal((await view()).triesLeft, 2);
  await type('000001');
  const third = await type('000002');
  assert(isRefused(third) && third.code === 'enrolment.code_dead');
  assert.deepEqual([(await view()).state, (await view()).triesLeft], ['code_awaited', 0]);
});

test('after the last code is dead the enrolment lapses, and the card is free', async () => {
  world.issuer.resendsLeft = 0;
  await resend();
  for (const code of ['000000', '000001', '000002']) await type(code);
  assert.equal((await view()).state, 'lapsed');
  const again = await type('123456');
  assert(isRefused(again) && again.code === 'enrolment.lapsed');
  world.issuer.triesLeft = 3;
  const other = await world.asWallet(contract.enrol, await enrolBody(world.clock, phone));
  assert(!isRefused(other));
});

test('a code that is too old is refused by the issuer’s word', async () => {
  world.issuer.refusal = refused('enrolment.code_expired');
  const answer = await type('123456');
  assert(isRefused(answer) && answer.code === 'enrolment.code_expired');
  world.issuer.refusal = undefined;
  assert(!isRefused(await resend()));
  assert(!isRefused(await type('123456')));
});

describe('a new code', () => {
  test('begins its tries anew', async () => {
    await type('000000');
    world.issuer.triesLeft = 3;
    world.issuer.resendsLeft = 2;
    const answer = await resend();
    assert(!isRefused(answer));
    assert.deepEqual([answer.triesLeft, answer.resendsLeft], [3, 2]);
  });

  test('is sent once for one request, and no other enrolment is meant by it', async () => {
    const id = requestId();
    const first = await resend(id);
    assert.deepEqual(await resend(id), first);
    assert.equal(world.issuer.asked.filter((asked) => asked === 'sendCode').length, 2);
  });

  test('over the limit ends nothing while the last code lives, and everything after', async () => {
    world.issuer.refusal = refused('enrolment.resend_limit');
    const limited = await resend();
    assert(isRefused(limited) && limited.code === 'enrolment.resend_limit');
    assert.equal((await view()).state, 'code_awaited');
    await world.clock.advance(10 * MINUTE);
    await resend();
    assert.equal((await view()).state, 'lapsed');
  });
});

describe('what refuses', () => {
  test('an enrolment nobody knows', async () => {
    const answer = await send(await codeBody(world.clock, '0'.repeat(32), '123456'));
    assert(isRefused(answer) && answer.code === 'enrolment.unknown');
  });

  test('an envelope for another enrolment or requestor, an old one, one that does not open', async () => {
    const entries = [
      { enrolmentId: '0'.repeat(32) },
      { requestorId: '99900000099' },
      { atMs: world.clock.nowMs() - 10 * MINUTE - 1 },
      { code: '12345' },
      { kind: 'card' as never },
    ];
    for (const entry of entries) {
      const answer = await send(await codeBody(world.clock, enrolmentId, '123456', entry));
      assert(isRefused(answer) && answer.code === 'enrolment.envelope_refused');
    }
    const closed = { ...(await codeBody(world.clock, enrolmentId, '123456')), envelope: 'x' };
    const answer = await send(closed);
    assert(isRefused(answer) && answer.code === 'enrolment.envelope_refused');
    assert.equal(world.issuer.triesLeft, 3, 'the issuer was not asked');
  });

  test('an envelope that another request brought', async () => {
    const body = await codeBody(world.clock, enrolmentId, '000000');
    await send(body);
    const again = await send({ ...body, requestId: requestId() });
    assert(isRefused(again) && again.code === 'enrolment.envelope_refused');
    assert.equal(world.issuer.triesLeft, 2);
  });

  test('a code for a card that is verified already', async () => {
    await type('123456');
    const answer = await type('123456');
    assert(isRefused(answer) && answer.code === 'enrolment.not_waiting');
    const late = await resend();
    assert(isRefused(late) && late.code === 'enrolment.not_waiting');
  });

  test('a code after half an hour', async () => {
    await world.clock.advance(30 * MINUTE);
    const answer = await type('123456');
    assert(isRefused(answer) && answer.code === 'enrolment.lapsed');
  });
});

describe('a check whose answer was lost is asked again when the holder types the same code', () => {
  /** Typed, done by the issuer, and not heard of. */
  const typeUnheard = async (code: string) => {
    world.issuer.isUnheard = true;
    const answer = await type(code);
    assert(isRefused(answer) && answer.code === 'unavailable');
    world.issuer.isUnheard = false;
  };

  test('the card that the issuer has verified gets its token, under whatever request it is asked', async () => {
    await typeUnheard('123456');
    assert.equal((await view()).state, 'code_awaited');
    const answer = await type('123456');
    assert(!isRefused(answer) && answer.state === 'tokenised');
  });

  test('also after other digits, which the issuer no longer waits for, and in another life', async () => {
    await typeUnheard('123456');
    const other = await type('000000');
    assert(isRefused(other) && other.code === 'enrolment.not_waiting');
    const body = await codeBody(world.clock, enrolmentId, '123456');
    const answer = await world.again().asWallet(contract.checkCode, body);
    assert(!isRefused(answer) && answer.state === 'tokenised');
  });

  test('a wrong one costs one try, and typed once more another', async () => {
    await typeUnheard('000000');
    assert.deepEqual(await type('000000'), refused('enrolment.code_wrong', { triesLeft: 2 }));
    assert.deepEqual(await type('000000'), refused('enrolment.code_wrong', { triesLeft: 1 }));
  });

  test('but what was said of an old code says nothing of a new one', async () => {
    await typeUnheard('000000');
    world.issuer.triesLeft = 3;
    world.issuer.code = '000000';
    assert(!isRefused(await resend()));
    const answer = await type('000000');
    assert(!isRefused(answer) && answer.state === 'tokenised');
  });

  test('nothing of it is kept once it is answered', async () => {
    await typeUnheard('123456');
    await typeUnheard('000000');
    await type('123456');
    assert.deepEqual(await world.database.sql('select enrolment_id from tokens.code_check'), []);
  });
});

describe('the same request', () => {
  test('gets the same answer and costs no second try', async () => {
    const wrong = await codeBody(world.clock, enrolmentId, '000000');
    const first = await send(wrong);
    assert.deepEqual(await send(wrong), first);
    const right = await codeBody(world.clock, enrolmentId, '123456');
    const good = await send(right);
    assert.deepEqual(await send(right), good);
    assert.equal(world.issuer.triesLeft, 2);
  });

  test('with another body is refused', async () => {
    const body = await codeBody(world.clock, enrolmentId, '000000');
    await send(body);
    const other = { ...(await codeBody(world.clock, enrolmentId, '1')), requestId: body.requestId };
    const answer = await send(other);
    assert(isRefused(answer) && answer.code === 'request.key_reused');
  });

  test('twice at once makes one token', async () => {
    const body = await codeBody(world.clock, enrolmentId, '123456');
    const [first, second] = await Promise.all([send(body), send(body)]);
    assert.deepEqual(first, second);
    const live = await world.database.sql(
      `select token_id from tokens.token where state <> 'deleted' order by token_id`,
    );
    assert.equal(live.length, 1);
  });

  test('is tried again when the issuer was away', async () => {
    const body = await codeBody(world.clock, enrolmentId, '123456');
    world.issuer.isAway = true;
    const away = await send(body);
    assert(isRefused(away) && away.code === 'unavailable');
    world.issuer.isAway = false;
    const answer = await send(body);
    assert(!isRefused(answer) && answer.state === 'tokenised');
  });
});

test('a service that dies between verifying and tokenising makes the token in its next life', async () => {
  const { promise: died, resolve: die } = Promise.withResolvers<void>();
  const dying = world.again({
    sql: (text, values) => {
      if (!text.includes('insert into tokens.token (')) return world.database.sql(text, values);
      die();
      return new Promise<never>(() => {});
    },
  });
  void dying.asWallet(
    contract.checkCode,
    await codeBody(world.clock, enrolmentId, world.issuer.code),
  );
  await died;
  assert.equal((await view()).state, 'verified');
  await world.settle();
  assert.equal((await view()).state, 'tokenised');
});

test('the code stands in no table and no event', async () => {
  await type('765432');
  const kept = await tablesAsText(world.database.sql);
  assert(!kept.includes('765432') && !kept.includes(asHexText('765432')));
  assert(!JSON.stringify(world.events).includes('765432'));
});
