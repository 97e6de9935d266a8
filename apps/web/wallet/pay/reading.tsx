/** A reader has begun, and then has what it came for: the amount, and how far the payment has come. */
import { Check } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../kit/amount.tsx';
import { useWalletState } from '../use-wallet.tsx';
import type { Staged } from './stage.tsx';

/** When the reader's first byte came, by the page's own clock: it says how long the phone was needed. */
let begunAtMs: number | undefined;

/** The card is being read. */
export function Reading({ pay }: { readonly pay: Extract<Staged, { step: 'reading' }> }) {
  const { t } = useTranslation();
  useEffect(() => {
    begunAtMs = performance.now();
  }, []);
  return (
    <div className="pay-words">
      {pay.asked !== undefined && (
        <Amount minor={pay.asked.amountMinor} currency={pay.asked.currency} size="figure-l" />
      )}
      <h1 className="display">{t('pay.reading')}</h1>
    </div>
  );
}

/** The cryptogram has left; the phone may go. */
export function Asking({ pay }: { readonly pay: Extract<Staged, { step: 'asking' }> }) {
  const { t } = useTranslation();
  const { isOnline } = useWalletState();
  const [readMs] = useState(() =>
    begunAtMs === undefined ? undefined : Math.round(performance.now() - begunAtMs),
  );
  return (
    <>
      <div className="pay-words">
        <Amount minor={pay.asked.amountMinor} currency={pay.asked.currency} size="figure-l" />
        <h1 className="unseen">{t('pay.asking')}</h1>
      </div>
      <ol className="pay-steps">
        <Step sign={<Check className="pay-tick" size={20} strokeWidth={2.4} aria-hidden />}>
          {t('pay.read')}
          {readMs !== undefined && <span className="pay-mist tabular">{readMs} ms</span>}
        </Step>
        <Step sign={<Ring isTurning />} isNow>
          {isOnline ? t('pay.asking') : t('pay.offline')}
        </Step>
        <Step sign={<Ring />} isLater>
          {t('pay.end')}
        </Step>
      </ol>
      <div className="pay-foot">
        <p className="pay-mist pay-last">{isOnline ? t('pay.moveAway') : t('pay.offlineText')}</p>
      </div>
    </>
  );
}

function Step(props: {
  readonly sign: ReactNode;
  readonly isNow?: boolean;
  readonly isLater?: boolean;
  readonly children: ReactNode;
}) {
  const { sign, isNow = false, isLater = false, children } = props;
  return (
    <li
      className="pay-step"
      data-later={isLater || undefined}
      aria-current={isNow ? 'step' : undefined}
    >
      {sign}
      <span className="pay-step-words">{children}</span>
    </li>
  );
}

/** A ring; the one that turns shows itself only when the answer takes its time. */
function Ring({ isTurning = false }: { readonly isTurning?: boolean }) {
  return (
    <svg
      className={isTurning ? 'pay-ring pay-ring-turning' : 'pay-ring'}
      viewBox="0 0 20 20"
      width={20}
      height={20}
      aria-hidden="true"
    >
      <circle cx={10} cy={10} r={8} pathLength={100} />
    </svg>
  );
}
