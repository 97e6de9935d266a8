import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { freshId } from '../asking.fixture.ts';
import {
  activeCard,
  addCard,
  type Bench,
  changeCard,
  changeDevice,
  look,
  no,
  openBench,
  openPhone,
  openWalletDatabase,
  type Phone,
  round,
  runPass,
  states,
  tableText,
  yes,
} from './bench.test.ts';
import * as contract from './contract.ts';
import { setToken } from './played.test.ts';

let database: Database;
before(async () => {
  database = await openWalletDatabase();
});
after(() => database.close());
let bench: Bench;
let phone: Phone;
beforeEach(async () => {
  await database.truncate();
  bench = openBench(database.sql);
  phone = await openPhone(bench);
});

const MINUTE_MS = 60_000;

function callsTo(path: string) {
  return bench.played.calls.filter((call) => call.path === path).map(({ body }) => body);
}

function passCode(enrolmentId: string, envelope: string, of = phone) {
  const { deviceId } = of;
  return of.holder(contract.passCode, { requestId: freshId(), deviceId, enrolmentId, envelope });
}

function resendCode(enrolmentId: string) {
  const { deviceId } = phone;
  return phone.holder(contract.resendCode, { requestId: freshId(), deviceId, enrolmentId });
}

function arrange(more: { defaultCard?: string; order?: string[]; requestId?: string }) {
  return phone.holder(contract.arrange, {
    requestId: freshId(),
    deviceId: phone.deviceId,
    ...more,
  });
}

async function defaultCard(): Promise<string | undefined> {
  return (await look(phone)).leaves.find((leaf) => leaf.isDefault)?.tokenReference;
}

describe('adding a card', () => {
  test('from envelope to active card: the leaf follows each step, and the first card is the default', async () => {
    const { enrolmentId, state } = await yes(addCard(phone, 'plain'));
    equal(state, 'code_awaited');
    deepEqual(await states(phone), ['code_awaited']);
    await no(passCode(enrolmentId, 'wrong'), 'enrolment.code_wrong');
    const { tokenReference } = await yes(passCode(enrolmentId, 'right'));
    ok(tokenReference);
    deepEqual(await states(phone), ['personalising']);
    equal((await yes(round(phone, tokenReference))).step, 'load');
    equal((await yes(round(phone, tokenReference, ['9000']))).step, 'done');
    const [leaf] = (await look(phone)).leaves;
    const token = bench.played.tokens.get(tokenReference);
    deepEqual(leaf, {
      enrolmentId,
      state: 'active',
      face: token?.face,
      cardLastFour: '0010',
      tokenLastFour: token?.tokenLastFour,
      tokenReference,
      instanceAid: token?.instanceAid,
      certified: false,
      isDefault: true,
    });
  });

  test('the token service gets envelope, certificate, requestor and scores of a new phone and user', async () => {
    await yes(addCard(phone, 'plain'));
    const [asked] = callsTo('/tokens/enrol');
    equal(asked?.envelope, 'plain');
    equal(asked?.elementCertificate, toHex(phone.certificate));
    equal(asked?.requestorId, '99900000001');
    deepEqual(asked?.scores, { device: 3, account: 3, phoneNumber: 4, reasons: [] });
  });

  test('the laboratory asks as its own requestor', async () => {
    await yes(
      phone.holder(contract.addCard, {
        requestId: freshId(),
        deviceId: phone.deviceId,
        enrolmentId: freshId(),
        envelope: 'green',
        termsVersion: '2026-01',
        laboratory: true,
      }),
    );
    equal(callsTo('/tokens/enrol')[0]?.requestorId, '99900000099');
  });

  test('a refusal frees the leaf', async () => {
    await no(addCard(phone, 'red'), 'card.declined');
    deepEqual(await states(phone), []);
  });

  test('nine at once: exactly eight succeed and the ninth finds the wallet full', async () => {
    const answers = await Promise.all(Array.from({ length: 9 }, () => addCard(phone, 'plain')));
    equal(answers.filter((answer) => 'enrolmentId' in answer).length, 8);
    const [refusal] = answers.filter((answer) => 'code' in answer);
    deepEqual(refusal, { kind: 'refused', code: 'wallet.full' });
    equal((await look(phone)).leaves.length, 8);
    equal(callsTo('/tokens/enrol').length, 8);
  });

  test('pending and suspended cards keep their leaves; a freed one can be taken again', async () => {
    const suspended = await activeCard(phone);
    await yes(changeCard(phone, suspended, 'suspend'));
    for (let cards = 1; cards < 8; cards++) await yes(addCard(phone, 'plain'));
    await no(addCard(phone, 'plain'), 'wallet.full');
    const lapsing = (await look(phone)).leaves[3]?.enrolmentId ?? '';
    await no(passCode(lapsing, 'lapsed'), 'enrolment.lapsed');
    await yes(addCard(phone, 'plain'));
  });

  test('the same request gets the same answer and asks once; its id with another body is refused', async () => {
    const ids = { requestId: freshId(), enrolmentId: freshId() };
    const [first, second] = await Promise.all([
      addCard(phone, 'plain', ids),
      addCard(phone, 'plain', ids),
    ]);
    deepEqual(first, second);
    deepEqual(await addCard(phone, 'plain', ids), first);
    equal(bench.played.enrolments.size, 1);
    deepEqual(await states(phone), ['code_awaited']);
    await no(addCard(phone, 'green', ids), 'request.key_reused');
  });

  test('an enrolment id is one request’s and one device’s', async () => {
    const enrolmentId = freshId();
    await yes(addCard(phone, 'plain', { enrolmentId }));
    await no(addCard(phone, 'plain', { enrolmentId }), 'request.key_reused');
    const other = await openPhone(bench, '13800000002');
    await no(addCard(other, 'plain', { enrolmentId }), 'request.key_reused');
    await no(passCode(enrolmentId, 'right', other), 'wallet.card_unknown');
    // Had it been asked for, a crash would let the other device follow an enrolment that is not its own.
    equal(callsTo('/tokens/enrol').length, 1);
    deepEqual(await states(other), []);
  });

  test('refusals in order: another’s device, a locked one, a wiped one', async () => {
    const other = await openPhone(bench, '13800000002');
    await no(addCard({ ...other, deviceId: phone.deviceId }, 'plain'), 'device.unknown');
    await yes(changeDevice(phone, 'lock'));
    await no(addCard(phone, 'plain'), 'device.locked');
    await yes(changeDevice(phone, 'wipe'));
    await no(addCard(phone, 'plain'), 'device.wiped');
  });

  test('a new code is asked for, of this device’s enrolments only', async () => {
    const { enrolmentId } = await yes(addCard(phone, 'plain'));
    equal((await yes(resendCode(enrolmentId))).state, 'code_awaited');
    await no(resendCode(freshId()), 'wallet.card_unknown');
  });

  test('an enrolment that lapses frees its leaf in the wallet’s own time', async () => {
    const { enrolmentId } = await yes(addCard(phone, 'plain'));
    const enrolment = bench.played.enrolments.get(enrolmentId);
    ok(enrolment);
    bench.played.enrolments.set(enrolmentId, { ...enrolment, state: 'lapsed' });
    await bench.clock.advance(MINUTE_MS);
    await runPass(bench);
    deepEqual(await states(phone), []);
  });

  test('no envelope stands in tables or events', async () => {
    const envelope = 'eyJ-an-envelope-that-nobody-keeps';
    const { enrolmentId } = await yes(addCard(phone, envelope));
    await passCode(enrolmentId, 'right');
    const held = (await tableText(database.sql)) + JSON.stringify(bench.events);
    ok(!held.includes(envelope));
  });
});

