import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { MessageFields } from '@octavo/domain/message.ts';
import { parseCryptogramResult } from '@octavo/lib/iso8583/subfields.ts';
import { cups } from '@octavo/lib/iso8583/unionpay.ts';
import { parseAccountReference, parseTokenData } from '@octavo/lib/iso8583/usage.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { type Bench, createBench, openNetworkDatabase } from './bench.test.ts';
import {
  ACCOUNT_REFERENCE,
  ACQUIRER,
  ISSUER,
  letter,
  PAN,
  purchaseFields,
  reversalFields,
  TAG_91,
  TOKEN,
} from './played.test.ts';

let database: Database;
before(async () => {
  database = await openNetworkDatabase();
});
let bench: Bench;
beforeEach(async () => {
  await database.truncate();
  bench = await createBench(database.sql);
});
afterEach(() => bench.end());
after(() => database.close());

const states = async () => {
  const rows = await database.sql('select state from network.message order by message_key');
  return rows.map((row) => row.state);
};

test('a good tap is approved: token outside, card between network and issuer', async () => {
  const acquirer = await bench.signOn();
  const { mti, fields } = await acquirer.ask('0200', purchaseFields());
  const { 128: _mac, ...answer } = fields;
  const asked = purchaseFields();
  equal(mti, '0210');
  deepEqual(answer, {
    ...Object.fromEntries(
      [2, 3, 4, 7, 11, 12, 13, 25, 32, 33, 37, 41, 42, 49].map((field) => [field, asked[field]]),
    ),
    15: '1122',
    23: '001',
    38: 'A1B2C3',
    39: '00',
    55: `910A${TAG_91}`,
    56: answer[56],
    100: ISSUER,
  });
  equal(parseAccountReference(answer[56] ?? ''), ACCOUNT_REFERENCE);

  const [sent, second] = bench.issuer.got('0200');
  equal(second, undefined);
  deepEqual(
    [2, 7, 11, 14, 15, 32, 33, 35, 37, 55, 100].map((field) => sent?.fields[field]),
    [
      PAN,
      '1122163001',
      '000123',
      '3012',
      '1122',
      ACQUIRER,
      ACQUIRER,
      undefined,
      '112216000123',
      asked[55],
      ISSUER,
    ],
  );
  deepEqual(parseTokenData(sent?.fields[63] ?? ''), {
    verified: '1',
    token: TOKEN,
    expiry: '3011',
    assuranceLevel: '20',
    requestor: '99900000001',
  });
  equal(parseAccountReference(sent?.fields[56] ?? ''), ACCOUNT_REFERENCE);
  equal(parseCryptogramResult(sent?.fields[61] ?? ''), 'right');
  deepEqual(bench.tokens.outcomes, [{ responseCode: '00', code: undefined, reversed: false }]);
  deepEqual(await states(), ['approved']);
});

test('from 23:00 on the settlement day is the next one', async () => {
  await bench.clock.advance(6.5 * 3_600_000);
  const acquirer = await bench.signOn();
  const { fields } = await acquirer.ask('0200', purchaseFields());
  equal(fields[15], '1123');
});

test('the steps refuse in their order, and what is refused at the door is not kept', async () => {
  const stranger = bench.connect();
  const asked = purchaseFields();
  equal((await stranger.ask('0200', asked)).fields[39], '91');
  equal((await stranger.ask('0200', { ...asked, 3: '200000' })).fields[39], '40');
  equal((await stranger.ask('0100', asked)).mti, '0110');
  const acquirer = await bench.signOn();
  const { 4: _amount, ...incomplete } = asked;
  equal((await acquirer.ask('0200', incomplete)).fields[39], '30');
  equal((await acquirer.ask('0200', { ...asked, 32: '99990202' })).fields[39], '57');
  const { 35: _track, ...keyed } = asked;
  equal((await acquirer.ask('0200', { ...keyed, 2: PAN, 22: '012' })).fields[39], '15');
  equal((await acquirer.ask('0200', { ...asked, 35: `${PAN}=3012` })).fields[39], '30');
  deepEqual(await states(), []);
  deepEqual(bench.tokens.verdicts, []);
  deepEqual(
    bench.trace
      .filter((event) => event.type === 'network.refused')
      .map(({ detail }) => detail.code),
    [
      'network.not_signed_on',
      'message.not_supported',
      'message.not_supported',
      'message.malformed',
      'caller.not_allowed',
      'network.no_route',
      'message.malformed',
    ],
  );
});

