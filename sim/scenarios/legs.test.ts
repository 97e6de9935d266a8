/** One message lost, late or doubled on each leg: nobody pays for what was not approved. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FrameFate, Leg } from '../src/faults.ts';
import { type Ground, openGround } from '../src/ground.ts';
import type { PlayResult } from '../src/play.ts';
import { firstState, playOne, strikeFrame } from './bench.fixture.ts';

let ground: Ground;
before(async () => {
  ground = await openGround();
});
after(() => ground.close());

const strike = (leg: Leg, mti: string, fate: FrameFate): Promise<PlayResult> =>
  playOne(ground, `${leg} ${mti} ${fate.kind}`, {
    script: { frame: strikeFrame(leg, mti, fate) },
  });

const codesOf = (result: PlayResult) => new Set(result.events.map(({ detail }) => detail.code));

test('with nothing lost the payment is approved and posted once', async () => {
  const result = await playOne(ground, 'nothing', {});
  deepEqual(result.breaches, []);
  deepEqual(
    result.books.payments.map(({ state }) => state),
    ['posted', 'posted'],
  );
});

const lostAnswers = [
  { leg: 'terminal-acquirer', ends: 'voided' },
  { leg: 'acquirer-network', ends: 'declined' },
  { leg: 'network-issuer', ends: 'declined' },
] as const;
for (const { leg, ends } of lostAnswers) {
  test(`an answer lost between ${leg} is taken back: ${ends} at the terminal`, async () => {
    const result = await strike(leg, '0210', { kind: 'lost' });
    deepEqual(result.breaches, []);
    equal(firstState(result), ends);
    deepEqual(
      result.books.issuerPayments.map(({ state }) => state),
      ['voided', 'posted'],
    );
  });
  test(`a request lost between ${leg} is posted nowhere: ${ends} at the terminal`, async () => {
    const result = await strike(leg, '0200', { kind: 'lost' });
    deepEqual(result.breaches, []);
    equal(firstState(result), ends);
    deepEqual(
      result.books.issuerPayments.map(({ state }) => state),
      ['posted'],
    );
  });
  test(`a request doubled between ${leg} is posted once`, async () => {
    const result = await strike(leg, '0200', { kind: 'doubled', delayMs: 3_000 });
    deepEqual(result.breaches, []);
    deepEqual(
      result.books.payments.map(({ state }) => state),
      ['posted', 'posted'],
    );
  });
}

/** Longer than the sender of each leg waits for its answer. */
const overtakings = [
  { leg: 'terminal-acquirer', delayMs: 75_000 },
  { leg: 'acquirer-network', delayMs: 55_000 },
  { leg: 'network-issuer', delayMs: 35_000 },
] as const;
for (const { leg, delayMs } of overtakings) {
  test(`a reversal that overtakes its original between ${leg} stops it`, async () => {
    const result = await strike(leg, '0200', { kind: 'late', delayMs });
    deepEqual(result.breaches, []);
    ok(codesOf(result).has('message.already_reversed'));
    deepEqual(
      result.books.issuerPayments.map(({ state }) => state),
      ['posted'],
    );
  });
}

test('an answer that comes after its reversal changes nothing', async () => {
  const result = await strike('acquirer-network', '0210', { kind: 'late', delayMs: 60_000 });
  deepEqual(result.breaches, []);
  equal(firstState(result), 'declined');
});

test('reversals are sent until they are answered', async () => {
  const lost = strikeFrame('network-issuer', '0210', { kind: 'lost' });
  const first = strikeFrame('network-issuer', '0430', { kind: 'lost' });
  const more = strikeFrame('network-issuer', '0431', { kind: 'lost' }, 3);
  const result = await playOne(ground, 'stubborn', {
    script: { frame: (leg, frame) => lost(leg, frame) ?? first(leg, frame) ?? more(leg, frame) },
  });
  deepEqual(result.breaches, []);
  const repeats = result.events.filter(
    ({ type, service, detail }) =>
      type === 'iso8583' && service === 'network' && detail.mti === '0421',
  );
  ok(repeats.length >= 1);
  deepEqual(
    result.books.issuerPayments.map(({ state }) => state),
    ['voided', 'posted'],
  );
});
