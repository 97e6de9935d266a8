/** The mark of Octavo and the flat grid of leaves that counts places, steps and seconds. Never a spinner. */
import {
  fullLeaves,
  leafBox,
  leafGrid,
  leafSize,
  liftedLeaf,
  liftedPlace,
  markBox,
} from './leaves.ts';
import './mark.css';
import { Picture, type PictureProps } from './Picture.tsx';

/**
 * The mark: four leaves by two, the upper right one lifted and qing. Live, it counts the cards: so many leaves are
 * ink, the rest 24 %. The lifted one is the fourth place and keeps its colour.
 */
export function Mark(
  props: PictureProps & {
    /** How many cards there are, 0 to 8; left out, all leaves are ink. */
    readonly cards?: number | undefined;
  },
) {
  const { size = 24, cards = 8, label } = props;
  const full = fullLeaves(cards);
  return (
    <Picture box={markBox} className="mark" size={size} label={label}>
      {leafGrid.map(({ x, y }, index) =>
        index + 1 === liftedPlace ? (
          <path key="lifted" className="mark__lifted" d={liftedLeaf} />
        ) : (
          <rect
            key={`${x} ${y}`}
            className={index < full ? 'mark__leaf' : 'mark__leaf mark__leaf--blank'}
            x={x}
            y={y}
            {...leafSize}
          />
        ),
      )}
    </Picture>
  );
}

/** The flat grid of eight leaves: with one of them full, a card's place; with none, an empty list. */
export function Leaf(
  props: PictureProps & {
    /** The place that is full, 1 to 8. */
    readonly place?: number | undefined;
    /** Or how many are full from the first on. */
    readonly full?: number | undefined;
  },
) {
  const { place, full = 0, size = 16, label } = props;
  const count = fullLeaves(full);
  return (
    <Picture box={leafBox} className="mark" size={size} label={label}>
      {leafGrid.map(({ x, y }, index) => (
        <rect
          key={`${x} ${y}`}
          className={
            index + 1 === place || index < count ? 'mark__leaf' : 'mark__leaf mark__leaf--blank'
          }
          x={x}
          y={y}
          {...leafSize}
        />
      ))}
    </Picture>
  );
}

/**
 * Eight segments in a row: the steps of personalisation, or what is left of the 60 seconds of an armed card
 * (`leavesLeft` counts them). With a label it is read as a progress bar of eight.
 */
export function Segments(props: {
  /** How many are full, from the left. */
  readonly full: number;
  /** On the dark field of a payment its colours are other ones. */
  readonly ground?: 'leaf' | 'field';
  readonly label?: string | undefined;
}) {
  const { full, ground = 'leaf', label } = props;
  const count = fullLeaves(full);
  const read =
    label === undefined
      ? ({ 'aria-hidden': true } as const)
      : ({
          role: 'progressbar',
          'aria-label': label,
          'aria-valuemin': 0,
          'aria-valuemax': 8,
          'aria-valuenow': count,
        } as const);
  return (
    <div className={`segments segments--${ground}`} {...read}>
      {leafGrid.map(({ x, y }, index) => (
        <span key={`${x} ${y}`} className="segments__one" data-full={index < count || undefined} />
      ))}
    </div>
  );
}
