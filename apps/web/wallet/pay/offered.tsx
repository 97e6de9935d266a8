/** The sheet before a payment: which card pays, and the question who is there. */
import { FingerprintPattern, KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../kit/amount.tsx';
import { Button } from '../../kit/parts.tsx';
import { leafToPay } from '../core/state.ts';
import { ElementLine, isInTrouble } from '../element-line.tsx';
import { useWallet, useWalletState } from '../use-wallet.tsx';
import { NoReader } from './no-reader.tsx';
import { OtherCards } from './other-cards.tsx';
import type { Staged } from './stage.tsx';

type OfferedPay = Extract<Staged, { step: 'offered' | 'confirming' }>;

/** The sheet. While the browser or the element asks the holder, it waits with them. */
export function Offered({ pay }: { readonly pay: OfferedPay }) {
  const { t } = useTranslation();
  const wallet = useWallet();
  const state = useWalletState();
  const [isHeld, setHeld] = useState(false);
  const leaf = leafToPay(state);
  const isConfirming = pay.step === 'confirming';
  // Once the reader has asked for the holder, what was held near before is over.
  const isHeldNear = isHeld && pay.mode === 'ready';
  const said = useOfferedWords(pay, isHeldNear);
  if (leaf === undefined) return <NoCard />;
  return (
    <>
      <div className="pay-words">
        {pay.asked === undefined ? (
          <h1 className="display">{t('pay.confirm')}</h1>
        ) : (
          <>
            <Amount minor={pay.asked.amountMinor} currency={pay.asked.currency} size="figure-l" />
            <h1 className="display">{t('pay.amountAsk')}</h1>
          </>
        )}
        <p className="pay-mist">{said}</p>
        {isHeldNear && !state.isFieldOn && <NoReader />}
      </div>
      <div className="pay-foot">
        {!isConfirming && pay.mode === 'ready' && <OtherCards />}
        {isInTrouble(state.element) ? (
          <ElementLine trouble={state.element} />
        ) : (
          <ConfirmButton
            isConfirming={isConfirming}
            isPasscode={state.confirm?.kind === 'passcode'}
          />
        )}
        {!isConfirming && pay.mode === 'ready' && (
          <Button
            kind="quiet"
            onPress={() => {
              setHeld(true);
              void wallet.holdUnconfirmed();
            }}
          >
            {t('pay.unconfirmedHold')}
          </Button>
        )}
        <Button kind="quiet" onPress={() => void wallet.closePay()}>
          {t('page.cancel')}
        </Button>
      </div>
    </>
  );
}

/** What stands under the question. */
function useOfferedWords({ step, asked }: OfferedPay, isHeldNear: boolean): string {
  const { t } = useTranslation();
  const { confirm } = useWalletState();
  if (step === 'confirming') {
    return confirm?.kind === 'passcode' ? t('pay.askedPasscode') : t('pay.askedPasskey');
  }
  if (isHeldNear) return t('pay.held');
  return asked === undefined ? t('pay.confirmText') : t('pay.amountText');
}

function ConfirmButton(props: { readonly isConfirming: boolean; readonly isPasscode: boolean }) {
  const { isConfirming, isPasscode } = props;
  const { t } = useTranslation();
  const wallet = useWallet();
  const Icon = isPasscode ? KeyRound : FingerprintPattern;
  return (
    <Button busy={isConfirming} onPress={() => void wallet.confirmPay()}>
      <Icon size={22} strokeWidth={1.75} aria-hidden />
      {isPasscode ? t('pay.passcode') : t('pay.confirm')}
    </Button>
  );
}

function NoCard() {
  const { t } = useTranslation();
  const wallet = useWallet();
  return (
    <>
      <div className="pay-words">
        <h1 className="display">{t('pay.noCard')}</h1>
        <p className="pay-mist">{t('pay.noCardText')}</p>
      </div>
      <div className="pay-foot">
        <Button onPress={() => void wallet.closePay()}>{t('page.close')}</Button>
      </div>
    </>
  );
}
