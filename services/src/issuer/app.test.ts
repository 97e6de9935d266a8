import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { type Behaviour, behaviours } from '@octavo/domain/demo.ts';
import { isRefused } from '@octavo/domain/refusal.ts';
import { isLuhnValid } from '@octavo/lib/emv/pan.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { freshId } from '../asking.fixture.ts';
import {
  type Bench,
  cardOf,
  cutAfter,
  dump,
  holderOf,
  openBench,
  openIssuerDatabase,
  purchaseFields,
  START_MS,
} from './bench.test.ts';
import * as contract from './contract.ts';

let database: Database;
let bench: Bench;
let holder: { mobile: string; secret: string };
before(async () => {
  database = await openIssuerDatabase();
});
after(() => database.close());
beforeEach(async () => {
  await database.truncate();
  bench = openBench(database.sql);
  holder = await holderOf(bench, '13912345678');
});

const codeOf = (answer: unknown) => (isRefused(answer) ? answer.code : 'done');
type Kind = 'debit' | 'credit';

async function opened(kind: Kind = 'debit', behaviour?: Behaviour, requestId = freshId()) {
  const chosen = behaviour === undefined ? {} : { behaviour };
  const answer = await bench.anyone(contract.openAccount, {
    requestId,
    ...holder,
    kind,
    ...chosen,
  });
  ok(!isRefused(answer));
  return answer;
}

async function shownCards(who = holder) {
  const answer = await bench.anyone(contract.appCards, who);
  ok(!isRefused(answer));
  return answer.cards;
}

async function detailsOf(cardId: string, who = holder) {
  const answer = await bench.anyone(contract.cardDetails, { ...who, cardId });
  ok(!isRefused(answer));
  return answer;
}

test('every page of the app is closed without the secret of that mobile number', async () => {
  const { cardId } = await opened();
  const requestId = freshId();
  const strangers = [
    { ...holder, secret: '0'.repeat(32) },
    { ...holder, mobile: '13800000001' },
    { mobile: holder.mobile, secret: '' },
  ];
  for (const who of strangers) {
    const answers = await Promise.all([
      bench.anyone(contract.openAccount, { requestId, ...who, kind: 'debit' }),
      bench.anyone(contract.appCards, who),
      bench.anyone(contract.cardDetails, { ...who, cardId }),
      bench.anyone(contract.approvals, who),
      bench.anyone(contract.decide, { requestId, ...who, enrolmentId: freshId(), approve: true }),
      bench.anyone(contract.push, { requestId, ...who, cardId }),
    ]);
    deepEqual([...new Set(answers.map(codeOf))], ['inbox.closed']);
  }
});

test('a fresh card has a valid number of the bank’s range, money, and can be added and pay', async () => {
  for (const kind of ['debit', 'credit'] as const) {
    const { cardId, cardLastFour } = await opened(kind);
    const { pan, expiry, cvn2 } = await detailsOf(cardId);
    equal(pan.slice(-4), cardLastFour);
    equal(pan.length, kind === 'debit' ? 19 : 16);
    ok(pan.startsWith(kind === 'debit' ? '999901' : '999902'));
    ok(isLuhnValid(pan));
    const typed = kind === 'debit' ? { mobile: holder.mobile } : { cvn2 };
    const assessed = await bench.tokens(contract.assess, {
      requestId: freshId(),
      pan,
      expiry,
      ...typed,
    });
    equal(codeOf(assessed), 'done');
    const trace = kind === 'debit' ? '000123' : '000124';
    const paid = await bench.network.ask('0200', purchaseFields({ 2: pan, 11: trace }));
    equal(paid.fields[39], '00');
  }
});

