import { ok } from 'node:assert/strict';
import { test } from 'node:test';
import { noteWorldClock, worldNowMs } from './world-clock.ts';

const DAY_MS = 24 * 60 * 60_000;
const answerAt = (ms: number) => noteWorldClock(new Headers({ 'octavo-now': String(ms) }));
const isAhead = (byMs: number) => Math.abs(worldNowMs() - Date.now() - byMs) < 500;

test('until the world has said its time, and where an answer says none, this machine’s counts', () => {
  ok(isAhead(0));
  noteWorldClock(new Headers());
  noteWorldClock(new Headers({ 'octavo-now': 'soon' }));
  ok(isAhead(0));
});

test('a world that was moved on is followed, and one that is put back too', () => {
  answerAt(Date.now() + DAY_MS);
  ok(isAhead(DAY_MS));
  answerAt(Date.now());
  ok(isAhead(0));
});

test('what an answer takes on its way moves nothing, so a countdown does not jump', () => {
  answerAt(Date.now() + DAY_MS);
  const before = worldNowMs() - Date.now();
  answerAt(Date.now() + DAY_MS - 900);
  ok(Math.abs(worldNowMs() - Date.now() - before) < 100);
});
