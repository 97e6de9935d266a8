/** Adding a card: the envelope, the refusals in their order, the decision, and one try at a time. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { requestors } from '@octavo/domain/demo.ts';
import { isRefused, refused } from '@octavo/domain/refusal.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { elementId } from '@octavo/lib/globalplatform/certificate.ts';
import { generateKeyring } from '../../../platform/src/keyring.ts';
import { bearElement } from '../../../platform/src/maker.ts';
import { systemRandom } from '../../../platform/src/random.ts';
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
  activeToken,
  codeBody,
  type EnrolBody,
  type Enrolling,
  enrolBody,
  newPhone,
  type Phone,
  seal,
  tokenised,
} from './phone-bench.test.ts';

const MINUTE = 60_000;

let world: World;
let phone: Phone;

beforeEach(async () => {
  world = await newWorld();
  phone = await newPhone(world.clock);
});
after(closeDatabase);

const send = (body: EnrolBody) => world.asWallet(contract.enrol, body);

async function ask(enrolling: Enrolling = {}, on = phone) {
  const answer = await send(await enrolBody(world.clock, on, enrolling));
  return isRefused(answer) ? answer.code : answer.state;
}

async function stateOf(enrolmentId: string) {
  const view = await world.asWallet(contract.enrolment, { enrolmentId });
  return isRefused(view) ? view.code : view.state;
}

test('the envelope key is for anyone, and eligibility goes by the first six digits', async () => {
  const key = await world.asWallet(contract.envelopeKey, {});
  assert(!isRefused(key) && key.jwk.crv === 'P-256');
  const face = await world.asWallet(contract.eligibility, { firstSix: '999902' });
  assert(!isRefused(face));
  assert.deepEqual([face.kind, face.needs, face.issuerName.en], ['credit', 'cvn2', 'Bafang Bank']);
  assert.equal(face.numberLength, 16);
  const none = await world.asWallet(contract.eligibility, { firstSix: '622848' });
  assert(isRefused(none) && none.code === 'card.unknown_bin');
});

describe('the decision', () => {
  test('yellow awaits a code', async () => {
    const answer = await send(await enrolBody(world.clock, phone));
    assert(!isRefused(answer));
    assert.deepEqual(
      [answer.state, answer.colour, answer.cardLastFour, answer.mobileMasked, answer.triesLeft],
      ['code_awaited', 'yellow', '0010', '138****0001', 3],
    );
    assert.deepEqual(world.issuer.asked, ['assess', 'sendCode']);
    assert.equal(answer.tokenReference, undefined);
  });

  test('green is verified and tokenised at once', async () => {
    world.issuer.word.recommendation = 'green';
    const answer = await send(await enrolBody(world.clock, phone, { card: CREDIT }));
    assert(!isRefused(answer));
    assert.deepEqual([answer.state, answer.colour], ['tokenised', 'green']);
    assert.match(answer.tokenReference ?? '', /^[0-9A-F]{32}$/);
    assert.deepEqual(world.issuer.asked, ['assess']);
    const view = await world.asWallet(contract.token, {
      tokenReference: answer.tokenReference ?? '',
    });
    assert(!isRefused(view));
    assert.equal(view.state, 'inactive');
    assert.match(view.instanceAid, /^A000000333010102[0-9A-F]{4}$/);
    assert.match(view.accountReference, /^9999[0-9A-Z]{25}$/);
    assert.equal(view.tokenExpiry, '3111');
  });

  test('red refuses without a reason, and the card is free again', async () => {
    world.issuer.word.recommendation = 'red';
    assert.equal(await ask(), 'card.declined');
    world.issuer.word.recommendation = 'yellow';
    assert.equal(await ask(), 'code_awaited');
  });

  test('an account opened yesterday is refused by the token service', async () => {
    world.issuer.word.accountOpenedAtMs = world.clock.nowMs() - 24 * 60 * MINUTE;
    assert.equal(await ask(), 'card.declined');
    assert(!world.issuer.asked.includes('sendCode'));
  });

  test('low scores of the wallet count too', async () => {
    world.issuer.word.recommendation = 'green';
    assert.equal(await ask({ ask: { scores: { ...GOOD_SCORES, device: 1 } } }), 'code_awaited');
    const low = { scores: { ...GOOD_SCORES, device: 1, account: 1 } };
    assert.equal(await ask({ card: CREDIT, ask: low }), 'card.declined');
  });
});

/** The same bytes in other letters: the last letter of base64url has bits that nobody reads. */
function respelled(envelope: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = letters.indexOf(envelope.slice(-1));
  const other = envelope.slice(0, -1) + letters[last ^ 1];
  assert.deepEqual(bytesOf(other), bytesOf(envelope));
  return other;
}

