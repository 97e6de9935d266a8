/** Opens the console at the tap of a line of history, and says why when that does not work. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { openTap, type TapEnd } from '../../kit/open-tap.ts';
import type { HistoryLine } from '../core/api.ts';
import { useWallet, useWalletState } from '../use-wallet.tsx';

/** The opener and how it went. */
export function useBytes(line: HistoryLine) {
  const { t } = useTranslation();
  const wallet = useWallet();
  const { device } = useWalletState();
  const [end, setEnd] = useState<TapEnd | 'asking'>();
  const words = {
    asking: undefined,
    opened: undefined,
    not_kept: t('history.notKept'),
    blocked: t('history.blocked'),
    offline: t('history.offline'),
  };
  return {
    said: end === undefined ? undefined : words[end],
    isAsking: end === 'asking',
    open: () => {
      if (device === undefined || end === 'asking') return;
      setEnd('asking');
      void openTap(() => wallet.api().tapTicket(device.deviceId, line.sequence)).then(setEnd);
    },
  };
}