test('the cards of a holder: in the order of opening, with balance, words and the latest lines first', async () => {
  const debit = await opened('debit');
  await bench.clock.advance(1);
  await opened('credit', 'low_limit');
  const { pan } = await detailsOf(debit.cardId);
  await bench.network.ask('0200', purchaseFields({ 2: pan }));
  const [first, second, ...rest] = await shownCards();
  deepEqual(rest, []);
  deepEqual(first && { ...first, lines: first.lines.map(({ postingId: _, ...line }) => line) }, {
    cardId: debit.cardId,
    cardLastFour: debit.cardLastFour,
    kind: 'debit',
    expiry: '3012',
    behaviour: 'plain',
    state: 'open',
    currency: '156',
    balanceMinor: '998750',
    availableMinor: '998750',
    spentTodayMinor: '1250',
    dailyLimitMinor: '5000000',
    label: 'BAFANG DEBIT',
    art: 'tide',
    words: behaviours.plain,
    lines: [
      {
        atMs: START_MS + 1,
        kind: 'purchase',
        amountMinor: '-1250',
        balanceMinor: '998750',
        retrievalReference: '112216000123',
      },
      {
        atMs: START_MS,
        kind: 'opening',
        amountMinor: '1000000',
        balanceMinor: '1000000',
        retrievalReference: 'opening',
      },
    ],
  });
  deepEqual(
    [second?.kind, second?.behaviour, second?.balanceMinor, second?.availableMinor],
    ['credit', 'low_limit', '0', '2000000'],
  );
  deepEqual([second?.dailyLimitMinor, second?.art, second?.lines], ['10000', 'ridge', []]);
});

test('the thirty latest lines are shown, and their balances still reach back to the opening', async () => {
  const { cardId } = await opened();
  const { pan } = await detailsOf(cardId);
  for (let at = 0; at < 31; at++) {
    const trace = String(100 + at).padStart(6, '0');
    const fields = purchaseFields({ 2: pan, 4: '000000000100', 11: trace });
    equal((await bench.network.ask('0200', fields)).fields[39], '00');
  }
  const lines = (await shownCards())[0]?.lines ?? [];
  equal(lines.length, 30);
  deepEqual([lines[0]?.balanceMinor, lines[29]?.balanceMinor], ['996900', '999800']);
});

test('whoever claims the number of a test card sees it, and nobody else’s', async () => {
  const who = await holderOf(bench, '13800000012');
  deepEqual(
    (await shownCards(who)).map(({ cardLastFour, behaviour }) => [cardLastFour, behaviour]),
    [
      ['0127', 'late'],
      ['0127', 'late'],
    ],
  );
  const { cardId } = await opened();
  equal((await shownCards(who)).length, 2);
  equal(codeOf(await bench.anyone(contract.cardDetails, { ...who, cardId })), 'card.unknown');
  const asked = { requestId: freshId(), ...who, cardId };
  equal(codeOf(await bench.anyone(contract.push, asked)), 'card.unknown');
});

test('the same request opens one account, at once too; the same id with another body is refused', async () => {
  const requestId = freshId();
  const all = await Promise.all([1, 2, 3].map(() => opened('debit', 'green', requestId)));
  all.push(await opened('debit', 'green', requestId));
  for (const answer of all) deepEqual(answer, all[0]);
  equal((await shownCards()).length, 1);
  const other = await bench.anyone(contract.openAccount, { requestId, ...holder, kind: 'credit' });
  equal(codeOf(other), 'request.key_reused');
  notEqual((await opened()).cardId, all[0]?.cardId);
});

test('one id at once for two holders opens one account', async () => {
  const second = await holderOf(bench, '13912345679');
  const requestId = freshId();
  const answers = await Promise.all(
    [holder, second].map((who) =>
      bench.anyone(contract.openAccount, { requestId, ...who, kind: 'debit' }),
    ),
  );
  deepEqual(answers.map(codeOf).sort(), ['done', 'request.key_reused']);
  equal((await shownCards()).length + (await shownCards(second)).length, 1);
});

test('a number has twelve cards at most, also when many are opened at once', async () => {
  const answers = await Promise.all(
    Array.from({ length: 14 }, () =>
      bench.anyone(contract.openAccount, { requestId: freshId(), ...holder, kind: 'debit' }),
    ),
  );
  deepEqual(answers.map(codeOf).sort(), [
    ...Array(12).fill('done'),
    'issuer.cards_full',
    'issuer.cards_full',
  ]);
  equal((await shownCards()).length, 12);
  const sum = await bench.operator(contract.trialBalance, {});
  ok(!isRefused(sum));
  equal(sum.sumMinor, '0');
});

