/** Pleat 褶: a curtain of pleats, narrow where it is gathered and wide at the right. */
import { between, type Chance } from '../chance.ts';
import { type Fade, type Name, type Pattern, sheet, stop } from '../sheet.ts';
import { element, point } from '../svg.ts';

/** How Pleat comes in. */
export const pleatFade: Fade = { from: 96, full: 300, least: 0, quiet: 0.13 };

/** Draw Pleat. The seed sets how wide the widest pleat is and how fast they narrow. */
export function pleat(chance: Chance, name: Name): Pattern {
  const narrowing = between(chance, 0.87, 0.91);
  const pleats: { x: number; width: number }[] = [];
  let right = sheet.width + between(chance, -4, 14);
  let width = between(chance, 31, 38);
  while (right > 80) {
    pleats.push({ x: point(right - width), width: point(width) });
    right -= width;
    width = Math.max(width * narrowing, 7);
  }
  return {
    definitions: [
      // The valley lies at the left of a pleat, its crest at the right.
      element('linearGradient', { id: name('pleat') }, [
        stop(0, '#2E0500', 0.5),
        stop(0.34, '#2E0500', 0.24),
        stop(0.8, '#2E0500', 0.02),
        stop(0.97, '#FF9E86', 0.1),
        stop(1, '#FF9E86', 0.24),
      ]),
    ],
    shapes: pleats.map(({ x, width: across }) =>
      element('rect', {
        x,
        y: 0,
        width: across,
        height: sheet.height,
        fill: `url(#${name('pleat')})`,
      }),
    ),
  };
}
