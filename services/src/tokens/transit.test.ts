/** Transit on real SQL and real keys: advices in any order of counters, and the charges that name them. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { originalData } from '@octavo/domain/message.ts';
import { isRefused } from '@octavo/domain/refusal.ts';
import { localTime } from '@octavo/domain/time.ts';
import fc from 'fast-check';
import {
  CREDIT,
  closeDatabase,
  newWorld,
  requestId,
  tablesAsText,
  type World,
} from './bench.test.ts';
import * as contract from './contract.ts';
import { activeToken, type LiveToken, newPhone, type Phone } from './phone-bench.test.ts';
import { type MadeTap, makeTap, purchase } from './shop-bench.test.ts';

const METRO = '999100041110001';
const DAY_MS = 24 * 60 * 60_000;

let world: World;
let phone: Phone;
let token: LiveToken;

beforeEach(async () => {
  world = await newWorld();
  phone = await newPhone(world.clock);
  token = await activeToken(world, phone);
});
after(closeDatabase);

type Fields = Record<string, string>;
type Change = Record<string, string | undefined>;

async function judge(fields: Fields, mti: string) {
  const verdict = await world.asNetwork(contract.verdict, { mti, fields });
  assert(!isRefused(verdict), JSON.stringify(verdict));
  return verdict;
}

/** An express tap at a gate, as the gate's acquirer tells it. */
function gateTap(made: MadeTap, change: Change = {}): Fields {
  const amount = made.amount ?? '000000000000';
  const chipData = makeTap(world.clock, token, { cvr: '03A00001', ctq: '0000', ...made, amount });
  return purchase(world.clock, token, chipData, { 4: amount, 18: '4111', 42: METRO, ...change });
}

const advise = (fields: Fields) => judge(fields, '0220');

/** A charge that names an advice. */
function chargeOf(advice: Fields, change: Change = {}): Fields {
  return purchase(world.clock, token, '', {
    4: '000000001800',
    18: '4111',
    22: '102',
    23: undefined,
    35: undefined,
    42: METRO,
    55: undefined,
    90: originalData('0220', advice),
    ...change,
  });
}

const charge = (fields: Fields) => judge(fields, '0200');

const outcome = (fields: Fields, responseCode: string, reversed = false) =>
  world.asNetwork(contract.outcome, { mti: '0200', fields, responseCode, reversed });

async function standing() {
  const view = await world.asOperator(contract.token, { tokenReference: token.tokenReference });
  assert(!isRefused(view));
  return view;
}

function changeState(event: 'suspend' | 'resume' | 'delete') {
  return world.asWallet(contract.changeToken, {
    requestId: requestId(),
    tokenReference: token.tokenReference,
    event,
    reason: 'HOLDER_REQUEST',
  });
}

async function goodAdvice(counter = 1): Promise<Fields> {
  const advice = gateTap({ counter });
  assert.equal((await advise(advice)).code, undefined);
  return advice;
}