test('after a crash between opening and answering, the repeat tells of the same card', async () => {
  const requestId = freshId();
  const cut = cutAfter(database.sql, (text) => text.includes('holder as ('));
  const first = openBench(cut.sql, bench.clock);
  const ask = { requestId, ...holder, kind: 'debit' as const };
  void first.anyone(contract.openAccount, ask);
  await cut.gone;
  const { cardId } = await opened('debit', undefined, requestId);
  deepEqual(
    (await shownCards()).map((card) => card.cardId),
    [cardId],
  );
});

test('a card is handed to the token service with its number, and the page gets the receipt', async () => {
  const { cardId } = await opened();
  const { pan, expiry } = await detailsOf(cardId);
  const requestId = freshId();
  const push = () => bench.anyone(contract.push, { requestId, ...holder, cardId });
  const first = await push();
  ok(!isRefused(first));
  deepEqual(Object.keys(first).sort(), ['expiresAtMs', 'receipt']);
  const [asked] = bench.beside.pushed;
  deepEqual(asked && { ...asked, requestId: '' }, {
    requestId: '',
    pan,
    panExpiry: expiry,
    mobileMasked: '139****5678',
  });
  notEqual(asked?.requestId, requestId);
  deepEqual(await push(), first);
  equal(new Set(bench.beside.pushed.map((each) => each.requestId)).size, 1);
  const other = await opened();
  const reused = { requestId, ...holder, cardId: other.cardId };
  equal(codeOf(await bench.anyone(contract.push, reused)), 'request.key_reused');
});

test('a push that the token service did not answer is asked again under the same id', async () => {
  const { cardId } = await opened();
  const ask = { requestId: freshId(), ...holder, cardId };
  bench.beside.play.away = true;
  equal(codeOf(await bench.anyone(contract.push, ask)), 'unavailable');
  bench.beside.play.away = false;
  equal(codeOf(await bench.anyone(contract.push, ask)), 'done');
  equal(bench.beside.pushed.length, 1);
});

test('what the bank does not let be added is not handed on', async () => {
  const push = async (behaviour: Behaviour) => {
    const { cardId } = await opened('debit', behaviour);
    return codeOf(await bench.anyone(contract.push, { requestId: freshId(), ...holder, cardId }));
  };
  equal(await push('expired'), 'card.expired');
  equal(await push('red'), 'card.declined');
  equal(bench.beside.pushed.length, 0);
  bench.beside.play.refusal = 'card.on_device';
  equal(await push('plain'), 'card.on_device');
});

test('no number, security code or secret in trace or tables; details and receipts are not kept', async () => {
  const { cardId } = await opened('credit');
  const { pan, cvn2 } = await detailsOf(cardId);
  match(cvn2, /^\d{3}$/);
  const pushed = await bench.anyone(contract.push, { requestId: freshId(), ...holder, cardId });
  ok(!isRefused(pushed));
  const shown = [JSON.stringify(bench.events), await dump(database.sql)].join('\n');
  for (const secret of [pan, holder.mobile, holder.secret, pushed.receipt, `"${cvn2}"`]) {
    ok(!shown.includes(secret), 'a secret is shown or stored');
    ok(!shown.toLowerCase().includes(Buffer.from(secret).toString('hex')), 'stored as bytes');
  }
});

test('a test card that is opened again by its number stays as it is', async () => {
  const who = await holderOf(bench, '13800000001');
  const [debit] = await shownCards(who);
  ok(debit);
  const printed = { pan: cardOf('plain').pan, mobile: holder.mobile, behaviour: 'lost' };
  equal(codeOf(await bench.operator(contract.printCard, printed)), 'done');
  deepEqual(
    (await shownCards(who)).map((card) => card.behaviour),
    ['plain', 'plain'],
  );
});
