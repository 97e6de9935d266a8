/** The bank behind the cards: its accounts and how it behaves for each, its book, and the texts that it sent. */
import { Segmented } from 'antd';
import { ExternalLink } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { siteOrigin } from '../../kit/here.ts';
import { Page } from '../frame.tsx';
import { go } from '../route.tsx';
import { Accounts } from './accounts.tsx';
import { Balance } from './balance.tsx';
import { Book } from './book.tsx';
import { Messages } from './messages.tsx';
import '../tokens/tokens.css';
import './bank.css';

const VIEWS = ['accounts', 'book', 'messages'] as const;
type View = (typeof VIEWS)[number];

/** The page. Which part is shown stands in its address. */
export function BankPage() {
  const { t } = useTranslation();
  const [view, setView] = useState<View>(viewOfAddress);
  const words: Readonly<Record<View, string>> = {
    accounts: t('bank.accounts'),
    book: t('bank.book'),
    messages: t('bank.messages'),
  };
  const show = (next: View): void => {
    setView(next);
    go(next === 'accounts' ? '/bank' : `/bank?show=${next}`, { replace: true });
  };
  return (
    <Page
      title={t('bank.title')}
      beside={
        <Segmented<View>
          aria-label={t('bank.parts')}
          value={view}
          options={VIEWS.map((value) => ({ value, label: words[value] }))}
          onChange={show}
        />
      }
      acts={
        <a
          className="control control-soft"
          href={`${siteOrigin('bank')}/`}
          target="_blank"
          rel="noopener"
        >
          {t('bank.openApp')}
          <ExternalLink size={16} strokeWidth={2} aria-hidden />
        </a>
      }
    >
      {view === 'messages' ? null : <Balance />}
      {view === 'accounts' ? <Accounts /> : null}
      {view === 'book' ? <Book /> : null}
      {view === 'messages' ? <Messages /> : null}
    </Page>
  );
}

function viewOfAddress(): View {
  const named = new URLSearchParams(location.search).get('show');
  return VIEWS.find((view) => view === named) ?? 'accounts';
}