test('a wrong MAC is answered A0 and nothing is done', async () => {
  const acquirer = await bench.signOn();
  const message = letter(ACQUIRER, '0200', { ...purchaseFields(), 128: '0123456789ABCDEF' });
  await acquirer.link.send(cups.encode(message));
  await bench.quiet();
  equal(acquirer.seen[0]?.fields[39], 'A0');
  const { 128: _mac, ...bare } = message.fields as Record<string, string>;
  await acquirer.link.send(cups.encode({ ...message, fields: bare }));
  await bench.quiet();
  equal(acquirer.seen[1]?.fields[39], 'A0');
  deepEqual(await states(), []);
});

test('a frame that cannot be read is dropped, or answered 30 when its message type can be', async () => {
  const acquirer = await bench.signOn();
  const whole = cups.encode(letter(ACQUIRER, '0200', purchaseFields()));
  await acquirer.link.send(whole.subarray(0, 40));
  await acquirer.link.send(Uint8Array.of());
  await acquirer.link.send(new Uint8Array(200));
  const answer = cups.encode(letter(ACQUIRER, '0210', purchaseFields()));
  await acquirer.link.send(answer.subarray(0, -1));
  await bench.quiet();
  equal(acquirer.seen.length, 0);
  await acquirer.link.send(whole.subarray(0, -1));
  await bench.quiet();
  deepEqual(
    acquirer.seen.map(({ mti, fields }) => [mti, fields[39]]),
    [['0210', '30']],
  );
  equal(bench.trace.filter(({ detail }) => detail.code === 'message.malformed').length, 5);
});

test('a message cut short at any byte does no harm', async () => {
  const acquirer = await bench.signOn();
  const whole = cups.encode(letter(ACQUIRER, '0420', reversalFields(purchaseFields())));
  for (let length = 0; length < whole.length; length++) {
    await acquirer.link.send(whole.subarray(0, length));
  }
  await bench.quiet();
  ok(acquirer.seen.every(({ fields }) => fields[39] === '30'));
  deepEqual(await states(), []);
  equal((await acquirer.ask('0200', purchaseFields())).fields[39], '00');
});

test('a refusal of the token service is the answer, and the issuer is not asked', async () => {
  bench.tokens.play.code = 'tap.replayed';
  const acquirer = await bench.signOn();
  const { fields } = await acquirer.ask('0200', purchaseFields());
  deepEqual([fields[39], fields[38], fields[55]], ['63', undefined, undefined]);
  equal(bench.issuer.got('0200').length, 0);
  deepEqual(bench.tokens.outcomes, []);
  ok(bench.trace.some(({ detail }) => detail.code === 'tap.replayed'));
});

test('a device token keyed in reaches the token service, which refuses it', async () => {
  bench.tokens.play.code = 'token.wrong_domain';
  const acquirer = await bench.signOn();
  const { 35: _track, 55: _chip, ...keyed } = purchaseFields({ 22: '012' });
  equal((await acquirer.ask('0200', keyed)).fields[39], '57');
  equal(bench.tokens.verdicts[0]?.[22], '012');
});

test('the issuer’s refusal is passed on and told to the token service by its name', async () => {
  bench.issuer.play.purchase = 'decline';
  const acquirer = await bench.signOn();
  const { fields } = await acquirer.ask('0200', purchaseFields());
  deepEqual([fields[39], fields[38], fields[55]], ['51', undefined, `910A${TAG_91}`]);
  deepEqual(bench.tokens.outcomes, [
    { responseCode: '51', code: 'issuer.insufficient_funds', reversed: false },
  ]);
});

test('without the token service the answer is 96 and nothing is sent on', async () => {
  bench.tokens.play.silent.add('verdict');
  const acquirer = await bench.signOn();
  await acquirer.send('0200', purchaseFields());
  await bench.pass(6_000);
  equal(acquirer.seen[0]?.fields[39], '96');
  equal(bench.issuer.got('0200').length, 0);
  bench.tokens.play.silent.clear();
  equal((await acquirer.ask('0200', purchaseFields())).fields[39], '96');
});

test('without a line to the issuer the answer is 91, nothing is sent, and the token service is told', async () => {
  bench.issuer.state.refuseDials = true;
  bench.issuer.dropLines();
  await bench.quiet();
  const acquirer = await bench.signOn();
  equal((await acquirer.ask('0200', purchaseFields())).fields[39], '91');
  deepEqual(bench.tokens.outcomes, [
    { responseCode: '91', code: 'network.issuer_down', reversed: false },
  ]);
  bench.issuer.state.refuseDials = false;
  await bench.pass(120_000);
  equal(bench.issuer.got('0420').length, 0);
  equal((await acquirer.ask('0200', purchaseFields())).fields[39], '91');
  equal((await acquirer.ask('0200', purchaseFields({ 11: '000999' }))).fields[39], '00');
});

