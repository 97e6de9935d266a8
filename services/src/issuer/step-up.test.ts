import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { freshId } from '../asking.fixture.ts';
import {
  type Bench,
  cardOf,
  cutAfter,
  holderOf,
  openBench,
  openIssuerDatabase,
  START_MS,
} from './bench.test.ts';
import * as contract from './contract.ts';

const MOBILE = '13800000001';

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
  holder = await holderOf(bench, MOBILE);
});

const codeOf = (answer: unknown) => (isRefused(answer) ? answer.code : 'done');
const send = (enrolmentId: string, pan = cardOf('plain').pan) =>
  bench.tokens(contract.sendCode, { requestId: freshId(), enrolmentId, pan });
const decide = (enrolmentId: string, approve = true, requestId = freshId(), who = holder) =>
  bench.anyone(contract.decide, { requestId, ...who, enrolmentId, approve });

async function asked(): Promise<string> {
  const enrolmentId = freshId();
  equal(codeOf(await send(enrolmentId)), 'done');
  return enrolmentId;
}

async function waiting(who = holder) {
  const answer = await bench.anyone(contract.approvals, who);
  ok(!isRefused(answer));
  return answer.approvals;
}

/** The code in the latest text. */
async function latestCode(): Promise<string> {
  const inbox = await bench.anyone(contract.readInbox, { ...holder, afterSequence: 0 });
  ok(!isRefused(inbox));
  return /\b\d{6}\b/.exec(inbox.messages.at(-1)?.text ?? '')?.[0] ?? '';
}

async function checkLatest(enrolmentId: string) {
  const code = await latestCode();
  return codeOf(
    await bench.tokens(contract.checkCode, { requestId: freshId(), enrolmentId, code }),
  );
}

/** Let the service do its own work once. */
async function settled(one = bench): Promise<void> {
  const stop = new AbortController();
  stop.abort();
  await one.service.run(stop.signal);
}

test('an enrolment awaits the holder of its card’s number from its first code on, newest first', async () => {
  deepEqual(await waiting(), []);
  const first = await asked();
  await bench.clock.advance(1000);
  const second = await asked();
  deepEqual(await waiting(), [
    {
      enrolmentId: second,
      cardLastFour: '0010',
      askedAtMs: START_MS + 1000,
      expiresAtMs: START_MS + 601_000,
    },
    {
      enrolmentId: first,
      cardLastFour: '0010',
      askedAtMs: START_MS,
      expiresAtMs: START_MS + 600_000,
    },
  ]);
  deepEqual(await waiting(await holderOf(bench, '13800000002')), []);
  await bench.clock.advance(599_000);
  deepEqual(
    (await waiting()).map(({ enrolmentId }) => enrolmentId),
    [second],
  );
});

test('an approval tells the token service, ends the code, and is no longer awaited', async () => {
  const enrolmentId = await asked();
  deepEqual(await decide(enrolmentId), { decision: 'approved' });
  const [told] = bench.beside.approved;
  deepEqual(told && { ...told, requestId: '' }, {
    requestId: '',
    enrolmentId,
    approve: true,
    by: 'bank_app',
  });
  deepEqual(await waiting(), []);
  equal(await checkLatest(enrolmentId), 'enrolment.not_waiting');
  equal(codeOf(await send(enrolmentId)), 'enrolment.not_waiting');
});

test('a refusal ends the code too', async () => {
  const enrolmentId = await asked();
  deepEqual(await decide(enrolmentId, false), { decision: 'refused' });
  equal(bench.beside.approved[0]?.approve, false);
  equal(await checkLatest(enrolmentId), 'enrolment.not_waiting');
});

test('refusals in order: unknown or another holder’s, decided or verified, too old', async () => {
  equal(codeOf(await decide(freshId())), 'enrolment.unknown');
  const [enrolmentId, verified, old] = [await asked(), await asked(), await asked()];
  const other = await holderOf(bench, '13800000002');
  equal(codeOf(await decide(enrolmentId, true, freshId(), other)), 'enrolment.unknown');
  await decide(enrolmentId, false);
  equal(codeOf(await decide(enrolmentId)), 'enrolment.not_waiting');
  await send(verified);
  equal(await checkLatest(verified), 'done');
  equal(codeOf(await decide(verified)), 'enrolment.not_waiting');
  await bench.clock.advance(600_000);
  equal(codeOf(await decide(old)), 'enrolment.code_expired');
  equal(bench.beside.approved.length, 1);
});

