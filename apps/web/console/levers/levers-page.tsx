/** The levers on the running world. */
import { useTranslation } from 'react-i18next';
import { Page } from '../frame.tsx';

/** The levers on the running world. */
export function LeversPage() {
  const { t } = useTranslation();
  return <Page title={t('levers.title')}>{null}</Page>;
}
