import { deepEqual, doesNotMatch, equal, match, notEqual, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cardRanges } from '@octavo/domain/demo.ts';
import fc from 'fast-check';
import { cardArt } from './art.ts';
import { designLooks, designNames, designOf, designsFor } from './designs.ts';
import { type SvgNode, writeSvg } from './svg.ts';

const anyDesign = fc.constantFrom(...designNames);

function nodesOf(node: SvgNode): readonly SvgNode[] {
  return [node, ...node.children.flatMap(nodesOf)];
}

describe('the art of a card', () => {
  test('is the same for the same seed and another for another', () => {
    for (const design of designNames) {
      const draw = (seed: string) => writeSvg(cardArt({ design, seed, prefix: 'p' }));
      equal(draw('one'), draw('one'));
      notEqual(draw('one'), draw('two'));
    }
  });

  test('refers only to ids of its own, each of which begins with its prefix and stands once', () => {
    fc.assert(
      fc.property(anyDesign, fc.string(), (design, seed) => {
        const nodes = nodesOf(cardArt({ design, seed, prefix: 'mine', place: 3 }));
        const ids = nodes.flatMap(({ attributes }) => attributes.id ?? []);
        equal(new Set(ids).size, ids.length);
        ok(ids.every((id) => String(id).startsWith('mine-')));
        const meant = nodes.flatMap(({ attributes }) =>
          Object.values(attributes).flatMap(
            (value) => /^url\(#(.*)\)$/.exec(`${value}`)?.[1] ?? [],
          ),
        );
        deepEqual(
          meant.filter((id) => !ids.includes(id)),
          [],
        );
      }),
    );
  });

  test('holds no style, no script, no text and no number that is none', () => {
    fc.assert(
      fc.property(anyDesign, fc.string(), (design, seed) => {
        const svg = writeSvg(cardArt({ design, seed, prefix: 'p', place: 8 }));
        doesNotMatch(svg, / style=|<script|<text|NaN|undefined|Infinity/);
        ok(svg.length < 20_000);
      }),
    );
  });

  test('marks the card’s own leaf, and none without a place', () => {
    const full = (place?: number) =>
      nodesOf(cardArt({ design: 'rain', seed: 's', prefix: 'p', place })).filter(
        ({ attributes }) => attributes.rx === 1.3,
      );
    deepEqual(
      full(4).map(({ attributes }) => attributes.fillOpacity === 1),
      [1, 2, 3, 4, 5, 6, 7, 8].map((leaf) => leaf === 4),
    );
    equal(full().length, 0);
  });

  test('escapes what stands in its prefix', () => {
    match(writeSvg(cardArt({ design: 'fold', seed: 's', prefix: '"<&' })), /id="&quot;&lt;&amp;-/);
  });
});

describe('which card has which design', () => {
  test('every name that the demo bank gives is one of the eight', () => {
    for (const { art } of cardRanges) equal(designOf(art), art);
    equal(designOf('hologram'), 'tide');
  });

  test('text on Moon is dark, on the others white', () => {
    for (const design of designNames) {
      equal(designLooks[design].text, design === 'moon' ? '#15232B' : '#FFFFFF');
    }
  });

  test('the issuer’s choice comes first, then the next free one in order of enrolment id', () => {
    const cards = [
      { enrolmentId: '03', art: 'fold' },
      { enrolmentId: '02', art: 'tide' },
      { enrolmentId: '04', art: 'grain' },
      { enrolmentId: '05', art: 'grain' },
      { enrolmentId: '01', art: 'tide' },
    ];
    deepEqual(
      [...designsFor(cards)],
      [
        ['01', 'tide'],
        ['02', 'moon'],
        ['03', 'fold'],
        ['04', 'grain'],
        ['05', 'ridge'],
      ],
    );
  });

  test('eight cards never share one, in whatever order they come', () => {
    const art = fc.oneof(anyDesign, fc.string());
    const cards = fc.uniqueArray(fc.record({ enrolmentId: fc.string(), art }), {
      selector: ({ enrolmentId }) => enrolmentId,
      maxLength: 8,
    });
    fc.assert(
      fc.property(cards, (some) => {
        const designs = designsFor(some);
        equal(designs.size, some.length);
        equal(new Set(designs.values()).size, some.length);
        deepEqual(designsFor(some.toReversed()), designs);
      }),
    );
  });

  test('a ninth card repeats its issuer’s choice', () => {
    const nine = Array.from({ length: 9 }, (_, index) => ({
      enrolmentId: `${index}`,
      art: 'pleat',
    }));
    equal(designsFor(nine).get('8'), 'pleat');
  });
});
