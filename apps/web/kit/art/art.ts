/** Card art: a design and a seed become a drawing. No bank's or scheme's sign is in it, and no text. */
import { chanceFrom } from './chance.ts';
import { type DesignLook, type DesignName, designLooks } from './designs.ts';
import { fold, foldFade } from './patterns/fold.ts';
import { grain, grainFade } from './patterns/grain.ts';
import { lattice, latticeFade } from './patterns/lattice.ts';
import { moon, moonFade } from './patterns/moon.ts';
import { pleat, pleatFade } from './patterns/pleat.ts';
import { rain, rainFade } from './patterns/rain.ts';
import { ridge, ridgeFade } from './patterns/ridge.ts';
import { tide, tideFade } from './patterns/tide.ts';
import {
  type Fade,
  fadeMask,
  markBox,
  type Name,
  type Pattern,
  sheet,
  stop,
  wholeSheet,
} from './sheet.ts';
import { element, point, type SvgNode } from './svg.ts';

/** What to draw. */
export type ArtAsk = {
  readonly design: DesignName;
  /** Any text, such as an enrolment id: the same text gives the same drawing. */
  readonly seed: string;
  /** Begins every id in the drawing; no two drawings of one page may share it. */
  readonly prefix: string;
  /** The card's own leaf, 1 to 8. Without it the drawing bears no mark, as in small sizes. */
  readonly place?: number | undefined;
  /** Without its pattern the bare paper is drawn, against which the pattern is measured. */
  readonly bare?: boolean;
};

const patterns: Readonly<
  Record<DesignName, { draw: (chance: () => number, name: Name) => Pattern; fade: Fade }>
> = {
  tide: { draw: tide, fade: tideFade },
  fold: { draw: fold, fade: foldFade },
  moon: { draw: moon, fade: moonFade },
  ridge: { draw: ridge, fade: ridgeFade },
  lattice: { draw: lattice, fade: latticeFade },
  pleat: { draw: pleat, fade: pleatFade },
  rain: { draw: rain, fade: rainFade },
  grain: { draw: grain, fade: grainFade },
};

/** Draw a card's art on its sheet of 350 by 221, in a corner radius of 16. It scales to any width. */
export function cardArt({ design, seed, prefix, place, bare = false }: ArtAsk): SvgNode {
  const name: Name = (local) => `${prefix}-${local}`;
  const look = designLooks[design];
  const { draw, fade } = patterns[design];
  const pattern = bare ? undefined : draw(chanceFrom(`${design} ${seed}`), name);
  const corner = { rx: sheet.radius, ry: sheet.radius };
  const frame = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${sheet.width} ${sheet.height}`,
  };
  return element('svg', frame, [
    element('defs', {}, [
      element('clipPath', { id: name('sheet') }, [element('rect', { ...wholeSheet, ...corner })]),
      paper(look, name),
      ...fadeMask(fade, name, place !== undefined),
      ...(pattern?.definitions ?? []),
    ]),
    element('g', { clipPath: `url(#${name('sheet')})` }, [
      element('rect', { ...wholeSheet, fill: `url(#${name('paper')})` }),
      element('g', { mask: `url(#${name('fade')})` }, pattern?.shapes ?? []),
      ...(place === undefined ? [] : mark(place, look)),
    ]),
    edge(look),
  ]);
}

function paper({ base, deep }: DesignLook, name: Name): SvgNode {
  const along = { gradientUnits: 'userSpaceOnUse', x1: 60, y1: -20, x2: 250, y2: 230 };
  return element('linearGradient', { id: name('paper'), ...along }, [stop(0, base), stop(1, deep)]);
}

/** The eight leaves with the card's own one full. */
function mark(place: number, { text }: DesignLook): readonly SvgNode[] {
  const step = { x: 7.05, y: 9.5 };
  return Array.from({ length: 8 }, (_, index) =>
    element('rect', {
      x: point(markBox.x + (index % 4) * step.x),
      y: point(markBox.y + Math.floor(index / 4) * step.y),
      width: 5.2,
      height: 7.4,
      rx: 1.3,
      fill: text,
      fillOpacity: index + 1 === place ? 1 : 0.32,
    }),
  );
}

/** The sheet's cut edge, a hair lighter than the paper, or darker on the light one. */
function edge({ text }: DesignLook): SvgNode {
  return element('rect', {
    x: 0.5,
    y: 0.5,
    width: sheet.width - 1,
    height: sheet.height - 1,
    rx: sheet.radius - 0.5,
    fill: 'none',
    stroke: text,
    strokeOpacity: 0.16,
  });
}
