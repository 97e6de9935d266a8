/** Fold 折: the one sheet of an octavo with its creases, four leaves by two, each folded once more across. */
import { between, type Chance } from '../chance.ts';
import { type Fade, type Pattern, sheet } from '../sheet.ts';
import { element, steps } from '../svg.ts';

/** How Fold comes in. */
export const foldFade: Fade = { from: 40, full: 320, least: 0.12, quiet: 0.15 };

const LEAF = { width: sheet.width / 4, height: sheet.height / 2 };

type Facet = { readonly corners: readonly (readonly [number, number])[]; readonly light: number };

/** Draw Fold. The seed turns the diagonals, shades the facets and picks the one that catches the light. */
export function fold(chance: Chance): Pattern {
  const turned = Math.floor(between(chance, 0, 2));
  const bright = Math.floor(between(chance, 0, 2));
  const facets = [0, 1].flatMap((row) =>
    [0, 1, 2, 3].flatMap((column) => {
      const rising = (row + column + turned) % 2 === 0;
      return leafFacets(column, row, rising).map(({ corners, light }, side) => {
        const lit = column === 3 - bright && row === 1 && side === (rising ? 0 : 1) ? 0.16 : 0;
        return { corners, light: light + between(chance, -0.05, 0.05) + lit };
      });
    }),
  );
  const creases = [
    ...steps(LEAF.width, 3 * LEAF.width, LEAF.width).map((x) => `M${x} 0V${sheet.height}`),
    `M0 ${LEAF.height}H${sheet.width}`,
  ];
  return {
    definitions: [],
    shapes: [
      ...facets.map(drawn),
      element('path', {
        d: creases.join(''),
        stroke: '#fff',
        strokeOpacity: 0.1,
        strokeWidth: 0.75,
      }),
    ],
  };
}

/** A leaf cut along its diagonal: the side towards the light and the side away from it. */
function leafFacets(column: number, row: number, rising: boolean): readonly Facet[] {
  const [left, top] = [column * LEAF.width, row * LEAF.height];
  const [right, bottom] = [left + LEAF.width, top + LEAF.height];
  return rising
    ? [
        {
          corners: [
            [left, top],
            [right, top],
            [left, bottom],
          ],
          light: 0.1,
        },
        {
          corners: [
            [right, top],
            [right, bottom],
            [left, bottom],
          ],
          light: -0.26,
        },
      ]
    : [
        {
          corners: [
            [left, top],
            [right, top],
            [right, bottom],
          ],
          light: -0.16,
        },
        {
          corners: [
            [left, top],
            [right, bottom],
            [left, bottom],
          ],
          light: 0.06,
        },
      ];
}

function drawn({ corners, light }: Facet) {
  return element('path', {
    d: `M${corners.map((corner) => corner.join(' ')).join('L')}Z`,
    fill: light < 0 ? '#000' : '#fff',
    fillOpacity: Math.round(Math.abs(light) * 1000) / 1000,
  });
}
