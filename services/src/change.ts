/** One effect, one statement: read the rows, decide, write by version; when nothing was written, read again. */
import { type Refused, refused } from '@octavo/domain/refusal.ts';

/** How often an effect is decided again before it is refused as `busy`. */
export const MOST_TRIES = 20;

/** What came of writing: the answer, or that another writer was faster. */
export type Written<Answer> =
  | { readonly kind: 'written'; readonly answer: Answer }
  | { readonly kind: 'overtaken' };

/**
 * Run an effect to its end. `attempt` reads, decides and writes once; it awaits nothing but the store
 * between its read and its write, and answers `overtaken` when its statement wrote nothing.
 */
export async function change<Answer>(
  attempt: () => Promise<Written<Answer> | Refused>,
): Promise<Answer | Refused> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const result = await attempt();
    if (result.kind === 'refused') return result;
    if (result.kind === 'written') return result.answer;
  }
  return refused('busy');
}

/** The statement wrote its rows. */
export function written<Answer>(answer: Answer): Written<Answer> {
  return { kind: 'written', answer };
}

/** The statement wrote nothing: a version had moved on. */
export const overtaken: Written<never> = { kind: 'overtaken' };
