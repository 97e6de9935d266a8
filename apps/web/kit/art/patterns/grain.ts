/** Grain 粒: a printer's screen of dots that grow towards the lower right. */
import { between, type Chance } from '../chance.ts';
import { type Fade, type Pattern, sheet } from '../sheet.ts';
import { element, point, steps } from '../svg.ts';

/** How Grain comes in. */
export const grainFade: Fade = { from: 96, full: 300, least: 0, quiet: 0.08 };

const PITCH = 12.6;
const SIZES = 7;

/** Draw Grain. The seed sets the light that the dots grow towards, and where the screen begins. */
export function grain(chance: Chance): Pattern {
  const shift = { x: between(chance, 0, PITCH), y: between(chance, 0, PITCH) };
  const light = { x: between(chance, 320, 380), y: between(chance, 176, 232) };
  const dots = steps(0, sheet.height + PITCH, PITCH / 2).flatMap((down, row) =>
    steps(84, sheet.width + PITCH, PITCH).map((across) => {
      const x = across + shift.x + (row % 2) * (PITCH / 2);
      const y = down + shift.y - PITCH / 2;
      const near = Math.max(0, 1 - Math.hypot(x - light.x, y - light.y) / 268);
      return { x, y, size: Math.round(near * SIZES) };
    }),
  );
  // A dot is a line of no length with a round end: far shorter to write than a circle.
  const shapes = steps(1, SIZES, 1).map((size) =>
    element('path', {
      d: dots
        .filter((dot) => dot.size === size)
        .map(({ x, y }) => `M${point(x)} ${point(y)}h0`)
        .join(''),
      stroke: '#DDE6E6',
      strokeOpacity: 0.38,
      strokeLinecap: 'round',
      strokeWidth: point((size / SIZES) * 6.8),
    }),
  );
  return { definitions: [], shapes };
}
