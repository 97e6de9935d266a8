import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { HistoryLine } from './api.ts';
import {
  ARMED_MS,
  type Asked,
  mayClose,
  type Pay,
  type PayEvent,
  payAfter,
  READING_GRACE_MS,
  UNKNOWN_AFTER_MS,
} from './pay.ts';

const asked: Asked = { amountMinor: '2850', currency: '156' };
const other: Asked = { amountMinor: '100000', currency: '156' };

function lineOf(change: Partial<HistoryLine> = {}): HistoryLine {
  return {
    sequence: 7,
    atMs: 1_000,
    tokenReference: '0'.repeat(32),
    tokenLastFour: '3160',
    kind: 'payment',
    approved: true,
    retrievalReference: '261122000412',
    ...asked,
    ...change,
  };
}

/** A payment after events, from the beginning. */
function after(...events: readonly PayEvent[]): Pay {
  return events.reduce<Pay>(payAfter, { step: 'idle' });
}

const open: PayEvent = { kind: 'open' };
const confirm: PayEvent = { kind: 'confirm' };
const armed: PayEvent = { kind: 'armed', nowMs: 0 };
const begun: PayEvent = { kind: 'begun' };
const close: PayEvent = { kind: 'close' };
const lost: PayEvent = { kind: 'lost' };
const answered: PayEvent = { kind: 'answered', asked, nowMs: 500 };
const at = (nowMs: number): PayEvent => ({ kind: 'time', nowMs });
const told = (change: Partial<HistoryLine> = {}): PayEvent => ({
  kind: 'told',
  line: lineOf(change),
});

/** A payment in each of its steps. */
const everywhere: Readonly<Record<Pay['step'], Pay>> = {
  idle: { step: 'idle' },
  offered: after(open),
  confirming: after(open, confirm),
  armed: after(open, confirm, armed),
  reading: after(open, confirm, armed, begun),
  moved: after(open, confirm, armed, begun, lost),
  asking: after(open, confirm, armed, begun, answered),
  paid: after(answered, told()),
  declined: after(answered, told({ approved: false })),
  unknown: after(answered, at(500 + UNKNOWN_AFTER_MS)),
  ran_out: after(open, confirm, armed, at(ARMED_MS)),
  unconfirmed: after(open, confirm, { kind: 'unconfirmed', why: 'cancelled' }),
};

describe('a payment goes its way', () => {
  test('every step is reached by events alone', () => {
    for (const [step, pay] of Object.entries(everywhere)) equal(pay.step, step);
  });

  test('from the touch to the tick', () => {
    const reading = after(open, confirm, armed, begun, { kind: 'asked', asked });
    deepEqual(reading, { step: 'reading', mode: 'ready', asked, untilMs: ARMED_MS });
    const paid = after(open, confirm, armed, begun, answered, told());
    deepEqual(paid, { step: 'paid', asked, line: lineOf() });
  });

  test('a reader that wants the holder brings the sheet up for its amount, and the next tap is for that amount', () => {
    const wanted = after(open, begun, { kind: 'see_phone', asked });
    deepEqual(wanted, { step: 'offered', mode: 'confirm', asked });
    const ready = [confirm, armed].reduce<Pay>(payAfter, wanted);
    deepEqual(ready, { step: 'armed', mode: 'confirm', asked, untilMs: ARMED_MS });
  });

  test('moved too soon, it is read again within the same sixty seconds', () => {
    const again = payAfter(everywhere.moved, begun);
    deepEqual(again, { step: 'reading', mode: 'ready', untilMs: ARMED_MS });
  });

  test('sixty seconds end it, armed or moved, and it can be confirmed again', () => {
    for (const pay of [everywhere.armed, everywhere.moved]) {
      equal(payAfter(pay, at(ARMED_MS - 1)), pay);
      deepEqual(payAfter(pay, at(ARMED_MS)), { step: 'ran_out', mode: 'ready' });
    }
    equal(payAfter(everywhere.ran_out, confirm).step, 'confirming');
  });

  test('a reader that falls silent does not hold the page for ever', () => {
    equal(payAfter(everywhere.reading, at(ARMED_MS)), everywhere.reading);
    equal(payAfter(everywhere.reading, at(ARMED_MS + READING_GRACE_MS)).step, 'ran_out');
  });

  test('only a sheet, or one that ended without a tap, can be confirmed', () => {
    const may = new Set(['offered', 'ran_out', 'unconfirmed']);
    for (const [step, pay] of Object.entries(everywhere)) {
      equal(payAfter(pay, confirm).step === 'confirming' && step !== 'confirming', may.has(step));
    }
  });

  test('an armed element that was put away before it was armed stays put away', () => {
    equal(after(open, confirm, close, armed).step, 'idle');
    equal(after(open, confirm, close, { kind: 'unconfirmed', why: 'cancelled' }).step, 'idle');
  });
});

