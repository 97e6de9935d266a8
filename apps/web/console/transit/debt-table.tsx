/** Debts, open ones first: why, how often asked, when again, and a try by the operator. */
import { Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../kit/amount.tsx';
import { useWorldNow } from '../world-now.ts';
import { AccountLink } from './account-name.tsx';
import type { Account, Debt } from './api.ts';
import { cityMoment } from './days.ts';
import { useHasRoom } from './open-table.tsx';
import { PayNow } from './pay-now.tsx';
import { useClassWords, useDebtState, useSpanWords } from './words-of.ts';

type Shown = {
  readonly debts: readonly Debt[];
  readonly accounts: readonly Account[];
  readonly onChanged: () => void;
};

/** The table. */
export function DebtTable({ debts, accounts, onChanged }: Shown) {
  return (
    <Table<Debt>
      rowKey="debtId"
      dataSource={debts.toSorted(openFirst)}
      columns={useColumns(accounts, onChanged)}
      pagination={debts.length > PAGE_ROWS ? { defaultPageSize: PAGE_ROWS } : false}
    />
  );
}

const PAGE_ROWS = 10;

function openFirst(one: Debt, other: Debt): number {
  const rank = ({ state }: Debt): number => (state === 'open' ? 0 : 1);
  return rank(one) - rank(other) || other.openedAtMs - one.openedAtMs;
}

function useColumns(accounts: readonly Account[], onChanged: () => void): TableColumnsType<Debt> {
  const { t } = useTranslation();
  const classes = useClassWords();
  const hasRoom = useHasRoom();
  const act = (debt: Debt) => {
    const account = accounts.find(({ accountId }) => accountId === debt.accountId);
    return debt.state === 'open' && account !== undefined ? (
      <PayNow account={account} onChanged={onChanged} />
    ) : null;
  };
  return [
    {
      title: t('transit.amount'),
      render: (_, debt) => (
        <>
          <Amount minor={debt.amountMinor} bare />
          <span className="third transit-under tabular">{debt.day}</span>
          {hasRoom ? null : (
            <div className="bank-under">
              <span className="transit-tags">
                <StateTag state={debt.state} />
                <AccountLink accountId={debt.accountId} month={debt.day.slice(0, 7)} />
              </span>
              <Tries debt={debt} />
              {act(debt)}
            </div>
          )}
        </>
      ),
    },
    {
      title: t('transit.state'),
      responsive: ['md'],
      render: (_, { state }) => <StateTag state={state} />,
    },
    {
      title: t('transit.account'),
      responsive: ['md'],
      render: (_, { accountId, day }) => (
        <AccountLink accountId={accountId} month={day.slice(0, 7)} />
      ),
    },
    {
      title: t('transit.class'),
      responsive: ['lg'],
      render: (_, debt) => (
        <>
          {classes[debt.class]}
          {debt.responseCode === undefined ? null : (
            <span className="mono third transit-under">DE39 {debt.responseCode}</span>
          )}
        </>
      ),
    },
    {
      title: t('transit.tries'),
      responsive: ['md'],
      render: (_, debt) => <Tries debt={debt} />,
    },
    { title: t('transit.try'), responsive: ['md'], align: 'right', render: (_, debt) => act(debt) },
  ];
}

function StateTag({ state }: { readonly state: Debt['state'] }) {
  const [words, tone] = useDebtState()(state);
  return <span className={`tag ${tone}`}>{words}</span>;
}

/** How often it was asked for, and when again. */
function Tries({ debt }: { readonly debt: Debt }) {
  const { t } = useTranslation();
  const span = useSpanWords();
  const nowMs = useWorldNow(30_000);
  const { tries, nextTryAtMs, state } = debt;
  return (
    <>
      <span className="tabular">{t('transit.triesCount', { count: tries })}</span>
      {state !== 'open' ? null : (
        <span className="third transit-under">
          {nextTryAtMs === undefined
            ? t('transit.noNextTry')
            : t('transit.nextTry', {
                span: span(nextTryAtMs - nowMs),
                at: cityMoment(nextTryAtMs),
              })}
        </span>
      )}
    </>
  );
}