describe('a transit advice', () => {
  test('gets the account reference and no card, and its counter is used up', async () => {
    const fields = gateTap({ counter: 4 });
    const verdict = await advise(fields);
    assert.equal(verdict.code, undefined);
    assert.equal(verdict.card, undefined);
    const { accountReference, highestCounter } = await standing();
    assert.deepEqual([verdict.accountReference, highestCounter], [accountReference, 4]);
    const told = world.events.find(({ type }) => type === 'tap.verdict')?.detail;
    assert.deepEqual([told?.kind, told?.responseCode], ['advice', '00']);
  });

  test('again is the stored answer, also as a repeat, and after the token’s end', async () => {
    const fields = gateTap({ counter: 1 });
    const first = await advise(fields);
    assert.deepEqual(await judge(fields, '0221'), { ...first, stored: true });
    await changeState('delete');
    assert.deepEqual(await advise(fields), { ...first, stored: true });
    assert.equal((await judge(fields, '0200')).code, 'message.key_reused');
  });

  test('in any order of unused counters is good; purchases among them only while they rise', async () => {
    const taps = fc.uniqueArray(
      fc.record({ counter: fc.integer({ min: 1, max: 30 }), isAdvice: fc.boolean() }),
      { selector: ({ counter }) => counter, minLength: 2, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(taps, async (all) => {
        world = await newWorld();
        token = await activeToken(world, await newPhone(world.clock));
        let highest = 0;
        for (const { counter, isAdvice } of all) {
          const verdict = await judge(gateTap({ counter }), isAdvice ? '0220' : '0200');
          const isGood = isAdvice || counter > highest;
          assert.equal(verdict.code, isGood ? undefined : 'tap.counter_behind');
          highest = Math.max(highest, counter);
          assert.equal((await standing()).highestCounter, highest);
        }
        for (const { counter } of all) {
          const [row] = await world.database.sql(
            'select count(*)::int as n from tokens.tap where counter = $1',
            [counter],
          );
          assert.equal(row?.n, 1);
        }
      }),
      { numRuns: 12 },
    );
  });

  test('on a used counter is a replay, and another cryptogram there proves the clone', async () => {
    const late = gateTap({ counter: 2 });
    await advise(gateTap({ counter: 9 }));
    assert.equal((await advise(late)).code, undefined);
    const { 7: transmission, 11: number } = gateTap({ counter: 3 });
    const again = { ...late, 7: transmission ?? '', 11: number ?? '' };
    assert.equal((await advise(again)).code, 'tap.replayed');
    assert.equal((await standing()).state, 'active');
    assert.equal((await advise(gateTap({ counter: 2 }))).code, 'tap.clone_proved');
    assert.equal((await standing()).state, 'suspended');
  });

  test('of a tap a week ago is good by the day that the phone sealed', async () => {
    const { date, dateWithYear } = localTime(world.clock.nowMs());
    await world.clock.advance(7 * DAY_MS);
    const fields = gateTap({ counter: 1, date: dateWithYear }, { 13: date });
    assert.equal((await advise(fields)).code, undefined);
  });

  test('is nobody’s payment: it is told to no wallet, cannot end, and shows no card', async () => {
    const good = await goodAdvice();
    const refused = gateTap({ counter: 2 }, { 13: '1126' });
    assert.equal((await advise(refused)).code, 'tap.date_differs');
    for (const reversed of [false, true]) {
      const ended = await outcome(good, '00', reversed);
      assert(isRefused(ended) && ended.code === 'message.not_supported');
    }
    const messageKey = `02-${good['7']}-${good['11']}-${good['32']}-${good['33']}`;
    const found = await world.asNetwork(contract.original, { token: token.number, messageKey });
    assert(isRefused(found) && found.code === 'message.original_unknown');
    await world.settle();
    assert.deepEqual(
      world.wallet.told.filter(({ kind }) => kind !== 'state'),
      [],
    );
  });
});

describe('cheats with express', () => {
  const cases: readonly (readonly [string, string, string, Partial<MadeTap>, Change])[] = [
    ['express at a shop', '0200', 'tap.express_not_transit', {}, { 18: '5411' }],
    ['a shop’s tap told as an advice', '0220', 'tap.advice_not_transit', {}, { 18: '5411' }],
    [
      'a shop that claims to be transit, above the cap',
      '0200',
      'tap.express_not_transit',
      { amount: '000000002001' },
      {},
    ],
    ['an advice above the cap', '0220', 'tap.express_not_transit', { amount: '000000002001' }, {}],
    ['a gate tap for another amount', '0220', 'tap.amount_differs', {}, { 4: '000000000300' }],
    [
      'an advice without holder or express',
      '0220',
      'tap.holder_not_verified',
      { cvr: '03A00000' },
      {},
    ],
    ['an advice without a cryptogram', '0220', 'token.wrong_domain', {}, { 55: undefined }],
  ];
  for (const [what, mti, code, made, change] of cases) {
    test(`${what}: ${code}`, async () => {
      const verdict = await judge(gateTap({ counter: 1, ...made }, change), mti);
      assert.deepEqual(
        [verdict.code, verdict.card, verdict.accountReference],
        [code, undefined, undefined],
      );
    });
  }
});

describe('a deferred charge', () => {
  test('of a good advice gives the card, every check held and recorded', async () => {
    const fields = chargeOf(await goodAdvice());
    const verdict = await charge(fields);
    assert.equal(verdict.code, undefined);
    assert.ok(verdict.card);
    assert.ok(verdict.checks.every((check) => check.outcome === 'held'));
    assert.deepEqual(verdict.checks.at(-1)?.name, 'noneUnderWay');
    assert.deepEqual(await charge(fields), { ...verdict, stored: true });
    const told = world.events.filter(({ type }) => type === 'tap.verdict').at(1)?.detail;
    assert.deepEqual(told?.kind, 'charge');
    assert.ok(!JSON.stringify(world.events).includes(token.number));
    assert.ok(!(await tablesAsText(world.database.sql)).includes(token.number));
  });

  test('has no tag 91, and is told to the wallet when it is approved', async () => {
    const fields = chargeOf(await goodAdvice());
    await charge(fields);
    assert.deepEqual(await outcome(fields, '00'), {});
    await world.settle();
    const [payment] = world.wallet.told.filter(({ kind }) => kind === 'payment');
    assert.deepEqual([payment?.amountMinor, payment?.approved], ['1800', true]);
  });

  test('closes its advice once it is approved', async () => {
    const advice = await goodAdvice();
    const first = chargeOf(advice);
    await charge(first);
    await outcome(first, '00');
    assert.equal((await charge(chargeOf(advice))).code, 'charge.already_charged');
    assert.equal((await charge(first)).code, undefined);
  });

  test('that was declined or taken back leaves its advice free for another try', async () => {
    const advice = await goodAdvice();
    const declined = chargeOf(advice);
    await charge(declined);
    assert.equal((await charge(chargeOf(advice))).code, 'charge.under_way');
    await outcome(declined, '51');
    const reversed = chargeOf(advice);
    assert.equal((await charge(reversed)).code, undefined);
    await outcome(reversed, '98', true);
    const approved = chargeOf(advice);
    assert.equal((await charge(approved)).code, undefined);
    await outcome(approved, '00');
    assert.equal((await charge(chargeOf(advice))).code, 'charge.already_charged');
    await outcome(approved, '00', true);
    assert.equal((await charge(chargeOf(advice))).code, undefined);
  });

  test('that was refused here stands in nobody’s way', async () => {
    const advice = await goodAdvice();
    const dear = chargeOf(advice, { 4: '000000050001' });
    assert.equal((await charge(dear)).code, 'charge.over_limit');
    assert.equal((await charge(chargeOf(advice))).code, undefined);
  });

  test('whose reversal came first is refused, and its advice stays free', async () => {
    const advice = await goodAdvice();
    const fields = chargeOf(advice);
    await outcome(fields, '98', true);
    assert.equal((await charge(fields)).code, 'message.already_reversed');
    assert.equal((await charge(chargeOf(advice))).code, undefined);
  });

  test('twice at once for one advice: one is lawful', async () => {
    const advice = await goodAdvice();
    const both = await Promise.all([charge(chargeOf(advice)), charge(chargeOf(advice))]);
    assert.deepEqual(both.map(({ code }) => code ?? 'good').sort(), ['charge.under_way', 'good']);
  });

  test('under the key of another message is refused, and what was kept there stays', async () => {
    const advice = await goodAdvice();
    const first = chargeOf(advice);
    await charge(first);
    const other = { ...first, 4: '000000000100' };
    assert.equal((await charge(other)).code, 'message.key_reused');
    await outcome(first, '00');
    assert.equal((await charge(chargeOf(advice))).code, 'charge.already_charged');
  });

  test('needs a token that may pay', async () => {
    const advice = await goodAdvice();
    await changeState('suspend');
    assert.equal((await charge(chargeOf(advice))).code, 'token.suspended');
    await changeState('resume');
    await changeState('delete');
    assert.equal((await charge(chargeOf(advice))).code, 'token.deleted');
  });

  test('comes within fourteen days of the tap', async () => {
    const advice = await goodAdvice();
    await world.clock.advance(14 * DAY_MS);
    const inTime = chargeOf(advice);
    assert.equal((await charge(inTime)).code, undefined);
    await outcome(inTime, '51');
    await world.clock.advance(DAY_MS);
    assert.equal((await charge(chargeOf(advice))).code, 'charge.too_late');
  });

  test('names an advice of this very token, not a purchase, not a refused one, not one that never was', async () => {
    const other = await activeToken(world, phone, { card: CREDIT });
    const mine = token;
    token = other;
    const theirs = await goodAdvice();
    token = mine;
    assert.equal((await charge(chargeOf(theirs))).code, 'charge.advice_unknown');
    const bought = gateTap({ counter: 1 });
    await judge(bought, '0200');
    assert.equal((await charge(chargeOf(bought))).code, 'charge.advice_unknown');
    const refused = gateTap({ counter: 2 }, { 13: '1126' });
    await advise(refused);
    assert.equal((await charge(chargeOf(refused))).code, 'charge.advice_refused');
    assert.equal((await charge(chargeOf(gateTap({ counter: 3 })))).code, 'charge.advice_unknown');
  });

  test('comes from the advice’s own merchant, which is transit', async () => {
    const advice = await goodAdvice();
    const elsewhere = chargeOf(advice, { 42: '999100041110002' });
    assert.equal((await charge(elsewhere)).code, 'charge.other_merchant');
    assert.equal((await charge(chargeOf(advice, { 18: '5411' }))).code, 'charge.not_transit');
  });

  test('in any other form is a device token without a cryptogram: token.wrong_domain', async () => {
    const advice = await goodAdvice();
    const others: readonly Change[] = [
      { 22: '012' },
      { 22: '812' },
      { 90: undefined },
      { 90: originalData('0200', advice) },
      { 35: `${token.number}=${token.expiry}201` },
    ];
    for (const change of others) {
      assert.equal((await charge(chargeOf(advice, change))).code, 'token.wrong_domain');
    }
  });

  test('of a number that is no token of ours leaves nothing behind', async () => {
    const advice = await goodAdvice();
    const unknown = chargeOf(advice, { 2: '9999580100000000', 14: undefined });
    assert.equal((await charge(unknown)).code, 'token.unknown');
    const [count] = await world.database.sql('select count(*)::int as n from tokens.message');
    assert.equal(count?.n, 1);
  });
});
