import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { AtGate } from './at-gate.ts';
import { READ_MS } from './at-gate.ts';
import { openGates } from './gates.ts';

type Ports = Parameters<typeof openGates>[0];

const on = { kind: 'field', on: true, announces: 'transit' } as const;
const off = { kind: 'field', on: false } as const;

/** A phone whose screen is dark and whose card is express, unless told otherwise. */
function phone({ isDark = true, isExpress = true } = {}) {
  let state = {
    atGate: { step: 'away' } as AtGate,
    isDark,
    express: isExpress ? { aid: 'A0', capMinor: 2_000n } : 'none',
    pay: { step: 'idle' },
  } as ReturnType<Ports['state']>;
  let nowMs = 0;
  const did: string[] = [];
  const gates = openGates({
    state: () => state,
    set: (change) => {
      state = { ...state, ...change };
    },
    element: {
      hold: async (near: boolean) => {
        did.push(near ? 'held' : 'taken away');
      },
    } as Ports['element'],
    nowMs: () => nowMs,
    onSpent: () => did.push('spent'),
    onHolderWanted: () => did.push('holder'),
    wake: () => did.push('wake'),
  });
  const tap = (kind: 'begun' | 'answered' | 'see_phone') => {
    const asked = { amountMinor: '0', currency: '156', counter: 1 };
    gates.hearTap({ kind: 'tap', event: kind === 'begun' ? { kind } : { kind, ...asked } });
  };
  const later = (byMs: number) => {
    nowMs += byMs;
    gates.tick();
  };
  return { gates, tap, later, did, step: () => state.atGate.step };
}

test('a dark phone is held to the gate that it comes to, and taken away once the gate has said its word', () => {
  const { gates, tap, did, step } = phone();
  gates.hearField(off);
  equal(gates.hearField(on), true);
  tap('begun');
  tap('answered');
  deepEqual(did, ['held', 'spent']);
  gates.hearTap({ kind: 'shown', shown: { outcome: 'opened' } });
  equal(step(), 'opened');
  deepEqual(did, ['held', 'spent', 'taken away', 'wake']);
});

test('a gate that never says its word lets the phone go by itself', () => {
  const { gates, tap, later, did, step } = phone();
  gates.hearField(off);
  gates.hearField(on);
  tap('begun');
  tap('answered');
  later(READ_MS);
  equal(step(), 'away');
  equal(did.at(-1), 'taken away');
});

test('a field that was there before the line was lost is not come to again', () => {
  const { gates, did } = phone();
  gates.hearField(on);
  gates.hearLineLost();
  gates.hearField(on);
  deepEqual(did, []);
  gates.hearField(off);
  gates.hearLineLost();
  gates.hearField(on);
  deepEqual(did, []);
});

test('a phone that is awake is held to a gate when its holder says so', async () => {
  const { gates, did } = phone({ isDark: false });
  gates.hearField(off);
  equal(gates.hearField(on), true);
  deepEqual(did, []);
  await gates.holdNear();
  deepEqual(did, ['held']);
});

test('without an express card, and at a shop, the holder has to do something first', () => {
  const plain = phone({ isExpress: false });
  plain.gates.hearField(off);
  equal(plain.gates.hearField(on), false);
  const { gates, did } = phone();
  gates.hearField(off);
  equal(gates.hearField({ kind: 'field', on: true }), false);
  deepEqual([plain.did, did], [[], []]);
});

test('an element that wants its holder is told of on a dark screen, and asks at once on one that is awake', async () => {
  const dark = phone();
  await dark.gates.holdNear();
  dark.tap('see_phone');
  equal(dark.step(), 'holder');
  deepEqual(dark.did, ['held', 'taken away', 'holder']);
  const awake = phone({ isDark: false });
  await awake.gates.holdNear();
  awake.tap('see_phone');
  equal(awake.step(), 'away');
  deepEqual(awake.did, ['held', 'taken away', 'holder']);
});
