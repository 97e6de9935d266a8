/** A wallet without cards: the unfolded sheet, what will happen, and the one thing to do. */
import { FingerprintPattern, KeyRound, Landmark, Plus, ScanLine } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { siteOrigin } from '../../kit/here.ts';
import { Button } from '../../kit/parts.tsx';
import { goTo } from '../route.ts';
import { useWalletState } from '../use-wallet.tsx';

/** The part under the bar. */
export function EmptyWallet() {
  const { t } = useTranslation();
  const { confirm } = useWalletState();
  const add = () => goTo({ screen: 'add' });
  const facts = [
    { icon: ScanLine, title: t('home.checked'), second: t('home.checkedText') },
    { icon: KeyRound, title: t('home.made'), second: t('home.madeText') },
    {
      icon: FingerprintPattern,
      title: t('home.confirmed'),
      second: confirm?.kind === 'passcode' ? t('home.withPasscode') : t('home.withPasskey'),
    },
  ];
  return (
    <>
      <div className="folds">
        <Folds />
        <button type="button" className="folds-add" aria-label={t('home.add')} onClick={add}>
          <Plus size={24} strokeWidth={2} aria-hidden />
        </button>
      </div>
      <div className="stack-tight">
        <h2 className="title">{t('home.emptyTitle')}</h2>
        <p className="second">{t('home.emptyText')}</p>
      </div>
      <ul className="rows three-facts">
        {facts.map(({ icon: Icon, title, second }) => (
          <li className="three-fact" key={title}>
            <Icon size={22} strokeWidth={1.75} aria-hidden />
            <span>
              <span className="row-title">{title}</span>
              <span className="small third">{second}</span>
            </span>
          </li>
        ))}
      </ul>
      <div className="foot">
        <Button onPress={add}>
          <Plus size={20} strokeWidth={2} aria-hidden />
          {t('home.add')}
        </Button>
        <a className="button button-quiet" href={siteOrigin('bank')} target="_blank" rel="noopener">
          <Landmark size={20} strokeWidth={1.75} aria-hidden />
          {t('home.noCard')}
        </a>
      </div>
    </>
  );
}

/** One sheet folded into eight leaves. */
function Folds() {
  return (
    <svg className="folds-sheet" viewBox="0 0 350 221" aria-hidden="true" focusable={false}>
      <rect x="0.5" y="0.5" width="349" height="220" rx="16" />
      <path d="M87.5 0.5v220M175 0.5v220M262.5 0.5v220M0.5 110.5h349" />
    </svg>
  );
}
