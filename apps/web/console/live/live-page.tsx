/** Every tap as it happens. */
import { useTranslation } from 'react-i18next';
import { Page } from '../frame.tsx';

/** Every tap as it happens. */
export function LivePage() {
  const { t } = useTranslation();
  return <Page title={t('live.title')}>{null}</Page>;
}
