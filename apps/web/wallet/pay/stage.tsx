/** The card on the field: from the sheet that offers it until its cryptogram has left. */
import { useTranslation } from 'react-i18next';
import { CardFace } from '../../kit/art/CardFace.tsx';
import { leafToPay } from '../core/state.ts';
import { type ShownCard, useCards } from '../use-cards.ts';
import { useWalletState } from '../use-wallet.tsx';
import { Armed } from './armed.tsx';
import { Offered } from './offered.tsx';
import type { Underway } from './pay-moment.tsx';
import { Asking, Reading } from './reading.tsx';

/** The steps in which the card is shown. */
export type Staged = Extract<
  Underway,
  { step: 'offered' | 'confirming' | 'armed' | 'reading' | 'moved' | 'asking' }
>;

/** The stage. */
export function Stage({ pay }: { readonly pay: Staged }) {
  const state = useWalletState();
  const cards = useCards(state.device);
  const leaf = leafToPay(state);
  const card = leaf === undefined ? undefined : cards.get(leaf.enrolmentId);
  return (
    <>
      <div className="pay-card" data-lit={pay.step === 'reading' || undefined}>
        {card !== undefined && <Face card={card} />}
      </div>
      {wordsOf(pay)}
    </>
  );
}

function wordsOf(pay: Staged) {
  switch (pay.step) {
    case 'offered':
    case 'confirming':
      return <Offered pay={pay} />;
    case 'armed':
    case 'moved':
      return <Armed pay={pay} />;
    case 'reading':
      return <Reading pay={pay} />;
    case 'asking':
      return <Asking pay={pay} />;
  }
}

function Face({ card }: { readonly card: ShownCard }) {
  const { t } = useTranslation();
  const { leaf, design, place, issuer, kind } = card;
  return (
    <CardFace
      design={design}
      seed={leaf.enrolmentId}
      place={place}
      issuer={issuer}
      kind={kind}
      card={{ label: t('card.card'), lastFour: leaf.cardLastFour ?? '' }}
      token={{ label: t('card.token'), lastFour: leaf.tokenLastFour ?? '' }}
    />
  );
}