function bytesOf(envelope: string): Buffer {
  return Buffer.from(envelope.split('.').at(-1) ?? '', 'base64url');
}

describe('what refuses, in order', () => {
  test('a requestor that no wallet acts for', async () => {
    assert.equal(await ask({ ask: { requestorId: '99900000055' } }), 'caller.not_allowed');
  });

  const envelopes: readonly (readonly [string, Enrolling])[] = [
    ['does not open', { ask: { envelope: 'e30.e30.e30.e30.e30' } }],
    ['is for another enrolment', { entry: { enrolmentId: '0'.repeat(32) } }],
    ['is for another requestor', { entry: { requestorId: requestors.laboratory.id } }],
    ['is for another element', { entry: { elementId: '0'.repeat(64) } }],
    ['holds a key that is no point', { entry: { holderPublicKey: `04${'00'.repeat(64)}` } }],
    ['holds more than it may', { entry: { note: 'x' } as never }],
  ];
  for (const [what, enrolling] of envelopes) {
    test(`an envelope that ${what}`, async () => {
      assert.equal(await ask(enrolling), 'enrolment.envelope_refused');
    });
  }

  test('an envelope older than ten minutes, or from the future', async () => {
    const old = { entry: { atMs: world.clock.nowMs() - 10 * MINUTE - 1 } };
    assert.equal(await ask(old), 'enrolment.envelope_refused');
    const early = { entry: { atMs: world.clock.nowMs() + 2 * MINUTE } };
    assert.equal(await ask(early), 'enrolment.envelope_refused');
    assert.equal(await ask({ entry: { atMs: world.clock.nowMs() - 10 * MINUTE } }), 'code_awaited');
  });

  test('an envelope of another kind', async () => {
    const { envelope } = await codeBody(world.clock, '0'.repeat(32), '123456');
    assert.equal(await ask({ ask: { envelope } }), 'enrolment.envelope_refused');
  });

  test('an envelope that was used, however it is spelled', async () => {
    const body = await enrolBody(world.clock, phone, {
      card: { ...DEBIT, pan: '6258249900000018' },
    });
    const first = await send(body);
    assert(isRefused(first) && first.code === 'card.unknown_bin');
    for (const envelope of [body.envelope, respelled(body.envelope)]) {
      const again = await send({ ...body, requestId: requestId(), envelope });
      assert(isRefused(again) && again.code === 'enrolment.envelope_refused');
    }
  });

  test('an element of another maker', async () => {
    const lasting = bearElement({
      keyring: generateKeyring(systemRandom),
      random: systemRandom,
      serial: 1,
    });
    const { certificate } = lasting.birth;
    const forged = { ...phone, certificate, elementId: toHex(elementId(certificate)) };
    assert.equal(await ask({}, forged), 'device.element_refused');
    const damaged = { ...phone, certificate: certificate.subarray(1) };
    const id = toHex(elementId(damaged.certificate));
    assert.equal(await ask({}, { ...damaged, elementId: id }), 'device.element_refused');
  });

  test('a wrong check digit, an unknown range, an expired card', async () => {
    const withPan = (pan: string, expiry = '3012') => ask({ card: { ...DEBIT, pan, expiry } });
    assert.equal(await withPan('9999010000000000011'), 'card.luhn_wrong');
    assert.equal(await withPan('6258249900000018'), 'card.unknown_bin');
    assert.equal(await withPan(DEBIT.pan, '2610'), 'card.expired');
    assert.deepEqual(world.issuer.asked, []);
  });

  test('terms that were accepted but are no longer those of the card, or none', async () => {
    assert.equal(await ask({ ask: { termsVersion: '2025-01' } }), 'enrolment.terms_changed');
    assert.equal(await ask({ ask: { termsVersion: '' } }), 'request.malformed');
    assert.deepEqual(world.issuer.asked, []);
    const face = await world.asWallet(contract.eligibility, { firstSix: DEBIT.pan.slice(0, 6) });
    assert(!isRefused(face));
    assert.equal(await ask({ ask: { termsVersion: face.termsVersion } }), 'code_awaited');
  });

  test('the same card on the same phone for the same requestor, awaited or active', async () => {
    assert.equal(await ask(), 'code_awaited');
    assert.equal(await ask(), 'card.on_device');
    assert.equal(await ask({}, await newPhone(world.clock)), 'code_awaited');
    assert.equal(await ask({ card: CREDIT }), 'code_awaited');
    const other = await newPhone(world.clock);
    const { tokenReference } = await activeToken(world, other, { card: CREDIT });
    assert.equal(await ask({ card: CREDIT }, other), 'card.on_device');
    await world.asWallet(contract.changeToken, {
      requestId: requestId(),
      tokenReference,
      event: 'delete',
      reason: 'HOLDER_REQUEST',
    });
    assert.equal(await ask({ card: CREDIT }, other), 'code_awaited');
  });

  test('a card that was tried ten times today', async () => {
    world.issuer.refusal = refused('card.details_wrong', { triesLeft: 4 });
    for (let tries = 0; tries < 10; tries++) assert.equal(await ask(), 'card.details_wrong');
    world.issuer.refusal = undefined;
    const before = world.issuer.asked.length;
    assert.equal(await ask(), 'card.declined');
    assert.equal(world.issuer.asked.length, before, 'the issuer is not asked');
    assert.equal(await ask({}, await newPhone(world.clock)), 'card.declined');
    await world.clock.advance(24 * 60 * MINUTE);
    assert.equal(await ask(), 'code_awaited');
  });

  test('whatever the issuer says no to, by its word, and the card is free again', async () => {
    for (const code of ['card.unknown', 'card.details_wrong', 'card.locked'] as const) {
      world.issuer.refusal = refused(code);
      assert.equal(await ask(), code);
    }
    world.issuer.refusal = undefined;
    assert.equal(await ask(), 'code_awaited');
  });
});

