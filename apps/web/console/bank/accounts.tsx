/** The bank's accounts, a hundred at a time: what each holds, and the switch of how the bank behaves for it. */
import type * as issuer from '@octavo/services/issuer';
import { Grid, Table, type TableColumnsType } from 'antd';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Amount, amountText } from '../../kit/amount.tsx';
import { type AnswerOf, call } from '../api.ts';
import { Shown, useAsked } from '../asked.tsx';
import { Control, Pane } from '../frame.tsx';
import { BehaviourSwitch } from './behaviour.tsx';
import { Statement } from './statement.tsx';

type Answer = AnswerOf<typeof issuer.accounts>;
/** An account as the operator sees it. */
export type Account = Answer['accounts'][number];

/** The pane. Pages are walked by what the bank gives for the next. */
export function Accounts() {
  const { t } = useTranslation();
  const [trail, setTrail] = useState<readonly string[]>([]);
  const after = trail.at(-1);
  const asked = useAsked(
    () => call<typeof issuer.accounts>('/issuer/accounts', after === undefined ? {} : { after }),
    `accounts ${after}`,
    3_000,
  );
  return (
    <Pane
      title={t('bank.accounts')}
      className="tokens-pane"
      end={<span className="caption third">{t('bank.switchboard')}</span>}
    >
      <Shown asked={asked} shape={420}>
        {({ accounts, next }) => (
          <>
            <AccountTable accounts={accounts} onChanged={asked.again} />
            {next === undefined && trail.length === 0 ? null : (
              <div className="tokens-acts bank-pages">
                <Control disabled={trail.length === 0} onPress={() => setTrail(trail.slice(0, -1))}>
                  {t('bank.earlier')}
                </Control>
                <Control
                  disabled={next === undefined}
                  onPress={() => {
                    if (next !== undefined) setTrail([...trail, next]);
                  }}
                >
                  {t('bank.later')}
                </Control>
              </div>
            )}
          </>
        )}
      </Shown>
    </Pane>
  );
}

function AccountTable({
  accounts,
  onChanged,
}: {
  readonly accounts: readonly Account[];
  readonly onChanged: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Table<Account>
      rowKey="accountId"
      dataSource={accounts}
      columns={useColumns(onChanged)}
      pagination={false}
      // Narrow, a statement scrolls in its own pane and does not widen the page.
      tableLayout={Grid.useBreakpoint().md === true ? 'auto' : 'fixed'}
      expandable={{
        columnTitle: <span className="unseen">{t('bank.statement')}</span>,
        columnWidth: 44,
        expandedRowRender: (account) => <Statement account={account} />,
        expandIcon: ({ expanded, onExpand, record }) => {
          const Icon = expanded ? ChevronDown : ChevronRight;
          return (
            <button
              type="button"
              className="bank-open"
              aria-expanded={expanded}
              aria-label={t('bank.statementOf', { lastFour: record.cardLastFour })}
              onClick={(event) => onExpand(record, event)}
            >
              <Icon size={18} strokeWidth={1.75} aria-hidden />
            </button>
          );
        },
      }}
    />
  );
}

function useColumns(onChanged: () => void): TableColumnsType<Account> {
  const { t } = useTranslation();
  const isWide = Grid.useBreakpoint().md === true;
  return [
    {
      title: t('bank.card'),
      render: (_, account) => (
        <>
          <CardCell account={account} />
          {isWide ? null : (
            <div className="bank-under">
              <Amount minor={account.balanceMinor} currency={account.currency} bare />
              <Today account={account} />
              <BehaviourSwitch account={account} onChanged={onChanged} />
            </div>
          )}
        </>
      ),
    },
    {
      title: t('bank.balance'),
      align: 'right',
      responsive: ['md'],
      render: (_, { balanceMinor, currency }) => (
        <Amount minor={balanceMinor} currency={currency} bare />
      ),
    },
    {
      title: t('bank.available'),
      align: 'right',
      responsive: ['lg'],
      render: (_, { availableMinor, currency }) => (
        <Amount minor={availableMinor} currency={currency} bare />
      ),
    },
    {
      title: t('bank.today'),
      responsive: ['xl'],
      render: (_, account) => <Today account={account} />,
    },
    {
      title: t('bank.behaviour'),
      responsive: ['md'],
      width: '40%',
      render: (_, account) => <BehaviourSwitch account={account} onChanged={onChanged} />,
    },
  ];
}

function CardCell({ account: { cardLastFour, kind, state } }: { readonly account: Account }) {
  const { t } = useTranslation();
  return (
    <span className="bank-card">
      <span className="tokens-number">•• {cardLastFour}</span>
      <span className="second">{kind === 'debit' ? t('bank.debit') : t('bank.credit')}</span>
      {state === 'closed' ? <span className="tag">{t('bank.closed')}</span> : null}
    </span>
  );
}

/** Spent today of the day's limit: a small bar and both numbers. */
function Today({ account }: { readonly account: Account }) {
  const { t } = useTranslation();
  const { spentTodayMinor, dailyLimitMinor, currency } = account;
  const share = Math.min(
    100,
    (100 * Number(spentTodayMinor)) / Math.max(1, Number(dailyLimitMinor)),
  );
  return (
    <span className="bank-today">
      <span className="bank-today-bar" aria-hidden>
        <span style={{ width: `${share}%` }} data-some={share > 0 || undefined} />
      </span>
      <span className="caption third">
        {t('bank.spentOf', {
          spent: amountText(spentTodayMinor, currency),
          limit: amountText(dailyLimitMinor, currency),
        })}
      </span>
    </span>
  );
}
