import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Database } from '@octavo/platform/postgres.ts';
import { type Bench, createBench, openNetworkDatabase } from './bench.test.ts';
import { ACQUIRER, ISSUER, PAN, purchaseFields, reversalFields } from './played.test.ts';

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

const asked = purchaseFields();
const HOUR_MS = 3_600_000;

const booked = () => [...bench.issuer.books.values()];
const forwarded = async () => {
  const rows = await database.sql(
    'select state, sendings from network.forward order by original_key',
  );
  return rows.map((row) => [row.state, row.sendings]);
};

test('an approved purchase is reversed: 00 at once, and the issuer gets the network’s own 0420', async () => {
  const acquirer = await bench.signOn();
  const chipData = '9F2608AEBC72404A3A05AF9F3602000195050000000000';
  const asked = purchaseFields({ 55: chipData });
  await acquirer.ask('0200', asked);
  const { mti, fields } = await acquirer.ask('0420', reversalFields(asked));
  deepEqual(
    [mti, fields[39], fields[7], fields[11], fields[15], fields[37]],
    ['0430', '00', '1122163101', '000124', '1122', '112216000123'],
  );
  const [sent, second] = bench.issuer.got('0420');
  equal(second, undefined);
  deepEqual(
    [2, 14, 32, 33, 37, 38, 39, 55, 90, 100].map((field) => sent?.fields[field]),
    [
      PAN,
      '3012',
      ACQUIRER,
      ACQUIRER,
      '112216000123',
      'A1B2C3',
      '98',
      '9F3602000195050000000000',
      `02000001231122163001000${ACQUIRER}000${ACQUIRER}`,
      ISSUER,
    ],
  );
  deepEqual(booked(), ['reversed']);
  deepEqual(await forwarded(), [['done', 1]]);
  deepEqual(bench.tokens.outcomes.at(-1), { responseCode: '00', code: undefined, reversed: true });
  equal((await acquirer.ask('0200', asked)).fields[39], '94');
});

test('a reversal again, as 0420 or 0421, gets the stored answer and nothing more is forwarded', async () => {
  const acquirer = await bench.signOn();
  await acquirer.ask('0200', asked);
  const answer = await acquirer.ask('0420', reversalFields(asked));
  deepEqual(await acquirer.ask('0420', reversalFields(asked)), answer);
  deepEqual(await acquirer.ask('0421', reversalFields(asked)), answer);
  const anew = reversalFields(asked, { 11: '000777' });
  equal((await acquirer.ask('0420', anew)).fields[39], '00');
  equal(bench.issuer.got('0420').length + bench.issuer.got('0421').length, 1);
});

test('two reversals at once: one is forwarded, both are answered 00', async () => {
  const acquirer = await bench.signOn();
  await acquirer.ask('0200', asked);
  acquirer.seen.length = 0;
  await Promise.all([
    acquirer.send('0420', reversalFields(asked)),
    acquirer.send('0421', reversalFields(asked)),
    acquirer.send('0420', reversalFields(asked, { 11: '000777' })),
  ]);
  await bench.quiet();
  deepEqual(
    acquirer.seen.map(({ fields }) => fields[39]),
    ['00', '00', '00'],
  );
  equal(bench.issuer.got('0420').length, 1);
});

test('a reversal’s key with other content is refused', async () => {
  const acquirer = await bench.signOn();
  await acquirer.ask('0200', asked);
  await acquirer.ask('0420', reversalFields(asked));
  const other = reversalFields(asked, { 39: '06' });
  equal((await acquirer.ask('0420', other)).fields[39], '94');
  const another = purchaseFields({ 11: '000555' });
  await acquirer.ask('0200', another);
  equal((await acquirer.ask('0420', reversalFields(another))).fields[39], '94');
  equal(bench.issuer.got('0420').length, 1);
});

test('a reversal that comes before its original is answered 25, and the original is refused for good', async () => {
  const acquirer = await bench.signOn();
  equal((await acquirer.ask('0420', reversalFields(asked))).fields[39], '25');
  equal((await acquirer.ask('0421', reversalFields(asked))).fields[39], '25');
  equal((await acquirer.ask('0420', reversalFields(asked, { 11: '000777' }))).fields[39], '25');
  equal((await acquirer.ask('0200', asked)).fields[39], '94');
  equal(bench.trace.at(-2)?.detail.code, 'message.already_reversed');
  await bench.restart();
  const again = await bench.signOn();
  equal((await again.ask('0200', asked)).fields[39], '94');
  equal(bench.issuer.got('0200').length, 0);
  equal(bench.tokens.verdicts.length, 0);
});

