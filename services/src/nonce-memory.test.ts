import { ok, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '@octavo/domain/ports.ts';
import fc from 'fast-check';
import { createNonceMemory } from './nonce-memory.ts';

const KEPT_MS = 1000;

/** A clock that is set by hand, back too. */
function handClock(): Clock & { nowIs: number } {
  const clock = { nowIs: 1_000_000, nowMs: () => clock.nowIs, sleep: async () => {} };
  return clock;
}

test('a nonce is new once', () => {
  const memory = createNonceMemory(handClock(), KEPT_MS);
  same(memory.wasSeen('a'), false);
  same(memory.wasSeen('a'), true);
  same(memory.wasSeen('b'), false);
  same(memory.size, 2);
});

test('a nonce is kept as long as it must be, whatever else comes', () => {
  const arrival = fc.record({ passedMs: fc.nat({ max: 400 }), nonce: fc.nat({ max: 30 }) });
  fc.assert(
    fc.property(fc.array(arrival, { maxLength: 60 }), (arrivals) => {
      const clock = handClock();
      const memory = createNonceMemory(clock, KEPT_MS);
      const firstSeenMs = new Map<number, number>();
      for (const { passedMs, nonce } of arrivals) {
        clock.nowIs += passedMs;
        const known = memory.wasSeen(String(nonce));
        const seenMs = firstSeenMs.get(nonce);
        if (seenMs !== undefined && clock.nowIs - seenMs <= KEPT_MS) same(known, true);
        if (!known) firstSeenMs.set(nonce, clock.nowIs);
      }
    }),
  );
});

test('it never holds more than came in twice the time and one call', () => {
  const clock = handClock();
  const memory = createNonceMemory(clock, KEPT_MS);
  for (let call = 0; call < 20_000; call++) {
    clock.nowIs += 1;
    same(memory.wasSeen(String(call)), false);
    ok(memory.size <= 2 * (KEPT_MS + 1), `${memory.size} after ${call}`);
  }
});

test('a clock that is set forward and back brings nothing back', () => {
  const clock = handClock();
  const memory = createNonceMemory(clock, KEPT_MS);
  same(memory.wasSeen('a'), false);
  clock.nowIs += 1_000 * KEPT_MS;
  same(memory.wasSeen('b'), false);
  clock.nowIs -= 1_000 * KEPT_MS;
  same(memory.wasSeen('a'), true);
});

test('after a clock was set back it forgets in time again', () => {
  const clock = handClock();
  clock.nowIs = 1e12;
  const memory = createNonceMemory(clock, KEPT_MS);
  clock.nowIs = 1_000_000;
  for (let call = 0; call < 10_000; call++) {
    clock.nowIs += 1;
    memory.wasSeen(String(call));
  }
  ok(memory.size <= 2 * (KEPT_MS + 1), String(memory.size));
});
