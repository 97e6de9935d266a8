/** The cheat desk on a running world in which others pay too. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import * as tokens from '@octavo/services/tokens';
import { listCheats, runCheat } from './cheat-desk-edge.ts';
import { cheats } from './cheats.ts';
import { gateCheats } from './gate-cheats.ts';
import { type LeverBench, openLeverBench } from './lever.fixture.ts';
import * as levers from './lever-contract.ts';
import { expectDone } from './phone.ts';

let bench: LeverBench;
before(async () => {
  bench = await openLeverBench();
});
after(() => bench.world.close());

async function play(name: string) {
  return expectDone(await bench.ask(runCheat, { name }));
}

test('every cheat is listed in both languages with what must become of it', async () => {
  const { cheats: listed } = expectDone(await bench.ask(listCheats, {}));
  equal(listed.length, cheats.length + gateCheats.length);
  equal(listed.filter(({ kind }) => kind === 'transit').length, gateCheats.length);
  equal(new Set(listed.map(({ name }) => name)).size, listed.length);
  for (const { zh, expected } of listed) {
    ok(/\p{Script=Han}/u.test(zh.name) && /\p{Script=Han}/u.test(zh.tries));
    equal(expected.code === undefined, expected.outcome === 'stored_answer');
    equal(expected.words === undefined, expected.outcome === 'stored_answer');
  }
});

test('a cheat ends as it must, while others pay, and names the payments it made', async () => {
  const paidBefore = await bench.paidMinor();
  const [again, paid] = await Promise.all([play('same message again'), bench.pay(1_000)]);
  deepEqual(
    [again.outcome, again.asExpected, again.retrievalReferences.length],
    ['stored_answer', true, 1],
  );
  equal(paid.outcome, 'approved');
  const altered = await play('altered on the line');
  deepEqual([altered.code, altered.asExpected], ['terminal.mac_wrong', true]);
  const copied = await play('copied element');
  deepEqual(
    [copied.code, copied.asExpected, copied.expected.code],
    ['tap.clone_proved', true, 'tap.clone_proved'],
  );
  equal(copied.retrievalReferences.length, 2);
  equal((await bench.paidMinor()) - paidBefore, 1_000n);
});

test('a gate is cheated by the same people again and again, and what no service answers has words too', async () => {
  const forgiven = await play('CTQ edited at a gate');
  deepEqual([forgiven.code, forgiven.asExpected], ['gate.not_authenticated', true]);
  const asked = await play('express at a shop');
  deepEqual([asked.code, asked.asExpected], ['6986', true]);
  ok(asked.words?.en.startsWith('The phone asks for its holder'));
  const edited = await play('record edited');
  deepEqual([edited.code, edited.asExpected], ['signature_wrong', true]);
  const used = await play('used tap, new advice');
  deepEqual([used.code, used.retrievalReferences.length], ['tap.replayed', 1]);
});

test('one is played at a time, and one that is not there is refused', async () => {
  const [first, second] = await Promise.all([
    bench.ask(runCheat, { name: 'other amount' }),
    bench.ask(runCheat, { name: 'other currency' }),
  ]);
  ok(!isRefused(first) && first.asExpected);
  equal(isRefused(second) && second.code, 'busy');
  const unknown = await bench.ask(runCheat, { name: 'a cheat of tomorrow' });
  equal(isRefused(unknown) && unknown.code, 'request.malformed');
});

test('people whose card somebody took away are replaced', async () => {
  const last = bench.world.events.events(0).findLast(({ event }) => event.type === 'tap.verdict');
  const tokenReference = String(last?.event.detail.tokenReference);
  const requestId = 'AB'.repeat(16);
  const ask = { requestId, tokenReference, event: 'delete', reason: 'ACCOUNT_CLOSED' } as const;
  expectDone(await bench.stage.operator(tokens.changeToken, ask));
  const played = await play('other amount');
  deepEqual([played.code, played.asExpected], ['tap.amount_differs', true]);
});

test('a service that is away stands in its way; when it is back the desk works again', async () => {
  expectDone(await bench.ask(levers.kill, { service: 'acquirer' }));
  const away = await bench.ask(runCheat, { name: 'other amount' });
  equal(isRefused(away) && away.code, 'unavailable');
  expectDone(await bench.ask(levers.restart, { service: 'acquirer' }));
  await bench.settle();
  equal((await play('other amount')).asExpected, true);
});
