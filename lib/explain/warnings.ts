/** What does not fit together in one input. */
import type { Explained } from './explained.ts';

/** One contradiction or oddity: its code, what it is in words, and the spans concerned. */
export type Warning = {
  readonly code: string;
  readonly words: string;
  readonly paths: readonly string[];
};

/** What warnings draw on beside the input. */
export type WarningOptions = {
  /** First digits of device tokens. */
  readonly tokenRanges?: readonly string[];
  /** The day that expiries are compared with, YYMMDD; without it none is. */
  readonly today?: string | undefined;
};

/** The warnings for the trees of one input, as they are before anything is hidden. */
export function warningsOf(
  _trees: readonly Explained[],
  _options: WarningOptions = {},
): readonly Warning[] {
  return [];
}
