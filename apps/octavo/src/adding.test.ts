/** Adding cards over the real services: eight leaves and no more, wrong details, wrong codes, and what lapses. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isRefused, type RefusalCode } from '@octavo/domain/refusal.ts';
import { luhnDigit } from '@octavo/lib/emv/pan.ts';
import { setPasscode } from '@octavo/platform/element-commands.ts';
import * as tokens from '@octavo/services/tokens';
import * as wallet from '@octavo/services/wallet';
import { addCard, type Handset } from './actors.ts';
import { type Enrolment, JourneyRefused, newId, type PrintedCard } from './phone.ts';
import {
  clockAt,
  freshNumberOf,
  leavesOf,
  newHolder,
  openTestWorld,
  printFor,
  type SteppedClock,
  type TestWorld,
} from './stage.fixture.ts';

const MINUTE_MS = 60_000;

let clock: SteppedClock;
let open: TestWorld;
before(async () => {
  clock = clockAt('2026-11-22', '10:00:00');
  open = await openTestWorld({ clock });
});
after(() => open.world.close());

/** A holder with a phone, and a way to get cards that the bank knows for them. */
async function newcomer() {
  const { handset, mobile } = await newHolder(open.stage);
  const print = (behaviour = 'plain', kind: 'debit' | 'credit' = 'credit') =>
    printFor(open.stage, mobile, { kind, behaviour });
  return { handset, phone: handset.phone, print };
}

/** How an act ended: `done`, or the code and details of the refusal. */
async function endOf(act: Promise<unknown>): Promise<unknown> {
  try {
    await act;
    return 'done';
  } catch (error) {
    if (error instanceof JourneyRefused) return error.code;
    throw error;
  }
}

async function detailOf(act: Promise<unknown>) {
  const error = await act.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  ok(error instanceof JourneyRefused);
  return [error.code, error.refusal.detail];
}

async function statesOf(handset: Handset) {
  return (await leavesOf(handset.phone)).map(({ state }) => state);
}

describe('eight leaves', () => {
  test('of nine cards added at once exactly eight get a leaf, and the ninth is refused: the wallet is full', async () => {
    const { handset, phone, print } = await newcomer();
    const cards = await Promise.all(Array.from({ length: 9 }, () => print('green')));
    const ends = await Promise.all(cards.map((card) => endOf(phone.enrol(card))));
    deepEqual(ends.toSorted(), [...Array.from({ length: 8 }, () => 'done'), 'wallet.full']);
    deepEqual(
      await statesOf(handset),
      Array.from({ length: 8 }, () => 'personalising'),
    );
    equal(await endOf(phone.enrol(await print('green'))), 'wallet.full');
  });

  test('eight cards become active in the element, and a removed one makes room', async () => {
    const { handset, phone, print } = await newcomer();
    const tokens: string[] = [];
    for (let index = 0; index < 8; index++) {
      tokens.push((await addCard(handset, await print('green'))).tokenReference);
    }
    deepEqual(
      await statesOf(handset),
      Array.from({ length: 8 }, () => 'active'),
    );
    equal(await endOf(phone.enrol(await print('green'))), 'wallet.full');
    const [first = ''] = tokens;
    const removed = await phone.call(wallet.changeCard, {
      requestId: newId(open.stage.random),
      deviceId: phone.deviceId,
      tokenReference: first,
      event: 'remove',
    });
    ok(!isRefused(removed));
    await phone.erase(first);
    equal((await leavesOf(phone)).length, 7);
    // Eight tries a day are as many as a new phone gets.
    clock.step(25 * 60 * MINUTE_MS);
    await addCard(handset, await print('green'));
    equal((await leavesOf(phone)).length, 8);
  });

  test('the first card is the default, and each keeps its place', async () => {
    const { handset, phone, print } = await newcomer();
    for (let index = 0; index < 2; index++) await addCard(handset, await print('green'));
    deepEqual(
      (await leavesOf(phone)).map(({ isDefault }) => isDefault),
      [true, false],
    );
  });
});

