import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectionLost, Refused } from '../kit/ask.ts';
import type { PayAnswer } from './api.ts';
import { type Desk, type DeskPorts, type Heard, openDesk } from './desk.ts';
import type { OpenPayment } from './keep.ts';
import type { SaleState } from './sale.ts';

const APPROVED: PayAnswer = { outcome: 'approved', message: 'Approved' };
const SEE_PHONE: PayAnswer = { outcome: 'see_phone', message: 'See phone', tapTookMs: 90 };
const NEAR: Heard = { kind: 'phone', state: 'near' };
const NEARBY: Heard = { kind: 'phone', state: 'nearby' };

test('a payment goes out again under the same id after a lost line and while the terminal is busy', async () => {
  const till = bench([
    () => Promise.reject(new ConnectionLost('gone')),
    () => Promise.reject(new Refused('terminal.busy')),
    () => Promise.resolve(APPROVED),
  ]);
  const ended = await till.until('ended', () => till.hear(NEAR));
  equal(ended.kind, 'ended');
  equal(till.sent.length, 3);
  equal(new Set(till.sent).size, 1);
  deepEqual(till.kept, [till.sent[0], undefined]);
});

test('the second tap after “see phone” is a payment of its own', async () => {
  const till = bench([() => Promise.resolve(SEE_PHONE), () => Promise.resolve(APPROVED)]);
  await till.until('listening', () => till.hear(NEAR));
  await till.until('ended', () => {
    till.hear(NEARBY);
    till.hear(NEAR);
  });
  equal(new Set(till.sent).size, 2);
});

test('what the terminal refuses is told by its code and sent no more', async () => {
  const till = bench([() => Promise.reject(new Refused('terminal.settings_changed'))]);
  const state = await till.until('refused', () => till.hear(NEAR));
  equal(state.kind === 'refused' && state.code, 'terminal.settings_changed');
  equal(till.sent.length, 1);
});

test('a payment that an earlier life of the page left open is asked for as it was', async () => {
  const open = { amountMinor: 2850, currency: '156', requestId: 'OLD', air: 'other' };
  const till = bench([() => Promise.resolve(APPROVED)], open);
  await till.until('ended', () => {});
  deepEqual(till.asks, [open]);
});

test('the field goes off when the sale has ended', async () => {
  const till = bench([() => Promise.resolve(APPROVED)]);
  await till.until('ended', () => till.hear(NEAR));
  await new Promise((resolve) => setImmediate(resolve));
  equal(till.isFieldOn(), false);
});

/** A desk with a terminal that answers by a script, one sale begun. */
function bench(script: (() => Promise<PayAnswer>)[], open?: OpenPayment) {
  const asks: OpenPayment[] = [];
  const kept: (string | undefined)[] = [];
  let lastId = 0;
  let isOn = false;
  const ports: DeskPorts = {
    air: 'here',
    pay: (ask) => {
      asks.push(ask as OpenPayment);
      const answer = script[asks.length - 1];
      return answer === undefined ? new Promise(() => {}) : answer();
    },
    progress: () => Promise.resolve('reading' as const),
    field: async function* (signal) {
      isOn = true;
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      isOn = false;
      yield { kind: 'beat' };
    },
    newId: () => String(++lastId),
    wait: () => new Promise((resolve) => setImmediate(resolve)),
    keep: (payment) => kept.push(payment?.requestId),
    leave: () => {},
  };
  const desk = openDesk(ports, open);
  if (open === undefined) {
    desk.send({ kind: 'key', key: '5' });
    desk.send({ kind: 'start', currency: '156' });
  }
  return {
    asks,
    kept,
    get sent() {
      return asks.map(({ requestId }) => requestId);
    },
    isFieldOn: () => isOn,
    hear: (heard: Heard) => desk.send(eventOf(heard, String(++lastId))),
    /** The state of that kind which comes after what is done. */
    until: (kind: SaleState['kind'], act: () => void) => reached(desk, kind, act),
  };
}

function eventOf(heard: Heard, requestId: string) {
  if (heard.kind !== 'phone') throw new Error('only the phone speaks here');
  return { kind: 'phone', place: heard.state, requestId } as const;
}

function reached(desk: Desk, kind: SaleState['kind'], act: () => void): Promise<SaleState> {
  return new Promise((resolve) => {
    const end = desk.subscribe(() => {
      if (desk.state().kind !== kind) return;
      end();
      resolve(desk.state());
    });
    act();
    if (desk.state().kind === kind && kind === 'ended') resolve(desk.state());
  });
}
