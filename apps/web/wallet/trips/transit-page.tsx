/** Trips with a card: express, what is owed, how far to the next discount, the rides and the days. */
import { TrainFront, WifiOff } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CardFace } from '../../kit/art/CardFace.tsx';
import { Bar, Button, Line } from '../../kit/parts.tsx';
import type { RiderView } from '../core/api.ts';
import { cardsOf } from '../core/stack-order.ts';
import { expressLeaf } from '../core/wallet.ts';
import { goBack, goHome } from '../route.ts';
import { ExpressPane } from '../screens/express-pane.tsx';
import { type ShownCard, useCards } from '../use-cards.ts';
import { useRefusalWords } from '../use-reason.ts';
import { useTags } from '../use-tags.ts';
import { useWalletState } from '../use-wallet.tsx';
import { DayList } from './day-list.tsx';
import { DebtPane } from './debt-pane.tsx';
import { ProgressPanes } from './progress-panes.tsx';
import { TripList } from './trip-list.tsx';
import { type Trips, useTrips } from './use-trips.ts';
import './trips.css';

/** The screen, about the card that is named, or else the express card. */
export function TransitPage({ enrolmentId }: { readonly enrolmentId: string | undefined }) {
  const { t } = useTranslation();
  const state = useWalletState();
  const cards = useCards(state.device);
  const first = cardsOf(state.device?.leaves ?? [])[0];
  const card = cards.get(
    enrolmentId ?? expressLeaf(state)?.enrolmentId ?? first?.enrolmentId ?? '',
  );
  return (
    <div className="page stack">
      <Bar title={t('trips.title')} back={goBack} backLabel={t('page.back')} />
      {card === undefined ? (
        <>
          <p className="second">{t('trips.noCard')}</p>
          <Button kind="soft" onPress={goHome}>
            {t('page.toWallet')}
          </Button>
        </>
      ) : (
        <OfCard key={card.leaf.enrolmentId} card={card} />
      )}
    </div>
  );
}

function OfCard({ card }: { readonly card: ShownCard }) {
  const { t } = useTranslation();
  const tags = useTags(card);
  const [month, setMonth] = useState<string>();
  const { leaf, design, place, issuer, kind, isSuspended } = card;
  const { trips, again } = useTrips(leaf.tokenReference, month);
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
      {trips.kind === 'known' && (
        <DebtPane view={trips.view} tokenReference={leaf.tokenReference ?? ''} onPaid={again} />
      )}
      <ExpressPane card={card} />
      {trips.kind === 'known' ? (
        <Known view={trips.view} onMonth={setMonth} />
      ) : (
        <Unknown trips={trips} />
      )}
    </>
  );
}

function Known(props: {
  readonly view: RiderView;
  readonly onMonth: (month: string | undefined) => void;
}) {
  const { view, onMonth } = props;
  return (
    <>
      <ProgressPanes progress={view.progress} />
      <TripList view={view} onMonth={onMonth} />
      <DayList view={view} />
    </>
  );
}

function Unknown({ trips }: { readonly trips: Exclude<Trips, { kind: 'known' }> }) {
  const { t } = useTranslation();
  const words = useRefusalWords(trips.kind === 'refused' ? trips.code : undefined);
  switch (trips.kind) {
    case 'waiting':
      return (
        <div className="waiting" role="status" aria-label={t('page.loading')}>
          <div className="wait waiting-row" />
          <div className="wait waiting-row" />
          <div className="wait waiting-row" />
        </div>
      );
    case 'none':
      return (
        <div className="nothing">
          <TrainFront size={40} strokeWidth={1.25} aria-hidden />
          <h2 className="heading">{t('trips.emptyTitle')}</h2>
          <p className="small second">{t('trips.emptyText')}</p>
        </div>
      );
    case 'offline':
      return (
        <Line tone="amber" icon={<WifiOff size={18} strokeWidth={1.75} aria-hidden />}>
          {t('trips.offline')}
        </Line>
      );
    case 'refused':
      return (
        <Line tone="zhu">
          {words ?? t('trips.refused')}
          <span className="code-trace trips-code">{trips.code}</span>
        </Line>
      );
  }
}
