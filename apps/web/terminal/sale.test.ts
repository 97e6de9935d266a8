import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PayAnswer } from './api.ts';
import {
  EMPTY,
  isFieldOn,
  leftOpen,
  MOST_DIGITS,
  mayCancel,
  nextSale,
  type SaleEvent,
  type SaleState,
} from './sale.ts';

const sale = { amountMinor: 2850, currency: '156' };
const ends = (outcome: PayAnswer['outcome'], tapTookMs?: number): PayAnswer => ({
  outcome,
  message: outcome,
  ...(tapTookMs === undefined ? {} : { tapTookMs }),
});
const near = (requestId = 'A'): SaleEvent => ({ kind: 'phone', place: 'near', requestId });
const start: SaleEvent = { kind: 'start', currency: '156' };

test('digits are minor units: no leading zeros, at most twelve, and what does not fit is not typed', () => {
  const typed = (...keys: string[]) => {
    const after = run(EMPTY, ...keys.map((key): SaleEvent => ({ kind: 'key', key })));
    return after.kind === 'amount' ? after.digits : after.kind;
  };
  equal(typed('0', '00', '2', '8', '5', '0'), '2850');
  equal(typed('2', '8', 'back'), '2');
  equal(typed('2', '8', 'clear'), '');
  equal(typed('2', 'x', '.', '-'), '2');
  equal(typed(...'999999999999'.split(''), '9'), '9'.repeat(MOST_DIGITS));
  equal(typed(...'99999999999'.split(''), '00'), '9'.repeat(11));
});

test('nothing is taken for nothing', () => {
  equal(nextSale(EMPTY, start), EMPTY);
});

test('the field is on from the start of a sale until it has ended or was cancelled', () => {
  const listening = run(EMPTY, ...keys('2850'), start);
  deepEqual(listening, { kind: 'listening', sale, phone: 'away', isReady: true });
  ok(isFieldOn(listening));
  ok(isFieldOn(run(listening, near())));
  deepEqual(run(listening, { kind: 'cancel' }), { kind: 'amount', digits: '2850', isKept: true });
});

test('a phone that is held near is asked once, under the id that came with it', () => {
  const paying = run(listeningState(), near('A'));
  equal(paying.kind === 'paying' && paying.requestId, 'A');
  equal(idOf(run(paying, near('B'), { kind: 'tap', requestId: 'C' })), 'A');
});

test('after “see phone” the same amount is asked again when the phone comes near again', () => {
  const waiting = run(listeningState(), near('A'), answer('A', ends('see_phone', 90)));
  deepEqual(waiting, {
    kind: 'listening',
    sale,
    phone: 'near',
    hint: 'see_phone',
    isReady: false,
  });
  equal(run(waiting, near('B')).kind, 'listening');
  const away: SaleEvent = { kind: 'phone', place: 'nearby', requestId: 'B' };
  equal(idOf(run(waiting, away, near('C'))), 'C');
  equal(idOf(run(waiting, { kind: 'tap', requestId: 'D' })), 'D');
});

test('no phone in the field and a phone without a card are told apart', () => {
  const hint = (taken: PayAnswer) => {
    const state = run(listeningState(), near('A'), answer('A', taken));
    return state.kind === 'listening' ? state.hint : state.kind;
  };
  equal(hint(ends('no_card')), 'no_phone');
  equal(hint(ends('no_card', 12)), 'no_card');
  equal(hint(ends('try_again', 12)), 'try_again');
});

test('the lights do not go out again, and late news of another payment is not heard', () => {
  const asking = run(listeningState(), near('A'), {
    kind: 'stage',
    requestId: 'A',
    stage: 'asking',
  });
  const late = run(asking, { kind: 'stage', requestId: 'A', stage: 'reading' });
  equal(late.kind === 'paying' && late.stage, 'asking');
  equal(run(asking, answer('B', ends('approved'))), asking);
});

test('a payment under way is not cancelled, unless the terminal has not taken it', () => {
  const paying = run(listeningState(), near('A'), { kind: 'sent', requestId: 'A' });
  equal(run(paying, { kind: 'cancel' }), paying);
  const busy = run(paying, { kind: 'failed', requestId: 'A', line: 'busy' });
  ok(mayCancel(busy));
  equal(run(busy, { kind: 'cancel' }).kind, 'amount');
  const out = run(busy, { kind: 'sent', requestId: 'A' });
  equal(run(out, { kind: 'cancel' }), out);
  const lost = run(
    paying,
    { kind: 'failed', requestId: 'A', line: 'lost' },
    { kind: 'failed', requestId: 'A', line: 'busy' },
  );
  equal(run(lost, { kind: 'cancel' }), lost);
});

test('a payment whose line is lost may be left to the journal, and an earlier page’s is asked for again', () => {
  const open = leftOpen(sale, 'A');
  equal(idOf(open), 'A');
  equal(run(open, { kind: 'leave' }), EMPTY);
  equal(run(open, answer('A', ends('approved'))).kind, 'ended');
  const up = run(listeningState(), near('A'));
  equal(run(up, { kind: 'leave' }), up);
});

