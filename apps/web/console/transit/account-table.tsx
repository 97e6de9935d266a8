/** Riders' accounts in a table; each opens to its tokens, what it is listed for, and a refund. */
import type { TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../kit/amount.tsx';
import { AccountMore } from './account-more.tsx';
import { AccountLink, shortId } from './account-name.tsx';
import type { Account } from './api.ts';
import { OpenTable, useHasRoom } from './open-table.tsx';
import { useAccountState, useFormWords } from './words-of.ts';

/** The table, those that changed last first. */
export function AccountTable({
  accounts,
  onChanged,
}: {
  readonly accounts: readonly Account[];
  readonly onChanged: () => void;
}) {
  const { t } = useTranslation();
  return (
    <OpenTable<Account>
      rows={accounts}
      rowKey={({ accountId }) => accountId}
      columns={useColumns()}
      openLabel={({ accountId }) => t('transit.openAccount', { account: shortId(accountId) })}
      more={(account) => <AccountMore account={account} onChanged={onChanged} />}
    />
  );
}

function useColumns(): TableColumnsType<Account> {
  const { t } = useTranslation();
  const hasRoom = useHasRoom();
  return [
    {
      title: t('transit.account'),
      render: (_, account) => (
        <>
          <AccountLink accountId={account.accountId} />
          {hasRoom ? null : (
            <span className="transit-tags">
              <StateTag state={account.state} />
              <Tokens account={account} />
            </span>
          )}
        </>
      ),
    },
    {
      title: t('transit.tokens'),
      responsive: ['md'],
      render: (_, account) => <Tokens account={account} />,
    },
    {
      title: t('transit.state'),
      responsive: ['md'],
      render: (_, { state }) => <StateTag state={state} />,
    },
    {
      title: t('transit.listed'),
      responsive: ['lg'],
      render: (_, { listed }) =>
        listed.length === 0 ? (
          <span className="third">{t('transit.notListed')}</span>
        ) : (
          t('transit.listedCount', { count: listed.length })
        ),
    },
    {
      title: t('transit.unbilled'),
      align: 'right',
      responsive: ['lg'],
      render: (_, { unbilledMinor }) => <Amount minor={unbilledMinor} bare />,
    },
    {
      title: t('transit.owed'),
      align: 'right',
      width: hasRoom ? undefined : 84,
      render: (_, { openDebtMinor }) => <Amount minor={openDebtMinor} bare />,
    },
  ];
}

function StateTag({ state }: { readonly state: Account['state'] }) {
  const [words, tone] = useAccountState()(state);
  return <span className={`tag ${tone}`}>{words}</span>;
}

function Tokens({ account: { credentials } }: { readonly account: Account }) {
  const form = useFormWords();
  return (
    <span className="transit-tokens">
      {credentials.map((one) => (
        <span key={one.credentialId}>
          <span className="tokens-number">•• {one.lastFour}</span>{' '}
          <span className="third">{form[one.form]}</span>
        </span>
      ))}
    </span>
  );
}
