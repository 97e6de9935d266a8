/** Moon 月: a crescent over still water, the one light design. */
import { between, type Chance } from '../chance.ts';
import { type Fade, type Name, type Pattern, stop, wholeSheet } from '../sheet.ts';
import { element, point, steps } from '../svg.ts';

/** How Moon comes in: it is all there, only the quiet zones are kept. */
export const moonFade: Fade = { from: 0, full: 40, least: 1, quiet: 0.85 };

/** Draw Moon. The seed sets how far the moon has waxed, how it leans, and where it stands. */
export function moon(chance: Chance, name: Name): Pattern {
  const at = { x: between(chance, 244, 262), y: between(chance, 108, 116) };
  const lean = between(chance, -0.75, -0.2);
  const dark = between(chance, 22, 32);
  const shadow = {
    cx: point(at.x + dark * Math.cos(lean)),
    cy: point(at.y + dark * Math.sin(lean)),
  };
  const disc = { cx: point(at.x), cy: point(at.y), r: 52 };
  return {
    definitions: [
      element('mask', { id: name('waxing'), maskUnits: 'userSpaceOnUse', ...wholeSheet }, [
        element('circle', { ...disc, fill: '#fff' }),
        element('circle', { ...shadow, r: 49, fill: '#000' }),
      ]),
      element(
        'radialGradient',
        { id: name('halo'), gradientUnits: 'userSpaceOnUse', ...disc, r: 104 },
        [stop(0.4, '#fff', 0.42), stop(1, '#fff', 0)],
      ),
    ],
    shapes: [
      element('circle', { ...disc, r: 104, fill: `url(#${name('halo')})` }),
      element('circle', { ...disc, fill: '#E1E8EE' }),
      element('rect', { ...wholeSheet, fill: '#fff', mask: `url(#${name('waxing')})` }),
      ...water(chance, at.x),
    ],
  };
}

/** The moon's light on the water: lines that shorten towards us. */
function water(chance: Chance, x: number) {
  return steps(186, 216, 5).map((y, line) => {
    const half = (37 - line * 3.4) * between(chance, 0.84, 1);
    const middle = x + between(chance, -4, 6);
    return element('path', {
      d: `M${point(middle - half)} ${y}h${point(2 * half)}`,
      stroke: '#6F8296',
      strokeOpacity: point(0.52 - line * 0.04),
      strokeWidth: 1,
      strokeLinecap: 'round',
    });
  });
}
