import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { MessageFields } from '@octavo/domain/message.ts';
import { isRefused } from '@octavo/domain/refusal.ts';
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import { cryptogramResult } from '@octavo/lib/iso8583/subfields.ts';
import { cups } from '@octavo/lib/iso8583/unionpay.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import {
  type Bench,
  cardOf,
  cutAfter,
  dump,
  openBench,
  openIssuerDatabase,
  purchaseFields,
  viewOf,
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

const PLAIN = cardOf('plain').pan;

async function decide(changes: MessageFields, mti = '0200') {
  const answer = await bench.network.ask(mti, purchaseFields(changes));
  const decision = bench.events.filter((event) => event.type === 'issuer.decision').at(-1);
  return { fields: answer.fields, mti: answer.mti, code: decision?.detail.code };
}

test('a purchase is posted at once: both entries, the answer with DE38, and what it echoes', async () => {
  const { fields, mti } = await decide({});
  equal(mti, '0210');
  equal(fields[39], '00');
  match(fields[38] ?? '', /^[0-9A-Z]{6}$/);
  const asked = purchaseFields();
  for (const number of [2, 3, 4, 7, 11, 12, 13, 15, 23, 25, 32, 33, 37, 41, 42, 49, 56, 100]) {
    equal(fields[number], asked[number], `DE${number}`);
  }
  const view = await viewOf(bench, PLAIN);
  equal(view.availableMinor, '998750');
  equal(view.spentTodayMinor, '1250');
  deepEqual(
    view.entries.map(({ account, amountMinor, kind }) => [account, amountMinor, kind]),
    [
      ['holder', '1000000', 'opening'],
      ['opening', '-1000000', 'opening'],
      ['holder', '-1250', 'purchase'],
      ['settlement', '1250', 'purchase'],
    ],
  );
  const posted = bench.events.find((event) => event.type === 'ledger.posted');
  deepEqual(posted?.detail, {
    postingId: view.entries[3]?.postingId,
    kind: 'purchase',
    retrievalReference: '112216000123',
    entries: [
      { account: 'holder', amountMinor: '-1250' },
      { account: 'settlement', amountMinor: '1250' },
    ],
    sumMinor: '0',
  });
});

test('a credit card spends its line and owes', async () => {
  const { pan } = cardOf('plain', 'credit');
  equal((await decide({ 2: pan, 4: '000002000000' })).fields[39], '00');
  equal((await viewOf(bench, pan)).availableMinor, '0');
});

const refusals: readonly (readonly [string, MessageFields, string, string])[] = [
  [
    'a cryptogram that the network found wrong',
    { 61: cryptogramResult('wrong') },
    'tap.cryptogram_wrong',
    '63',
  ],
  ['an unknown card', { 2: '9999010000009999998' }, 'issuer.card_unknown', '14'],
  [
    'a card that has expired',
    { 2: cardOf('expired').pan, 14: '2506' },
    'issuer.card_expired',
    '54',
  ],
  ['another expiry than the card has', { 14: '3011' }, 'issuer.card_expired', '54'],
  ['a lost card', { 2: cardOf('lost').pan }, 'issuer.card_lost', '41'],
  ['a card that is not honoured', { 2: cardOf('do_not_honour').pan }, 'issuer.do_not_honour', '05'],
  ['an amount of nothing', { 4: '000000000000' }, 'issuer.amount_wrong', '13'],
  ['an absurd amount', { 4: '999999999999' }, 'issuer.amount_wrong', '13'],
  ['a currency that is not the account’s', { 49: '840' }, 'issuer.currency_not_held', '57'],
  [
    'more than the day’s limit',
    { 2: cardOf('low_limit').pan, 4: '000000010001' },
    'issuer.limit_exceeded',
    '61',
  ],
  ['more than there is', { 4: '000001000001' }, 'issuer.insufficient_funds', '51'],
  [
    'an empty debit account',
    { 2: cardOf('no_funds').pan, 4: '000000000001' },
    'issuer.insufficient_funds',
    '51',
  ],
  [
    'an empty credit line',
    { 2: cardOf('no_funds', 'credit').pan, 4: '000000000001' },
    'issuer.insufficient_funds',
    '51',
  ],
];
for (const [name, changes, code, responseCode] of refusals) {
  test(`${name} is refused with ${responseCode} and posts nothing`, async () => {
    const decided = await decide(changes);
    equal(decided.code, code);
    equal(decided.fields[39], responseCode);
    equal(decided.fields[38], undefined);
    ok(!bench.events.some((event) => event.type === 'ledger.posted'));
  });
}

