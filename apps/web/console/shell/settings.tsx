/** What is set for this browser: language, light or dark, and the way out. */
import { Check, Settings2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseTheme, chosenTheme, type ThemeChoice } from '../../kit/theme.ts';
import { chooseLanguage, type Language } from '../../kit/words.ts';
import { keepOperatorKey, useOperatorKey } from '../session.ts';

const THEMES: readonly ThemeChoice[] = ['system', 'light', 'dark'];
const LANGUAGES: Readonly<Record<Language, string>> = { en: 'English', 'zh-CN': '中文' };

/** A button, and the choices that it opens; a touch outside or Escape puts them away. */
export function Settings() {
  const { t } = useTranslation();
  return (
    <>
      <button
        type="button"
        className="rail-link rail-settings"
        popoverTarget="settings"
        aria-label={t('shell.settings')}
      >
        <Settings2 size={20} strokeWidth={1.75} aria-hidden />
        <span className="rail-word">{t('shell.settings')}</span>
      </button>
      <div
        id="settings"
        popover="auto"
        role="dialog"
        className="settings"
        aria-label={t('shell.settings')}
      >
        <Choices />
      </div>
    </>
  );
}

function Choices() {
  const { t, i18n } = useTranslation();
  const [theme, setTheme] = useState(chosenTheme);
  const isSignedIn = useOperatorKey() !== undefined;
  const names: Readonly<Record<ThemeChoice, string>> = {
    system: t('shell.themeSystem'),
    light: t('shell.themeLight'),
    dark: t('shell.themeDark'),
  };
  return (
    <>
      <fieldset>
        <legend className="caption third">{t('shell.language')}</legend>
        {(['en', 'zh-CN'] as const).map((language) => (
          <Choice
            key={language}
            isOn={i18n.language === language}
            onPress={() => chooseLanguage(language)}
          >
            {LANGUAGES[language]}
          </Choice>
        ))}
      </fieldset>
      <fieldset>
        <legend className="caption third">{t('shell.theme')}</legend>
        {THEMES.map((choice) => (
          <Choice
            key={choice}
            isOn={theme === choice}
            onPress={() => {
              chooseTheme(choice);
              setTheme(choice);
            }}
          >
            {names[choice]}
          </Choice>
        ))}
      </fieldset>
      {isSignedIn ? (
        <button
          type="button"
          className="settings-choice"
          onClick={() => keepOperatorKey(undefined)}
        >
          {t('shell.signOut')}
        </button>
      ) : null}
    </>
  );
}

function Choice({
  isOn,
  onPress,
  children,
}: {
  readonly isOn: boolean;
  readonly onPress: () => void;
  readonly children: string;
}) {
  return (
    <button type="button" className="settings-choice" aria-pressed={isOn} onClick={onPress}>
      {children}
      {isOn ? <Check size={16} strokeWidth={2.4} aria-hidden /> : null}
    </button>
  );
}
