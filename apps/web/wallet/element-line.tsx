/** What is wrong with the secure element, in plain words, and what to do about it. */
import { ShieldAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ElementTrouble } from '../element/messages.ts';
import { Line } from '../kit/parts.tsx';
import type { WalletState } from './core/wallet.ts';

/** Whether the element cannot be had. */
export function isInTrouble(element: WalletState['element']): element is ElementTrouble {
  return element !== 'ready' && element !== 'opening';
}

/** One line. */
export function ElementLine({ trouble }: { readonly trouble: ElementTrouble }) {
  const { t } = useTranslation();
  const words = {
    in_use: t('trouble.inUse'),
    rolled_back: t('trouble.rolledBack'),
    unavailable: t('trouble.unavailable'),
    no_connection: t('trouble.noConnection'),
  }[trouble];
  return (
    <Line
      tone={trouble === 'rolled_back' ? 'zhu' : 'amber'}
      icon={<ShieldAlert size={18} strokeWidth={1.75} aria-hidden />}
    >
      {words}
      {trouble !== 'rolled_back' && (
        <button type="button" className="line-act" onClick={() => location.reload()}>
          {t('trouble.reload')}
        </button>
      )}
    </Line>
  );
}
