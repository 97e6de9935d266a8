/** Bytes that are pasted, explained. */
import { useTranslation } from 'react-i18next';
import { Page } from '../frame.tsx';

/** Bytes that are pasted, explained. */
export function PastePage() {
  const { t } = useTranslation();
  return <Page title={t('paste.title')}>{null}</Page>;
}
