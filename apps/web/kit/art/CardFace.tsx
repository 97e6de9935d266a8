/** The face of a card: its art with the issuer's name, its kind and its two numbers on it. */
import { Snowflake, Star, Zap } from 'lucide-react';
import { type CSSProperties, useId, useMemo } from 'react';
import { cardArt } from './art.ts';
import './card-face.css';
import { type DesignName, designLooks } from './designs.ts';
import { SvgTree } from './SvgTree.tsx';

/** A tag on a card. Its words are the caller's. */
export type CardTag = {
  readonly kind: 'default' | 'suspended' | 'express';
  readonly label: string;
};

/** A number on a card: what it is called, and its last four digits. Never more. */
export type CardNumber = { readonly label: string; readonly lastFour: string };

/** What stands on a card, and how it is shown. */
export type CardFaceProps = {
  readonly design: DesignName;
  /** The card's enrolment id, or another text that stays the same. */
  readonly seed: string;
  /** The card's own leaf, 1 to 8. */
  readonly place?: number | undefined;
  readonly issuer: string;
  readonly kind?: string | undefined;
  readonly card?: CardNumber | undefined;
  readonly token?: CardNumber | undefined;
  readonly tags?: readonly CardTag[];
  readonly suspended?: boolean;
  /** Only the top of the card, this high on a card of 350: what a stack shows of those behind. */
  readonly strip?: 48 | 56 | undefined;
  /** In CSS pixels. Without it the card is as wide as its room. All else is in proportion. */
  readonly width?: number | undefined;
};

const icons = { default: Star, suspended: Snowflake, express: Zap };

/**
 * A card. In a stack give all but the front one a `strip`: a card behind shows its name, kind and card number on
 * one line, and lies under the next as far as that one's round corners need.
 */
export function CardFace(props: CardFaceProps) {
  const { design, seed, place, issuer, kind, card, token, tags = [], strip, width } = props;
  const prefix = useId();
  const node = useMemo(
    () => cardArt({ design, seed, prefix, place }),
    [design, seed, prefix, place],
  );
  const look = designLooks[design];
  // A strip has room for a tag or for the kind beside its number, not for both.
  const isKindShown = strip === undefined || tags.length === 0 || card === undefined;
  const style = {
    '--card-text': look.text,
    '--card-pill': look.pill,
    ...(strip === undefined ? {} : { '--card-strip': strip }),
    width,
  } as CSSProperties;
  return (
    <div
      className="card-face"
      style={style}
      data-strip={strip}
      data-suspended={props.suspended || undefined}
    >
      <div className="card-face__cut">
        <div className="card-face__sheet">
          <SvgTree node={node} className="card-face__art" />
          <div className="card-face__top">
            <span className="card-face__issuer">{issuer}</span>
            {strip !== undefined && <Tags tags={tags} />}
            {kind !== undefined && isKindShown && <span className="card-face__kind">{kind}</span>}
            {strip !== undefined && card !== undefined && (
              <span className="card-face__last">
                <span className="unseen">{card.label} </span>
                {card.lastFour}
              </span>
            )}
          </div>
          {strip === undefined && <Tags tags={tags} />}
          {strip === undefined && (
            <dl className="card-face__numbers">
              {card !== undefined && <Labelled number={card} />}
              {token !== undefined && <Labelled number={token} />}
            </dl>
          )}
        </div>
      </div>
    </div>
  );
}

function Tags({ tags }: { readonly tags: readonly CardTag[] }) {
  if (tags.length === 0) return null;
  return (
    <span className="card-face__tags">
      {tags.map(({ kind, label }) => {
        const Icon = icons[kind];
        return (
          <span className="card-face__tag" key={kind}>
            <Icon
              aria-hidden="true"
              strokeWidth={2.4}
              fill={kind === 'default' ? 'currentColor' : 'none'}
            />
            {label}
          </span>
        );
      })}
    </span>
  );
}

function Labelled({ number }: { readonly number: CardNumber }) {
  return (
    <div className="card-face__number">
      <dt>{number.label}</dt>
      <dd>
        <span className="card-face__dots" aria-hidden="true">
          ••
        </span>
        {number.lastFour}
      </dd>
    </div>
  );
}
