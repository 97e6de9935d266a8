/** What an account's row opens to: its tokens and their last verdict, its lines of the deny list, paying and refunding. */
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { shortId } from './account-name.tsx';
import type { Account } from './api.ts';
import { cityMoment } from './days.ts';
import { PayNow } from './pay-now.tsx';
import { RefundForm } from './refund-form.tsx';
import { useFormWords, useListingWords } from './words-of.ts';

/** The panes below a row. */
export function AccountMore({
  account,
  onChanged,
}: {
  readonly account: Account;
  readonly onChanged: () => void;
}) {
  const { t } = useTranslation();
  const form = useFormWords();
  const why = useListingWords();
  const { accountId, accountReference, mergedInto, credentials, listed, openDebtMinor } = account;
  return (
    <div className="transit-more">
      <dl className="transit-facts">
        <dt className="second">{t('transit.accountId')}</dt>
        <dd className="mono">{accountId}</dd>
        <dt className="second">{t('transit.accountReference')}</dt>
        <dd className="mono">{accountReference ?? t('transit.notLearned')}</dd>
        {mergedInto === undefined ? null : (
          <>
            <dt className="second">{t('transit.mergedInto')}</dt>
            <dd className="mono">{shortId(mergedInto)}</dd>
          </>
        )}
        {credentials.map(({ credentialId, lastFour, form: held, verdict, verdictAtMs }) => (
          <Fragment key={credentialId}>
            <dt className="second">
              {form[held]} •• {lastFour}
            </dt>
            <dd>
              {verdict !== 'refused' || verdictAtMs === undefined
                ? t('transit.tokenGood')
                : t('transit.tokenRefused', { at: cityMoment(verdictAtMs) })}
            </dd>
          </Fragment>
        ))}
        {listed.map(({ entry, reason, sinceMs }) => (
          <Fragment key={entry}>
            <dt className="second mono">{entry.slice(0, 12)}</dt>
            <dd>
              {why(reason, 'add')} · {cityMoment(sinceMs)}
            </dd>
          </Fragment>
        ))}
      </dl>
      <div className="transit-acts">
        {openDebtMinor > 0 ? <PayNow account={account} onChanged={onChanged} /> : null}
        {account.state === 'merged' ? null : <RefundForm account={account} onChanged={onChanged} />}
      </div>
    </div>
  );
}
