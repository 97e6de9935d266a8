/** The card is armed: sixty seconds in eight leaves, until a reader begins. Also when the phone was moved too soon. */
import { useTranslation } from 'react-i18next';
import { Amount, amountText } from '../../kit/amount.tsx';
import { leavesLeft } from '../../kit/mark/leaves.ts';
import { Segments } from '../../kit/mark/Mark.tsx';
import { Button } from '../../kit/parts.tsx';
import { ARMED_MS } from '../core/pay.ts';
import { useNow } from '../use-now.ts';
import { useWallet, useWalletState } from '../use-wallet.tsx';
import { NoReader } from './no-reader.tsx';
import type { Staged } from './stage.tsx';

/** What stands under the card. */
export function Armed({ pay }: { readonly pay: Extract<Staged, { step: 'armed' | 'moved' }> }) {
  const { t } = useTranslation();
  const wallet = useWallet();
  const { isFieldOn } = useWalletState();
  const isMoved = pay.step === 'moved';
  return (
    <>
      <div className="pay-words">
        {pay.asked !== undefined && (
          <Amount minor={pay.asked.amountMinor} currency={pay.asked.currency} size="figure-m" />
        )}
        <h1 className="display">
          {isMoved ? t('pay.moved') : isFieldOn ? t('pay.hold') : t('pay.noReader')}
        </h1>
        {isMoved ? (
          <p className="pay-mist">{t('pay.movedText')}</p>
        ) : isFieldOn ? (
          <p className="pay-mist">{t('pay.holdText')}</p>
        ) : (
          <NoReader />
        )}
      </div>
      <Left pay={pay} />
      <div className="pay-foot">
        {isMoved && <Button onPress={() => void wallet.holdAgain()}>{t('pay.holdAgain')}</Button>}
        <Button kind="quiet" onPress={() => void wallet.closePay()}>
          {t('page.cancel')}
        </Button>
      </div>
    </>
  );
}

/** What is left of the time. The seconds are for the eye; the leaves are read aloud where the moment speaks. */
function Left({ pay }: { readonly pay: Extract<Staged, { step: 'armed' | 'moved' }> }) {
  const { t } = useTranslation();
  const leftMs = Math.max(0, pay.untilMs - useNow());
  const seconds = Math.ceil(leftMs / 1_000);
  const isOneAmount = pay.mode === 'confirm' && pay.asked !== undefined;
  return (
    <div className="pay-left">
      <Segments full={leavesLeft(leftMs, ARMED_MS)} ground="field" label={t('pay.leaves')} />
      <p className="small pay-mist tabular" aria-hidden>
        {isOneAmount
          ? t('pay.leftOf', {
              amount: amountText(pay.asked.amountMinor, pay.asked.currency),
              seconds,
            })
          : t('pay.left', { seconds })}
      </p>
    </div>
  );
}
