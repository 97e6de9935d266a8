/** The shape of one kind of thing that can be explained, and of what an explanation is. */
import { CANNOT_BE_READ, type Explained } from './explained.ts';
import type { Given } from './given.ts';

/** How sure it is that an input is of some kind, from 1 to 100, and the words why. */
export type Recognised = { readonly sureness: number; readonly because: string };

/** One tree and the bytes it covers; an input of several commands and responses has one for each. */
export type ExplainedPart = {
  /** What this part is; empty when the kind says it. */
  readonly title: string;
  readonly bytes: Uint8Array;
  readonly tree: Explained;
  /** Which tap of the input it belongs to, from 1, where there are several. */
  readonly tap?: number;
};

/**
 * A kind. `recognise` looks, in time that grows with the input, and says why; words never hold digits of the input.
 * `explain` takes any input, recognised or not, and never throws; its leaves cover every byte of their part.
 */
export type Kind = {
  /** Short, for asking by name: `de55`. */
  readonly kind: string;
  /** In words: `chip data (DE55)`. */
  readonly title: string;
  /** Where we know it from, by the short names of docs/specs.md. */
  readonly source: string;
  recognise(given: Given): Recognised | undefined;
  explain(given: Given): readonly ExplainedPart[];
};

/** What is sure: nothing else has this form. */
export const CERTAIN = 97;
/** What fits well and is common. */
export const LIKELY = 80;
/** What fits, as many other things would. */
export const POSSIBLE = 45;
/** What cannot be ruled out. */
export const FAINT = 20;

/** An explanation of one tree over all bytes of the input. */
export function whole(explain: (bytes: Uint8Array) => Explained): Kind['explain'] {
  return ({ bytes }) => [{ title: '', bytes, tree: explain(bytes) }];
}

/** The parts of an input tap by tap, in their order; what belongs to no tap stands together, without a number. */
export function byTap(
  parts: readonly ExplainedPart[],
): readonly { readonly tap: number | undefined; readonly parts: readonly ExplainedPart[] }[] {
  const taps = [...new Set(parts.map(({ tap }) => tap))];
  return taps.map((tap) => ({ tap, parts: parts.filter((part) => part.tap === tap) }));
}

/** The share of bytes, from 0 to 1, whose leaves have a name that is not `cannot be read` or unknown. */
export function shareKnown(leaves: readonly Explained[]): number {
  let known = 0;
  let all = 0;
  for (const { name, start, end } of leaves) {
    all += end - start;
    if (name !== CANNOT_BE_READ && !name.includes('unknown')) known += end - start;
  }
  return all === 0 ? 0 : known / all;
}
