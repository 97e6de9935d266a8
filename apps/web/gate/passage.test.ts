import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import {
  dueAtMs,
  LEAST_MS,
  nextPassage,
  OPEN_MS,
  type Passage,
  type PassageEvent,
  type PhonePlace,
  READY,
  REFUSED_MS,
} from './passage.ts';

const phone = (place: PhonePlace, nowMs = 0, requestId = `at ${nowMs}`): PassageEvent => ({
  kind: 'phone',
  place,
  requestId,
  nowMs,
});
const time = (nowMs: number): PassageEvent => ({ kind: 'time', requestId: `at ${nowMs}`, nowMs });
const ended = (requestId: string, outcome: 'opened' | 'refused', nowMs: number): PassageEvent => ({
  kind: 'ended',
  requestId,
  end: { outcome },
  nowMs,
});

function after(...events: readonly PassageEvent[]): Passage {
  return events.reduce(nextPassage, READY);
}

const tapped = (...more: readonly PassageEvent[]) =>
  after(phone('near', 0), ended('at 0', 'opened', 100), ...more);

test('a phone that comes near is asked at once', () => {
  const passage = after(phone('nearby'), phone('near', 5));
  equal(passage.kind === 'tapping' && passage.requestId, 'at 5');
});

test('an open gate is ready again by itself, a refusal later', () => {
  equal(tapped(time(100 + OPEN_MS - 1)).kind, 'shown');
  equal(tapped(time(100 + OPEN_MS)).kind, 'ready');
  const refused = after(phone('near'), ended('at 0', 'refused', 0), time(OPEN_MS));
  equal(refused.kind, 'shown');
  equal(nextPassage(refused, time(REFUSED_MS)).kind, 'ready');
});

test('a phone that stays is asked once, however long; one that left and came back is asked again', () => {
  equal(tapped(time(100_000), phone('near', 100_001)).kind, 'ready');
  equal(tapped(time(100_000), phone('nearby', 1), phone('near', 100_001)).kind, 'tapping');
});

test('a phone that leaves while it is read is fresh when it comes back', () => {
  const passage = after(
    phone('near', 0),
    phone('nearby', 1),
    ended('at 0', 'refused', 2),
    phone('near', 2 + LEAST_MS),
  );
  equal(passage.kind, 'tapping');
});

test('a lost line to the field is no phone that has left', () => {
  equal(tapped(phone('unknown', 200), phone('near', 100 + OPEN_MS), time(100_000)).kind, 'ready');
});

test('whoever has passed is shown an open gate for their moment, though the next one waits already', () => {
  const crowded = tapped(phone('away', 150), phone('near', 200));
  equal(crowded.kind, 'shown');
  equal(dueAtMs(crowded, 200), 100 + LEAST_MS);
  const next = nextPassage(crowded, time(100 + LEAST_MS));
  equal(next.kind === 'tapping' && next.requestId, `at ${100 + LEAST_MS}`);
});

test('news of another tap changes nothing', () => {
  const passage = after(phone('near', 0));
  for (const event of [
    ended('other', 'opened', 1),
    { kind: 'deciding', requestId: 'other' },
    { kind: 'lost', requestId: 'other' },
  ] as const) {
    equal(nextPassage(passage, event), passage);
  }
});

test('a window whose field was taken asks nobody until it takes the field back', () => {
  const elsewhere = after({ kind: 'replaced' });
  equal(nextPassage(elsewhere, phone('near')), elsewhere);
  deepEqual(nextPassage(elsewhere, { kind: 'again' }), READY);
});
