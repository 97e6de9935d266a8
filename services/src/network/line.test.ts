import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Database } from '@octavo/platform/postgres.ts';
import { type Bench, createBench, openNetworkDatabase } from './bench.test.ts';
import { ACQUIRER, ISSUER, management, NETWORK, purchaseFields } from './played.test.ts';

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

const managed = (code: string) =>
  bench.issuer.got('0820').filter(({ fields }) => fields[70] === code);
const issuerIsUp = async () => {
  const status = await bench.status();
  ok('institutions' in status);
  return status.institutions.find(({ code }) => code === ISSUER)?.signedOn;
};

test('the network dials the issuer and signs on with its own trace number', async () => {
  const [signOn, second] = bench.issuer.got('0820');
  equal(second, undefined);
  const { 11: number, 128: _mac, ...fields } = signOn?.fields ?? {};
  deepEqual(fields, { 7: '1122163000', 33: NETWORK, 70: '001', 100: ISSUER });
  ok(/^\d{6}$/.test(number ?? ''));
  equal(await issuerIsUp(), true);
});

test('an acquirer signs on, is tested and signs off; a purchase needs the sign-on', async () => {
  const acquirer = bench.connect();
  equal((await acquirer.ask('0200', purchaseFields())).fields[39], '91');
  const answer = await acquirer.ask('0820', management('001'));
  const { 128: _mac, ...fields } = answer.fields;
  deepEqual([answer.mti, fields], ['0830', { ...management('001'), 39: '00' }]);
  equal((await acquirer.ask('0820', management('301'))).fields[39], '00');
  equal((await acquirer.ask('0200', purchaseFields())).fields[39], '00');
  equal((await acquirer.ask('0820', management('002'))).fields[39], '00');
  equal((await acquirer.ask('0200', purchaseFields({ 11: '000999' }))).fields[39], '91');
});

test('signing on over one link does not sign another on', async () => {
  await bench.signOn();
  const other = bench.connect();
  equal((await other.ask('0200', purchaseFields())).fields[39], '91');
});

test('nobody signs on for another institution, or with a code that is not served', async () => {
  const acquirer = bench.connect();
  equal((await acquirer.ask('0820', management('001', { 33: ISSUER }))).fields[39], '57');
  equal((await acquirer.ask('0820', management('101'))).fields[39], '40');
  const { 70: _code, ...bare } = management('001');
  equal((await acquirer.ask('0820', bare)).fields[39], '30');
  equal((await acquirer.ask('0200', purchaseFields())).fields[39], '91');
});

test('the status names who is signed on and when they were last heard', async () => {
  const acquirer = await bench.signOn();
  await bench.pass(5_000);
  await acquirer.ask('0820', management('301'));
  const now = bench.clock.nowMs();
  deepEqual(await bench.status(), {
    institutions: [
      { code: ACQUIRER, signedOn: true, lastEchoAtMs: now },
      { code: ISSUER, signedOn: true, lastEchoAtMs: now - 5_000 },
    ],
    waiting: 0,
    exceptions: 0,
    unanswered: 0,
  });
  acquirer.close();
  bench.issuer.play.purchase = 'hold';
  const other = await bench.signOn();
  await other.send('0200', purchaseFields());
  await bench.quiet();
  other.close();
  await bench.quiet();
  const status = await bench.status();
  ok('institutions' in status);
  deepEqual([status.institutions[0]?.signedOn, status.unanswered], [false, 1]);
});

test('a line idle for a minute is tested by an echo, and traffic puts the test off', async () => {
  await bench.pass(59_000);
  equal(managed('301').length, 0);
  await bench.pass(2_000);
  equal(managed('301').length, 1);
  await bench.pass(30_000);
  const acquirer = await bench.signOn();
  await acquirer.ask('0200', purchaseFields());
  await bench.pass(45_000);
  equal(managed('301').length, 1);
  await bench.pass(16_000);
  equal(managed('301').length, 2);
});

test('after three unanswered echoes the line is down; it is dialled and signed on again', async () => {
  bench.issuer.play.echo = 'ignore';
  await bench.pass(239_000);
  equal(managed('301').length, 3);
  equal(managed('001').length, 1);
  equal(await issuerIsUp(), true);
  await bench.pass(3_000);
  equal(managed('001').length, 2);
  equal(await issuerIsUp(), true);
});

test('a line that drops is dialled again, with longer and longer rests while nobody answers', async () => {
  bench.issuer.state.refuseDials = true;
  bench.issuer.dropLines();
  await bench.quiet();
  equal(await issuerIsUp(), false);
  await bench.pass(10 * 60_000, 5_000);
  ok(bench.issuer.state.dials > 10 && bench.issuer.state.dials < 20);
  bench.issuer.state.refuseDials = false;
  await bench.pass(61_000);
  equal(await issuerIsUp(), true);
});

test('an issuer that does not answer the sign-on is not used', async () => {
  bench.issuer.play.signOn = 'ignore';
  bench.issuer.dropLines();
  await bench.pass(2_000);
  const acquirer = await bench.signOn();
  equal((await acquirer.ask('0200', purchaseFields())).fields[39], '91');
  equal(bench.issuer.got('0200').length, 0);
  bench.issuer.play.signOn = 'answer';
  await bench.pass(60_000);
  equal(await issuerIsUp(), true);
});

test('the issuer’s echo is answered', async () => {
  const before = bench.trace.length;
  await bench.issuer.say('0820', management('301', { 33: ISSUER }));
  await bench.quiet();
  deepEqual(
    bench.trace.slice(before).map(({ detail }) => detail.mti),
    ['0830'],
  );
});

test('a network that is stopped hangs up and ends', async () => {
  let ended = false;
  void bench.stopped().then(() => {
    ended = true;
  });
  await bench.quiet();
  equal(ended, true);
  await bench.pass(300_000, 10_000);
  equal(managed('001').length, 1);
});