test('request and reversal at once: whichever wins, nothing stays posted', async () => {
  for (const number of ['000201', '000202', '000203', '000204']) {
    const acquirer = await bench.signOn();
    const request = purchaseFields({ 11: number });
    const back = reversalFields(request, { 11: `9${number.slice(1)}` });
    const sends = [acquirer.send('0200', request), acquirer.send('0420', back)];
    await Promise.all(number.endsWith('1') ? sends.toReversed() : sends);
    await bench.pass(30_000);
    ok(booked().every((state) => state !== 'posted'));
    equal((await acquirer.ask('0200', request)).fields[39], '94');
  }
});

test('a declined purchase is reversed by saying so', async () => {
  bench.issuer.play.purchase = 'decline';
  const acquirer = await bench.signOn();
  await acquirer.ask('0200', asked);
  equal((await acquirer.ask('0420', reversalFields(asked))).fields[39], '00');
  deepEqual(await forwarded(), []);
  equal((await acquirer.ask('0200', asked)).fields[39], '51');
});

test('while the issuer is being asked: the reversal is forwarded, and the request is answered 94', async () => {
  bench.issuer.play.purchase = 'hold';
  const acquirer = await bench.signOn();
  await acquirer.send('0200', asked);
  await bench.quiet();
  equal((await acquirer.ask('0420', reversalFields(asked))).fields[39], '00');
  await bench.issuer.say('0210', {
    ...bench.issuer.got('0200')[0]?.fields,
    38: 'A1B2C3',
    39: '00',
  });
  await bench.quiet();
  deepEqual(
    acquirer.seen.map(({ mti, fields }) => [mti, fields[39]]),
    [
      ['0430', '00'],
      ['0210', '94'],
    ],
  );
  deepEqual(booked(), ['reversed']);
  deepEqual(bench.tokens.outcomes, [
    { responseCode: '94', code: 'message.already_reversed', reversed: true },
  ]);
});

test('while the token service is being asked: nothing is sent on, so nothing is forwarded', async () => {
  bench.tokens.play.silent.add('verdict');
  const acquirer = await bench.signOn();
  await acquirer.send('0200', asked);
  await bench.quiet();
  equal((await acquirer.ask('0420', reversalFields(asked))).fields[39], '00');
  await bench.pass(6_000);
  equal(acquirer.seen.at(-1)?.fields[39], '94');
  equal(bench.issuer.got('0200').length + bench.issuer.got('0420').length, 0);
});

test('what the network took back itself is taken back when the acquirer asks', async () => {
  bench.issuer.play.purchase = 'swallow';
  const acquirer = await bench.signOn();
  await acquirer.send('0200', asked);
  await bench.pass(26_000);
  equal((await acquirer.ask('0420', reversalFields(asked))).fields[39], '00');
  equal(bench.issuer.got('0420').length, 1);
  equal((await acquirer.ask('0200', asked)).fields[39], '98');
});

test('another amount than the original’s is answered 64 and takes nothing back', async () => {
  const acquirer = await bench.signOn();
  await acquirer.ask('0200', asked);
  const other = reversalFields(asked, { 4: '000000001251' });
  equal((await acquirer.ask('0420', other)).fields[39], '64');
  equal((await acquirer.ask('0421', other)).fields[39], '64');
  deepEqual(booked(), ['posted']);
});

test('a reversal is refused like a request: not signed on, incomplete, another’s', async () => {
  const stranger = bench.connect();
  equal((await stranger.ask('0420', reversalFields(asked))).fields[39], '91');
  const acquirer = await bench.signOn();
  const { 90: _original, ...nameless } = reversalFields(asked);
  equal((await acquirer.ask('0420', nameless)).fields[39], '30');
  const others = reversalFields(purchaseFields({ 32: '99990202' }), { 32: ACQUIRER });
  equal((await acquirer.ask('0420', others)).fields[39], '57');
});