describe('a card that cannot be added', () => {
  /** The refusal, and that its leaf is free again. */
  const refusedWith = async (change: (card: PrintedCard) => PrintedCard, behaviour?: string) => {
    const { phone, print } = await newcomer();
    const end = await endOf(phone.enrol(change(await print(behaviour))));
    deepEqual(await leavesOf(phone), []);
    return end as RefusalCode;
  };

  test('a wrong check digit', async () => {
    const end = await refusedWith(({ pan, ...card }) => {
      const body = pan.slice(0, -1);
      return { ...card, pan: body + ((Number(luhnDigit(body)) + 1) % 10) };
    });
    equal(end, 'card.luhn_wrong');
  });

  test('a range that no bank has here', async () => {
    const body = '621785000000001';
    const pan = body + luhnDigit(body);
    equal(await refusedWith((card) => ({ ...card, pan })), 'card.unknown_bin');
  });

  test('a number of the bank’s that was never printed', async () => {
    equal(await refusedWith((card) => ({ ...card, pan: freshNumberOf('credit') })), 'card.unknown');
  });

  test('an expiry that is over', async () => {
    equal(await refusedWith((card) => ({ ...card, expiry: '2610' })), 'card.expired');
  });

  test('a card that has expired at the bank', async () => {
    equal(await refusedWith((card) => ({ ...card, expiry: '3012' }), 'expired'), 'card.expired');
  });

  test('a bank’s or the token service’s red is one and the same refusal outward', async () => {
    equal(await refusedWith((card) => card, 'red'), 'card.declined');
    equal(await refusedWith((card) => card, 'too_new'), 'card.declined');
  });

  test('the same card again on the same phone; on another phone it may be', async () => {
    const { handset, phone, print } = await newcomer();
    const card = await print('green');
    await addCard(handset, card);
    equal(await endOf(phone.enrol(card)), 'card.on_device');
    equal((await leavesOf(phone)).length, 1);
    const other = await newcomer();
    equal(await endOf(other.phone.enrol(card)), 'done');
  });

  test('the same card twice at once on one phone: one is added', async () => {
    const { phone, print } = await newcomer();
    const card = await print('green');
    const ends = await Promise.all([phone.enrol(card), phone.enrol(card)].map(endOf));
    deepEqual(ends.toSorted(), ['card.on_device', 'done']);
    equal((await leavesOf(phone)).length, 1);
  });
});

describe('a wrong security code', () => {
  test('is counted, and the fifth locks the card, also for the right one and from another phone', async () => {
    const { phone, print } = await newcomer();
    const card = await print();
    const wrong = { ...card, cvn2: card.cvn2 === '111' ? '222' : '111' };
    for (const triesLeft of [4, 3, 2, 1]) {
      deepEqual(await detailOf(phone.enrol(wrong)), ['card.details_wrong', { triesLeft }]);
    }
    equal(await endOf(phone.enrol(wrong)), 'card.locked');
    equal(await endOf(phone.enrol(card)), 'card.locked');
    const other = await newcomer();
    equal(await endOf(other.phone.enrol(card)), 'card.locked');
    deepEqual(await leavesOf(phone), []);
  });

  test('a right one in time starts the count anew', async () => {
    const { phone, print } = await newcomer();
    const card = await print();
    const wrong = { ...card, cvn2: card.cvn2 === '111' ? '222' : '111' };
    for (let index = 0; index < 4; index++) await endOf(phone.enrol(wrong));
    equal(await endOf(phone.enrol(card)), 'done');
    const other = await newcomer();
    deepEqual(await detailOf(other.phone.enrol(wrong)), ['card.details_wrong', { triesLeft: 4 }]);
  });
});

