/** The outlines of the mark, of the contactless sign and of the discs of the pay moment, as numbers and paths. */

/** A rectangle of the grid of leaves. */
export type LeafShape = { readonly x: number; readonly y: number };

/** The room of a drawing, in its own units. */
export type PictureBox = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** One leaf's size, and how far its corners are round. */
export const leafSize = { width: 11, height: 16, rx: 2.5 } as const;

/** The eight leaves in reading order, four by two, 50 by 35 in all. */
export const leafGrid: readonly LeafShape[] = Array.from({ length: 8 }, (_, index) => ({
  x: (index % 4) * 13,
  y: Math.floor(index / 4) * 19,
}));

/** The room of the flat grid. */
export const leafBox: PictureBox = { x: 0, y: 0, width: 50, height: 35 };

/** The room of the mark, which is higher and wider by the lifted leaf. */
export const markBox: PictureBox = { x: 0, y: -5.5, width: 54, height: 40.5 };

/** The place of the lifted leaf among the eight, counted from 1. */
export const liftedPlace = 4;

/** The lifted leaf: hinged at its left edge, turned towards us and up. */
export const liftedLeaf =
  'M39 4.9Q39 3.3 40.4 2.5L51.2-3.9Q53.4-5.2 53.4-2.6V7.9Q53.4 9.4 52.1 10.2L41.2 16.6Q39 17.9 39 15.3Z';

/** How many leaves are full of the eight: a whole number from 0 to 8, whatever is asked. */
export function fullLeaves(count: number): number {
  return Number.isFinite(count) ? Math.min(8, Math.max(0, Math.floor(count))) : 0;
}

/** How many of the eight leaves are left of a time: all at its beginning, the last one until it has run out. */
export function leavesLeft(leftMs: number, wholeMs: number): number {
  return fullLeaves(Math.ceil((8 * leftMs) / wholeMs));
}

/** The room of the contactless sign. */
export const tapBox: PictureBox = { x: 0, y: 0, width: 120, height: 142 };

/** The arcs of the contactless sign from the phone outwards, about one centre above the phone's middle. */
export const tapArcs: readonly { d: string; strokeWidth: number; strokeOpacity: number }[] = [
  { radius: 40, strokeWidth: 4.3, strokeOpacity: 1 },
  { radius: 57.5, strokeWidth: 4, strokeOpacity: 0.68 },
  { radius: 75, strokeWidth: 3.2, strokeOpacity: 0.4 },
].map(({ radius, ...stroke }) => {
  const half = (49 * Math.PI) / 180;
  const across = round(radius * Math.sin(half));
  const top = round(82 - radius * Math.cos(half));
  return {
    d: `M${round(60 - across)} ${top}a${radius} ${radius} 0 0 1 ${round(2 * across)} 0`,
    ...stroke,
  };
});

/** The phone of the contactless sign. */
export const tapPhone = { x: 38, y: 65.5, width: 44, height: 73, rx: 9.5 } as const;

/** The slit of its loudspeaker. */
export const tapSlit = 'M53.5 75.5h13';

/** The room of a disc, 72 across. */
export const discBox: PictureBox = { x: 0, y: 0, width: 72, height: 72 };

/** A tick, drawn from its short arm to its long one. */
export const tickPath = 'M22.5 37L31.8 46.3L50.5 26.5';

/** A minus: refused, which is not the cross that closes a page. */
export const minusPath = 'M25.5 36H46.5';

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
