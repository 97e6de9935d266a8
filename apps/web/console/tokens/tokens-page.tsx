/** Tokens by what is known of them. */
import { useTranslation } from 'react-i18next';
import { Page } from '../frame.tsx';

/** Tokens by what is known of them. */
export function TokensPage() {
  const { t } = useTranslation();
  return <Page title={t('tokens.title')}>{null}</Page>;
}
