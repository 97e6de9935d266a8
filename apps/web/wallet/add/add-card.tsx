/** Adding a card, step by step. */
import type { Leaf } from '../core/api.ts';

/** Add a card, or go on with one whose adding was begun. */
export function AddCard(_props: {
  readonly onBack: () => void;
  readonly onDone: () => void;
  readonly resume?: Leaf | undefined;
  readonly push?: string | undefined;
}) {
  return null;
}