describe('a result is never lost', () => {
  test('a cryptogram that has left is shown from wherever the page was', () => {
    for (const pay of Object.values(everywhere)) equal(payAfter(pay, answered).step, 'asking');
  });

  test('nothing but an answer, a newer cryptogram or the clock leaves a payment that is on its way', () => {
    const asking = everywhere.asking;
    const events: readonly PayEvent[] = [
      open,
      confirm,
      armed,
      begun,
      close,
      lost,
      { kind: 'asked', asked: other },
      { kind: 'see_phone', asked: other },
      { kind: 'unconfirmed', why: 'element' },
    ];
    for (const event of events) equal(payAfter(asking, event), asking);
  });

  test('what is not known after a while is told as soon as it is', () => {
    equal(payAfter(everywhere.asking, at(499 + UNKNOWN_AFTER_MS)), everywhere.asking);
    equal(payAfter(everywhere.unknown, told()).step, 'paid');
    equal(payAfter(everywhere.unknown, told({ approved: false })).step, 'declined');
  });

  test('news about another amount, another currency or a card’s state is not its result', () => {
    for (const news of [told(other), told({ currency: '840' }), told({ kind: 'state' })]) {
      equal(payAfter(everywhere.asking, news), everywhere.asking);
    }
  });

  test('a reversal says that nothing was taken, whatever it says of approval', () => {
    equal(payAfter(everywhere.asking, told({ kind: 'reversal' })).step, 'declined');
  });

  test('a payment that is taken back while it is still shown as paid is shown as taken back', () => {
    equal(payAfter(everywhere.paid, told({ kind: 'reversal' })).step, 'declined');
    const another = told({ kind: 'reversal', retrievalReference: '261122000999' });
    equal(payAfter(everywhere.paid, another), everywhere.paid);
  });
});

const anyAsked = fc.constantFrom(asked, other);
const anyEvent: fc.Arbitrary<PayEvent> = fc.oneof(
  fc.constantFrom(open, confirm, begun, lost, close),
  fc.nat(200_000).map((nowMs): PayEvent => ({ kind: 'armed', nowMs })),
  fc.nat(400_000).map(at),
  fc
    .constantFrom('cancelled', 'unsupported', 'refused', 'blocked', 'element')
    .map((why): PayEvent => ({ kind: 'unconfirmed', why })),
  anyAsked.map((amount): PayEvent => ({ kind: 'asked', asked: amount })),
  anyAsked.map((amount): PayEvent => ({ kind: 'see_phone', asked: amount })),
  fc
    .tuple(anyAsked, fc.nat(200_000))
    .map(([amount, nowMs]): PayEvent => ({ kind: 'answered', asked: amount, nowMs })),
  fc
    .record({
      approved: fc.boolean(),
      kind: fc.constantFrom('payment' as const, 'reversal' as const, 'state' as const),
    })
    .map(told),
);
const anyWay = fc.array(anyEvent, { maxLength: 40 }).map((events) => after(...events));

describe('whatever happens', () => {
  test('every event in every step is answered with a step of the table', () => {
    const steps = new Set(Object.keys(everywhere));
    fc.assert(
      fc.property(anyWay, anyEvent, (pay, event) => ok(steps.has(payAfter(pay, event).step))),
    );
  });

  test('no step is without a way out: by hand, by the clock, or by both', () => {
    fc.assert(
      fc.property(anyWay, (pay) => {
        const later = payAfter(pay, at(Number.MAX_SAFE_INTEGER));
        equal(payAfter(later, close).step, 'idle');
      }),
    );
  });

  test('looking away is offered where it ends the payment, and nowhere else', () => {
    for (const pay of Object.values(everywhere)) {
      if (mayClose(pay)) equal(payAfter(pay, close).step, 'idle');
    }
    const held = Object.values(everywhere).filter((pay) => pay.step !== 'idle' && !mayClose(pay));
    deepEqual(held.map(({ step }) => step).sort(), ['asking', 'reading']);
  });

  test('paid is only what an approved payment of that amount said', () => {
    fc.assert(
      fc.property(anyWay, (pay) => {
        if (pay.step !== 'paid') return;
        deepEqual([pay.line.kind, pay.line.approved], ['payment', true]);
        equal(pay.line.amountMinor, pay.asked.amountMinor);
      }),
    );
  });

  test('an amount that was asked for is kept until something else is', () => {
    fc.assert(
      fc.property(anyWay, (pay) => {
        const wanted = payAfter(pay, { kind: 'see_phone', asked: other });
        if (pay.step === 'asking') return;
        const on = [confirm, armed, begun, lost].reduce<Pay>(payAfter, wanted);
        notEqual(on.step, 'idle');
        deepEqual('asked' in on && on.asked, other);
      }),
    );
  });
});
