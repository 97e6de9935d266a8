/** One token. */
import { useTranslation } from 'react-i18next';
import { Page } from '../frame.tsx';

/** One token. */
export function TokenPage({ reference }: { readonly reference: string }) {
  const { t } = useTranslation();
  return <Page title={t('tokens.title')}>{reference}</Page>;
}
