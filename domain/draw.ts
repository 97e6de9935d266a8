/** Numbers drawn by chance: codes, trace numbers, ids. Every number is as likely as every other. */
import { assert } from '@octavo/lib/bytes/assert.ts';
import { toUint } from '@octavo/lib/bytes/bytes.ts';
import type { Random } from './ports.ts';

/** A number from zero up to, but not including, `bound` (at most 2^48): draws above its last whole multiple are thrown away. */
export function drawBelow(bound: number, random: Random): number {
  const even = SPAN - (SPAN % bound);
  for (let draws = 0; draws < MOST_DRAWS; draws++) {
    const draw = toUint(random(6));
    if (draw < even) return draw % bound;
  }
  assert(false, 'a source of chance that gives the same again and again');
}

/** This many digits, zeros at the left included. */
export function drawDigits(length: number, random: Random): string {
  return String(drawBelow(10 ** length, random)).padStart(length, '0');
}

/** A trace number, DE11: six digits, never all zero. */
export function drawTraceNumber(random: Random): string {
  return String(drawBelow(999_999, random) + 1).padStart(6, '0');
}

/** How many numbers six bytes hold. */
const SPAN = 2 ** 48;

/** Half of all draws are thrown away at the worst. */
const MOST_DRAWS = 256;
