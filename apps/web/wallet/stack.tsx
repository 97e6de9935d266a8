/** The cards as they lie on each other. A tap opens one; holding and dragging, or Alt with an arrow key, moves it. */
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { CardFace } from '../kit/art/CardFace.tsx';
import { moved } from './core/stack-order.ts';
import { expressLeaf } from './core/state.ts';
import type { ShownCard } from './use-cards.ts';
import { useDrag } from './use-drag.ts';
import { useTags } from './use-tags.ts';
import { useWalletState } from './use-wallet.tsx';

const STRIP = 56;

/** The stack, from the uppermost strip to the front card. */
export function Stack(props: {
  readonly cards: readonly ShownCard[];
  readonly onOpen: (enrolmentId: string) => void;
  /** The stack as it shall lie, by enrolment id. */
  readonly onArrange: (stack: readonly string[], moved: ShownCard) => void;
}) {
  const { cards, onOpen, onArrange } = props;
  const { t } = useTranslation();
  const list = useRef<HTMLUListElement>(null);
  const express = expressLeaf(useWalletState());
  const isExpress = ({ leaf }: ShownCard) => leaf.enrolmentId === express?.enrolmentId;
  const ids = cards.map(({ leaf }) => leaf.enrolmentId);
  const move = (from: number, to: number) => {
    const card = cards[from];
    const next = moved(ids, from, to);
    if (card !== undefined && next !== ids) onArrange(next, card);
  };
  const drag = useDrag({ list, count: cards.length, strip: STRIP, onDrop: move });
  return (
    <ul ref={list} className="card-stack" aria-label={t('home.stack')}>
      {cards.map((card, index) => (
        <li
          key={card.leaf.enrolmentId}
          className="card-slot"
          data-dragged={drag.isDragged(index) || undefined}
          style={{ translate: `0 ${drag.offsetOf(index)}px` }}
        >
          <Face card={card} isFront={index === cards.length - 1} />
          <button
            type="button"
            className="card-open"
            aria-label={spoken(card, {
              byDefault: t('card.tagDefault'),
              suspended: t('card.tagSuspended'),
              express: isExpress(card) ? t('express.tag') : '',
            })}
            aria-keyshortcuts={cards.length > 1 ? 'Alt+ArrowUp Alt+ArrowDown' : undefined}
            onClick={() => {
              if (!drag.wasDragged()) onOpen(card.leaf.enrolmentId);
            }}
            onKeyDown={(event) => {
              if (!event.altKey) return;
              if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
              event.preventDefault();
              move(index, index + (event.key === 'ArrowUp' ? -1 : 1));
            }}
            {...drag.handlers(index)}
          />
        </li>
      ))}
    </ul>
  );
}

function Face({ card, isFront }: { readonly card: ShownCard; readonly isFront: boolean }) {
  const { t } = useTranslation();
  const { leaf, design, place, issuer, kind, isSuspended } = card;
  const tags = useTags(card);
  return (
    <div aria-hidden="true">
      <CardFace
        design={design}
        seed={leaf.enrolmentId}
        place={place}
        issuer={issuer}
        kind={kind}
        card={{ label: t('card.card'), lastFour: leaf.cardLastFour ?? '' }}
        token={
          leaf.tokenLastFour === undefined
            ? undefined
            : { label: t('card.token'), lastFour: leaf.tokenLastFour }
        }
        tags={tags}
        suspended={isSuspended}
        strip={isFront ? undefined : STRIP}
      />
    </div>
  );
}

function spoken(
  { title, leaf, isSuspended }: ShownCard,
  tags: { readonly byDefault: string; readonly suspended: string; readonly express: string },
) {
  const { byDefault, suspended, express } = tags;
  return [title, leaf.isDefault ? byDefault : '', isSuspended ? suspended : '', express]
    .filter((part) => part !== '')
    .join(', ');
}
