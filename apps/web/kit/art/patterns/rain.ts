/** Rain 雨: slanting streaks, near ones bright and long, far ones faint. */
import { between, type Chance } from '../chance.ts';
import { type Fade, type Pattern, sheet } from '../sheet.ts';
import { element, point } from '../svg.ts';

/** How Rain comes in. */
export const rainFade: Fade = { from: 84, full: 284, least: 0, quiet: 0.04 };

const veils = [
  { drops: 60, shortest: 14, longest: 34, strokeWidth: 0.9, strokeOpacity: 0.24 },
  { drops: 48, shortest: 18, longest: 40, strokeWidth: 1.15, strokeOpacity: 0.42 },
  { drops: 28, shortest: 20, longest: 56, strokeWidth: 1.4, strokeOpacity: 0.66 },
];

/** Draw Rain. The seed lets each drop fall; all slant alike. */
export function rain(chance: Chance): Pattern {
  const slant = between(chance, 0.34, 0.44);
  const shapes = veils.map(({ drops, shortest, longest, ...stroke }) =>
    element('path', {
      d: spread(chance, drops)
        .map(({ x, y }) => {
          const down = between(chance, shortest, longest);
          return `M${point(x)} ${point(y)}l${point(-down * slant)} ${point(down)}`;
        })
        .join(''),
      fill: 'none',
      stroke: '#E6CDF2',
      strokeLinecap: 'round',
      ...stroke,
    }),
  );
  return { definitions: [], shapes };
}

/** Places over the right of the sheet, one in each column and shuffled in height, so that there are no clumps. */
function spread(chance: Chance, count: number): readonly { x: number; y: number }[] {
  const width = sheet.width + 20 - 96;
  // Heights by the golden ratio: each next one falls into the widest gap that is left.
  const first = chance();
  return Array.from({ length: count }, (_, index) => ({
    x: 96 + ((index + chance()) / count) * width,
    y: -24 + ((first + index * 0.618034 + between(chance, -0.06, 0.06)) % 1) * (sheet.height + 12),
  }));
}
