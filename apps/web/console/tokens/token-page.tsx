/** One token: how it stands, what it is, what was done to it, its taps, and what may be done now. */
import type * as tokens from '@octavo/services/tokens';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../api.ts';
import { Shown, useAsked } from '../asked.tsx';
import { Page, Pane } from '../frame.tsx';
import { go } from '../route.tsx';
import { Change } from './change.tsx';
import { Facts } from './facts.tsx';
import { Head } from './head.tsx';
import { History, useHistory } from './history.tsx';
import { SearchBox } from './search-box.tsx';
import { Siblings } from './siblings.tsx';
import type { Token } from './state-tag.tsx';
import { Taps } from './taps.tsx';
import './tokens.css';
import './token.css';

/** The page of the token with this reference. */
export function TokenPage({ reference }: { readonly reference: string }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const asked = useAsked(
    () => call<typeof tokens.token>('/tokens/token', { tokenReference: reference }),
    reference,
    2_000,
  );
  return (
    <Page
      title={t('tokens.title')}
      beside={
        <SearchBox
          value={typed}
          onChange={setTyped}
          onSubmit={() => go(`/tokens?q=${encodeURIComponent(typed.trim())}`)}
        />
      }
    >
      <Shown asked={asked} shape={420}>
        {(token) => <Sheet token={token} onChanged={asked.again} />}
      </Shown>
    </Page>
  );
}

function Sheet({ token, onChanged }: { readonly token: Token; readonly onChanged: () => void }) {
  const { t } = useTranslation();
  const history = useHistory(token);
  const changed = (): void => {
    onChanged();
    history.again();
  };
  return (
    <div className="tokens-room">
      <div className="token-grid">
        <Siblings token={token} />
        <div className="token-middle">
          <Head token={token} lines={history.answer?.lines} />
          <Facts token={token} lines={history.answer?.lines} />
          <Pane title={t('tokens.history')}>
            <Shown asked={history} shape={160}>
              {({ lines }) => <History lines={lines} />}
            </Shown>
          </Pane>
          <Taps token={token} />
        </div>
        <Change token={token} onChanged={changed} />
      </div>
    </div>
  );
}
