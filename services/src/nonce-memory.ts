/** Remembers the nonces of signed calls, so that no call counts twice. */
import type { Clock } from '@octavo/domain/ports.ts';

/** What was seen lately. */
export type NonceMemory = {
  /** Whether this nonce was seen before; from now on it was. */
  wasSeen(nonce: string): boolean;
  /** How many are remembered. */
  readonly size: number;
};

/**
 * A memory that keeps each nonce at least `keptMs` and holds no more than came in about twice that time. It has two
 * generations: the older one goes when the younger one is older than `keptMs`.
 */
export function createNonceMemory(clock: Clock, keptMs: number): NonceMemory {
  let turnedAtMs = clock.nowMs();
  let current = new Set<string>();
  let previous = new Set<string>();
  const turn = () => {
    const nowMs = clock.nowMs();
    // A world's clock can be set back; what was seen stays, and the generation begins again.
    if (nowMs < turnedAtMs) turnedAtMs = nowMs;
    if (nowMs - turnedAtMs <= keptMs) return;
    turnedAtMs = nowMs;
    previous = current;
    current = new Set();
  };
  return {
    wasSeen: (nonce) => {
      turn();
      if (current.has(nonce) || previous.has(nonce)) return true;
      current.add(nonce);
      return false;
    },
    get size() {
      return current.size + previous.size;
    },
  };
}
