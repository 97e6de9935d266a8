/** A cheat: what it tries, what must become of it, and how it is played. */
import type { CheatCode } from './cheat-codes.ts';

/** A phone that should have answered with a cryptogram did not: somebody changed its card meanwhile. */
export class TapFailed extends Error {
  override readonly name = 'TapFailed';
}

/** What became of a cheat. */
export type CheatResult = {
  readonly outcome: 'refused' | 'stored_answer' | 'passed';
  readonly code?: CheatCode | undefined;
  /** Which check of a card's proof failed, with `gate.not_authenticated`. */
  readonly check?: string | undefined;
  /** What was compared, in words. */
  readonly because: string;
};

/** What must become of a cheat; where `checks` stand, one of them must have failed. */
export type CheatExpected =
  | { readonly outcome: 'refused'; readonly code: CheatCode; readonly checks?: readonly string[] }
  | { readonly outcome: 'stored_answer' };

/** A cheat in words: what it is called, and what it tries. */
export type Words = { readonly name: string; readonly tries: string };

/** One cheat without its play. The English name is its own. */
export type CheatFace = Words & { readonly zh: Words; readonly expected: CheatExpected };

/** One cheat, and what it is played with. */
export type CheatWith<Props> = CheatFace & { play(props: Props): Promise<CheatResult> };

/** Whether a cheat ended as it must. */
export function isAsExpected({ expected }: CheatFace, result: CheatResult): boolean {
  if (expected.outcome === 'stored_answer') return result.outcome === 'stored_answer';
  const isCode = result.outcome === 'refused' && result.code === expected.code;
  return isCode && (expected.checks?.includes(result.check ?? '') ?? true);
}
