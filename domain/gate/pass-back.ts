/**
 * Who has just gone through a line of gates: a card that is handed back over the barrier does not open it again. The
 * memory is short and bounded.
 * @see docs/specs.md, transit sheet, section 2.3
 */

import { assert } from '@octavo/lib/bytes/assert.ts';
import type { GateDirection } from '@octavo/lib/transit/tap-record.ts';
import type { InstantMs } from '../ports.ts';

/** One card at one line of gates. */
export type Passage = {
  /** The credential's keyed hash, in hexadecimal. */
  readonly credential: string;
  /** Which line of gates: the gates of one line share a memory. */
  readonly line: string;
  readonly direction: GateDirection;
  readonly atMs: InstantMs;
};

/** What is remembered of a card at a line: nothing, the same way just now, or the other way just now. */
export type PassBackFinding = 'first' | 'again' | 'change_of_mind';

/** The memory of the gates of a place. */
export type PassBackMemory = {
  /** What is known of a card before it is let through. `windowMs` is how long the same way counts as the same. */
  find(passage: Passage, windowMs: number): PassBackFinding;
  /** Remember that a card was let through. */
  keep(passage: Passage): void;
  /** Remember one from before this life, unless something later of this card is known. */
  restore(passage: Passage): void;
  /** How many are remembered. */
  size(): number;
};

/** Out again at the same place within this time is a change of mind, whatever the window is. */
const CHANGE_OF_MIND_MS = 120_000;

/** How many passages a memory holds: far more than pass a line within any window. */
const MOST_PASSAGES = 20_000;

/** Make a memory. It forgets the oldest passage when it is full. */
export function createPassBackMemory(most: number = MOST_PASSAGES): PassBackMemory {
  assert(most > 0);
  const kept = new Map<string, Passage>();
  const keep = (passage: Passage): void => {
    const key = keyOf(passage);
    // Put anew, so that the order of the map is that of time.
    kept.delete(key);
    kept.set(key, passage);
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
  };
  return {
    find(passage, windowMs) {
      const last = kept.get(keyOf(passage));
      if (last === undefined) return 'first';
      // A clock that was set back must not lock a rider out for hours: near is near, either way.
      const apartMs = Math.abs(passage.atMs - last.atMs);
      if (last.direction === passage.direction) return apartMs < windowMs ? 'again' : 'first';
      return apartMs < CHANGE_OF_MIND_MS ? 'change_of_mind' : 'first';
    },
    keep,
    restore(passage) {
      const last = kept.get(keyOf(passage));
      if (last === undefined || last.atMs < passage.atMs) keep(passage);
    },
    size: () => kept.size,
  };
}

function keyOf({ line, credential }: Passage): string {
  return `${credential} ${line}`;
}
