/** One tap for whoever brings a ticket. */
import { useTranslation } from 'react-i18next';
import { Page } from '../frame.tsx';

/** One tap for whoever brings a ticket. */
export function TicketPage() {
  const { t } = useTranslation();
  return <Page title={t('explain.title')}>{null}</Page>;
}
