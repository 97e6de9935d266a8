import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { inSequence, told, workedEvents } from '@octavo/lib/journey/worked.fixture.ts';
import { tailOf } from './tail.ts';

test('the newest stand first, and there are no more than asked for', () => {
  const events = inSequence([
    told('lever.clock', 'operator', { byMs: 3_600_000, offsetMs: 3_600_000 }),
    told('lever.service', 'operator', { name: 'issuer', state: 'killed' }),
    told('lever.service', 'operator', { name: 'issuer', state: 'running' }),
  ]);
  deepEqual(
    tailOf(events, 2).map(({ kind }) => kind),
    ['serviceRunning', 'serviceKilled'],
  );
  equal(tailOf(events, 9).at(-1)?.movedMs, 3_600_000);
});

test('a reversal, its repeat and its answer are told apart by their types', () => {
  const message = (mti: string) => told('iso8583', 'network', { leg: 'network-issuer', mti });
  const lines = tailOf(inSequence([message('0420'), message('0421'), message('0430')]), 9);
  deepEqual(
    lines.map(({ kind, line }) => [kind, line]),
    [
      ['reversalAnswered', 'network-issuer'],
      ['reversalAgain', 'network-issuer'],
      ['reversalSent', 'network-issuer'],
    ],
  );
});

test('a frame that did not go straight on names its line and its way', () => {
  const [lost] = tailOf(
    inSequence([
      told('lever.frame', 'operator', {
        line: 'acquirer-network',
        direction: 'back',
        fate: 'lost',
      }),
    ]),
    9,
  );
  deepEqual([lost?.kind, lost?.line, lost?.isBack], ['frameLost', 'acquirer-network', true]);
});

test('of a payment that goes well only its booking and its end are told', () => {
  deepEqual(
    tailOf(inSequence(workedEvents()), 9).map(({ kind, amountMinor }) => [kind, amountMinor]),
    [
      ['paid', undefined],
      ['booked', 1250n],
    ],
  );
});
