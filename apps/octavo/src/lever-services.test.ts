/** Services that are ended where they stand and built anew: what was in doubt ends, and the ledger stays whole. */
import { deepEqual, equal } from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import { serviceNames } from '@octavo/services/compose';
import { type LeverBench, openLeverBench } from './lever.fixture.ts';
import * as levers from './lever-contract.ts';
import { expectDone, JourneyRefused } from './phone.ts';
import type { Paid } from './stage.fixture.ts';

let bench: LeverBench;
before(async () => {
  bench = await openLeverBench();
});
after(() => bench.world.close());

test('all services run from the start, and none was restarted', async () => {
  const { services } = expectDone(await bench.ask(levers.services, {}));
  deepEqual(
    services.map(({ name, state, restarts }) => [name, state, restarts]),
    serviceNames.map((name) => [name, 'running', 0]),
  );
});

test('what a service answers is described whether it runs or not', async () => {
  const paths = () => Object.keys(bench.world.describe().paths ?? {});
  const before = paths();
  expectDone(await bench.ask(levers.kill, { service: 'wallet' }));
  deepEqual(paths(), before);
  expectDone(await bench.ask(levers.restart, { service: 'wallet' }));
});

test('a service that is not there cannot be ended', async () => {
  // A program of another make may name what it likes.
  const service = 'harbour' as 'wallet';
  const answer = await bench.ask(levers.kill, { service });
  equal(isRefused(answer) && answer.code, 'request.malformed');
});

for (const service of serviceNames) {
  describe(`the ${service}, ended while a payment is on its way to the bank`, () => {
    test('answers unavailable, comes back, and goes on; the payment is made once or not at all', async () => {
      const paidBefore = await bench.paidMinor();
      const since = bench.newestSequence();
      await slowBank(60_000);
      const paying = endOf(bench.pay(700));
      await bench.told('lever.frame', { line: 'network-issuer', fate: 'late' }, since);

      const killed = expectDone(await bench.ask(levers.kill, { service }));
      equal(killed.state, 'killed');
      equal(await statusOf(service), 503);

      await slowBank(0);
      const restarted = expectDone(await bench.ask(levers.restart, { service }));
      deepEqual([restarted.state, restarted.restarts > 0], ['running', true]);
      equal(await statusOf(service), 401);
      for (let jump = 0; jump < 3; jump++) await bench.moveClock(26_000);
      const paid = await paying;
      await bench.settle();
      const isApproved = paid === 'approved';
      equal((await bench.paidMinor()) - paidBefore, isApproved ? 700n : 0n, String(paid));
      equal((await bench.pay(100)).outcome, 'approved');
    });
  });
}

test('a payment that the terminal died under is taken back by its next life', async () => {
  const paidBefore = await bench.paidMinor();
  const since = bench.newestSequence();
  await slowBank(10_000);
  const paying = endOf(bench.pay(800));
  await bench.told('lever.frame', { line: 'network-issuer', fate: 'late' }, since);
  expectDone(await bench.ask(levers.kill, { service: 'terminal' }));
  equal(await paying, 'unavailable');
  await slowBank(0);
  // The bank pays, and nobody is there to hear it.
  await bench.moveClock(10_000);
  await bench.told('ledger.posted', { kind: 'purchase' }, since);
  expectDone(await bench.ask(levers.restart, { service: 'terminal' }));
  await bench.told('ledger.posted', { kind: 'reversal' }, since);
  await bench.settle();
  equal(await bench.paidMinor(), paidBefore);
});

async function slowBank(delayMs: number): Promise<void> {
  const order = { line: 'network-issuer', direction: 'forth', delayMs } as const;
  expectDone(await bench.ask(levers.setLine, order));
}

/** What became of a payment, told or refused. */
async function endOf(paying: Promise<Paid>): Promise<string> {
  try {
    return (await paying).outcome;
  } catch (error) {
    if (error instanceof JourneyRefused) return error.code;
    throw error;
  }
}

/** What a service's door says to somebody who shows no key. */
async function statusOf(service: string): Promise<number> {
  const { paths } = bench.world.describe();
  const path = Object.entries(paths as Record<string, { post: { description: string } }>).find(
    ([name, { post }]) =>
      name.startsWith(`/${service}/`) &&
      /Callers: (operator|wallet|tokens)\./.test(post.description),
  )?.[0];
  const request = new Request(`http://world${path}`, { method: 'POST', body: '{}' });
  return (await bench.world.fetch(request)).status;
}
