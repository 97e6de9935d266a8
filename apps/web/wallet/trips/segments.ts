/** A monthly ladder as a bar: a segment for each step, as long as the step is wide, and how far each is filled. */
import type { ProgressView } from '../core/api.ts';

/** One segment. */
export type Segment = {
  readonly fromMinor: number;
  /** Where the next step begins; undefined when none does. */
  readonly toMinor: number | undefined;
  readonly ratePercent: number;
  /** Its share of the bar beside the others': steps of very different width stay to be told apart. */
  readonly weight: number;
  /** Between 0 and 1. */
  readonly filled: number;
  readonly isLast: boolean;
};

/** The segments. A last step at the full price is where the ladder ends, not a segment of it. */
export function segmentsOf({
  ladder,
  spentMinor,
}: Pick<ProgressView, 'ladder' | 'spentMinor'>): readonly Segment[] {
  const ends = ladder.length > 1 && ladder.at(-1)?.ratePercent === 100;
  const steps = ends ? ladder.slice(0, -1) : ladder;
  return steps.map(({ fromMinor, ratePercent }, index) => {
    const toMinor = ladder[index + 1]?.fromMinor;
    const before = steps[index - 1]?.fromMinor ?? 0;
    const width = toMinor === undefined ? Math.max(1, fromMinor - before) : toMinor - fromMinor;
    return {
      fromMinor,
      toMinor,
      ratePercent,
      weight: Math.sqrt(width),
      filled: Math.min(1, Math.max(0, (spentMinor - fromMinor) / width)),
      isLast: index === steps.length - 1,
    };
  });
}
