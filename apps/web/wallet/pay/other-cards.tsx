/** The other cards that can pay, as small art: a touch brings one to the middle. */
import { useTranslation } from 'react-i18next';
import { CardArt } from '../../kit/art/CardArt.tsx';
import { leafToPay, payable } from '../core/state.ts';
import { useCards } from '../use-cards.ts';
import { useWallet, useWalletState } from '../use-wallet.tsx';

/** The row. Nothing when there is no other card. */
export function OtherCards() {
  const { t } = useTranslation();
  const wallet = useWallet();
  const state = useWalletState();
  const cards = useCards(state.device);
  const chosen = leafToPay(state);
  const others = payable(state).filter((leaf) => leaf !== chosen);
  if (others.length === 0) return null;
  return (
    <ul className="pay-others" aria-label={t('pay.cards')}>
      {others.map((leaf) => {
        const card = cards.get(leaf.enrolmentId);
        if (card === undefined) return null;
        return (
          <li key={leaf.enrolmentId}>
            <button
              type="button"
              className="pay-other"
              aria-label={card.title}
              onClick={() => wallet.pick(leaf.tokenReference)}
            >
              <CardArt design={card.design} seed={leaf.enrolmentId} width={64} />
              <span className="caption tabular" aria-hidden>
                {leaf.cardLastFour}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