describe('the bank’s one-time code', () => {
  const waiting = async () => {
    const { handset, phone, print } = await newcomer();
    const enrolment = await phone.enrol(await print());
    equal(enrolment.state, 'code_awaited');
    return { handset, phone, enrolment, code: await phone.readCode() };
  };
  const not = (code: string) => (code === '000000' ? '000001' : '000000');
  const resend = (phone: Handset['phone'], { enrolmentId }: Enrolment) =>
    phone.call(wallet.resendCode, {
      requestId: newId(open.stage.random),
      deviceId: phone.deviceId,
      enrolmentId,
    });

  test('bears three tries, then it is dead, also when it is right', async () => {
    const { handset, phone, enrolment, code } = await waiting();
    for (const triesLeft of [2, 1]) {
      deepEqual(await detailOf(phone.verify(enrolment, not(code))), [
        'enrolment.code_wrong',
        { triesLeft },
      ]);
    }
    equal(await endOf(phone.verify(enrolment, not(code))), 'enrolment.code_dead');
    equal(await endOf(phone.verify(enrolment, code)), 'enrolment.code_dead');
    deepEqual(await statesOf(handset), ['code_awaited']);
  });

  test('a new one starts three new tries, and the old one is worth nothing', async () => {
    const { phone, enrolment, code } = await waiting();
    for (let index = 0; index < 3; index++) await endOf(phone.verify(enrolment, not(code)));
    ok(!isRefused(await resend(phone, enrolment)));
    const fresh = await phone.readCode();
    if (fresh !== code) equal(await endOf(phone.verify(enrolment, code)), 'enrolment.code_wrong');
    equal((await phone.verify(enrolment, fresh)).state, 'tokenised');
  });

  test('is sent anew three times; then a dead code ends the enrolment and frees its leaf', async () => {
    const { phone, enrolment } = await waiting();
    for (const left of [2, 1, 0]) {
      const sent = await resend(phone, enrolment);
      ok(!isRefused(sent));
      equal(sent.resendsLeft, left);
    }
    const refusal = await resend(phone, enrolment);
    ok(isRefused(refusal));
    equal(refusal.code, 'enrolment.resend_limit');
    const code = await phone.readCode();
    for (let index = 0; index < 2; index++)
      equal(await endOf(phone.verify(enrolment, not(code))), 'enrolment.code_wrong');
    equal(await endOf(phone.verify(enrolment, not(code))), 'enrolment.code_dead');
    equal(await endOf(phone.verify(enrolment, code)), 'enrolment.lapsed');
    deepEqual(await leavesOf(phone), []);
  });

  test('works for ten minutes', async () => {
    const { phone, enrolment, code } = await waiting();
    clock.step(10 * MINUTE_MS);
    equal(await endOf(phone.verify(enrolment, code)), 'enrolment.code_expired');
  });

  test('of one enrolment opens no other', async () => {
    const first = await waiting();
    const second = await waiting();
    if (first.code === second.code) return;
    equal(await endOf(second.phone.verify(second.enrolment, first.code)), 'enrolment.code_wrong');
  });
});

describe('thirty minutes', () => {
  test('after them an enrolment that waits for its code has lapsed, its leaf and its card are free', async () => {
    const { handset, phone, print } = await newcomer();
    const card = await print();
    const enrolment = await phone.enrol(card);
    clock.step(29 * MINUTE_MS);
    equal(await endOf(phone.enrol(card)), 'card.on_device');
    deepEqual(await statesOf(handset), ['code_awaited']);
    clock.step(MINUTE_MS);
    equal(await endOf(phone.verify(enrolment, '123456')), 'enrolment.lapsed');
    deepEqual(await statesOf(handset), []);
    equal(await endOf(phone.enrol(card)), 'done');
  });

  test('after them a token that was not personalised has lapsed, and nothing may be written any more', async () => {
    const { handset, phone, print } = await newcomer();
    const { tokenReference = '' } = await phone.enrol(await print('green'));
    clock.step(30 * MINUTE_MS);
    // All that the phone is still told is to erase what may have been written.
    await phone.personalise(tokenReference);
    const token = await open.stage.operator(tokens.token, { tokenReference });
    ok(!isRefused(token));
    equal(token.state, 'deleted');
    await until(async () => (await statesOf(handset)).length === 0);
    // A passcode can be set only while the element holds no instance.
    await setPasscode(handset.host.wired, '123456');
  });

  test('leaves that nobody asks about are freed without being asked', async () => {
    const { handset, phone, print } = await newcomer();
    for (let index = 0; index < 3; index++) await phone.enrol(await print());
    clock.step(31 * MINUTE_MS);
    await until(async () => (await statesOf(handset)).length === 0);
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await holds()) return;
    await clock.sleep(10);
  }
  ok(await holds());
}
