/** The bank behind the cards. */
import { useTranslation } from 'react-i18next';
import { Page } from '../frame.tsx';

/** The bank behind the cards. */
export function BankPage() {
  const { t } = useTranslation();
  return <Page title={t('bank.title')}>{null}</Page>;
}
