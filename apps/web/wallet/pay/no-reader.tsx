/** Says that no reader is near, with the door to one. */
import { Store } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { siteOrigin } from '../../kit/here.ts';
import { useWalletState } from '../use-wallet.tsx';

/** The words and the door. */
export function NoReader() {
  const { t } = useTranslation();
  const { air } = useWalletState();
  return (
    <div className="pay-no-reader">
      <p className="small pay-mist">{t('pay.noReaderText')}</p>
      <a
        className="pay-door"
        href={`${siteOrigin('terminal')}/#air=${air}`}
        target="_blank"
        rel="noopener"
      >
        <Store size={20} strokeWidth={1.75} aria-hidden />
        {t('pay.openReader')}
      </a>
    </div>
  );
}
