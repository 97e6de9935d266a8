/** The order in which cards lie on each other: the front one pays, those behind show a strip. */
import type { Leaf } from './api.ts';

/** The cards that can be seen as cards: those whose adding is over. */
export function cardsOf(leaves: readonly Leaf[]): readonly Leaf[] {
  return leaves.filter(({ state }) => state === 'active' || state === 'suspended');
}

/** The leaves that are on their way in or out. */
export function pendingOf(leaves: readonly Leaf[]): readonly Leaf[] {
  return leaves.filter(({ state }) => state !== 'active' && state !== 'suspended');
}

/** Enrolment ids from the uppermost strip to the front card: the holder's order backwards, the default in front. */
export function stackOf(leaves: readonly Leaf[]): readonly string[] {
  const cards = cardsOf(leaves);
  const front = cards.find(({ isDefault }) => isDefault) ?? cards[0];
  const behind = cards.filter((leaf) => leaf !== front).toReversed();
  return [...behind, ...(front === undefined ? [] : [front])].map(({ enrolmentId }) => enrolmentId);
}

/** The stack after one card went from a place to another; a place that is not there changes nothing. */
export function moved(stack: readonly string[], from: number, to: number): readonly string[] {
  const one = stack[from];
  if (one === undefined || to < 0 || to >= stack.length) return stack;
  const rest = stack.filter((id) => id !== one);
  return [...rest.slice(0, to), one, ...rest.slice(to)];
}

/** What to ask the wallet service, so that the stack lies so. */
export function arrangementOf(
  leaves: readonly Leaf[],
  stack: readonly string[],
): { readonly order: string[]; readonly defaultCard?: string } {
  const front = leaves.find(({ enrolmentId }) => enrolmentId === stack.at(-1));
  const order = stack.toReversed();
  const isNew = front?.state === 'active' && !front.isDefault;
  return isNew && front.tokenReference !== undefined
    ? { order, defaultCard: front.tokenReference }
    : { order };
}