describe('the same request', () => {
  test('gets the same answer, and the issuer is asked once', async () => {
    const body = await enrolBody(world.clock, phone);
    const first = await send(body);
    assert.deepEqual(await send(body), first);
    assert.deepEqual(world.issuer.asked, ['assess', 'sendCode']);
  });

  test('gets the same refusal', async () => {
    world.issuer.word.recommendation = 'red';
    const body = await enrolBody(world.clock, phone);
    const first = await send(body);
    assert.deepEqual(await send(body), first);
    assert.deepEqual(world.issuer.asked, ['assess']);
  });

  test('twice at once is one enrolment', async () => {
    const body = await enrolBody(world.clock, phone);
    const [first, second] = await Promise.all([send(body), send(body)]);
    assert.deepEqual(first, second);
    const [count] = await world.database.sql('select count(*)::int as n from tokens.enrolment');
    assert.equal(count?.n, 1);
  });

  test('with another body is refused', async () => {
    const body = await enrolBody(world.clock, phone);
    await send(body);
    const other = await send({ ...body, termsVersion: '1999' });
    assert(isRefused(other) && other.code === 'request.key_reused');
    const fresh = await enrolBody(world.clock, phone, { card: CREDIT });
    const reused = await send({ ...fresh, requestId: body.requestId });
    assert(isRefused(reused));
    const sameEnrolment = await send({ ...body, requestId: requestId() });
    assert(isRefused(sameEnrolment) && sameEnrolment.code === 'request.key_reused');
  });

  test('of two requests for one card at once one holds it', async () => {
    const answers = await Promise.all([ask(), ask(), ask()]);
    assert.deepEqual(answers.sort(), ['card.on_device', 'card.on_device', 'code_awaited']);
  });

  test('goes on where the issuer was away, within two minutes', async () => {
    world.issuer.isAway = true;
    const body = await enrolBody(world.clock, phone);
    const away = await send(body);
    assert(isRefused(away) && away.code === 'unavailable');
    assert.equal(await stateOf(body.enrolmentId), 'busy');
    assert.equal(await ask(), 'card.on_device');
    world.issuer.isAway = false;
    const answer = await send(body);
    assert(!isRefused(answer) && answer.state === 'code_awaited');
  });

  test('comes too late after two minutes: the card is free, and what was begun is over', async () => {
    world.issuer.isAway = true;
    const body = await enrolBody(world.clock, phone);
    await send(body);
    await world.clock.advance(2 * MINUTE);
    assert.equal(await stateOf(body.enrolmentId), 'lapsed');
    world.issuer.isAway = false;
    const late = await send(body);
    assert(!isRefused(late) && late.state === 'lapsed');
    assert.equal(await ask(), 'code_awaited');
  });

  test('goes on in another life of the service, when the first died while asking the issuer', async () => {
    const body = await enrolBody(world.clock, phone);
    const { promise: died, resolve: die } = Promise.withResolvers<void>();
    const dying = world.again({
      issuer: () => {
        die();
        return new Promise<never>(() => {});
      },
    });
    void dying.asWallet(contract.enrol, body);
    await died;
    const answer = await send(body);
    assert(!isRefused(answer) && answer.state === 'code_awaited');
  });
});

