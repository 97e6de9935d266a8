/**
 * Which of a gate's records are held: the highest number, and what is missing below it since when. Records come in any
 * order and as often as they like, so holding is a set; this is its short form.
 * @see docs/specs.md, transit sheet, sections 5.3 and 5.6
 */
import type { InstantMs } from '../ports.ts';

/** Numbers that are missing, both ends included, and since when that is known. */
export type Gap = { readonly from: number; readonly to: number; readonly sinceMs: InstantMs };

/** What is held of a gate. Gaps lie below `highest`, lowest first, and never touch. */
export type Held = { readonly highest: number; readonly gaps: readonly Gap[] };

/** Nothing is held. */
export const nothingHeld: Held = { highest: 0, gaps: [] };

/** The number up to which everything is held; 0 when nothing is. */
export function heldUpTo({ highest, gaps }: Held): number {
  const first = gaps[0];
  return first === undefined ? highest : first.from - 1;
}

/** What is held once these numbers are, too. A gap that is filled in part keeps its age. */
export function hold(held: Held, sequences: readonly number[], nowMs: InstantMs): Held {
  const sorted = [...new Set(sequences)].sort((left, right) => left - right);
  let { highest } = held;
  const gaps = held.gaps.flatMap((gap) => remainsOf(gap, sorted));
  for (const sequence of sorted) {
    if (sequence <= highest) continue;
    if (sequence > highest + 1) gaps.push({ from: highest + 1, to: sequence - 1, sinceMs: nowMs });
    highest = sequence;
  }
  return { highest, gaps };
}

/** What is left of a gap when some of its numbers have come. */
function remainsOf(gap: Gap, sorted: readonly number[]): readonly Gap[] {
  const { sinceMs } = gap;
  const left: Gap[] = [];
  let from = gap.from;
  for (const sequence of sorted) {
    if (sequence < from) continue;
    if (sequence > gap.to) break;
    if (sequence > from) left.push({ from, to: sequence - 1, sinceMs });
    from = sequence + 1;
  }
  if (from <= gap.to) left.push({ from, to: gap.to, sinceMs });
  return left;
}