test('a line that breaks under the request leaves it in doubt: 98 and a reversal, for the issuer may have posted it', async () => {
  const acquirer = await bench.signOn();
  bench.issuer.play.purchase = 'swallow';
  bench.issuer.state.breaks = true;
  equal((await acquirer.ask('0200', purchaseFields())).fields[39], '98');
  deepEqual(await states(), ['reversed']);
  bench.issuer.state.breaks = false;
  await bench.pass(120_000);
  deepEqual([...bench.issuer.books.values()], ['reversed']);
});

test('no answer from the issuer: 98, a reversal, and the late answer is dropped', async () => {
  bench.issuer.play.purchase = 'swallow';
  const acquirer = await bench.signOn();
  await acquirer.send('0200', purchaseFields());
  await bench.pass(24_000);
  equal(acquirer.seen.length, 0);
  await bench.pass(2_000);
  equal(acquirer.seen[0]?.fields[39], '98');
  const [reversal] = bench.issuer.got('0420');
  deepEqual(
    [2, 4, 37, 39, 90].map((field) => reversal?.fields[field]),
    [PAN, '000000001250', '112216000123', '98', `02000001231122163001000${ACQUIRER}000${ACQUIRER}`],
  );
  ok(reversal?.fields[11] !== '000123');
  deepEqual([...bench.issuer.books.values()], ['reversed']);
  deepEqual(bench.tokens.outcomes, [
    { responseCode: '98', code: 'network.no_answer', reversed: false },
  ]);
  const sent = bench.issuer.got('0200')[0];
  ok(sent);
  await bench.issuer.say('0210', { ...sent.fields, 38: 'A1B2C3', 39: '00' });
  await bench.quiet();
  equal(acquirer.seen.length, 1);
  deepEqual(await states(), ['reversed']);
  equal(bench.trace.at(-1)?.detail.code, 'message.original_unknown');
  equal((await acquirer.ask('0200', purchaseFields())).fields[39], '98');
  equal(bench.issuer.got('0200').length, 1);
});

test('the line drops before the answer: the answer may come over the next line', async () => {
  bench.issuer.play.purchase = 'hold';
  const acquirer = await bench.signOn();
  await acquirer.send('0200', purchaseFields());
  await bench.quiet();
  const sent = bench.issuer.got('0200')[0];
  ok(sent);
  bench.issuer.dropLines();
  await bench.pass(3_000);
  await bench.issuer.say('0210', bench.issuer.answerPurchase(sent.fields));
  await bench.quiet();
  equal(acquirer.seen[0]?.fields[39], '00');
  equal(bench.issuer.got('0200').length, 1);
});

test('an answer that does not fit, has a wrong MAC or no response code does not count', async () => {
  bench.issuer.play.purchase = 'hold';
  const acquirer = await bench.signOn();
  await acquirer.send('0200', purchaseFields());
  await bench.quiet();
  const right = bench.issuer.answerPurchase(bench.issuer.got('0200')[0]?.fields ?? {});
  const { 39: _code, ...silent } = right;
  await bench.issuer.say('0210', silent);
  const misfits: readonly MessageFields[] = [
    { 2: '9999020000000028' },
    { 4: '000000000001' },
    { 11: '000124' },
  ];
  for (const change of misfits) {
    await bench.issuer.say('0210', { ...right, ...change });
  }
  await bench.issuer.sayRaw(cups.encode(letter(ISSUER, '0210', { ...right, 128: '00'.repeat(8) })));
  await bench.issuer.sayRaw(Uint8Array.of(1, 2, 3));
  await bench.quiet();
  equal(acquirer.seen.length, 0);
  await bench.issuer.say('0210', right);
  await bench.issuer.say('0210', { ...right, 39: '51' });
  await bench.quiet();
  deepEqual(
    acquirer.seen.map(({ fields }) => fields[39]),
    ['00'],
  );
});

test('no card number lies in a table or stands in a trace', async () => {
  const acquirer = await bench.signOn();
  await acquirer.ask('0200', purchaseFields());
  bench.issuer.play.purchase = 'swallow';
  await acquirer.send('0200', purchaseFields({ 11: '000555' }));
  await bench.pass(30_000);
  const { 35: _track, ...keyed } = purchaseFields({ 11: '000777', 2: PAN, 22: '012' });
  await acquirer.ask('0200', keyed);
  await acquirer.ask('0420', { ...reversalFields(keyed), 2: PAN });
  const hexOf = (text: string) => Buffer.from(text).toString('hex').toUpperCase();
  const traced = JSON.stringify(bench.trace);
  match(traced, /network-issuer/);
  for (const secret of [PAN, hexOf(PAN)]) ok(!traced.includes(secret));
  for (const table of ['message', 'message_history', 'reversal', 'forward', 'trace_number']) {
    const rows = await database.sql(
      `select row_to_json(t)::text as line from network.${table} t order by 1`,
    );
    ok(!JSON.stringify(rows).includes(PAN), table);
  }
});
