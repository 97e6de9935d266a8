import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { testCards } from '@octavo/domain/demo.ts';
import { isRefused } from '@octavo/domain/refusal.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { freshId } from '../asking.fixture.ts';
import {
  type Bench,
  cardOf,
  claimedInbox,
  cutAfter,
  dump,
  openBench,
  openIssuerDatabase,
  START_MS,
} from './bench.test.ts';
import * as contract from './contract.ts';

let database: Database;
let bench: Bench;
before(async () => {
  database = await openIssuerDatabase();
});
after(() => database.close());
beforeEach(async () => {
  await database.truncate();
  bench = openBench(database.sql);
});

type Typed = { pan: string; expiry: string; cvn2?: string; mobile?: string };
const assess = (typed: Typed, requestId = freshId()) =>
  bench.tokens(contract.assess, { requestId, ...typed });
const codeOf = (answer: unknown) => (isRefused(answer) ? answer.code : 'done');
const typedOf = (behaviour: string) => {
  const { pan, expiry, mobile } = cardOf(behaviour);
  return { pan, expiry, mobile };
};
const wrongMobile = { ...typedOf('plain'), mobile: '13800000099' };

async function printed(pan: string, mobile = '13912345678') {
  const answer = await bench.operator(contract.printCard, { pan, mobile });
  ok(!isRefused(answer));
  return answer;
}

test('a debit card is judged by its mobile number, a credit card by its CVN2', async () => {
  const debit = await assess(typedOf('plain'));
  deepEqual(debit, {
    kind: 'debit',
    recommendation: 'yellow',
    reasons: [],
    accountOpenedAtMs: START_MS - 400 * 86_400_000,
    mobileMasked: '138****0001',
  });
  const { pan, expiry, mobile } = cardOf('plain', 'credit');
  const { cvn2 } = await printed(pan);
  const credit = await assess({ pan, expiry, cvn2 });
  ok(!isRefused(credit));
  equal(credit.kind, 'credit');
  equal(codeOf(await assess({ pan, expiry, mobile })), 'card.details_wrong');
  equal(codeOf(await assess({ pan, expiry, cvn2, mobile: '13800000099' })), 'card.details_wrong');
  equal(
    codeOf(await assess({ ...typedOf('plain'), mobile: undefined as never })),
    'card.details_wrong',
  );
});

test('the recommendation follows the card’s behaviour', async () => {
  const colours: Record<string, string> = {};
  for (const behaviour of ['plain', 'green', 'red', 'too_new', 'lost', 'no_funds']) {
    const answer = await assess(typedOf(behaviour));
    ok(!isRefused(answer));
    colours[behaviour] = answer.recommendation;
    const dayMs = 86_400_000;
    equal(answer.accountOpenedAtMs > START_MS - 2 * dayMs, behaviour === 'too_new', behaviour);
  }
  deepEqual(colours, {
    plain: 'yellow',
    green: 'green',
    red: 'red',
    too_new: 'yellow',
    lost: 'yellow',
    no_funds: 'yellow',
  });
});

test('refusals in order: unknown, expired, wrong details', async () => {
  const unknown = { pan: '9999010000009999998', expiry: '3012', mobile: '13800000001' };
  equal(codeOf(await assess(unknown)), 'card.unknown');
  equal(codeOf(await assess({ ...typedOf('expired'), mobile: '13800000099' })), 'card.expired');
  equal(codeOf(await assess({ ...typedOf('plain'), expiry: '3011' })), 'card.details_wrong');
  equal(codeOf(await assess(wrongMobile)), 'card.details_wrong');
});

test('wrong details are counted, the fifth in a row locks the card, also for the right ones', async () => {
  for (let left = 4; left >= 1; left--) {
    deepEqual(await assess(wrongMobile), {
      kind: 'refused',
      code: 'card.details_wrong',
      detail: { triesLeft: left },
    });
  }
  equal(codeOf(await assess(wrongMobile)), 'card.locked');
  equal(codeOf(await assess(typedOf('plain'))), 'card.locked');
});

test('a right answer resets the count', async () => {
  for (let tries = 0; tries < 4; tries++) await assess(wrongMobile);
  equal(codeOf(await assess(typedOf('plain'))), 'done');
  deepEqual(await assess(wrongMobile), {
    kind: 'refused',
    code: 'card.details_wrong',
    detail: { triesLeft: 4 },
  });
});

