/** One phone, lost or not: lock it, see what was tried since, unlock it, wipe it. From any browser. */
import { Lock, LockOpen, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Bar, Button, Line } from '../../kit/parts.tsx';
import type { DeviceView } from '../core/api.ts';
import { goBack } from '../route.ts';
import { useAct } from '../use-act.ts';
import { useHistoryOf } from '../use-history.ts';
import { useWallet, useWalletState } from '../use-wallet.tsx';
import { PhonePane, SinceLock } from './phone-pane.tsx';
import { WipeSheet } from './wipe-sheet.tsx';

/** The screen. */
export function PhonePage({ deviceId }: { readonly deviceId: string }) {
  const { t } = useTranslation();
  const { device, others } = useWalletState();
  const phone = [device, ...others].find((one) => one?.deviceId === deviceId);
  const isOpen = phone?.state === 'open';
  return (
    <div className="page stack">
      <Bar
        title={isOpen ? t('phones.phoneTitle') : t('phones.lostTitle')}
        back={goBack}
        backLabel={t('page.back')}
      />
      {phone === undefined ? (
        <p className="second">{t('phones.unknown')}</p>
      ) : (
        <Phone phone={phone} />
      )}
    </div>
  );
}

function Phone({ phone }: { readonly phone: DeviceView }) {
  const { t } = useTranslation();
  const wallet = useWallet();
  const history = useHistoryOf(phone.deviceId);
  const { isBusy, failure, run } = useAct();
  const [isWiping, setWiping] = useState(false);
  const { deviceId, name, state } = phone;
  const change = (event: 'lock' | 'unlock') => void run(() => wallet.changeDevice(deviceId, event));
  const isTooOld = failure?.kind === 'refused' && failure.code === 'session.too_old';
  return (
    <>
      <PhonePane phone={phone} history={history} />
      {state === 'locked' && <SinceLock history={history} />}
      <div className="foot">
        {failure !== undefined && (
          <Line tone="zhu">
            {isTooOld
              ? t('phones.tooOld')
              : failure.kind === 'offline'
                ? t('phones.offline')
                : t('phones.refused')}
          </Line>
        )}
        {isTooOld && <Button onPress={wallet.signOut}>{t('phones.signInAgain')}</Button>}
        {state === 'locked' && !isTooOld && (
          <Button busy={isBusy} onPress={() => change('unlock')}>
            <LockOpen size={20} strokeWidth={1.75} aria-hidden />
            {t('phones.unlock')}
          </Button>
        )}
        {state === 'open' && (
          <Button kind="danger" busy={isBusy} onPress={() => change('lock')}>
            <Lock size={20} strokeWidth={1.75} aria-hidden />
            {t('phones.lock', { name })}
          </Button>
        )}
        {state !== 'wiped' && (
          <Button kind="quiet-danger" onPress={() => setWiping(true)}>
            <Trash2 size={20} strokeWidth={1.75} aria-hidden />
            {t('phones.wipe')}
          </Button>
        )}
      </div>
      {isWiping && <WipeSheet phone={phone} onClose={() => setWiping(false)} />}
    </>
  );
}
