import { deepEqual, equal } from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createPassBackMemory, type Passage } from './pass-back.ts';

const WINDOW_MS = 120_000;
const first: Passage = { credential: 'A1', line: 'xidan 1', direction: 'in', atMs: 1_000_000 };

/** What a memory that has seen `first` finds of another passage. */
function found(change: Partial<Passage>, windowMs = WINDOW_MS): string {
  const memory = createPassBackMemory();
  memory.keep(first);
  return memory.find({ ...first, ...change }, windowMs);
}

describe('a line of gates remembers', () => {
  test('nobody at first', () => {
    equal(createPassBackMemory().find(first, WINDOW_MS), 'first');
  });

  test('a card the same way within the window', () => {
    equal(found({ atMs: first.atMs + 1 }), 'again');
    equal(found({ atMs: first.atMs + WINDOW_MS - 1 }), 'again');
    equal(found({ atMs: first.atMs + WINDOW_MS }), 'first');
    equal(found({ atMs: first.atMs + 30_000 }, 30_000), 'first');
  });

  test('not another card, nor another line', () => {
    equal(found({ credential: 'A2' }), 'first');
    equal(found({ line: 'xidan 2' }), 'first');
  });

  test('a card the other way within two minutes as a change of mind', () => {
    equal(found({ direction: 'out', atMs: first.atMs + 119_999 }), 'change_of_mind');
    equal(found({ direction: 'out', atMs: first.atMs + 120_000 }), 'first');
  });

  test('only the last way: in, out, and in again is no passing back', () => {
    const memory = createPassBackMemory();
    const [out, again] = [30_000, 60_000].map((afterMs) => first.atMs + afterMs) as [
      number,
      number,
    ];
    memory.keep(first);
    memory.keep({ ...first, direction: 'out', atMs: out });
    equal(memory.find({ ...first, atMs: again }, WINDOW_MS), 'change_of_mind');
  });

  test('for no longer when the clock is set back by hours', () => {
    equal(found({ atMs: first.atMs - 1000 }), 'again');
    equal(found({ atMs: first.atMs - 3_600_000 }), 'first');
  });

  test('what it is told from before, unless it knows something later', () => {
    const memory = createPassBackMemory();
    memory.restore(first);
    equal(memory.find({ ...first, atMs: first.atMs + 1 }, WINDOW_MS), 'again');
    memory.restore({ ...first, direction: 'out', atMs: first.atMs - 1 });
    equal(memory.find({ ...first, atMs: first.atMs + 1 }, WINDOW_MS), 'again');
  });

  test('no more than it may, and forgets the oldest', () => {
    const memory = createPassBackMemory(3);
    for (let card = 0; card < 5; card++) memory.keep({ ...first, credential: `A${card}` });
    equal(memory.size(), 3);
    const known = [0, 1, 2, 3, 4].filter(
      (card) => memory.find({ ...first, credential: `A${card}` }, WINDOW_MS) === 'again',
    );
    deepEqual(known, [2, 3, 4]);
  });

  test('what a plain list of all passages would say', () => {
    const passages = fc.array(
      fc.record({
        credential: fc.constantFrom('A1', 'A2'),
        line: fc.constantFrom('one', 'two'),
        direction: fc.constantFrom('in' as const, 'out' as const),
        afterMs: fc.integer({ min: 0, max: 200_000 }),
      }),
    );
    fc.assert(
      fc.property(passages, (all) => {
        const memory = createPassBackMemory();
        const seen: Passage[] = [];
        let atMs = 0;
        for (const { afterMs, ...passage } of all) {
          atMs += afterMs;
          const now = { ...passage, atMs };
          const last = seen.findLast(
            ({ credential, line }) => credential === now.credential && line === now.line,
          );
          const isSame = last?.direction === now.direction;
          const isAgain = isSame && last !== undefined && atMs - last.atMs < WINDOW_MS;
          equal(memory.find(now, WINDOW_MS) === 'again', isAgain);
          memory.keep(now);
          seen.push(now);
        }
      }),
    );
  });
});
