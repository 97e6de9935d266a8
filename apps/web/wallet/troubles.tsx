/** What stands between the holder and paying, one line each, under the bar. */

import { Lock, WifiOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Line } from '../kit/parts.tsx';
import { worldNowMs } from '../kit/world-clock.ts';
import { sinceLock } from './core/payments.ts';
import { ElementLine, isInTrouble } from './element-line.tsx';
import { goTo } from './route.ts';
import { useWallet, useWalletState } from './use-wallet.tsx';
import { whenWithin } from './when.ts';

/** The lines; nothing when all is well. */
export function Troubles() {
  const { t } = useTranslation();
  const wallet = useWallet();
  const { device, air, isOnline, isAirUp, element } = useWalletState();
  const isStill = element === 'ready' && !isAirUp && isOnline;
  return (
    <div className="troubles" aria-live="polite">
      {!isOnline && (
        <Line tone="amber" icon={<WifiOff size={18} strokeWidth={1.75} aria-hidden />}>
          {t('trouble.offline')}
        </Line>
      )}
      {device?.state === 'locked' && <LockedLine deviceId={device.deviceId} />}
      {isInTrouble(element) && <ElementLine trouble={element} />}
      {isStill && (
        <p className="air-line small third">
          {t('trouble.airDown')}{' '}
          <button type="button" className="air-again" onClick={() => void wallet.lieAt(air)}>
            {t('trouble.lieAgain')}
          </button>
        </p>
      )}
    </div>
  );
}

function LockedLine({ deviceId }: { readonly deviceId: string }) {
  const { t, i18n } = useTranslation();
  const { history } = useWalletState();
  const { lockedAtMs } = sinceLock(history);
  return (
    <Line tone="zhu" icon={<Lock size={18} strokeWidth={1.75} aria-hidden />}>
      <strong>{t('trouble.locked')}</strong>
      <span className="next-sentence">
        {lockedAtMs === undefined
          ? t('trouble.lockedText')
          : t('trouble.lockedAt', { when: whenWithin(t, i18n.language, lockedAtMs, worldNowMs()) })}
      </span>
      <button
        type="button"
        className="line-act"
        onClick={() => goTo({ screen: 'phone', deviceId })}
      >
        {t('trouble.unlock')}
      </button>
    </Line>
  );
}
