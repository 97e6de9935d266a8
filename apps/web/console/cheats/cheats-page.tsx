/** The cheats and what refuses them. */
import { useTranslation } from 'react-i18next';
import { Page } from '../frame.tsx';

/** The cheats and what refuses them. */
export function CheatsPage() {
  const { t } = useTranslation();
  return <Page title={t('cheats.title')}>{null}</Page>;
}
