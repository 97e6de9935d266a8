/** The ninth card: why it cannot be added, and the way to room. */
import { Layers } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CardArt } from '../../kit/art/CardArt.tsx';
import { Button, Row, Sheet } from '../../kit/parts.tsx';
import { cardsOf } from '../core/stack-order.ts';
import { goTo } from '../route.ts';
import { useCards } from '../use-cards.ts';
import { useWalletState } from '../use-wallet.tsx';

/** The sheet. */
export function FullSheet({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { device } = useWalletState();
  const cards = useCards(device);
  const [isChoosing, setChoosing] = useState(false);
  return (
    <Sheet label={t('home.fullTitle')} closeLabel={t('page.close')} onClose={onClose}>
      <div className="stack">
        <div className="told">
          <span className="told-sign told-dian">
            <Layers size={20} strokeWidth={1.75} aria-hidden />
          </span>
          <div>
            <h2 className="heading">{t('home.fullTitle')}</h2>
            <p className="small second">{t('home.fullText')}</p>
          </div>
        </div>
        {isChoosing ? (
          <ul className="rows rows-flat">
            {cardsOf(device?.leaves ?? []).map(({ enrolmentId, cardLastFour }) => {
              const card = cards.get(enrolmentId);
              return (
                <Row
                  key={enrolmentId}
                  icon={<CardArt design={card?.design ?? 'grain'} seed={enrolmentId} width={50} />}
                  title={card?.issuer}
                  second={`${card?.kind} ${cardLastFour}`}
                  onPress={() => goTo({ screen: 'card', enrolmentId })}
                />
              );
            })}
          </ul>
        ) : (
          <Button kind="soft" onPress={() => setChoosing(true)}>
            {t('home.chooseRemove')}
          </Button>
        )}
      </div>
    </Sheet>
  );
}
