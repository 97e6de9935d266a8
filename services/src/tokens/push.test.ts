/** Push provisioning: a card that its bank hands on is added by its receipt: once, in time, and without a code. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import type { z } from '@hono/zod-openapi';
import { isRefused } from '@octavo/domain/refusal.ts';
import {
  asHexText,
  CREDIT,
  closeDatabase,
  DEBIT,
  GOOD_SCORES,
  newWorld,
  requestId,
  tablesAsText,
  type World,
} from './bench.test.ts';
import * as contract from './contract.ts';
import {
  type EnrolBody,
  type Enrolling,
  enrolBody,
  newPhone,
  type Phone,
  provisionAll,
} from './phone-bench.test.ts';

const MINUTE = 60_000;

let world: World;
let phone: Phone;

beforeEach(async () => {
  world = await newWorld();
  phone = await newPhone(world.clock);
});
after(closeDatabase);

type Ask = z.input<typeof contract.pushCard.body>;

function pushBody(more: Partial<Ask> = {}): Ask {
  const { pan, expiry: panExpiry } = CREDIT;
  return { requestId: requestId(), pan, panExpiry, mobileMasked: '138****0001', ...more };
}

async function pushed(more: Partial<Ask> = {}) {
  const answer = await world.asIssuer(contract.pushCard, pushBody(more));
  assert(!isRefused(answer), JSON.stringify(answer));
  return answer;
}

/** What a wallet sends to add a card by its receipt. */
async function byReceipt(receipt: string, { ask, entry }: Enrolling = {}, on = phone) {
  const nothing = { pan: undefined, expiry: undefined, cvn2: undefined, mobile: undefined };
  const push = { ...nothing, kind: 'push', receipt, ...entry } as never;
  return enrolBody(world.clock, on, { ask: ask ?? {}, entry: push });
}

const send = (body: EnrolBody) => world.asWallet(contract.enrol, body);

async function stateOf(body: EnrolBody | Promise<EnrolBody>) {
  const answer = await send(await body);
  return isRefused(answer) ? answer.code : answer.state;
}

async function codeOf(answer: Promise<unknown>) {
  const value = await answer;
  return isRefused(value) ? value.code : 'answered';
}

test('a pushed card becomes a token with nothing typed, no code, and no question to the issuer', async () => {
  const { receipt, expiresAtMs, cardLastFour, face } = await pushed();
  assert.match(receipt, /^[0-9A-F]{64}$/);
  assert.equal(expiresAtMs, world.clock.nowMs() + 10 * MINUTE);
  assert.deepEqual([cardLastFour, face.kind, face.art], ['0010', 'credit', 'ridge']);
  const answer = await send(await byReceipt(receipt));
  assert(!isRefused(answer), JSON.stringify(answer));
  assert.deepEqual(
    [answer.state, answer.colour, answer.cardLastFour],
    ['tokenised', 'green', '0010'],
  );
  assert.deepEqual(world.issuer.asked, []);
  const { tokenReference = '' } = answer;
  assert.equal((await provisionAll(world, phone, tokenReference)).steps.at(-1), 'done');
  const history = await world.asOperator(contract.tokenHistory, { tokenReference });
  assert(!isRefused(history));
  const { event, party, reason } = history.lines[0] ?? {};
  assert.deepEqual([event, party, reason], ['verify', 'issuer', 'PUSHED']);
});

describe('pushing', () => {
  const refusalOf = (more: Partial<Ask>, by: 'asIssuer' | 'asWallet' = 'asIssuer') =>
    codeOf(world[by](contract.pushCard, pushBody(more)));

  test('is the issuer’s alone', async () => {
    assert.equal(await refusalOf({}, 'asWallet'), 'caller.not_allowed');
  });

  test('refuses a wrong check digit, an unknown range, an expired card, in this order', async () => {
    assert.equal(await refusalOf({ pan: '9999020000000011' }), 'card.luhn_wrong');
    assert.equal(await refusalOf({ pan: '6258249900000018' }), 'card.unknown_bin');
    assert.equal(await refusalOf({ panExpiry: '2610' }), 'card.expired');
    assert.equal(await refusalOf({ mobileMasked: '138 0001' }), 'request.malformed');
  });

  test('again under the same request gives the same receipt, at once or later', async () => {
    const body = pushBody();
    const push = () => world.asIssuer(contract.pushCard, body);
    const [first, second] = await Promise.all([push(), push()]);
    assert.deepEqual(first, second);
    await world.clock.advance(MINUTE);
    assert.deepEqual(await push(), first);
    const other = await world.asIssuer(contract.pushCard, { ...body, panExpiry: '3011' });
    assert(isRefused(other) && other.code === 'request.key_reused');
  });

  test('that died before it answered gives its receipt in another life', async () => {
    const { promise: died, resolve: die } = Promise.withResolvers<void>();
    const dying = world.again({
      sql: async (text, values) => {
        const rows = await world.database.sql(text, values);
        if (!text.includes('insert into tokens.pushed_card')) return rows;
        die();
        return new Promise<never>(() => {});
      },
    });
    const body = pushBody();
    void dying.asIssuer(contract.pushCard, body);
    await died;
    const answer = await world.asIssuer(contract.pushCard, body);
    assert(!isRefused(answer));
    assert.equal(await stateOf(byReceipt(answer.receipt)), 'tokenised');
  });
});

