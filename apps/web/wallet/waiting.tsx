/** What stands while nothing is known yet: shapes of a wallet, shown after a moment. */
import { useTranslation } from 'react-i18next';

/** The shapes. */
export function Waiting() {
  const { t } = useTranslation();
  return (
    <div className="page waiting" role="status" aria-label={t('page.loading')}>
      <div className="wait waiting-bar" />
      <div className="wait waiting-card" />
      <div className="wait waiting-button" />
      <div className="wait waiting-row" />
      <div className="wait waiting-row" />
    </div>
  );
}
