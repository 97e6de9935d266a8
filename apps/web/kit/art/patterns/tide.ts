/** Tide 潮: the old pattern of sea waves, scales of four rings that rise towards the right. */
import { between, type Chance } from '../chance.ts';
import { type Fade, type Pattern, sheet } from '../sheet.ts';
import { element, point, steps } from '../svg.ts';

/** How Tide comes in. */
export const tideFade: Fade = { from: 84, full: 292, least: 0, quiet: 0.1 };

const RADIUS = 36;
const ROW = 17.4;
const rings = [
  { radius: 36, strokeOpacity: 0.42 },
  { radius: 28, strokeOpacity: 0.34 },
  { radius: 20, strokeOpacity: 0.3 },
  { radius: 12, strokeOpacity: 0.26 },
];

/** Draw Tide. The seed moves the sea sideways and sets where its surface swells. */
export function tide(chance: Chance): Pattern {
  const phase = between(chance, 0, 2 * RADIUS);
  const surface = between(chance, 58, 66);
  const swell = between(chance, 0, 2 * Math.PI);
  const crest = (x: number) => surface + 16 * (1 + Math.sin(x / 78 + swell));
  const centres = steps(surface + RADIUS, sheet.height + RADIUS, ROW).flatMap((y, row) =>
    steps(phase - 3 * RADIUS, sheet.width + RADIUS, 2 * RADIUS)
      .map((x) => ({ x: x + (row % 2) * RADIUS, y }))
      .filter((centre) => centre.y - RADIUS >= crest(centre.x)),
  );
  const shapes = rings.map(({ radius, strokeOpacity }) =>
    element('path', {
      d: centres.map((centre) => arc(centre, radius)).join(''),
      fill: 'none',
      stroke: '#B4C8F6',
      strokeWidth: 1.15,
      strokeOpacity,
    }),
  );
  return { definitions: [], shapes };
}

/** The upper part of a ring, as far as the scales in front of it leave it to be seen. */
function arc(centre: { x: number; y: number }, radius: number): string {
  const away = Math.hypot(RADIUS, ROW);
  const hidden = Math.acos((radius ** 2 + away ** 2 - RADIUS ** 2) / (2 * radius * away));
  const open = Math.PI / 2 + Math.atan2(ROW, RADIUS) - hidden;
  const half = point(radius * Math.sin(open));
  const y = point(centre.y - radius * Math.cos(open));
  return `M${point(centre.x - half)} ${y}a${radius} ${radius} 0 0 1 ${point(2 * half)} 0`;
}
