/** One tap, byte by byte. */
import { useTranslation } from 'react-i18next';
import { Page } from '../frame.tsx';

/** One tap, byte by byte. */
export function ExplainPage({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  return <Page title={t('explain.title')}>{id}</Page>;
}
