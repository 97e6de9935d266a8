/** Card art alone, without text: in lists, in the pay moment, beside a field. */
import { useId, useMemo } from 'react';
import { cardArt } from './art.ts';
import './card-face.css';
import type { DesignName } from './designs.ts';
import { SvgTree } from './SvgTree.tsx';

/** What art to show. */
export type CardArtProps = {
  readonly design: DesignName;
  /** The card's enrolment id, or another text that stays the same. */
  readonly seed: string;
  /** The card's own leaf, 1 to 8; left out where the art is small. */
  readonly place?: number | undefined;
  /** In CSS pixels: 96, 64 and 50 are the small sizes. Without it the art is as wide as its room. */
  readonly width?: number | undefined;
  /** A suspended card loses its colour; its shape stays. */
  readonly suspended?: boolean;
};

/** The art of a card, its corner in proportion to its width. */
export function CardArt({ design, seed, place, width, suspended = false }: CardArtProps) {
  const prefix = useId();
  const node = useMemo(
    () => cardArt({ design, seed, prefix, place }),
    [design, seed, prefix, place],
  );
  return (
    <span className="card-art" data-suspended={suspended || undefined} style={{ width }}>
      <SvgTree node={node} className="card-art__sheet" />
    </span>
  );
}
