/** One card: its art, what can be done with it, what is known of it, and what it paid. */
import { Ellipsis, TrainFront } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CardFace } from '../../kit/art/CardFace.tsx';
import { Bar, Button, IconButton, Line, Row } from '../../kit/parts.tsx';
import { paymentsOf } from '../core/payments.ts';
import { PaymentsByMonth } from '../payments-by-month.tsx';
import { PendingLeaf } from '../pending-leaf.tsx';
import { goBack, goHome, goTo } from '../route.ts';
import { type ShownCard, useCards } from '../use-cards.ts';
import { useTags } from '../use-tags.ts';
import { useWalletState } from '../use-wallet.tsx';
import { CardActs } from './card-acts.tsx';
import { CardFacts } from './card-facts.tsx';
import { CardMenu } from './card-menu.tsx';
import { ExpressPane } from './express-pane.tsx';

/** The screen. */
export function CardPage({ enrolmentId }: { readonly enrolmentId: string }) {
  const { t } = useTranslation();
  const { device } = useWalletState();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const card = useCards(device).get(enrolmentId);
  const isCard = card?.leaf.state === 'active' || card?.leaf.state === 'suspended';
  return (
    <div className="page stack">
      <Bar
        title={<span className="unseen">{card?.title ?? t('card.gone')}</span>}
        back={goBack}
        backLabel={t('page.back')}
      >
        {isCard && (
          <IconButton label={t('card.menuTitle')} onPress={() => setMenuOpen(true)}>
            <Ellipsis size={24} strokeWidth={1.75} aria-hidden />
          </IconButton>
        )}
      </Bar>
      {card === undefined && (
        <>
          <p className="second">{t('card.gone')}</p>
          <Button kind="soft" onPress={goHome}>
            {t('page.toWallet')}
          </Button>
        </>
      )}
      {card !== undefined && !isCard && (
        <ul>
          <PendingLeaf card={card} />
        </ul>
      )}
      {card !== undefined && isCard && <Whole card={card} />}
      {card !== undefined && isMenuOpen && (
        <CardMenu card={card} onClose={() => setMenuOpen(false)} />
      )}
    </div>
  );
}

function Whole({ card }: { readonly card: ShownCard }) {
  const { t } = useTranslation();
  const { history, device } = useWalletState();
  const { leaf, design, place, issuer, kind, isSuspended } = card;
  const tags = useTags(card);
  const payments = paymentsOf(history).filter(
    ({ tokenReference }) => tokenReference === leaf.tokenReference,
  );
  return (
    <>
      <CardFace
        design={design}
        seed={leaf.enrolmentId}
        place={place}
        issuer={issuer}
        kind={kind}
        card={{ label: t('card.card'), lastFour: leaf.cardLastFour ?? '' }}
        token={{ label: t('card.token'), lastFour: leaf.tokenLastFour ?? '' }}
        tags={tags}
        suspended={isSuspended}
      />
      {device?.state === 'locked' && <Line tone="zhu">{t('trouble.locked')}</Line>}
      <CardActs card={card} />
      <ExpressPane card={card} />
      <ul className="rows">
        <Row
          icon={<TrainFront size={20} strokeWidth={1.75} aria-hidden />}
          title={t('trips.open')}
          second={t('trips.openText')}
          onPress={() => goTo({ screen: 'transit', enrolmentId: leaf.enrolmentId })}
        />
      </ul>
      <CardFacts card={card} />
      {payments.length === 0 ? (
        <section className="recent">
          <h2 className="heading">{t('card.history')}</h2>
          <p className="small third">{t('history.noneOfCard')}</p>
        </section>
      ) : (
        <PaymentsByMonth payments={payments} deviceId={device?.deviceId ?? ''} />
      )}
    </>
  );
}