describe('personalising', () => {
  test('only tokens of this device', async () => {
    const other = await openPhone(bench, '13800000002');
    const { tokenReference = '' } = await yes(addCard(other, 'green'));
    await no(round(phone, tokenReference), 'wallet.card_unknown');
    await no(round(phone, freshId()), 'wallet.card_unknown');
  });

  test('an element that refuses its commands frees the leaf, and nothing is written for it again', async () => {
    const { tokenReference = '' } = await yes(addCard(phone, 'green'));
    await no(round(phone, tokenReference, ['6A80']), 'personalisation.element_failed');
    deepEqual(await states(phone), []);
  });

  test('a locked phone is not personalised', async () => {
    const { tokenReference = '' } = await yes(addCard(phone, 'green'));
    await yes(changeDevice(phone, 'lock'));
    await no(round(phone, tokenReference, ['9000']), 'device.locked');
  });

  test('a phone that lost the last answer hears it again', async () => {
    const tokenReference = await activeCard(phone);
    equal((await yes(round(phone, tokenReference, ['9000']))).step, 'done');
    deepEqual(await states(phone), ['active']);
  });
});

describe('the default card and the order', () => {
  test('the first active card is the default; another may be chosen, active ones only', async () => {
    const first = await activeCard(phone);
    const second = await activeCard(phone);
    const pending = await yes(addCard(phone, 'green'));
    equal(await defaultCard(), first);
    await yes(arrange({ defaultCard: second }));
    equal(await defaultCard(), second);
    await no(arrange({ defaultCard: pending.tokenReference ?? '' }), 'wallet.not_paying');
    await no(arrange({ defaultCard: freshId() }), 'wallet.card_unknown');
    await yes(changeCard(phone, first, 'suspend'));
    await no(arrange({ defaultCard: first }), 'wallet.not_paying');
  });

  test('when the default goes, the next in the holder’s order takes its place, round to the first', async () => {
    const [one, two, three] = [
      await activeCard(phone),
      await activeCard(phone),
      await activeCard(phone),
    ];
    await yes(arrange({ defaultCard: two }));
    await yes(changeCard(phone, two, 'suspend'));
    equal(await defaultCard(), three);
    await yes(changeCard(phone, three, 'remove'));
    equal(await defaultCard(), one);
    await yes(changeCard(phone, one, 'suspend'));
    equal(await defaultCard(), undefined);
    await yes(changeCard(phone, two, 'resume'));
    equal(await defaultCard(), two);
  });

  test('the order is the holder’s; leaves it does not name follow, twice or unknown is refused', async () => {
    for (let cards = 0; cards < 3; cards++) await activeCard(phone);
    const ids = (await look(phone)).leaves.map((leaf) => leaf.enrolmentId);
    const [one = '', two = '', three = ''] = ids;
    const view = await yes(arrange({ order: [three, one] }));
    deepEqual(
      view.leaves.map((leaf) => leaf.enrolmentId),
      [three, one, two],
    );
    await no(arrange({ order: [one, one] }), 'request.malformed');
    await no(arrange({ order: [freshId()] }), 'wallet.card_unknown');
  });

  test('the same request gets the same answer; its id with another body is refused', async () => {
    const first = await activeCard(phone);
    const second = await activeCard(phone);
    const requestId = freshId();
    const answer = await yes(arrange({ requestId, defaultCard: second }));
    await yes(arrange({ defaultCard: first }));
    deepEqual(await arrange({ requestId, defaultCard: second }), answer);
    equal(await defaultCard(), first);
    await no(arrange({ requestId, defaultCard: first }), 'request.key_reused');
  });
});

