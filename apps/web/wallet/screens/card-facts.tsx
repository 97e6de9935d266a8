/** What is known of a card on this phone: its two numbers, and how it stands. */
import { Check, Snowflake } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ShownCard } from '../use-cards.ts';

/** The facts. */
export function CardFacts({ card }: { readonly card: ShownCard }) {
  const { t } = useTranslation();
  const { leaf, isSuspended } = card;
  return (
    <div className="pane">
      <dl className="facts card-facts">
        <dt>{t('card.factCard')}</dt>
        <dd className="tabular">•• {leaf.cardLastFour}</dd>
        <dt>{t('card.factToken')}</dt>
        <dd className="tabular">•• {leaf.tokenLastFour}</dd>
        <dt>{t('card.factDefault')}</dt>
        <dd>{leaf.isDefault ? t('card.yes') : t('card.no')}</dd>
        <dt>{t('card.state')}</dt>
        <dd>
          {isSuspended ? (
            <span className="tag tag-amber">
              <Snowflake size={14} strokeWidth={2.4} aria-hidden />
              {t('card.suspended')}
            </span>
          ) : (
            <span className="tag tag-qing">
              <Check size={14} strokeWidth={2.4} aria-hidden />
              {t('card.active')}
            </span>
          )}
        </dd>
      </dl>
      {leaf.state === 'suspended' && (
        <p className="small third facts-said">{t('card.suspendedText')}</p>
      )}
    </div>
  );
}
