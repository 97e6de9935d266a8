/** The taps that can be read. */
import { useTranslation } from 'react-i18next';
import { Page } from '../frame.tsx';

/** The taps that can be read. */
export function TapsPage() {
  const { t } = useTranslation();
  return <Page title={t('explain.title')}>{null}</Page>;
}