test('a code that died of wrong tries does not keep its holder from approving', async () => {
  const enrolmentId = await asked();
  const right = await latestCode();
  const code = String((Number(right) + 1) % 1_000_000).padStart(6, '0');
  for (let tries = 0; tries < 3; tries++) {
    await bench.tokens(contract.checkCode, { requestId: freshId(), enrolmentId, code });
  }
  equal(await checkLatest(enrolmentId), 'enrolment.code_dead');
  equal(codeOf(await decide(enrolmentId)), 'done');
});

test('the same request gets the same answer and asks the same again; another body is refused', async () => {
  const enrolmentId = await asked();
  const requestId = freshId();
  const all = await Promise.all([1, 2, 3].map(() => decide(enrolmentId, true, requestId)));
  all.push(await decide(enrolmentId, true, requestId));
  for (const answer of all) deepEqual(answer, { decision: 'approved' });
  const ids = new Set(bench.beside.approved.map((each) => each.requestId));
  equal(ids.size, 1);
  notEqual([...ids][0], requestId);
  equal(codeOf(await decide(enrolmentId, false, requestId)), 'request.key_reused');
  equal(codeOf(await decide(await asked(), true, requestId)), 'request.key_reused');
});

test('of a yes and a no at once exactly one stands, and of an approval and a typed code', async () => {
  const enrolmentId = await asked();
  const both = await Promise.all([decide(enrolmentId, true), decide(enrolmentId, false)]);
  deepEqual(both.map(codeOf).sort(), ['done', 'enrolment.not_waiting']);
  equal(bench.beside.approved.length, 1);
  const next = await asked();
  const [approved, typed] = await Promise.all([decide(next), checkLatest(next)]);
  deepEqual([codeOf(approved), typed].sort(), ['done', 'enrolment.not_waiting']);
});

test('one id at once for two enrolments decides one of them', async () => {
  const enrolments = [await asked(), await asked()];
  const requestId = freshId();
  const answers = await Promise.all(enrolments.map((one) => decide(one, true, requestId)));
  deepEqual(answers.map(codeOf).sort(), ['done', 'request.key_reused']);
  equal((await waiting()).length, 1);
});

test('what the token service refuses is refused, also when asked again', async () => {
  const enrolmentId = await asked();
  bench.beside.play.refusal = 'enrolment.lapsed';
  const requestId = freshId();
  equal(codeOf(await decide(enrolmentId, true, requestId)), 'enrolment.lapsed');
  bench.beside.play.refusal = undefined;
  equal(codeOf(await decide(enrolmentId, true, requestId)), 'enrolment.lapsed');
  await settled();
  equal(bench.beside.approved.length, 1);
});

test('a decision made while the token service is away is stored, and told when it is back', async () => {
  const enrolmentId = await asked();
  const requestId = freshId();
  bench.beside.play.away = true;
  equal(codeOf(await decide(enrolmentId, true, requestId)), 'unavailable');
  equal(await checkLatest(enrolmentId), 'enrolment.not_waiting');
  await settled();
  bench.beside.play.away = false;
  await settled();
  equal(bench.beside.approved.length, 1);
  deepEqual(await decide(enrolmentId, true, requestId), { decision: 'approved' });
  await settled();
  equal(bench.beside.approved.length, 1);
});

test('a busy token service is asked again, not taken for a no', async () => {
  const enrolmentId = await asked();
  bench.beside.play.refusal = 'busy';
  equal(codeOf(await decide(enrolmentId)), 'unavailable');
  bench.beside.play.refusal = undefined;
  await settled();
  const ids = new Set(bench.beside.approved.map((each) => each.requestId));
  deepEqual([bench.beside.approved.length, ids.size], [2, 1]);
});

test('a decision that a crash left untold is told after the restart', async () => {
  const enrolmentId = await asked();
  const cut = cutAfter(database.sql, (text) => text.includes('decision_request_id = $4'));
  const first = openBench(cut.sql, bench.clock);
  void first.anyone(contract.decide, {
    requestId: freshId(),
    ...holder,
    enrolmentId,
    approve: true,
  });
  await cut.gone;
  deepEqual(first.beside.approved, []);
  deepEqual(await waiting(), []);
  await settled();
  deepEqual(
    bench.beside.approved.map((each) => [each.enrolmentId, each.approve]),
    [[enrolmentId, true]],
  );
});