test('wrong details at once are each counted', async () => {
  const answers = await Promise.all([1, 2, 3, 4].map(() => assess(wrongMobile)));
  const left = answers.map((answer) => (isRefused(answer) ? answer.detail?.triesLeft : 'done'));
  deepEqual(left.sort(), [1, 2, 3, 4]);
});

test('the same request again, at once too, is counted once; the same id with another body is refused', async () => {
  const requestId = freshId();
  const first = await Promise.all([1, 2, 3].map(() => assess(wrongMobile, requestId)));
  first.push(await assess(wrongMobile, requestId));
  for (const answer of first) deepEqual(answer, first[0]);
  equal(codeOf(await assess(typedOf('plain'), requestId)), 'request.key_reused');
  deepEqual(await assess(wrongMobile), {
    kind: 'refused',
    code: 'card.details_wrong',
    detail: { triesLeft: 3 },
  });
});

const send = (enrolmentId: string, requestId = freshId(), pan = cardOf('plain').pan) =>
  bench.tokens(contract.sendCode, { requestId, enrolmentId, pan });
const check = (enrolmentId: string, code: string, requestId = freshId()) =>
  bench.tokens(contract.checkCode, { requestId, enrolmentId, code });
const codeIn = (text: string | undefined) => /\b\d{6}\b/.exec(text ?? '')?.[0] ?? '';
/** A code that is surely not this one. */
const other = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

test('a code goes to the inbox of the card’s mobile, works once, and its repeat is answered again', async () => {
  const inbox = await claimedInbox(bench, '13800000001');
  const enrolmentId = freshId();
  deepEqual(await send(enrolmentId), {
    triesLeft: 3,
    resendsLeft: 3,
    expiresAtMs: START_MS + 600_000,
  });
  const [message] = await inbox();
  equal(message?.from, 'Bafang Bank');
  match(message?.text ?? '', /^\[Bafang Bank\] \d{6} is your code for adding card ending 0010 /);
  const requestId = freshId();
  const code = codeIn(message?.text);
  deepEqual(await check(enrolmentId, code, requestId), {});
  deepEqual(await check(enrolmentId, code, requestId), {});
  equal(codeOf(await check(enrolmentId, other(code), requestId)), 'request.key_reused');
  equal(codeOf(await check(enrolmentId, code)), 'enrolment.not_waiting');
  equal(codeOf(await send(enrolmentId)), 'enrolment.not_waiting');
});

test('three wrong tries kill a code, also for the right one; a new code begins anew', async () => {
  const inbox = await claimedInbox(bench, '13800000001');
  const enrolmentId = freshId();
  await send(enrolmentId);
  const code = codeIn((await inbox())[0]?.text);
  for (const triesLeft of [2, 1]) {
    deepEqual(await check(enrolmentId, other(code)), {
      kind: 'refused',
      code: 'enrolment.code_wrong',
      detail: { triesLeft },
    });
  }
  equal(codeOf(await check(enrolmentId, other(code))), 'enrolment.code_dead');
  equal(codeOf(await check(enrolmentId, code)), 'enrolment.code_dead');
  await send(enrolmentId);
  const next = codeIn((await inbox())[1]?.text);
  equal(codeOf(await check(enrolmentId, next)), 'done');
});

test('a wrong try repeated under its id is counted once, and tries at once are each counted', async () => {
  const inbox = await claimedInbox(bench, '13800000001');
  const enrolmentId = freshId();
  await send(enrolmentId);
  const wrong = other(codeIn((await inbox())[0]?.text));
  const requestId = freshId();
  const twice = [
    await check(enrolmentId, wrong, requestId),
    await check(enrolmentId, wrong, requestId),
  ];
  deepEqual(twice[0], twice[1]);
  const both = await Promise.all([check(enrolmentId, wrong), check(enrolmentId, wrong)]);
  deepEqual(both.map(codeOf).sort(), ['enrolment.code_dead', 'enrolment.code_wrong']);
});

