/** Language, theme and cues of this page. They hold at once and are kept in this browser. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseCue, giveCue, isCueOn } from '../kit/cues.ts';
import { chooseTheme, chosenTheme } from '../kit/theme.ts';
import { chooseLanguage, type Language } from '../kit/words.ts';
import { Choice, Toggle } from './controls.tsx';

/** The second half of the settings. */
export function PageSettings() {
  const { t, i18n } = useTranslation();
  const [theme, setTheme] = useState(chosenTheme);
  const [sound, setSound] = useState(() => isCueOn('sound'));
  const [vibration, setVibration] = useState(() => isCueOn('vibration'));
  return (
    <section className="stack">
      <h3 className="heading">{t('set.page')}</h3>
      <Choice
        label={t('set.language')}
        value={i18n.language as Language}
        options={[
          ['en', 'English'],
          ['zh-CN', '中文'],
        ]}
        onChange={chooseLanguage}
      />
      <Choice
        label={t('set.theme')}
        value={theme}
        options={[
          ['system', t('set.system')],
          ['light', t('set.light')],
          ['dark', t('set.dark')],
        ]}
        onChange={(next) => {
          chooseTheme(next);
          setTheme(next);
        }}
      />
      <Toggle
        label={t('set.sound')}
        told={t('set.soundTold')}
        isOn={sound}
        onChange={(isOn) => {
          chooseCue('sound', isOn);
          setSound(isOn);
          if (isOn) giveCue('paid');
        }}
      />
      <Toggle
        label={t('set.vibration')}
        told={t('set.vibrationTold')}
        isOn={vibration}
        onChange={(isOn) => {
          chooseCue('vibration', isOn);
          setVibration(isOn);
          if (isOn) giveCue('read');
        }}
      />
    </section>
  );
}