test('a card has one account reference for all its tokens, and no token’s number comes twice', async () => {
  world.issuer.word.recommendation = 'green';
  const references = new Set<string>();
  const tokens = new Set<string>();
  for (let phones = 0; phones < 3; phones++) {
    const { tokenReference = '' } = await tokenised(world, await newPhone(world.clock));
    const view = await world.asOperator(contract.token, { tokenReference });
    assert(!isRefused(view));
    references.add(view.accountReference);
    tokens.add(tokenReference);
  }
  assert.deepEqual([references.size, tokens.size], [1, 3]);
});

test('a number that was ever used is drawn again, also when its token was deleted', async () => {
  world.issuer.word.recommendation = 'green';
  const draws = ['00000001', '00000001', '00000002'].map((hex) => Buffer.from(hex, 'hex'));
  const drawing = world.again({
    random: (length) => {
      const draw = length === 4 ? draws.shift() : undefined;
      return draw === undefined ? systemRandom(length) : new Uint8Array(draw);
    },
  });
  const first = await tokenised(drawing, phone);
  await world.asOperator(contract.changeToken, {
    requestId: requestId(),
    tokenReference: first.tokenReference ?? '',
    event: 'delete',
    reason: 'OTHER',
  });
  const second = await tokenised(drawing, phone);
  assert.equal(draws.length, 0);
  assert.notEqual(second.tokenReference, first.tokenReference);
});

test('an enrolment nobody knows', async () => {
  assert.equal(await stateOf('0'.repeat(32)), 'enrolment.unknown');
});

test('malformed bodies are refused and say where, never what', async () => {
  const body = await enrolBody(world.clock, phone);
  const answer = await send({ ...body, envelope: 12 } as never);
  assert(isRefused(answer) && answer.code === 'request.malformed');
  assert.deepEqual(answer.detail, { field: 'envelope' });
});

test('the number, the security code and the mobile number stand in no table and no event', async () => {
  await ask({ card: { ...CREDIT, cvn2: '987' } });
  await ask();
  const kept = await tablesAsText(world.database.sql);
  const traced = JSON.stringify(world.events);
  for (const secret of [CREDIT.pan, DEBIT.pan, DEBIT.mobile]) {
    assert(!kept.includes(secret) && !kept.includes(asHexText(secret)));
    assert(!traced.includes(secret));
  }
  assert(!kept.includes(asHexText('987"')) && !kept.includes('"987"'));
});

test('an envelope sealed to us by anybody else than a frame is read as strictly', async () => {
  const enrolmentId = requestId();
  for (const entry of [{}, { kind: 'card' }, [], 'card', null]) {
    const envelope = await seal(entry as never);
    const body = { ...(await enrolBody(world.clock, phone)), enrolmentId, envelope };
    const answer = await send(body);
    assert(isRefused(answer) && answer.code === 'enrolment.envelope_refused');
  }
});
