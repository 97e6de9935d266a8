/** The three acts of a card: pay with it, suspend or resume it, remove it. */
import { FingerprintPattern, Snowflake, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, Sheet } from '../../kit/parts.tsx';
import { payable } from '../core/wallet.ts';
import { goHome } from '../route.ts';
import { useAct } from '../use-act.ts';
import type { ShownCard } from '../use-cards.ts';
import { useWallet, useWalletState } from '../use-wallet.tsx';

/** The three tiles, and what one of them asks. */
export function CardActs({ card }: { readonly card: ShownCard }) {
  const { t } = useTranslation();
  const wallet = useWallet();
  const { device } = useWalletState();
  const { isBusy, failure, run } = useAct();
  const [isRemoving, setRemoving] = useState(false);
  const { leaf } = card;
  const { tokenReference = '' } = leaf;
  const canPay = payable({ device }).includes(leaf);
  const isSuspended = leaf.state === 'suspended';
  return (
    <>
      <div className="acts">
        <button
          type="button"
          className="act"
          disabled={!canPay}
          onClick={() => {
            wallet.pick(tokenReference);
            wallet.openPay();
          }}
        >
          <FingerprintPattern size={24} strokeWidth={1.75} aria-hidden />
          {t('card.pay')}
        </button>
        <button
          type="button"
          className="act"
          disabled={isBusy || device?.state !== 'open'}
          aria-busy={isBusy}
          onClick={() =>
            void run(() => wallet.changeCard(tokenReference, isSuspended ? 'resume' : 'suspend'))
          }
        >
          <Snowflake size={24} strokeWidth={1.75} aria-hidden />
          {isSuspended ? t('card.resume') : t('card.suspend')}
        </button>
        <button type="button" className="act" onClick={() => setRemoving(true)}>
          <Trash2 size={24} strokeWidth={1.75} aria-hidden />
          {t('card.remove')}
        </button>
      </div>
      <p className="field-wrong acts-wrong" role="status">
        {failure === undefined
          ? ''
          : failure.kind === 'offline'
            ? t('phones.offline')
            : t('card.refused')}
      </p>
      {isRemoving && <RemoveSheet card={card} onClose={() => setRemoving(false)} />}
    </>
  );
}

function RemoveSheet(props: { readonly card: ShownCard; readonly onClose: () => void }) {
  const { card, onClose } = props;
  const { t } = useTranslation();
  const wallet = useWallet();
  const { isBusy, failure, run } = useAct();
  const { tokenReference = '', cardLastFour = '' } = card.leaf;
  const remove = async () => {
    if (await run(() => wallet.changeCard(tokenReference, 'remove'))) goHome();
  };
  return (
    <Sheet label={t('card.removeTitle')} closeLabel={t('page.close')} onClose={onClose}>
      <div className="stack">
        <div className="stack-tight">
          <h2 className="title">{t('card.removeTitle')}</h2>
          <p className="second">{t('card.removeText')}</p>
        </div>
        {failure !== undefined && (
          <p className="field-wrong" role="alert">
            {failure.kind === 'offline' ? t('phones.offline') : t('card.refused')}
          </p>
        )}
        <div className="stack-tight">
          <Button kind="danger" busy={isBusy} onPress={() => void remove()}>
            {t('card.removeDo', { digits: cardLastFour })}
          </Button>
          <Button kind="quiet" onPress={onClose}>
            {t('card.keep')}
          </Button>
        </div>
      </div>
    </Sheet>
  );
}
