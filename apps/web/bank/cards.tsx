/** A card with its balance and what can be done with it, and the holder's other cards. */
import { Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Amount, amountText } from '../kit/amount.tsx';
import { CardArt } from '../kit/art/CardArt.tsx';
import { CardFace } from '../kit/art/CardFace.tsx';
import { type DesignName, designsFor } from '../kit/art/designs.ts';
import { Line, Row } from '../kit/parts.tsx';
import { AddToOctavo } from './add-to-octavo.tsx';
import type { Card, Sim } from './api.ts';
import { ShownDetails } from './card-details.tsx';

/** A card with the art that it alone has here. */
export type ShownCard = { readonly card: Card; readonly design: DesignName };

/** The cards, oldest first, each with its art: what their bank chose, and for the later ones of a kind a free one. */
export function shownCards(cards: readonly Card[]): readonly ShownCard[] {
  const placeOf = (index: number) => String(index).padStart(4, '0');
  const designs = designsFor(cards.map(({ art }, index) => ({ enrolmentId: placeOf(index), art })));
  return cards.map((card, index) => ({ card, design: designs.get(placeOf(index)) ?? 'grain' }));
}

/** The card that is looked at. */
export function CardDesk({ sim, shown }: { readonly sim: Sim; readonly shown: ShownCard }) {
  const { card, design } = shown;
  const { t, i18n } = useTranslation();
  const kind = useKindWords(card);
  const words = i18n.language === 'zh-CN' ? card.words.zh : card.words.en;
  return (
    <>
      <CardFace
        design={design}
        seed={card.cardId}
        issuer={t('bank.name')}
        kind={kind}
        card={{ label: t('cards.card'), lastFour: card.cardLastFour }}
      />
      <Balance card={card} />
      {card.behaviour === 'plain' ? null : <Line tone="dian">{t('cards.behaves', { words })}</Line>}
      {card.state === 'closed' ? (
        <Line tone="amber">{t('cards.closed')}</Line>
      ) : (
        <AddToOctavo sim={sim} cardId={card.cardId} />
      )}
      <ShownDetails sim={sim} card={card} />
    </>
  );
}

/** The other cards, and a door to another account. */
export function CardList({
  cards,
  onChoose,
  onOpenAnother,
}: {
  readonly cards: readonly ShownCard[];
  readonly onChoose: (cardId: string) => void;
  readonly onOpenAnother: () => void;
}) {
  const { t } = useTranslation();
  return (
    <ul className="rows" aria-label={t('cards.choose')}>
      {cards.map((shown) => (
        <CardRow key={shown.card.cardId} shown={shown} onChoose={onChoose} />
      ))}
      <Row
        icon={<Plus size={20} strokeWidth={1.75} aria-hidden />}
        title={t('cards.openAnother')}
        onPress={onOpenAnother}
      />
    </ul>
  );
}

function CardRow({
  shown: { card, design },
  onChoose,
}: {
  readonly shown: ShownCard;
  readonly onChoose: (cardId: string) => void;
}) {
  const { i18n } = useTranslation();
  const kind = useKindWords(card);
  const words = i18n.language === 'zh-CN' ? card.words.zh : card.words.en;
  return (
    <Row
      icon={<CardArt design={design} seed={card.cardId} width={50} />}
      title={`${kind} •• ${card.cardLastFour}`}
      second={card.behaviour === 'plain' ? undefined : words}
      end={<Amount minor={card.balanceMinor} currency={card.currency} bare />}
      onPress={() => onChoose(card.cardId)}
    />
  );
}

function Balance({ card }: { readonly card: Card }) {
  const { t } = useTranslation();
  const balance = BigInt(card.balanceMinor);
  const isOwed = card.kind === 'credit' && balance < 0n;
  const text = (minor: string) => amountText(minor, card.currency);
  return (
    <div className="balance">
      <p className="small second">{isOwed ? t('cards.owed') : t('cards.balance')}</p>
      <p>
        <Amount minor={isOwed ? -balance : balance} currency={card.currency} size="figure-m" />
      </p>
      <p className="small second tabular">
        {t('cards.available', { amount: text(card.availableMinor) })}
      </p>
      <p className="small third tabular">
        {t('cards.spentToday', {
          spent: text(card.spentTodayMinor),
          limit: text(card.dailyLimitMinor),
        })}
      </p>
    </div>
  );
}

function useKindWords(card: Card): string {
  const { t } = useTranslation();
  return card.kind === 'debit' ? t('cards.debit') : t('cards.credit');
}
