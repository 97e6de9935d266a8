/** A payment that ended without a result: nobody knows yet, the time ran out, or it was not confirmed. */
import { CircleHelp, Hourglass, KeyRound, ShieldAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../kit/amount.tsx';
import { Button } from '../../kit/parts.tsx';
import { useWallet, useWalletState } from '../use-wallet.tsx';
import type { Underway } from './pay-moment.tsx';

type Ended = Extract<Underway, { step: 'unknown' | 'ran_out' | 'unconfirmed' }>;

/** What is known, and what to do. */
export function Standing({ pay }: { readonly pay: Ended }) {
  const { t } = useTranslation();
  const wallet = useWallet();
  const { title, text } = useStandingWords(pay);
  const isUnknown = pay.step === 'unknown';
  const isForGood =
    isUnknown ||
    (pay.step === 'unconfirmed' && (pay.why === 'blocked' || pay.why === 'unsupported'));
  const Icon = iconOf(pay);
  return (
    <>
      <div className="pay-standing">
        <span className="pay-sign" data-tone={isUnknown ? 'amber' : undefined}>
          <Icon size={36} strokeWidth={1.75} aria-hidden />
        </span>
        {pay.asked !== undefined && (
          <Amount minor={pay.asked.amountMinor} currency={pay.asked.currency} size="figure-l" />
        )}
        <h1 className="display">{title}</h1>
        <p className="pay-mist">{text}</p>
      </div>
      <div className="pay-foot">
        {isForGood ? (
          <Button onPress={() => void wallet.closePay()}>{t('history.done')}</Button>
        ) : (
          <>
            <Button onPress={() => void wallet.confirmPay()}>{t('pay.again')}</Button>
            <Button kind="quiet" onPress={() => void wallet.closePay()}>
              {t('page.cancel')}
            </Button>
          </>
        )}
      </div>
    </>
  );
}

/** The words of a payment that ended without a result. */
export function useStandingWords(pay: Ended): { readonly title: string; readonly text: string } {
  const { t } = useTranslation();
  const { isOnline } = useWalletState();
  if (pay.step === 'unknown') {
    return isOnline
      ? { title: t('pay.unknown'), text: t('pay.unknownText') }
      : { title: t('pay.offline'), text: t('pay.offlineText') };
  }
  if (pay.step === 'ran_out') return { title: t('pay.ranOut'), text: t('pay.ranOutText') };
  return {
    cancelled: { title: t('pay.cancelled'), text: t('pay.cancelledText') },
    unsupported: { title: t('pay.unsupported'), text: t('pay.unsupportedText') },
    refused: { title: t('pay.refused'), text: t('pay.refusedText') },
    blocked: { title: t('pay.blocked'), text: t('pay.blockedText') },
    element: { title: t('pay.element'), text: t('pay.elementText') },
  }[pay.why];
}

function iconOf(pay: Ended) {
  if (pay.step === 'unknown') return CircleHelp;
  if (pay.step === 'ran_out') return Hourglass;
  return pay.why === 'cancelled' ? KeyRound : ShieldAlert;
}
