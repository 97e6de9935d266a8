/** The phone in its column; on a wide window the doors stand at its left and the bank's messages at its right. */
import { Moon, Store, TrainFront } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { siteOrigin } from '../kit/here.ts';
import { GateNear } from './glass/gate-near.tsx';
import { Glass, isGlassUp } from './glass/glass.tsx';
import { InboxBeside, InboxSheet } from './inbox.tsx';
import { PayLayer } from './pay-layer.tsx';
import { Screen } from './screen.tsx';
import { useWallet, useWalletState, WalletProvider } from './use-wallet.tsx';
import { useWide } from './use-wide.ts';

/** The whole page. */
export function App() {
  const { t } = useTranslation();
  return (
    <WalletProvider title={t('page.element')}>
      <Desk />
    </WalletProvider>
  );
}

function Desk() {
  const isWide = useWide();
  const isCovered = isGlassUp(useWalletState());
  return (
    <div className="desk" data-wide={isWide}>
      {isWide && <Doors />}
      <div className="phone">
        <div className="phone-scroll" inert={isCovered}>
          <Screen />
        </div>
        <div inert={isCovered}>
          <GateNear />
          {!isWide && <InboxSheet />}
          <PayLayer />
        </div>
        <Glass />
      </div>
      {isWide && <InboxBeside />}
    </div>
  );
}

/** One sentence, and the ways to what a phone is held to. */
function Doors() {
  const { t } = useTranslation();
  const wallet = useWallet();
  const { air, isDark } = useWalletState();
  return (
    <aside className="side side-doors" aria-label={t('page.phoneTitle')}>
      <h2 className="title">{t('page.phoneTitle')}</h2>
      <p className="second">{t('page.phoneText')}</p>
      <div className="doors">
        <a
          className="door"
          href={`${siteOrigin('terminal')}/#air=${air}`}
          target="_blank"
          rel="noopener"
        >
          <Store size={20} strokeWidth={1.75} aria-hidden />
          {t('page.openTerminal')}
        </a>
        <a
          className="door"
          href={`${siteOrigin('gate')}/#air=${air}`}
          target="_blank"
          rel="noopener"
        >
          <TrainFront size={20} strokeWidth={1.75} aria-hidden />
          {t('page.openGate')}
        </a>
        <button
          type="button"
          className="door"
          aria-pressed={isDark}
          onClick={isDark ? wallet.wakeScreen : wallet.lockScreen}
        >
          <Moon size={20} strokeWidth={1.75} aria-hidden />
          {isDark ? t('glass.wake') : t('glass.lock')}
        </button>
      </div>
    </aside>
  );
}
