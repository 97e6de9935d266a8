/** The verdict on real SQL and real keys: counters, stored answers, clones, races, and what is told. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import { character } from '@octavo/lib/character.fixture.ts';
import fc from 'fast-check';
import { closeDatabase, DEBIT, newWorld, requestId, type World } from './bench.test.ts';
import * as contract from './contract.ts';
import { activeToken, armPhone, type LiveToken, newPhone, type Phone } from './phone-bench.test.ts';
import { makeTap, purchase, tapPhone } from './shop-bench.test.ts';

let world: World;
let phone: Phone;
let token: LiveToken;

beforeEach(async () => {
  world = await newWorld();
  phone = await newPhone(world.clock);
  token = await activeToken(world, phone);
});
after(closeDatabase);

async function judge(fields: Record<string, string>, mti = '0200') {
  const verdict = await world.asNetwork(contract.verdict, { mti, fields });
  assert(!isRefused(verdict), JSON.stringify(verdict));
  return verdict;
}

async function standing() {
  const view = await world.asOperator(contract.token, { tokenReference: token.tokenReference });
  assert(!isRefused(view));
  return view;
}

function pay(made: Parameters<typeof makeTap>[2], change: Record<string, string | undefined> = {}) {
  return purchase(world.clock, token, makeTap(world.clock, token, made), change);
}

describe('a good tap', () => {
  test('of a phone is good once its holder is verified, and its counter is used up', async () => {
    await armPhone(phone, token.instanceAid);
    const fields = purchase(world.clock, token, await tapPhone(world.clock, phone));
    const verdict = await judge(fields);
    assert.equal(verdict.code, undefined);
    assert.equal(verdict.stored, false);
    assert.deepEqual(verdict.card, {
      pan: DEBIT.pan,
      panExpiry: DEBIT.expiry,
      accountReference: (await standing()).accountReference,
      tokenExpiry: token.expiry,
      requestorId: '99900000001',
      assurance: '11',
      issuerCode: '99990101',
    });
    assert.equal((await standing()).highestCounter, 1);
  });

  test('again is the stored answer, the card included, also as a repeat and after the token’s end', async () => {
    const fields = pay({ counter: 1 });
    const first = await judge(fields);
    const second = await judge(fields);
    assert.deepEqual(second, { ...first, stored: true });
    assert.deepEqual(await judge(fields, '0201'), second);
    await world.asOperator(contract.changeToken, {
      requestId: requestId(),
      tokenReference: token.tokenReference,
      event: 'delete',
      reason: 'OTHER',
    });
    assert.deepEqual(await judge(fields), second);
  });

  test('sent twice at once is decided once', async () => {
    const fields = pay({ counter: 1 });
    const both = await Promise.all([judge(fields), judge(fields)]);
    assert.deepEqual(
      both.map(({ code }) => code),
      [undefined, undefined],
    );
    assert.deepEqual(both.map(({ stored }) => stored).sort(), [false, true]);
  });

  test('is told with its checks, without the card and without the token’s number', async () => {
    const fields = pay({ counter: 1 });
    await judge(fields);
    const told = world.events.find(({ type }) => type === 'tap.verdict')?.detail;
    assert.equal(told?.responseCode, '00');
    assert.equal(told?.tokenReference, token.tokenReference);
    assert.equal(told?.counter, 1);
    assert.equal(told?.retrievalReference, fields['37']);
    const text = JSON.stringify(told);
    assert(!text.includes(DEBIT.pan) && !text.includes(token.number));
  });
});

describe('a verdict that is no, by its step', () => {
  const cases: readonly (readonly [
    string,
    string,
    Partial<Parameters<typeof makeTap>[2]>,
    Record<string, string | undefined>,
  ])[] = [
    ['a missing element', 'message.malformed', {}, { 19: undefined }],
    ['chip data cut short', 'message.malformed', {}, { 55: '9F02' }],
    ['another entry mode', 'token.wrong_domain', {}, { 22: '012' }],
    ['no chip data', 'token.wrong_domain', {}, { 55: undefined }],
    ['another cryptogram version', 'tap.version_refused', { version: 17 }, {}],
    [
      'a zero unpredictable number',
      'tap.cryptogram_missing',
      { unpredictableNumber: '00000000' },
      {},
    ],
    ['another amount', 'tap.amount_differs', {}, { 4: '000000002851' }],
    ['another currency', 'tap.currency_differs', {}, { 49: '840' }],
    ['another country', 'tap.country_differs', {}, { 19: '344' }],
    ['another day', 'tap.date_differs', {}, { 13: '1126' }],
    ['another year', 'tap.date_differs', { date: '251125' }, {}],
    ['another kind of transaction', 'tap.type_differs', {}, { 3: '200000' }],
    ['another expiry', 'tap.token_differs', {}, { 14: '2912' }],
    ['CTQ that says too much', 'tap.ctq_overclaims', { cvr: '03A00000' }, {}],
    ['a holder not verified', 'tap.holder_not_verified', { cvr: '03A00000', ctq: '0000' }, {}],
    ['express at a shop', 'tap.express_not_transit', { cvr: '03A00001', ctq: '0000' }, {}],
    ['a merchant of cash', 'token.wrong_domain', {}, { 18: '6011' }],
  ];
  for (const [what, code, made, change] of cases) {
    test(`${what}: ${code}, and no card is given`, async () => {
      const verdict = await judge(pay({ counter: 1, ...made }, change));
      assert.equal(verdict.code, code);
      assert.equal(verdict.card, undefined);
    });
  }

  test('a right cryptogram uses its counter up whatever the verdict', async () => {
    const chipData = makeTap(world.clock, token, { counter: 3 });
    const refused = await judge(purchase(world.clock, token, chipData, { 4: '000000009999' }));
    assert.equal(refused.code, 'tap.amount_differs');
    assert.equal((await standing()).highestCounter, 3);
    const again = await judge(purchase(world.clock, token, chipData));
    assert.equal(again.code, 'tap.replayed');
  });

  test('a wrong cryptogram uses up nothing', async () => {
    const chipData = makeTap(world.clock, token, { counter: 3 });
    const forged = chipData.replace('9F0206000000002850', '9F0206000000000001');
    const verdict = await judge(purchase(world.clock, token, forged, { 4: '000000000001' }));
    assert.equal(verdict.code, 'tap.cryptogram_wrong');
    assert.equal((await standing()).highestCounter, 0);
    assert.equal((await judge(purchase(world.clock, token, chipData))).code, undefined);
  });

  test('every byte of the issuer application data is held, by its MACs or by name', async () => {
    const chipData = makeTap(world.clock, token, { counter: 1 });
    const at = chipData.indexOf('9F1013') + 6;
    for (let byte = 0; byte < 19; byte++) {
      const place = at + 2 * byte;
      const flipped = Number.parseInt(chipData.slice(place, place + 2), 16) ^ 0x01;
      const hex = flipped.toString(16).padStart(2, '0').toUpperCase();
      const changed = chipData.slice(0, place) + hex + chipData.slice(place + 2);
      const verdict = await judge(purchase(world.clock, token, changed));
      assert.notEqual(verdict.code, undefined, `byte ${byte}`);
    }
  });

  test('an unknown token leaves nothing behind', async () => {
    const other = { ...token, number: '9999580100000000' };
    const fields = purchase(world.clock, other, makeTap(world.clock, other, { counter: 1 }));
    assert.deepEqual((await judge(fields)).code, 'token.unknown');
    assert.equal((await judge({ ...fields, 2: '6258249900000018' })).code, 'token.unknown');
    const [count] = await world.database.sql('select count(*)::int as n from tokens.message');
    assert.equal(count?.n, 0);
  });

  test('a suspended, a deleted and an expired token pay nothing', async () => {
    const change = (event: 'suspend' | 'resume' | 'delete') =>
      world.asWallet(contract.changeToken, {
        requestId: requestId(),
        tokenReference: token.tokenReference,
        event,
        reason: 'HOLDER_REQUEST',
      });
    await change('suspend');
    assert.equal((await judge(pay({ counter: 1 }))).code, 'token.suspended');
    await change('resume');
    assert.equal((await judge(pay({ counter: 2 }))).code, undefined);
    await change('delete');
    assert.equal((await judge(pay({ counter: 3 }))).code, 'token.deleted');
  });

  test('a token is good to the end of its month', async () => {
    await world.clock.advance(Date.parse('2031-11-30T12:00:00+08:00') - world.clock.nowMs());
    assert.equal((await judge(pay({ counter: 1 }))).code, undefined);
    await world.clock.advance(24 * 60 * 60_000);
    assert.equal((await judge(pay({ counter: 2 }))).code, 'token.expired');
  });

  test('only purchases are judged', async () => {
    const fields = pay({ counter: 1 });
    const verdict = await world.asNetwork(contract.verdict, { mti: '0100', fields });
    assert(isRefused(verdict) && verdict.code === 'message.not_supported');
  });
});

describe('one key, one message', () => {
  test('other content under a used key is refused, and stays refused', async () => {
    const first = pay({ counter: 1 });
    const good = await judge(first);
    const { 7: seven = '', 11: eleven = '' } = first;
    const other = pay({ counter: 2 }, { 7: seven, 11: eleven });
    assert.equal((await judge(other)).code, 'message.key_reused');
    assert.deepEqual(await judge(first), { ...good, stored: true });
    // Its right cryptogram is used up all the same.
    assert.equal((await standing()).highestCounter, 2);
  });

  test('a message without its key is malformed and leaves nothing behind', async () => {
    const verdict = await judge(pay({ counter: 1 }, { 7: undefined }));
    assert.equal(verdict.code, 'message.malformed');
    assert.equal((await standing()).highestCounter, 0);
  });
});

describe('the counter', () => {
  test('same tap, new message: replayed', async () => {
    const chipData = makeTap(world.clock, token, { counter: 1 });
    await judge(purchase(world.clock, token, chipData));
    const again = await judge(purchase(world.clock, token, chipData));
    assert.equal(again.code, 'tap.replayed');
    assert.equal((await standing()).state, 'active');
  });

  test('two taps with one counter at once: one is good, the other proves a clone', async () => {
    const both = await Promise.all([judge(pay({ counter: 1 })), judge(pay({ counter: 1 }))]);
    const codes = both.map(({ code }) => code);
    assert.equal(codes.filter((code) => code === undefined).length, 1);
    assert.deepEqual(
      codes.filter((code) => code !== undefined),
      ['tap.clone_proved'],
    );
    const { state, suspendedBy } = await standing();
    assert.deepEqual([state, suspendedBy], ['suspended', ['tokens']]);
  });

  test('eight taps at once, each with its own counter: every one is judged, none is lost', async () => {
    const counters = [1, 2, 3, 4, 5, 6, 7, 8];
    const verdicts = await Promise.all(counters.map((counter) => judge(pay({ counter }))));
    for (const { code } of verdicts) assert(code === undefined || code === 'tap.counter_behind');
    const rows = await world.database.sql('select counter from tokens.tap order by counter');
    assert.deepEqual(
      rows.map(({ counter }) => Number(counter)),
      counters,
    );
    assert.equal((await standing()).highestCounter, 8);
  });

  test('a tap that comes after a later one is behind, and never comes again', async () => {
    const late = makeTap(world.clock, token, { counter: 4 });
    await judge(pay({ counter: 5 }));
    assert.equal((await judge(purchase(world.clock, token, late))).code, 'tap.counter_behind');
    assert.equal((await judge(purchase(world.clock, token, late))).code, 'tap.replayed');
  });

  test('a copied element: the first different tap on a used counter suspends the token', async () => {
    const copied = phone.storage.snapshot();
    await phone.host.close();
    const first = await phone.reopen();
    await armPhone(first, token.instanceAid);
    const fields = purchase(world.clock, token, await tapPhone(world.clock, first));
    assert.equal((await judge(fields)).code, undefined);

    await first.host.close();
    phone.storage.restore(copied);
    const second = await phone.reopen();
    await armPhone(second, token.instanceAid);
    const clone = await judge(purchase(world.clock, token, await tapPhone(world.clock, second)));
    assert.equal(clone.code, 'tap.clone_proved');
    const { state, suspendedBy } = await standing();
    assert.deepEqual([state, suspendedBy], ['suspended', ['tokens']]);
    const resumed = await world.asWallet(contract.changeToken, {
      requestId: requestId(),
      tokenReference: token.tokenReference,
      event: 'resume',
      reason: 'HOLDER_REQUEST',
    });
    assert(isRefused(resumed) && resumed.code === 'token.not_suspended_by_you');
  });

  test('a clone suspends also where an earlier step names the refusal', async () => {
    await judge(pay({ counter: 1 }));
    const verdict = await judge(pay({ counter: 1 }, { 4: '000000000001' }));
    assert.equal(verdict.code, 'tap.amount_differs');
    assert.equal((await standing()).state, 'suspended');
    const [row] = await world.database.sql('select other_cryptogram from tokens.tap');
    assert(row?.other_cryptogram instanceof Uint8Array, 'the proof is kept');
    await world.settle();
    assert(world.wallet.told.some(({ kind, state }) => kind === 'state' && state === 'suspended'));
  });
});

test('a tap of the laboratory’s element, which asks no holder, is refused', async () => {
  const verdict = await judge(pay({ counter: 1, cvr: '03A00000', ctq: '0000' }));
  assert.equal(verdict.code, 'tap.holder_not_verified');
});

test('a verdict is one reading and one writing', async () => {
  let statements = 0;
  const counting = world.again({
    sql: (text, values) => {
      statements++;
      return world.database.sql(text, values);
    },
  });
  const fields = pay({ counter: 1 });
  await counting.asNetwork(contract.verdict, { mti: '0200', fields });
  assert.equal(statements, 2);
});

test('only the network may ask', async () => {
  const refused = await world.asWallet(contract.verdict, {
    mti: '0200',
    fields: pay({ counter: 1 }),
  });
  assert(isRefused(refused) && refused.code === 'caller.not_allowed');
});

test('any fields at all are judged or refused by name, and nothing breaks', async () => {
  const good = pay({ counter: 1 });
  const text = fc.string({ unit: character, maxLength: 20 });
  const change = fc.dictionary(fc.constantFrom(...Object.keys(good)), text);
  await fc.assert(
    fc.asyncProperty(change, async (changed) => {
      const fields = { ...good, ...changed };
      const verdict = await world.asNetwork(contract.verdict, { mti: '0200', fields });
      assert(isRefused(verdict) || verdict.checks.length > 0);
      const told = await world.asNetwork(contract.outcome, {
        mti: '0200',
        fields,
        responseCode: '00',
        reversed: false,
      });
      assert(isRefused(told) || Object.keys(told).length <= 1);
    }),
    { numRuns: 60 },
  );
});
