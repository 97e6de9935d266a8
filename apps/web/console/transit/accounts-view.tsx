/** Riders' accounts, and what was asked of them and not given. */
import { useTranslation } from 'react-i18next';
import { Amount } from '../../kit/amount.tsx';
import { Shown, useAsked } from '../asked.tsx';
import { Pane } from '../frame.tsx';
import { AccountTable } from './account-table.tsx';
import { readAccounts, readDebts } from './api.ts';
import { DebtTable } from './debt-table.tsx';
import { Figure, Figures, NONE } from './figure.tsx';
import { Nothing } from './nothing.tsx';

/** The part. */
export function AccountsView() {
  const { t } = useTranslation();
  const accounts = useAsked(readAccounts, 'accounts', 4_000);
  const debts = useAsked(readDebts, 'debts', 4_000);
  const known = accounts.answer?.accounts;
  const open = debts.answer?.debts.filter(({ state }) => state === 'open');
  const owed = open?.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const unbilled = known?.reduce((sum, { unbilledMinor }) => sum + unbilledMinor, 0);
  const denied = known?.filter(({ state }) => state === 'denied' || state === 'dormant').length;
  const refresh = () => {
    accounts.again();
    debts.again();
  };
  return (
    <>
      <Figures>
        <Figure label={t('transit.accounts')}>{known?.length ?? NONE}</Figure>
        <Figure label={t('transit.denied')} tone={(denied ?? 0) > 0 ? 'wrong' : undefined}>
          {denied ?? NONE}
        </Figure>
        <Figure label={t('transit.openDebts')}>{open?.length ?? NONE}</Figure>
        <Figure label={t('transit.owed')} tone={(owed ?? 0) > 0 ? 'waiting' : undefined}>
          {owed === undefined ? NONE : <Amount minor={owed} bare />}
        </Figure>
        <Figure label={t('transit.unbilled')}>
          {unbilled === undefined ? NONE : <Amount minor={unbilled} bare />}
        </Figure>
      </Figures>
      <Pane title={t('transit.debts')} className="tokens-pane">
        <Shown asked={debts} shape={140}>
          {({ debts: list }) =>
            list.length === 0 ? (
              <Nothing title={t('transit.noDebts')} line={t('transit.noDebtsLine')} />
            ) : (
              <DebtTable debts={list} accounts={known ?? []} onChanged={refresh} />
            )
          }
        </Shown>
      </Pane>
      <Pane title={t('transit.accounts')} className="tokens-pane">
        <Shown asked={accounts} shape={260}>
          {({ accounts: list }) =>
            list.length === 0 ? (
              <Nothing title={t('transit.noAccounts')} line={t('transit.noAccountsLine')} />
            ) : (
              <AccountTable accounts={list} onChanged={refresh} />
            )
          }
        </Shown>
      </Pane>
    </>
  );
}