test('what was approved is not asked again; what was not may be', () => {
  const approved = run(listeningState(), near('A'), answer('A', ends('approved')));
  equal(run(approved, { kind: 'again' }), approved);
  equal(run(approved, { kind: 'next' }), EMPTY);
  for (const outcome of ['declined', 'reversed', 'other_interface'] as const) {
    const ended = run(listeningState(), near('A'), answer('A', ends(outcome)));
    equal(ended.kind, 'ended');
    deepEqual(run(ended, { kind: 'again' }), listeningState());
  }
});

test('a field that another window has taken can be taken back', () => {
  const elsewhere = run(listeningState(), { kind: 'replaced' });
  equal(elsewhere.kind, 'elsewhere');
  deepEqual(run(elsewhere, { kind: 'again' }), listeningState());
  deepEqual(run(elsewhere, { kind: 'cancel' }), { kind: 'amount', digits: '2850', isKept: true });
});

test('whatever happens: one payment at a time, none after an approval, and no answer is lost', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
      let state: SaleState = EMPTY;
      let isApproved = false;
      events.forEach((made, index) => {
        const event = made(index, state);
        const before = state;
        state = nextSale(before, event);
        const [old, now] = [idOf(before), idOf(state)];
        // A new id only where none was open, and never behind an approval of the same sale.
        if (now !== undefined && now !== old) {
          equal(old, undefined);
          ok(!isApproved);
        }
        if (before.kind === 'paying' && event.kind === 'answered' && event.requestId === old) {
          notEqual(state.kind, 'paying');
          if (event.answer.outcome === 'approved') isApproved = state.kind === 'ended';
        } else if (before.kind === 'paying' && state.kind !== 'paying') {
          const isLeft = event.kind === 'leave' && before.line === 'lost';
          const isUntaken = event.kind === 'cancel' && !before.mayHaveBegun && !before.isOut;
          ok(isLeft || isUntaken || event.kind === 'refused', event.kind);
        }
        if (isApproved && before.kind === 'ended' && state.kind !== 'ended') {
          equal(event.kind, 'next');
          isApproved = false;
        }
      });
    }),
    { numRuns: 2_000 },
  );
});

/** An event at its place in a walk; half of those about a payment are about the one that is open. */
const anyEvent: fc.Arbitrary<(index: number, state: SaleState) => SaleEvent> = fc
  .tuple(
    fc.constantFrom(
      ...([
        'key',
        'start',
        'cancel',
        'leave',
        'next',
        'again',
        'tap',
        'phone',
        'replaced',
      ] as const),
      ...(['sent', 'stage', 'unreachable', 'failed', 'answered', 'refused'] as const),
    ),
    fc.constantFrom('1', '00', '0', 'back', 'clear'),
    fc.constantFrom('away', 'nearby', 'near', 'unknown'),
    fc.constantFrom('reading', 'asking'),
    fc.constantFrom('lost', 'busy'),
    fc.constantFrom(
      ...(['approved', 'declined', 'reversed', 'try_again', 'see_phone', 'no_card'] as const),
    ),
    fc.boolean(),
  )
  .map(([kind, key, place, stage, line, outcome, isOurs]) => (index, state) => {
    const requestId = String(index);
    const about = (isOurs ? idOf(state) : undefined) ?? requestId;
    switch (kind) {
      case 'key':
        return { kind, key };
      case 'start':
        return { kind, currency: '156' };
      case 'phone':
        return { kind, place, requestId };
      case 'tap':
        return { kind, requestId };
      case 'sent':
      case 'unreachable':
        return { kind, requestId: about };
      case 'stage':
        return { kind, requestId: about, stage };
      case 'failed':
        return { kind, requestId: about, line };
      case 'answered':
        return { kind, requestId: about, answer: ends(outcome) };
      case 'refused':
        return { kind, requestId: about, code: 'terminal.settings_changed' };
      default:
        return { kind };
    }
  });

function run(state: SaleState, ...events: SaleEvent[]): SaleState {
  return events.reduce(nextSale, state);
}

test('after a sale that was left a digit begins a new amount, and the last digit can still be erased', () => {
  const left: SaleState = { kind: 'amount', digits: '5000', isKept: true };
  deepEqual(nextSale(left, { kind: 'key', key: '6' }), { kind: 'amount', digits: '6' });
  deepEqual(nextSale(left, { kind: 'key', key: 'back' }), { kind: 'amount', digits: '500' });
  deepEqual(run(left, ...keys('60')), { kind: 'amount', digits: '60' });
});

function keys(digits: string): SaleEvent[] {
  return digits.split('').map((key) => ({ kind: 'key', key }));
}

function listeningState(): SaleState {
  return run(EMPTY, ...keys('2850'), start);
}

function answer(requestId: string, told: PayAnswer): SaleEvent {
  return { kind: 'answered', requestId, answer: told };
}

function idOf(state: SaleState): string | undefined {
  return state.kind === 'paying' ? state.requestId : undefined;
}
