/** Lattice 窗: a window lattice of two sizes of square, in which every bar ends upon another. */
import { between, type Chance } from '../chance.ts';
import { type Fade, type Pattern, sheet } from '../sheet.ts';
import { element, point, steps } from '../svg.ts';

/** How Lattice comes in. */
export const latticeFade: Fade = { from: 104, full: 330, least: 0, quiet: 0.075 };

const UNIT = 11.5;

/** Draw Lattice. The seed moves the window and turns its bars left or right. */
export function lattice(chance: Chance): Pattern {
  const shift = { x: between(chance, 0, 5 * UNIT), y: between(chance, 0, 5 * UNIT) };
  const turn = chance() < 0.5 ? 1 : -1;
  const bars = steps(-24, 24, 1).flatMap((across) =>
    steps(-24, 24, 1).flatMap((down) => {
      const x = shift.x + sheet.width / 2 + (2 * across - down) * UNIT;
      const y = shift.y + sheet.height / 2 + turn * (across + 2 * down) * UNIT;
      return onSheet(x, y)
        ? [bar(x, y, 3 * UNIT, 0), bar(x + 2 * UNIT, y, 0, 3 * UNIT * turn)]
        : [];
    }),
  );
  const line = { fill: 'none', stroke: '#CFE6CF', strokeLinecap: 'round' };
  return {
    definitions: [],
    shapes: [element('path', { d: bars.join(''), ...line, strokeWidth: 1.3, strokeOpacity: 0.4 })],
  };
}

function onSheet(x: number, y: number): boolean {
  const reach = 3 * UNIT;
  return x > 90 - reach && x < sheet.width + reach && y > -reach && y < sheet.height + reach;
}

/** A bar, a little short of the bars that it meets, as joiners leave it. */
function bar(x: number, y: number, across: number, down: number): string {
  const gap = 0.1;
  const start = `${point(x + across * gap)} ${point(y + down * gap)}`;
  return `M${start}l${point(across * (1 - 2 * gap))} ${point(down * (1 - 2 * gap))}`;
}
