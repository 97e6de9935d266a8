/** The sheet that every design is drawn on: its measures, its quiet zones, and the mask that keeps them quiet. */
import { element, type SvgNode } from './svg.ts';

/** The sheet's size in its own units. A card of 350 px shows one unit as one pixel. */
export const sheet = { width: 350, height: 221, radius: 16 } as const;

/** A rectangle on the sheet. */
export type Box = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** Where text may lie, so that a pattern keeps under 8 % of contrast: what a stacked card shows, and the numbers. */
export const quietZones: readonly Box[] = [
  { x: 0, y: 0, width: 350, height: 48 },
  { x: 0, y: 161, width: 200, height: 60 },
];

/** Where the card's own leaf is marked, lower right. */
export const markBox: Box = { x: 304, y: 186, width: 26, height: 18.2 };

/** How a design's pattern comes in. Strengths are from 0 to 1. */
export type Fade = {
  /** Where the pattern begins and where it has its full strength, from left to right. */
  readonly from: number;
  readonly full: number;
  /** Its strength at the left edge, before it begins. */
  readonly least: number;
  /** What remains of it in the quiet zones. */
  readonly quiet: number;
};

/** What a pattern is made of: things to refer to, and what is drawn with the fade or without it. */
export type Pattern = {
  readonly definitions: readonly SvgNode[];
  readonly shapes: readonly SvgNode[];
};

/** A name within one drawing, made unique by the drawing's prefix. */
export type Name = (local: string) => string;

/** The whole sheet as attributes of a rectangle. */
export const wholeSheet = { x: 0, y: 0, width: sheet.width, height: sheet.height } as const;

/**
 * The mask of a pattern. Its light comes in from the left; the quiet zones and an ellipse about the mark are shaded
 * on it. A mask takes the pattern away and leaves the paper, where a veil would lay another colour on both.
 */
export function fadeMask(fade: Fade, name: Name, marked: boolean): readonly SvgNode[] {
  const shade = 1 - fade.quiet;
  return [
    element(
      'linearGradient',
      {
        id: name('in'),
        gradientUnits: 'userSpaceOnUse',
        x1: fade.from,
        x2: fade.full,
        y1: 0,
        y2: 0,
      },
      [stop(0, '#fff', fade.least), stop(0.5, '#fff', (fade.least + 1) / 2.6), stop(1, '#fff', 1)],
    ),
    element(
      'linearGradient',
      { id: name('top'), gradientUnits: 'userSpaceOnUse', x1: 0, x2: 0, y1: 48, y2: 92 },
      [stop(0, '#000', shade), stop(0.4, '#000', shade * 0.66), stop(1, '#000', 0)],
    ),
    ellipseShade(name('numbers'), { x: 20, y: 246, across: 400, down: 196 }, [
      stop(0.62, '#000', shade),
      stop(0.68, '#000', shade * 0.86),
      stop(0.8, '#000', shade * 0.42),
      stop(0.9, '#000', shade * 0.14),
      stop(1, '#000', 0),
    ]),
    ellipseShade(name('mark'), { x: 317, y: 195, across: 34, down: 25 }, [
      stop(0.3, '#000', 0.8),
      stop(0.65, '#000', 0.5),
      stop(1, '#000', 0),
    ]),
    element('mask', { id: name('fade'), maskUnits: 'userSpaceOnUse', ...wholeSheet }, [
      ...['in', 'top', 'numbers', ...(marked ? ['mark'] : [])].map((layer) =>
        element('rect', { ...wholeSheet, fill: `url(#${name(layer)})` }),
      ),
    ]),
  ];
}

/** One colour on the way of a gradient. */
export function stop(offset: number, stopColor: string, stopOpacity = 1): SvgNode {
  return element('stop', { offset, stopColor, stopOpacity });
}

function ellipseShade(
  id: string,
  at: { x: number; y: number; across: number; down: number },
  stops: readonly SvgNode[],
): SvgNode {
  const gradientTransform = `translate(${at.x} ${at.y}) scale(${at.across} ${at.down})`;
  const unit = { cx: 0, cy: 0, r: 1, gradientUnits: 'userSpaceOnUse' };
  return element('radialGradient', { id, ...unit, gradientTransform }, stops);
}
