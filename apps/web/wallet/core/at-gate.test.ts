import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AtGate,
  atGateAfter,
  type GateEvent,
  NEAR_MS,
  OPENED_MS,
  READ_MS,
} from './at-gate.ts';

const AWAY: AtGate = { step: 'away' };
const opened = { kind: 'shown', nowMs: 30, shown: { outcome: 'opened' } } as const;

function after(...events: readonly GateEvent[]): AtGate {
  return events.reduce(atGateAfter, AWAY);
}

test('a gate that opens is shown for a moment, then the phone is dark again', () => {
  const at = after(
    { kind: 'near', nowMs: 0 },
    { kind: 'begun', nowMs: 10 },
    { kind: 'answered', nowMs: 20 },
    opened,
  );
  equal(at.step, 'opened');
  equal(atGateAfter(at, { kind: 'time', nowMs: 29 + OPENED_MS }).step, 'opened');
  equal(atGateAfter(at, { kind: 'time', nowMs: 30 + OPENED_MS }).step, 'away');
});

test('a card that has answered is read, whether or not the gate ever says what it made of it', () => {
  const at = after({ kind: 'begun', nowMs: 0 }, { kind: 'answered', nowMs: 20 });
  equal(at.step, 'read');
  equal(atGateAfter(at, { kind: 'time', nowMs: 20 + READ_MS }).step, 'away');
});

test('a field that is lost before the answer is told, one that is lost after it is not', () => {
  const reading = after({ kind: 'near', nowMs: 0 }, { kind: 'begun', nowMs: 10 });
  equal(atGateAfter(reading, { kind: 'lost', nowMs: 20 }).step, 'moved');
  const read = atGateAfter(reading, { kind: 'answered', nowMs: 20 });
  equal(atGateAfter(read, { kind: 'lost', nowMs: 30 }).step, 'read');
  equal(after({ kind: 'lost', nowMs: 0 }).step, 'away');
});

test('a gate that stays shut says so, whatever the phone was at', () => {
  const shown = { outcome: 'refused', code: 'gate.pass_back' } as const;
  equal(after({ kind: 'shown', nowMs: 0, shown }).step, 'shut');
  equal(after({ kind: 'see_phone', nowMs: 0 }, { kind: 'shown', nowMs: 1, shown }).step, 'shut');
});

test('a reader that wants another try is one that the phone left too soon', () => {
  equal(after({ kind: 'shown', nowMs: 0, shown: { outcome: 'try_again' } }).step, 'moved');
});

test('a field in which nothing happens lets the phone go dark', () => {
  equal(after({ kind: 'near', nowMs: 0 }, { kind: 'time', nowMs: NEAR_MS }).step, 'away');
  equal(after({ kind: 'near', nowMs: 0 }, { kind: 'leave', nowMs: 1 }).step, 'away');
});