describe('changing a card', () => {
  test('suspend and resume: the leaf follows the token', async () => {
    const card = await activeCard(phone);
    equal((await yes(changeCard(phone, card, 'suspend'))).leaves[0]?.state, 'suspended');
    equal((await yes(changeCard(phone, card, 'resume'))).leaves[0]?.state, 'active');
    const reasons = callsTo('/tokens/change-token').map(({ reason }) => reason);
    deepEqual(reasons, ['HOLDER_REQUEST', 'HOLDER_REQUEST']);
  });

  test('a card that the bank suspended cannot be resumed by the holder', async () => {
    const card = await activeCard(phone);
    setToken(bench.played, 'issuer', card, 'suspend');
    await no(changeCard(phone, card, 'resume'), 'token.not_suspended_by_you');
    deepEqual(await states(phone), ['suspended']);
  });

  test('a refusal is the answer of a repeat too', async () => {
    const card = await activeCard(phone);
    const requestId = freshId();
    await no(changeCard(phone, card, 'resume', requestId), 'token.not_suspended_by_you');
    await yes(changeCard(phone, card, 'suspend'));
    await no(changeCard(phone, card, 'resume', requestId), 'token.not_suspended_by_you');
    await no(changeCard(phone, card, 'suspend', requestId), 'request.key_reused');
  });

  test('remove: the leaf is kept until the phone has erased the instance', async () => {
    const card = await activeCard(phone);
    equal((await yes(changeCard(phone, card, 'remove'))).leaves[0]?.state, 'removing');
    equal(bench.played.tokens.get(card)?.state, 'deleted');
    equal((await yes(round(phone, card))).purpose, 'erase');
    deepEqual(await states(phone), ['removing']);
    equal((await yes(round(phone, card, ['9000']))).step, 'done');
    deepEqual(await states(phone), []);
    equal((await yes(round(phone, card, ['9000']))).step, 'done');
  });

  test('an element that fails to erase keeps the leaf', async () => {
    const card = await activeCard(phone);
    await yes(changeCard(phone, card, 'remove'));
    await no(round(phone, card, ['6A80']), 'personalisation.element_failed');
    deepEqual(await states(phone), ['removing']);
  });

  test('a removed card can be removed again, and nothing else', async () => {
    const card = await activeCard(phone);
    await yes(changeCard(phone, card, 'remove'));
    await yes(changeCard(phone, card, 'remove'));
    await no(changeCard(phone, card, 'suspend'), 'token.deleted');
  });

  test('only cards of this device, and only the holder’s devices', async () => {
    const other = await openPhone(bench, '13800000002');
    const theirs = await activeCard(other);
    await no(changeCard(phone, theirs, 'suspend'), 'wallet.card_unknown');
    await no(
      changeCard({ ...phone, deviceId: other.deviceId }, theirs, 'suspend'),
      'device.unknown',
    );
  });

  test('suspending and resuming at once both end, and the leaf is as the token is', async () => {
    const card = await activeCard(phone);
    await Promise.all([changeCard(phone, card, 'suspend'), changeCard(phone, card, 'resume')]);
    const token = bench.played.tokens.get(card);
    deepEqual(await states(phone), [token?.state]);
  });

  test('a token service that does not answer is asked again, and the command’s repeat gets the answer', async () => {
    const card = await activeCard(phone);
    const requestId = freshId();
    bench.faults.push({ path: '/tokens/change-token', how: 'unavailable' });
    await no(changeCard(phone, card, 'suspend', requestId), 'unavailable');
    bench.faults.pop();
    await bench.clock.advance(10_000);
    await runPass(bench);
    deepEqual(await states(phone), ['suspended']);
    const view = await yes(changeCard(phone, card, 'suspend', requestId));
    equal(view.leaves[0]?.state, 'suspended');
    equal(callsTo('/tokens/change-token').length, 1);
  });
});
