/** The wallet's bar: the live mark with the count of cards, messages, adding, account. */
import { CircleUserRound, MessageSquare, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Mark } from '../kit/mark/Mark.tsx';
import { IconButton } from '../kit/parts.tsx';
import { openInbox, useInboxState } from './inbox-open.ts';
import { goTo } from './route.ts';
import { FullSheet } from './screens/full-sheet.tsx';
import { useWalletState } from './use-wallet.tsx';
import { useWide } from './use-wide.ts';

/** How many cards a phone holds. */
const LEAVES = 8;

/** The bar. */
export function WalletBar() {
  const { t } = useTranslation();
  const { device } = useWalletState();
  const { unread } = useInboxState();
  const isWide = useWide();
  const [sheet, setSheet] = useState<'full'>();
  const count = device?.leaves.length ?? 0;
  const close = () => setSheet(undefined);
  return (
    <header className="wallet-bar">
      <Mark size={21} cards={count} />
      <h1 className="wordmark wordmark-bar">
        Octavo<span className="unseen"> {t('home.title')}</span>
      </h1>
      {count > 0 && <span className="wallet-count second">{t('home.cards', { count })}</span>}
      <span className="wallet-acts">
        {!isWide && (
          <IconButton
            label={unread > 0 ? t('home.unread') : t('home.messages')}
            onPress={() => openInbox(true)}
          >
            <span className="with-dot" data-dot={unread > 0}>
              <MessageSquare size={22} strokeWidth={1.75} aria-hidden />
            </span>
          </IconButton>
        )}
        <IconButton
          label={t('home.add')}
          onPress={() => (count >= LEAVES ? setSheet('full') : goTo({ screen: 'add' }))}
        >
          <Plus size={24} strokeWidth={1.75} aria-hidden />
        </IconButton>
        <IconButton label={t('home.account')} onPress={() => goTo({ screen: 'account' })}>
          <CircleUserRound size={23} strokeWidth={1.75} aria-hidden />
        </IconButton>
      </span>
      {sheet === 'full' && <FullSheet onClose={close} />}
    </header>
  );
}