describe('a receipt', () => {
  test('that nobody was given is unknown', async () => {
    assert.equal(await stateOf(byReceipt('0'.repeat(64))), 'push.unknown');
  });

  test('is good for ten minutes, and then its card is forgotten', async () => {
    const { receipt } = await pushed();
    await world.clock.advance(10 * MINUTE);
    assert.equal(await stateOf(byReceipt(receipt)), 'push.lapsed');
    await world.settle();
    const [row] = await world.database.sql('select sealed_pan from tokens.pushed_card');
    assert.equal(row?.sealed_pan, null);
    assert.equal(await stateOf(byReceipt(receipt)), 'push.lapsed');
    await world.clock.advance(24 * 60 * MINUTE);
    await world.settle();
    assert.equal(await stateOf(byReceipt(receipt)), 'push.unknown');
  });

  test('is good once, on one phone', async () => {
    const { receipt } = await pushed();
    assert.equal(await stateOf(byReceipt(receipt)), 'tokenised');
    const other = await newPhone(world.clock);
    assert.equal(await stateOf(byReceipt(receipt, {}, other)), 'push.used');
    await world.clock.advance(10 * MINUTE);
    assert.equal(await stateOf(byReceipt(receipt, {}, other)), 'push.used');
  });

  test('that another phone takes in the very moment is used', async () => {
    const { receipt } = await pushed();
    const first = await byReceipt(receipt, {}, await newPhone(world.clock));
    let isTaken = false;
    const slower = world.again({
      sql: async (text, values) => {
        if (text.includes('set taken_by') && !isTaken) {
          isTaken = true;
          assert.equal(await stateOf(first), 'tokenised');
        }
        return world.database.sql(text, values);
      },
    });
    const answer = await slower.asWallet(contract.enrol, await byReceipt(receipt));
    assert(isRefused(answer) && answer.code === 'push.used');
  });

  test('is not spent by an entry that is refused before it: envelope, terms, a card that is there', async () => {
    const { receipt } = await pushed();
    const notOurs = { entry: { elementId: '0'.repeat(64) } };
    assert.equal(await stateOf(byReceipt(receipt, notOurs)), 'enrolment.envelope_refused');
    const typed = { entry: { pan: CREDIT.pan } as never };
    assert.equal(await stateOf(byReceipt(receipt, typed)), 'enrolment.envelope_refused');
    const terms = { ask: { termsVersion: '2025-01' } };
    assert.equal(await stateOf(byReceipt(receipt, terms)), 'enrolment.terms_changed');
    assert.equal(await stateOf(enrolBody(world.clock, phone, { card: CREDIT })), 'code_awaited');
    assert.equal(await stateOf(byReceipt(receipt)), 'card.on_device');
    assert.equal(await stateOf(byReceipt(receipt, {}, await newPhone(world.clock))), 'tokenised');
  });
});

describe('the decision', () => {
  const withScores = async (change: Partial<typeof GOOD_SCORES> & { reasons?: string[] }) => {
    const { receipt } = await pushed();
    const scores = { ...GOOD_SCORES, ...change };
    return send(await byReceipt(receipt, { ask: { scores } }));
  };

  test('is green where a typed card would need a code', async () => {
    const answer = await withScores({ device: 1 });
    assert(!isRefused(answer) && answer.colour === 'green');
  });

  test('is red where the wallet or the rules say so, and the enrolment is over', async () => {
    const lost = await withScores({ reasons: ['DEVICE_RECENTLY_LOST'] as never });
    assert(isRefused(lost) && lost.code === 'card.declined');
    const low = await withScores({ device: 1, account: 1 });
    assert(isRefused(low) && low.code === 'card.declined');
    assert.equal(await stateOf(byReceipt((await pushed()).receipt)), 'tokenised');
  });
});

describe('the same request', () => {
  test('gets the same answer, also at once, and one with another body is refused', async () => {
    const { receipt } = await pushed();
    const body = await byReceipt(receipt);
    const [first, second] = await Promise.all([send(body), send(body)]);
    assert.deepEqual(first, second);
    await world.clock.advance(20 * MINUTE);
    assert.deepEqual(await send(body), first);
    assert.equal(await stateOf({ ...body, termsVersion: '1999' }), 'request.key_reused');
  });

  for (const effect of [
    'update tokens.pushed_card set taken_by',
    'insert into tokens.enrolment (',
    'update tokens.enrolment set',
    'insert into tokens.token (',
  ]) {
    for (const when of ['before', 'after']) {
      test(`goes on in another life of a service that died ${when} "${effect}"`, async () => {
        const { receipt } = await pushed();
        const { promise: died, resolve: die } = Promise.withResolvers<void>();
        const dying = world.again({
          sql: async (text, values) => {
            if (!text.includes(effect)) return world.database.sql(text, values);
            if (when === 'after') await world.database.sql(text, values);
            die();
            return new Promise<never>(() => {});
          },
        });
        const body = await byReceipt(receipt);
        void dying.asWallet(contract.enrol, body);
        await died;
        const answer = await send(body);
        assert(!isRefused(answer), JSON.stringify(answer));
        assert.equal(answer.state, 'tokenised');
        const live = await world.database.sql(
          `select token_id from tokens.enrolment where token_id is not null order by token_id`,
        );
        assert.equal(live.length, 1);
      });
    }
  }
});

test('neither the number nor the receipt stands in a table or an event', async () => {
  const { receipt } = await pushed({ pan: DEBIT.pan });
  const again = await pushed();
  await send(await byReceipt(receipt));
  const kept = (await tablesAsText(world.database.sql)).toLowerCase();
  const traced = JSON.stringify(world.events);
  for (const secret of [DEBIT.pan, CREDIT.pan]) {
    assert(!kept.includes(secret) && !kept.includes(asHexText(secret)));
    assert(!traced.includes(secret));
  }
  for (const secret of [receipt, again.receipt]) {
    assert(!kept.includes(secret.toLowerCase()) && !kept.includes(asHexText(secret)));
    assert(!traced.includes(secret));
  }
});
