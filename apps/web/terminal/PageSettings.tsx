/** Language, theme and cues of this page. */
import { useTranslation } from 'react-i18next';
import { PageSettings as Settings } from '../kit/page-settings.tsx';

/** The second half of the settings. */
export function PageSettings() {
  const { t } = useTranslation();
  const words = {
    page: t('set.page'),
    language: t('set.language'),
    theme: t('set.theme'),
    system: t('set.system'),
    light: t('set.light'),
    dark: t('set.dark'),
    sound: t('set.sound'),
    soundTold: t('set.soundTold'),
    vibration: t('set.vibration'),
    vibrationTold: t('set.vibrationTold'),
  };
  return <Settings words={words} sounds="paid" />;
}
