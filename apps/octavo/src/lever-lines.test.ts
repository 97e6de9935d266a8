/** The levers on the lines, pulled on a running world: what the till says, and what the ledger says in the end. */
import { deepEqual, equal } from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { z } from 'zod';
import { type LeverBench, openLeverBench } from './lever.fixture.ts';
import * as levers from './lever-contract.ts';
import { expectDone } from './phone.ts';

let bench: LeverBench;
before(async () => {
  bench = await openLeverBench();
});
after(() => bench.world.close());
beforeEach(async () => {
  for (const line of LINES) await setLine({ line, direction: 'both', heal: true });
});

const LINES = ['terminal-acquirer', 'acquirer-network', 'network-issuer'] as const;

async function setLine(change: z.input<typeof levers.setLine.body>) {
  return expectDone(await bench.ask(levers.setLine, change));
}

async function lineOf(name: (typeof LINES)[number]) {
  const { lines } = expectDone(await bench.ask(levers.lines, {}));
  const line = lines.find((one) => one.line === name);
  if (line === undefined) throw new Error(`no line ${name}`);
  return line;
}

test('nothing is ordered at first, and every frame is counted on each leg and way', async () => {
  const before = await Promise.all(LINES.map(lineOf));
  equal((await bench.pay(100)).outcome, 'approved');
  for (const [index, name] of LINES.entries()) {
    const line = await lineOf(name);
    equal(line.links, 1);
    equal(line.down, false);
    equal(line.forth.passed - (before[index]?.forth.passed ?? 0), 1);
    equal(line.back.passed - (before[index]?.back.passed ?? 0), 1);
    equal(line.forth.lost + line.back.lost, 0);
  }
});

test('a doubled request is paid once', async () => {
  const paid = await bench.paidMinor();
  for (const line of LINES) {
    await setLine({ line, direction: 'forth', doubleNext: 1 });
    equal((await bench.pay(200)).outcome, 'approved');
    equal((await lineOf(line)).forth.doubled, 1);
  }
  await bench.settle();
  equal((await bench.paidMinor()) - paid, 600n);
});

test('a bank whose answer comes late: the payment is taken back, and the late answer changes nothing', async () => {
  const paid = await bench.paidMinor();
  const since = bench.newestSequence();
  await setLine({ line: 'network-issuer', direction: 'back', delayMs: 50_000 });
  const paying = bench.pay(300);
  await bench.told('lever.frame', { line: 'network-issuer', fate: 'late' }, since);
  await bench.moveClock(26_000);
  const told = await paying;
  deepEqual([told.outcome, told.receipt?.responseCode], ['declined', '98']);
  await setLine({ line: 'network-issuer', direction: 'both', heal: true });
  await bench.moveClock(25_000);
  await bench.settle();
  equal((await lineOf('network-issuer')).back.underWay, 0);
  equal(await bench.paidMinor(), paid);
});

test('a request that is lost on the way: the terminal takes the payment back until it is told so', async () => {
  const paid = await bench.paidMinor();
  const since = bench.newestSequence();
  await setLine({ line: 'terminal-acquirer', direction: 'forth', loseNext: 2 });
  const paying = bench.pay(400);
  await bench.told('lever.frame', { line: 'terminal-acquirer', fate: 'lost' }, since);
  await bench.moveClock(61_000);
  equal((await paying).outcome, 'reversed');
  await bench.settle();
  equal((await lineOf('terminal-acquirer')).forth.lost, 2);
  equal(await bench.paidMinor(), paid);
});

test('a held frame goes on by itself when nothing passes it', async () => {
  const since = bench.newestSequence();
  await setLine({ line: 'acquirer-network', direction: 'forth', reorderNext: 1 });
  const paying = bench.pay(500);
  await bench.told('lever.frame', { line: 'acquirer-network', fate: 'held' }, since);
  await bench.moveClock(5_000);
  equal((await paying).outcome, 'approved');
});

test('a line that is cut: payments are declined by its name; healed, it is signed on again and pays', async () => {
  const since = bench.newestSequence();
  const down = await setLine({ line: 'network-issuer', direction: 'both', cut: true });
  equal(down.down, true);
  const declined = await bench.pay(600);
  deepEqual([declined.outcome, declined.code], ['declined', 'network.issuer_down']);
  await setLine({ line: 'network-issuer', direction: 'both', heal: true });
  await bench.settle();
  equal((await bench.pay(600)).outcome, 'approved');
  await bench.told('lever.line', { line: 'network-issuer', cut: true }, since);
});

test('what a line does not have is refused', async () => {
  const wrong = { line: 'network-issuer', direction: 'forth', delayMs: 60_001 } as const;
  deepEqual(await bench.ask(levers.setLine, wrong), {
    kind: 'refused',
    code: 'request.malformed',
    detail: { field: 'delayMs' },
  });
});