test('a code lasts ten minutes, and opens no other enrolment', async () => {
  const inbox = await claimedInbox(bench, '13800000001');
  const [one, two] = [freshId(), freshId()];
  await send(one);
  await send(two);
  const [first] = await inbox();
  const code = codeIn(first?.text);
  notEqual(codeIn((await inbox(1))[0]?.text), '');
  equal(codeOf(await check(freshId(), code)), 'enrolment.unknown');
  if (code !== codeIn((await inbox(1))[0]?.text)) {
    equal(codeOf(await check(two, code)), 'enrolment.code_wrong');
  }
  await bench.clock.advance(599_999);
  equal(codeOf(await check(one, code)), 'done');
  await bench.clock.advance(1);
  equal(codeOf(await check(two, codeIn((await inbox(1))[0]?.text))), 'enrolment.code_expired');
});

test('three resends an hour, counted when they are sent; the same request again sends nothing', async () => {
  const inbox = await claimedInbox(bench, '13800000001');
  const enrolmentId = freshId();
  const requestId = freshId();
  const first = await send(enrolmentId, requestId);
  deepEqual(await send(enrolmentId, requestId), first);
  equal(codeOf(await send(enrolmentId, requestId, cardOf('green').pan)), 'request.key_reused');
  equal(codeOf(await send(enrolmentId, freshId(), cardOf('green').pan)), 'enrolment.unknown');
  equal(codeOf(await send(freshId(), freshId(), '9999010000009999998')), 'card.unknown');
  for (const resendsLeft of [2, 1, 0]) {
    const sent = await send(enrolmentId);
    ok(!isRefused(sent));
    equal(sent.resendsLeft, resendsLeft);
  }
  equal(codeOf(await send(enrolmentId)), 'enrolment.resend_limit');
  equal((await inbox()).length, 4);
  await bench.clock.advance(3_600_000);
  equal(codeOf(await send(enrolmentId)), 'done');
});

test('an inbox belongs to whoever claims it first, and opens with its secret alone', async () => {
  const mobile = '13800000001';
  const read = (secret: string) =>
    bench.anyone(contract.readInbox, { mobile, secret, afterSequence: 0 });
  equal(codeOf(await read('0'.repeat(32))), 'inbox.closed');
  const claims = await Promise.all([1, 2].map(() => bench.anyone(contract.claimInbox, { mobile })));
  deepEqual(claims.map(codeOf).sort(), ['done', 'inbox.taken']);
  const mine = claims.find((claim) => !isRefused(claim));
  ok(mine !== undefined && !isRefused(mine));
  deepEqual(await read(mine.secret), { messages: [] });
  equal(codeOf(await read(other('000000').padStart(32, '0'))), 'inbox.closed');
  const elsewhere = { mobile: '13800000002', secret: mine.secret, afterSequence: 0 };
  equal(codeOf(await bench.anyone(contract.readInbox, elsewhere)), 'inbox.closed');
});

test('texts of the wallet are delivered once, in order, also many at once', async () => {
  const inbox = await claimedInbox(bench, '13800000001');
  const deliver = (requestId: string, text: string) =>
    bench.wallet(contract.deliver, { requestId, mobile: '13800000001', from: 'Octavo', text });
  const requestId = freshId();
  deepEqual(await deliver(requestId, 'one'), {});
  deepEqual(await deliver(requestId, 'one'), {});
  equal(codeOf(await deliver(requestId, 'two')), 'request.key_reused');
  await Promise.all(['a', 'b', 'c', 'd'].map((text) => deliver(freshId(), text)));
  const messages = await inbox();
  deepEqual(
    messages.map((message) => message.sequence),
    [1, 2, 3, 4, 5],
  );
  deepEqual(messages.map((message) => message.text).sort(), ['a', 'b', 'c', 'd', 'one']);
  equal((await inbox(3)).length, 2);
});

test('a text that a crash left in the outbox is delivered after the restart', async () => {
  const inbox = await claimedInbox(bench, '13800000001');
  const cut = cutAfter(database.sql, (text) => text.includes('insert into issuer.code '));
  const first = openBench(cut.sql);
  const requestId = freshId();
  const enrolmentId = freshId();
  const pan = cardOf('plain').pan;
  void first.tokens(contract.sendCode, { requestId, enrolmentId, pan });
  await cut.gone;
  deepEqual(await inbox(), []);
  const stop = new AbortController();
  stop.abort();
  // What an earlier life left is settled first, even by a service that is stopped at once.
  await bench.service.run(stop.signal);
  equal((await inbox()).length, 1);
  const sent = await send(enrolmentId, requestId);
  ok(!isRefused(sent));
  equal(sent.resendsLeft, 3);
  equal((await inbox()).length, 1);
});

