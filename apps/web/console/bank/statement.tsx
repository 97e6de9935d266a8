/** An account's own ledger: what came and went, and the balance after each line. */
import type * as issuer from '@octavo/services/issuer';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../kit/amount.tsx';
import { call } from '../api.ts';
import { Shown, useAsked } from '../asked.tsx';
import { momentText } from '../moment.ts';
import type { Account } from './accounts.tsx';
import { Reference } from './reference.tsx';
import { Scroll } from './scroll.tsx';
import { useKindWords } from './words-of.ts';

/** The newest lines first, at most 500. */
export function Statement({ account: { accountId, currency } }: { readonly account: Account }) {
  const { t } = useTranslation();
  const kinds = useKindWords();
  const asked = useAsked(
    () => call<typeof issuer.accountLedger>('/issuer/account-ledger', { accountId }),
    accountId,
    3_000,
  );
  return (
    <Shown asked={asked} shape={80}>
      {({ lines }) =>
        lines.length === 0 ? (
          <p className="third">{t('bank.noLines')}</p>
        ) : (
          <Scroll label={t('bank.statement')}>
            <table className="bank-table">
              <thead>
                <tr>
                  <th scope="col">{t('bank.when')}</th>
                  <th scope="col">{t('bank.what')}</th>
                  <th scope="col">{t('bank.reference')}</th>
                  <th scope="col">{t('bank.amount')}</th>
                  <th scope="col">{t('bank.after')}</th>
                </tr>
              </thead>
              <tbody>
                {lines.map((line) => (
                  <tr key={line.postingId}>
                    <td className="tabular second">{momentText(line.atMs, { seconds: true })}</td>
                    <td>{kinds[line.kind]}</td>
                    <td>
                      <Reference reference={line.retrievalReference} />
                    </td>
                    <td>
                      <Amount minor={line.amountMinor} currency={currency} bare plus />
                    </td>
                    <td>
                      <Amount minor={line.balanceMinor} currency={currency} bare />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )
      }
    </Shown>
  );
}