test('a missing or malformed element is answered 30 and names the element', async () => {
  for (const number of [
    2, 3, 4, 12, 13, 14, 15, 18, 19, 22, 25, 37, 41, 42, 43, 49, 56, 61, 63, 100,
  ]) {
    const { [number]: _, ...rest } = purchaseFields();
    const answer = await bench.network.ask('0200', rest);
    equal(answer.fields[39], '30', `without DE${number}`);
  }
  const wrong = {
    7: '1322163001',
    12: '250000',
    13: '0232',
    14: '3013',
    63: '5052',
    100: '99990102',
  };
  for (const [number, value] of Object.entries(wrong)) {
    const decided = await decide({ [number]: value });
    equal(decided.fields[39], '30', `DE${number}`);
    equal(decided.code, 'message.malformed');
  }
  equal((await viewOf(bench, PLAIN)).availableMinor, '1000000');
});

test('a wrong MAC is answered A0 and nothing is done', async () => {
  const fields = purchaseFields();
  const bytes = await bench.network.seal('0200', fields);
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
  const answer = await bench.network.askBytes(bytes, '0200', fields);
  equal(answer.fields[39], 'A0');
  equal((await viewOf(bench, PLAIN)).entries.length, 2);
  // The same message with its right MAC was never seen before.
  equal((await bench.network.ask('0200', fields)).fields[39], '00');
});

test('the same message again, also as 0201, gets the stored answer and posts once', async () => {
  const first = (await decide({})).fields;
  for (const mti of ['0200', '0201']) {
    const again = await bench.network.ask(mti, purchaseFields());
    const { 128: _, ...rest } = again.fields;
    const { 128: __, ...stored } = first;
    deepEqual(rest, stored);
  }
  equal((await viewOf(bench, PLAIN)).availableMinor, '998750');
});

test('a declined message again gets its decline, also when it would be approved by now', async () => {
  equal((await decide({ 4: '000001000001' })).fields[39], '51');
  equal((await decide({ 4: '000001000001' })).fields[39], '51');
});

test('a message of an unknown card is remembered too: the card may be printed meanwhile', async () => {
  const pan = '9999010000009999998';
  equal((await decide({ 2: pan })).fields[39], '14');
  const printed = await bench.operator(contract.printCard, { pan, mobile: '13900000000' });
  ok(!isRefused(printed));
  equal((await decide({ 2: pan })).fields[39], '14');
  equal((await decide({ 2: pan, 11: '000124' })).fields[39], '00');
});

test('the same key with other content is refused with 94 and posts nothing', async () => {
  await decide({});
  const decided = await decide({ 4: '000000001251' });
  equal(decided.code, 'message.key_reused');
  equal(decided.fields[39], '94');
  equal((await viewOf(bench, PLAIN)).availableMinor, '998750');
});

test('of two purchases at once that do not both fit, exactly one is posted', async () => {
  const answers = await Promise.all(
    ['000201', '000202'].map((trace) =>
      bench.network.ask('0200', purchaseFields({ 4: '000000600000', 11: trace })),
    ),
  );
  deepEqual(answers.map((answer) => answer.fields[39]).sort(), ['00', '51']);
  equal((await viewOf(bench, PLAIN)).availableMinor, '400000');
});

test('many purchases at once are all posted, and one message many times at once is posted once', async () => {
  const many = ['1', '2', '3', '4', '5'].map((digit) =>
    bench.network.ask('0200', purchaseFields({ 4: '000000000100', 11: `00030${digit}` })),
  );
  const same = [1, 2, 3].map(() => bench.network.ask('0200', purchaseFields()));
  const answers = await Promise.all([...many, ...same]);
  for (const answer of answers) equal(answer.fields[39], '00');
  equal(new Set(answers.slice(5).map((answer) => answer.fields[38])).size, 1);
  equal((await viewOf(bench, PLAIN)).availableMinor, String(1_000_000 - 500 - 1250));
});

