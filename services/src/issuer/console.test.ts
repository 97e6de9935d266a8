import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { type Behaviour, testCards } from '@octavo/domain/demo.ts';
import { isRefused } from '@octavo/domain/refusal.ts';
import { luhnDigit } from '@octavo/lib/emv/pan.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { freshId } from '../asking.fixture.ts';
import {
  type Bench,
  cardOf,
  cutAfter,
  holderOf,
  openBench,
  openIssuerDatabase,
  purchaseFields,
  reversalFields,
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

const codeOf = (answer: unknown) => (isRefused(answer) ? answer.code : 'done');
const PLAIN = cardOf('plain').pan;

async function page(after?: string) {
  const answer = await bench.operator(contract.accounts, after === undefined ? {} : { after });
  ok(!isRefused(answer));
  return answer;
}

async function accountOf(behaviour: Behaviour, kind: 'debit' | 'credit' = 'debit') {
  const { accounts } = await page();
  const found = accounts.find((one) => one.behaviour === behaviour && one.kind === kind);
  ok(found);
  return found;
}

async function statementOf(accountId: string) {
  const answer = await bench.operator(contract.accountLedger, { accountId });
  ok(!isRefused(answer));
  return answer;
}

const behave = (accountId: string, behaviour: Behaviour, requestId = freshId()) =>
  bench.operator(contract.behave, { requestId, accountId, behaviour });

let trace = 0;
async function pay(amount: number, pan = PLAIN): Promise<string | undefined> {
  trace += 1;
  const fields = purchaseFields({
    2: pan,
    4: String(amount).padStart(12, '0'),
    11: String(trace).padStart(6, '0'),
  });
  return (await bench.network.ask('0200', fields)).fields[39];
}

test('what the operator may ask, nobody else may', async () => {
  const accountId = freshId();
  for (const caller of [bench.anyone, bench.wallet, bench.tokens]) {
    const answers = await Promise.all([
      caller(contract.accounts, {}),
      caller(contract.accountLedger, { accountId }),
      caller(contract.ledger, { last: 1 }),
      caller(contract.behave, { requestId: freshId(), accountId, behaviour: 'lost' }),
      caller(contract.listMessages, {}),
    ]);
    deepEqual([...new Set(answers.map(codeOf))], ['caller.not_allowed']);
  }
});

test('accounts come a hundred a page, each once, in the order they were opened', async () => {
  equal((await page()).accounts.length, testCards.length);
  equal((await page()).next, undefined);
  const fresh: string[] = [];
  for (let at = 0; at < 101; at++) {
    const body = `999901777000${String(at).padStart(6, '0')}`;
    const pan = body + luhnDigit(body);
    fresh.push(pan.slice(-4));
    await bench.clock.advance(1);
    equal(codeOf(await bench.operator(contract.printCard, { pan, mobile: '13900000000' })), 'done');
  }
  const first = await page();
  equal(first.accounts.length, 100);
  equal(first.next, first.accounts.at(-1)?.accountId);
  const second = await page(first.next);
  equal(second.next, undefined);
  const all = [...first.accounts, ...second.accounts];
  equal(new Set(all.map((one) => one.accountId)).size, testCards.length + 101);
  deepEqual(
    all.slice(testCards.length).map((one) => one.cardLastFour),
    fresh,
  );
  deepEqual(await page(freshId()), { accounts: [] });
});

test('an account is shown with what can be spent, what was spent today and its limit, and no number', async () => {
  equal(await pay(1250), '00');
  const { accountId, ...shown } = await accountOf('plain');
  match(accountId, /^[0-9A-F]{32}$/);
  deepEqual(shown, {
    cardLastFour: '0010',
    kind: 'debit',
    expiry: '3012',
    behaviour: 'plain',
    state: 'open',
    currency: '156',
    balanceMinor: '998750',
    availableMinor: '998750',
    spentTodayMinor: '1250',
    dailyLimitMinor: '5000000',
  });
  ok(!JSON.stringify(await page()).includes(PLAIN));
});

test('a statement has a line for every posting, newest first, with the balance after it', async () => {
  equal(await pay(1250), '00');
  const fields = purchaseFields({ 2: PLAIN, 11: String(trace).padStart(6, '0') });
  equal((await bench.network.ask('0420', reversalFields(fields))).fields[39], '00');
  const { accountId } = await accountOf('plain');
  const { account, lines } = await statementOf(accountId);
  equal(account.balanceMinor, '1000000');
  deepEqual(
    lines.map(({ kind, amountMinor, balanceMinor }) => [kind, amountMinor, balanceMinor]),
    [
      ['reversal', '1250', '1000000'],
      ['purchase', '-1250', '998750'],
      ['opening', '1000000', '1000000'],
    ],
  );
  const unknown = await bench.operator(contract.accountLedger, { accountId: freshId() });
  equal(codeOf(unknown), 'card.unknown');
  deepEqual((await statementOf((await accountOf('no_funds')).accountId)).lines, []);
});

test('the book has both sides of every posting, and both columns add up to the same at each', async () => {
  // The bank is ready, its test cards opened, before the time of the first payment.
  await page();
  await bench.clock.advance(1);
  equal(await pay(1250), '00');
  await bench.clock.advance(1);
  const { pan } = cardOf('plain', 'credit');
  equal(await pay(300, pan), '00');
  const book = await bench.operator(contract.ledger, { last: 200 });
  ok(!isRefused(book));
  equal(book.sumMinor, '0');
  const [credit, debit, ...openings] = book.postings;
  deepEqual(
    [credit?.kind, credit?.cardLastFour, credit?.atMs, credit?.debit, credit?.credit],
    [
      'purchase',
      '0010',
      START_MS + 2,
      { account: 'holder', amountMinor: '300' },
      { account: 'settlement', amountMinor: '300' },
    ],
  );
  equal(debit?.debit.amountMinor, '1250');
  deepEqual(openings[0]?.debit, { account: 'opening', amountMinor: '1000000' });
  equal(openings[0]?.credit.account, 'holder');
  let total = 0n;
  for (const posting of book.postings.toReversed()) {
    equal(posting.debit.amountMinor, posting.credit.amountMinor);
    total += BigInt(posting.debit.amountMinor);
    deepEqual([posting.debitTotalMinor, posting.creditTotalMinor], [String(total), String(total)]);
  }
  const last = await bench.operator(contract.ledger, { last: 1 });
  ok(!isRefused(last));
  deepEqual(last.postings, [credit]);
});

test('what a card is told holds from the next payment on, and back again', async () => {
  const { accountId } = await accountOf('plain');
  const told: readonly (readonly [Behaviour, string])[] = [
    ['lost', '41'],
    ['do_not_honour', '05'],
    ['expired', '54'],
    ['low_limit', '61'],
    ['no_funds', '51'],
    ['plain', '00'],
  ];
  for (const [behaviour, responseCode] of told) {
    deepEqual(await behave(accountId, behaviour), { accountId, behaviour });
    equal(await pay(10_001), responseCode, behaviour);
  }
  const { lines } = await statementOf(accountId);
  deepEqual(
    lines.map(({ kind, amountMinor, balanceMinor }) => [kind, amountMinor, balanceMinor]),
    [
      ['purchase', '-10001', '989999'],
      ['adjustment', '1000000', '1000000'],
      ['adjustment', '-1000000', '0'],
      ['opening', '1000000', '1000000'],
    ],
  );
  const sum = await bench.operator(contract.trialBalance, {});
  ok(!isRefused(sum));
  equal(sum.sumMinor, '0');
});

test('what a card is told holds for adding it too', async () => {
  const { accountId } = await accountOf('plain');
  const { pan, expiry, mobile } = cardOf('plain');
  const assess = async () => {
    const ask = { requestId: freshId(), pan, expiry, mobile };
    const answer = await bench.tokens(contract.assess, ask);
    return isRefused(answer) ? answer.code : answer.recommendation;
  };
  await behave(accountId, 'green');
  equal(await assess(), 'green');
  await behave(accountId, 'red');
  equal(await assess(), 'red');
  await behave(accountId, 'expired');
  equal(await assess(), 'card.expired');
});

test('a payment that was answered keeps its answer, whatever the card is told later', async () => {
  const { accountId } = await accountOf('plain');
  const fields = purchaseFields();
  equal((await bench.network.ask('0200', fields)).fields[39], '00');
  await behave(accountId, 'lost');
  equal((await bench.network.ask('0201', fields)).fields[39], '00');
});

test('telling and paying at once: every payment is decided by what was told before it or after it, and the sum is zero', async () => {
  const { accountId } = await accountOf('plain');
  const answers = await Promise.all([
    ...[1, 2, 3, 4].map(() => pay(250_000)),
    behave(accountId, 'no_funds'),
    behave(accountId, 'plain'),
  ]);
  for (const answer of answers.slice(0, 4)) ok(answer === '00' || answer === '51');
  const { account, lines } = await statementOf(accountId);
  equal(
    lines.reduce((sum, line) => sum + BigInt(line.amountMinor), 0n),
    BigInt(account.balanceMinor),
  );
  const book = await bench.operator(contract.ledger, { last: 200 });
  ok(!isRefused(book));
  equal(book.sumMinor, '0');
});

test('the same request tells once, at once too; another body is refused, and so is an unknown account', async () => {
  const { accountId } = await accountOf('plain');
  const requestId = freshId();
  const all = await Promise.all([1, 2, 3].map(() => behave(accountId, 'no_funds', requestId)));
  for (const answer of all) deepEqual(answer, { accountId, behaviour: 'no_funds' });
  equal((await statementOf(accountId)).lines.length, 2);
  await behave(accountId, 'plain');
  deepEqual(await behave(accountId, 'no_funds', requestId), { accountId, behaviour: 'no_funds' });
  equal((await accountOf('plain')).accountId, accountId);
  equal(codeOf(await behave(accountId, 'lost', requestId)), 'request.key_reused');
  equal(codeOf(await behave(freshId(), 'lost')), 'card.unknown');
  const unheard = { requestId: freshId(), accountId, behaviour: 'generous' as never };
  equal(codeOf(await bench.operator(contract.behave, unheard)), 'request.malformed');
});

test('one id at once for two accounts tells one of them', async () => {
  const ids = [await accountOf('plain'), await accountOf('green')].map((one) => one.accountId);
  const requestId = freshId();
  const answers = await Promise.all(ids.map((id) => behave(id, 'lost', requestId)));
  deepEqual(answers.map(codeOf).sort(), ['done', 'request.key_reused']);
});

test('after a crash between telling and answering, the repeat gets the stored answer and moves nothing more', async () => {
  const { accountId } = await accountOf('plain');
  const cut = cutAfter(database.sql, (text) => text.includes("'adjustment'"));
  const first = openBench(cut.sql, bench.clock);
  const ask = { requestId: freshId(), accountId, behaviour: 'no_funds' as const };
  void first.operator(contract.behave, ask);
  await cut.gone;
  deepEqual(await bench.operator(contract.behave, ask), { accountId, behaviour: 'no_funds' });
  equal((await statementOf(accountId)).lines.length, 2);
});

test('money that moves for a behaviour is posted like any other', async () => {
  const { accountId } = await accountOf('plain');
  await behave(accountId, 'no_funds');
  const posted = bench.events.find((event) => event.type === 'ledger.posted');
  deepEqual(
    [posted?.detail.kind, posted?.detail.entries, posted?.detail.sumMinor],
    [
      'adjustment',
      [
        { account: 'holder', amountMinor: '-1000000' },
        { account: 'opening', amountMinor: '1000000' },
      ],
      '0',
    ],
  );
});

test('the operator reads the texts of all inboxes, newest first, and no code', async () => {
  await holderOf(bench, '13800000001');
  const pan = PLAIN;
  await bench.tokens(contract.sendCode, { requestId: freshId(), enrolmentId: freshId(), pan });
  await bench.clock.advance(1);
  const sent = { mobile: '13700000000', from: 'Octavo', text: '123456 and 789, ４５６７' };
  await bench.wallet(contract.deliver, { requestId: freshId(), ...sent });
  const list = await bench.operator(contract.listMessages, {});
  ok(!isRefused(list));
  const [second, first, ...rest] = list.messages;
  deepEqual(rest, []);
  deepEqual(second, { atMs: START_MS + 1, from: 'Octavo', text: '****** and 789, ****' });
  equal(first?.mobileMasked, '138****0001');
  match(first?.text ?? '', /^\[Bafang Bank\] \*{6} is your code .* · 【八方银行】验证码 \*{6}，/u);
  ok(!/\p{Nd}{4}/u.test(JSON.stringify(list.messages.map(({ text }) => text))));
});
