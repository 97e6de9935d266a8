/** Transit: gates and their list, journeys, accounts and debts, charges, and the books. */
import { Segmented } from 'antd';
import { ExternalLink } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { siteOrigin } from '../../kit/here.ts';
import { Page } from '../frame.tsx';
import { AccountsView } from './accounts-view.tsx';
import { type View, views } from './address.ts';
import { BooksView } from './books-view.tsx';
import { ChargesView } from './charges-view.tsx';
import { GatesView } from './gates-view.tsx';
import { JourneysView } from './journeys-view.tsx';
import { look, useAddress } from './use-address.ts';
import '../asked.css';
import '../choose.css';
import '../live/live.css';
import '../tokens/tokens.css';
import '../bank/bank.css';
import './transit.css';

/** The page. */
export function TransitPage() {
  const { t } = useTranslation();
  const { view } = useAddress();
  const words: Readonly<Record<View, string>> = {
    gates: t('transit.gatesTab'),
    journeys: t('transit.journeys'),
    accounts: t('transit.accountsTab'),
    charges: t('transit.charges'),
    books: t('transit.booksTab'),
  };
  return (
    <Page
      title={t('transit.title')}
      beside={
        <Segmented<View>
          className="transit-tabs"
          aria-label={t('transit.parts')}
          value={view}
          options={views.map((value) => ({ value, label: words[value] }))}
          onChange={(next) => look({ view: next })}
        />
      }
      acts={
        <a
          className="control control-soft"
          href={`${siteOrigin('gate')}/`}
          target="_blank"
          rel="noopener"
        >
          {t('transit.openGate')}
          <ExternalLink size={16} strokeWidth={2} aria-hidden />
        </a>
      }
    >
      <div className="live">
        <div className="live-body">
          <Part view={view} />
        </div>
      </div>
    </Page>
  );
}

function Part({ view }: { readonly view: View }) {
  switch (view) {
    case 'gates':
      return <GatesView />;
    case 'journeys':
      return <JourneysView />;
    case 'accounts':
      return <AccountsView />;
    case 'charges':
      return <ChargesView />;
    case 'books':
      return <BooksView />;
  }
}