test('the day’s limit is counted by the local day', async () => {
  const { pan } = cardOf('low_limit');
  equal((await decide({ 2: pan, 4: '000000010000' })).fields[39], '00');
  equal((await decide({ 2: pan, 4: '000000000001', 11: '000124' })).fields[39], '61');
  // From 16:30:01 to midnight.
  await bench.clock.advance((7 * 60 + 30) * 60_000);
  equal((await decide({ 2: pan, 4: '000000000001', 11: '000125' })).fields[39], '00');
  equal((await viewOf(bench, pan)).spentTodayMinor, '1');
});

test('after a crash between posting and answering, the repeat gets the stored answer', async () => {
  const cut = cutAfter(database.sql, (text) => text.includes('insert into issuer.payment'));
  const first = openBench(cut.sql);
  await first.network.send('0200', purchaseFields());
  await cut.gone;
  const answer = await bench.network.ask('0200', purchaseFields());
  equal(answer.fields[39], '00');
  match(answer.fields[38] ?? '', /^[0-9A-Z]{6}$/);
  equal((await viewOf(bench, PLAIN)).availableMinor, '998750');
});

test('sign-on, echo and sign-off are answered 00; other management and other kinds are not supported', async () => {
  for (const function_ of ['001', '301', '002']) {
    const fields = {
      7: '1122163001',
      11: '000001',
      33: '99990000',
      70: function_,
      100: '99990101',
    };
    const answer = await bench.network.ask('0820', fields);
    equal(answer.mti, '0830');
    const { 128: _, ...rest } = answer.fields;
    deepEqual(rest, { ...fields, 39: '00' });
  }
  const keyReset = { 7: '1122163001', 11: '000002', 33: '99990000', 70: '101', 100: '99990101' };
  equal((await bench.network.ask('0820', keyReset)).fields[39], '40');
  for (const mti of ['0100', '0220', '0800']) {
    const answer = await bench.network.ask(mti, purchaseFields());
    equal(answer.fields[39], '40', mti);
  }
  equal((await decide({ 3: '200000' })).fields[39], '40');
  equal((await decide({ 25: '06' })).code, 'message.not_supported');
});

test('frames that are no messages, and answers that nobody asked for, are dropped; the link stays', async () => {
  const { link } = bench.network;
  const whole = await bench.network.seal('0200', purchaseFields());
  await link.send(new Uint8Array(0));
  await link.send(fromHex('00FF00FF'));
  await link.send(whole.subarray(0, whole.length - 1));
  await link.send(await bench.network.seal('0210', purchaseFields()));
  await bench.traced('issuer.frame_dropped', 4);
  equal((await decide({})).fields[39], '00');
});

test('no account number in the trace, none in the tables, and the leg is shown masked', async () => {
  const { pan } = cardOf('plain');
  await decide({});
  await decide({ 4: '000001000001', 11: '000124' });
  const shown = JSON.stringify(bench.events);
  ok(!shown.includes(pan));
  ok(!shown.includes(Buffer.from(pan).toString('hex').toUpperCase()));
  const leg = bench.events.find((event) => event.type === 'iso8583');
  equal(leg?.detail.leg, 'network-issuer');
  equal(leg?.detail.mti, '0210');
  const text = Buffer.from(String(leg?.detail.message), 'hex').toString('latin1');
  ok(text.includes(`${pan.slice(0, 6)}*********${pan.slice(-4)}`));
  const tables = await dump(database.sql);
  ok(!tables.includes(pan));
  ok(!tables.includes(Buffer.from(pan).toString('hex')));
});

test('a message cut short at every byte is dropped without harm', async () => {
  const whole = await bench.network.seal('0200', purchaseFields());
  for (let length = 0; length < whole.length; length++) {
    await bench.network.link.send(whole.subarray(0, length));
  }
  await bench.traced('issuer.frame_dropped', whole.length);
  ok(cups.decode(whole));
  equal((await viewOf(bench, PLAIN)).entries.length, 2);
});