test('until it is answered a reversal is sent again as 0421, unchanged, ever more seldom', async () => {
  bench.issuer.play.reversal = 'lose';
  const acquirer = await bench.signOn();
  await acquirer.ask('0200', asked);
  await acquirer.ask('0420', reversalFields(asked));
  const sendings = () => bench.issuer.got('0420').length + bench.issuer.got('0421').length;
  const counts = [];
  for (const waitMs of [4_000, 2_000, 8_000, 2_000, 18_000, 2_000]) {
    await bench.pass(waitMs);
    counts.push(sendings());
  }
  deepEqual(counts, [1, 2, 2, 3, 3, 4]);
  const [first] = bench.issuer.got('0420');
  for (const repeat of bench.issuer.got('0421')) {
    deepEqual({ ...repeat.fields, 128: '' }, { ...first?.fields, 128: '' });
  }
  const waiting = await bench.status();
  deepEqual('waiting' in waiting && [waiting.waiting, waiting.exceptions], [1, 0]);
  await bench.pass(2 * HOUR_MS, 60_000);
  const before = sendings();
  await bench.pass(HOUR_MS, 60_000);
  equal(sendings() - before, 4);
  bench.issuer.play.reversal = 'answer';
  await bench.pass(HOUR_MS, 60_000);
  const after = sendings();
  deepEqual(await forwarded(), [['done', after]]);
  await bench.pass(HOUR_MS, 60_000);
  equal(sendings(), after);
  equal(new Set(bench.tokens.originals).size, 1);
});

test('an answer that is no end, such as 96, leaves the reversal waiting', async () => {
  bench.issuer.play.reversal = 'error';
  const acquirer = await bench.signOn();
  await acquirer.ask('0200', asked);
  await acquirer.ask('0420', reversalFields(asked));
  deepEqual(await forwarded(), [['waiting', 1]]);
  bench.issuer.play.reversal = 'answer';
  await bench.pass(6_000);
  deepEqual(await forwarded(), [['done', 2]]);
});

test('an issuer that never saw the request answers 25, and that ends it', async () => {
  bench.issuer.play.purchase = 'lose';
  const acquirer = await bench.signOn();
  await acquirer.send('0200', asked);
  await bench.pass(26_000);
  equal(acquirer.seen[0]?.fields[39], '98');
  deepEqual(await forwarded(), [['done', 1]]);
});

test('a reversal waits for the line and for the token service, and goes when both are there', async () => {
  const acquirer = await bench.signOn();
  await acquirer.ask('0200', asked);
  bench.issuer.state.refuseDials = true;
  bench.issuer.dropLines();
  await bench.quiet();
  bench.tokens.play.silent.add('original');
  equal((await acquirer.ask('0420', reversalFields(asked))).fields[39], '00');
  await bench.pass(60_000);
  deepEqual(await forwarded(), [['waiting', 0]]);
  bench.issuer.state.refuseDials = false;
  await bench.pass(70_000);
  deepEqual(await forwarded(), [['waiting', 0]]);
  bench.tokens.play.silent.clear();
  await bench.pass(180_000);
  deepEqual(await forwarded(), [['done', 1]]);
  equal(bench.issuer.got('0421').length, 0);
});

test('after a restart a reversal goes on as a repeat, and a late answer still finds it', async () => {
  bench.issuer.play.reversal = 'lose';
  const acquirer = await bench.signOn();
  await acquirer.ask('0200', asked);
  await acquirer.ask('0420', reversalFields(asked));
  await bench.restart();
  await bench.pass(6_000);
  deepEqual([bench.issuer.got('0420').length, bench.issuer.got('0421').length], [1, 1]);
  await bench.issuer.say('0430', { ...bench.issuer.got('0420')[0]?.fields, 39: '00' });
  await bench.quiet();
  deepEqual(await forwarded(), [['done', 2]]);
});

test('after three days a reversal is given up and stays visible; an answer still ends it', async () => {
  bench.issuer.play.reversal = 'lose';
  const acquirer = await bench.signOn();
  await acquirer.ask('0200', asked);
  await acquirer.ask('0420', reversalFields(asked));
  bench.issuer.state.refuseDials = true;
  bench.issuer.dropLines();
  await bench.pass(71 * HOUR_MS, HOUR_MS);
  deepEqual(await forwarded(), [['waiting', 1]]);
  await bench.pass(2 * HOUR_MS, HOUR_MS);
  deepEqual(await forwarded(), [['exception', 1]]);
  const status = await bench.status();
  deepEqual('waiting' in status && [status.waiting, status.exceptions], [0, 1]);
  bench.issuer.state.refuseDials = false;
  await bench.pass(HOUR_MS, 60_000);
  equal(bench.issuer.got('0421').length, 0);
  await bench.issuer.say('0430', { ...bench.issuer.got('0420')[0]?.fields, 39: '00' });
  await bench.quiet();
  deepEqual(await forwarded(), [['done', 1]]);
});
