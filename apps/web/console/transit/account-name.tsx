/** An account's handle as columns show it, leading to its journeys. */
import { useTranslation } from 'react-i18next';
import { Link } from '../route.tsx';
import { transitPath } from './address.ts';

/** The first eight digits, which tell accounts apart here. */
export function shortId(accountId: string): string {
  return accountId.slice(0, 8);
}

/** A link to what the account rode in a month, the newest when none is named. */
export function AccountLink({
  accountId,
  month,
}: {
  readonly accountId: string;
  readonly month?: string;
}) {
  const { t } = useTranslation();
  return (
    <Link
      to={transitPath({ view: 'journeys', account: accountId, month })}
      className="mono transit-account"
      label={t('transit.journeysOf', { account: shortId(accountId) })}
    >
      {shortId(accountId)}
    </Link>
  );
}
