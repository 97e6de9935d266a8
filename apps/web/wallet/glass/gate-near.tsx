/** Over the wallet's lower edge while a gate's field is there and a card travels alone: hold the phone to it, awake as it is. */
import { TrainFront } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { expressLeaf } from '../core/state.ts';
import { useWallet, useWalletState } from '../use-wallet.tsx';

/** The bar; nothing when no gate is there. */
export function GateNear() {
  const { t } = useTranslation();
  const wallet = useWallet();
  const state = useWalletState();
  if (!state.isGateField || state.isDark || expressLeaf(state) === undefined) return null;
  return (
    <aside className="gate-near on-field" aria-label={t('glass.gateNear')}>
      <TrainFront size={22} strokeWidth={1.75} aria-hidden />
      <span>{t('glass.gateNear')}</span>
      <button type="button" className="gate-near-hold" onClick={() => void wallet.holdToGate()}>
        {t('glass.hold')}
      </button>
    </aside>
  );
}
