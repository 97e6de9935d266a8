/** Ridge 岭: hills behind hills in the mist, as an ink painter lays them, and a sun. */
import { between, type Chance } from '../chance.ts';
import { type Fade, type Name, type Pattern, sheet, stop } from '../sheet.ts';
import { element, point, type SvgNode, steps } from '../svg.ts';

/** How Ridge comes in. */
export const ridgeFade: Fade = { from: 0, full: 150, least: 0.6, quiet: 0.1 };

const hills = [
  { height: 104, rise: 15, ink: 0.3 },
  { height: 132, rise: 19, ink: 0.36 },
  { height: 160, rise: 17, ink: 0.44 },
  { height: 190, rise: 13, ink: 0.5 },
];

/** Draw Ridge. The seed raises the hills and hangs the sun. */
export function ridge(chance: Chance, name: Name): Pattern {
  const sun = { cx: point(between(chance, 246, 292)), cy: point(between(chance, 84, 94)), r: 26 };
  const drawn = hills.map((hill, index) => ({
    ...hill,
    id: name(`hill${index}`),
    line: ridgeLine(chance, hill.height, hill.rise),
  }));
  return {
    definitions: drawn.map(({ id, height, rise, ink }) => mist(id, height - rise, ink)),
    shapes: [
      element('circle', { ...sun, fill: '#F2CE8C', fillOpacity: 0.4 }),
      ...drawn.map(({ id, line }) => element('path', { d: line, fill: `url(#${id})` })),
    ],
  };
}

/** Ink that is darkest along the ridge and is lost in mist below it. */
function mist(id: string, top: number, ink: number): SvgNode {
  const span = { x1: 0, x2: 0, y1: top, y2: top + 82 };
  return element('linearGradient', { id, gradientUnits: 'userSpaceOnUse', ...span }, [
    stop(0, '#2A1600', ink),
    stop(0.35, '#2A1600', ink * 0.8),
    stop(1, '#2A1600', 0),
  ]);
}

/** A hill's outline from left to right: three waves, none a multiple of another, then down round the sheet. */
function ridgeLine(chance: Chance, height: number, rise: number): string {
  const waves = [310, 138, 61].map((length, index) => ({
    length,
    tall: rise / (index * 1.5 + 1),
    phase: between(chance, 0, 2 * Math.PI),
  }));
  const at = (x: number) =>
    waves.reduce((y, { length, tall, phase }) => {
      return y + tall * Math.sin((x / length) * 2 * Math.PI + phase);
    }, height);
  const slope = (x: number) => at(x + 0.5) - at(x - 0.5);
  const step = 17.5;
  const curves = steps(0, sheet.width - step, step).map((x) => {
    const end = x + step;
    const third = step / 3;
    return `C${[
      [x + third, at(x) + slope(x) * third],
      [end - third, at(end) - slope(end) * third],
      [end, at(end)],
    ]
      .map((pair) => pair.map(point).join(' '))
      .join(' ')}`;
  });
  return `M0 ${point(at(0))}${curves.join('')}V${sheet.height}H0Z`;
}