test('printing opens an account through the ledger; again gives the same card', async () => {
  const pan = '9999020000009995';
  const first = await printed(pan);
  equal(first.expiry, '3012');
  equal(first.kind, 'credit');
  match(first.cvn2, /^\d{3}$/);
  deepEqual(await printed(pan), first);
  const both = await Promise.all([1, 2].map(() => printed('9999010000009999998')));
  deepEqual(both[0], both[1]);
  const view = await bench.operator(contract.account, { pan: '9999010000009999998' });
  ok(!isRefused(view));
  equal(view.availableMinor, '1000000');
  equal(view.entries.length, 2);
  equal(codeOf(await assess({ pan, expiry: '3012', cvn2: first.cvn2 })), 'done');
});

test('printing a test card’s number prints that card, whatever is asked', async () => {
  const { pan } = cardOf('no_funds');
  equal((await printed(pan)).expiry, '3012');
  const view = await bench.operator(contract.account, { pan });
  ok(!isRefused(view));
  equal(view.availableMinor, '0');
  equal((await printed(cardOf('expired').pan)).expiry, '2506');
});

test('numbers that are not the bank’s, and behaviours that it does not have, are refused', async () => {
  const print = (pan: string, behaviour?: string) =>
    bench.operator(contract.printCard, {
      pan,
      mobile: '13912345678',
      ...(behaviour === undefined ? {} : { behaviour }),
    });
  equal(codeOf(await print('9999010000009999997')), 'card.luhn_wrong');
  equal(codeOf(await print('6258249900000018')), 'card.unknown_bin');
  equal(codeOf(await print('9999010000000003')), 'card.unknown_bin');
  equal(codeOf(await print('9999010000009999998', 'generous')), 'request.malformed');
  equal(codeOf(await print('9999010000009999998', 'do_not_honour')), 'done');
});

test('the ledger sums to zero from the start, and seeding twice changes nothing', async () => {
  const before = await bench.operator(contract.trialBalance, {});
  ok(!isRefused(before));
  equal(before.sumMinor, '0');
  const funded = testCards.filter(
    (card) => card.pan.startsWith('999901') && card.behaviour !== 'no_funds',
  ).length;
  equal(before.postings, funded);
  deepEqual(before.accounts, [
    { account: 'holder', sumMinor: String(funded * 1_000_000) },
    { account: 'opening', sumMinor: String(-funded * 1_000_000) },
  ]);
  const again = openBench(database.sql);
  deepEqual(await again.operator(contract.trialBalance, {}), before);
});

test('who may not ask is refused', async () => {
  const view = await bench.wallet(contract.account, { pan: cardOf('plain').pan });
  equal(codeOf(view), 'caller.not_allowed');
});

test('no number, code, security code or secret in trace, tables or refusals', async () => {
  const mobile = '13800000001';
  const claimed = await bench.anyone(contract.claimInbox, { mobile });
  ok(!isRefused(claimed));
  const { pan, expiry } = cardOf('plain', 'credit');
  const { cvn2 } = await printed(pan);
  const answers = [
    await assess({ pan, expiry, cvn2 }),
    await assess({ pan, expiry: '3011', cvn2 }),
  ];
  const enrolmentId = freshId();
  await send(enrolmentId, freshId(), pan);
  const read = { mobile, secret: claimed.secret, afterSequence: 0 };
  const inbox = await bench.anyone(contract.readInbox, read);
  ok(!isRefused(inbox));
  const code = codeIn(inbox.messages[0]?.text);
  answers.push((await check(enrolmentId, other(code))) as never);
  const tables = await dump(database.sql);
  const shown = JSON.stringify([bench.events, answers]);
  for (const secret of [
    pan,
    cardOf('plain').pan,
    mobile,
    claimed.secret,
    `"${cvn2}"`,
    ` ${code} `,
  ]) {
    ok(!tables.includes(secret) && !shown.includes(secret), 'a secret is shown or stored');
    const hex = Buffer.from(secret).toString('hex');
    ok(!tables.includes(hex) && !shown.toLowerCase().includes(hex), 'a secret is stored as bytes');
  }
});
