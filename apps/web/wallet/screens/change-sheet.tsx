/** Which card pays unless another is picked. */
import { Check } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CardArt } from '../../kit/art/CardArt.tsx';
import { ConnectionLost, Refused } from '../../kit/ask.ts';
import { Sheet } from '../../kit/parts.tsx';
import { payable } from '../core/wallet.ts';
import { useCards } from '../use-cards.ts';
import { useWallet, useWalletState } from '../use-wallet.tsx';

/** The sheet. */
export function ChangeSheet({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const wallet = useWallet();
  const { device } = useWalletState();
  const cards = useCards(device);
  const [wrong, setWrong] = useState<string>();
  const choose = async (defaultCard: string) => {
    try {
      await wallet.arrange({ defaultCard });
      onClose();
    } catch (error) {
      if (error instanceof ConnectionLost) setWrong(t('phones.offline'));
      else if (error instanceof Refused) setWrong(t('card.refused'));
      else throw error;
    }
  };
  return (
    <Sheet label={t('home.changeTitle')} closeLabel={t('page.close')} onClose={onClose}>
      <h2 className="title">{t('home.changeTitle')}</h2>
      <p className="small second sheet-text">{t('home.changeText')}</p>
      <ul className="choices">
        {payable({ device }).map(({ enrolmentId, tokenReference = '', isDefault }) => {
          const card = cards.get(enrolmentId);
          if (card === undefined) return null;
          return (
            <li key={enrolmentId}>
              <button
                type="button"
                className="choice"
                aria-pressed={isDefault}
                onClick={() => void choose(tokenReference)}
              >
                <CardArt design={card.design} seed={enrolmentId} width={64} />
                <span>
                  <span className="row-title">{card.issuer}</span>
                  <span className="small third">
                    {card.kind} {card.leaf.cardLastFour}
                  </span>
                </span>
                {isDefault && (
                  <Check className="choice-tick" size={20} strokeWidth={2.4} aria-hidden />
                )}
              </button>
            </li>
          );
        })}
      </ul>
      {wrong !== undefined && (
        <p className="field-wrong" role="alert">
          {wrong}
        </p>
      )}
    </Sheet>
  );
}
