import { equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import { type EventOf, type Life, step } from './life.ts';

const door = {
  open: { close: 'closed' },
  closed: { open: 'open', lock: 'locked' },
  locked: { unlock: 'closed' },
  bricked: {},
} as const satisfies Life;

test('an event leads from a state where the table says', () => {
  same(step(door, 'open', 'close'), 'closed');
  same(step(door, 'closed', 'lock'), 'locked');
  same(step(door, 'locked', 'unlock'), 'closed');
});

test('an event that a state does not answer leads nowhere', () => {
  same(step(door, 'open', 'lock'), undefined);
  same(step(door, 'locked', 'open'), undefined);
  for (const event of ['open', 'close', 'lock', 'unlock'] as const) {
    same(step(door, 'bricked', event), undefined);
  }
});

test('names that every object has are no events and no states', () => {
  for (const name of ['constructor', 'toString', 'hasOwnProperty', '__proto__']) {
    same(step(door, 'open', name as EventOf<typeof door>), undefined, name);
    same(step(door, name as 'open', 'close'), undefined, name);
    same(step(door, name as 'open', name as EventOf<typeof door>), undefined, name);
  }
});
