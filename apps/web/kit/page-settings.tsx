/** Language, theme and cues of this page. They hold at once and are kept in this browser. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Choice, Toggle } from './controls.tsx';
import { type Cue, chooseCue, giveCue, isCueOn } from './cues.ts';
import { chooseTheme, chosenTheme } from './theme.ts';
import { chooseLanguage, type Language } from './words.ts';

/** What the parts are called. */
export type PageSettingsWords = Readonly<
  Record<
    | 'page'
    | 'language'
    | 'theme'
    | 'system'
    | 'light'
    | 'dark'
    | 'sound'
    | 'soundTold'
    | 'vibration'
    | 'vibrationTold',
    string
  >
>;

/** The settings of the page itself; `sounds` is the cue that a sound is tried with. */
export function PageSettings({
  words,
  sounds,
}: {
  readonly words: PageSettingsWords;
  readonly sounds: Cue;
}) {
  const { i18n } = useTranslation();
  const [theme, setTheme] = useState(chosenTheme);
  const [sound, setSound] = useState(() => isCueOn('sound'));
  const [vibration, setVibration] = useState(() => isCueOn('vibration'));
  return (
    <section className="stack">
      <h3 className="heading">{words.page}</h3>
      <Choice
        label={words.language}
        value={i18n.language as Language}
        options={[
          ['en', 'English'],
          ['zh-CN', '中文'],
        ]}
        onChange={chooseLanguage}
      />
      <Choice
        label={words.theme}
        value={theme}
        options={[
          ['system', words.system],
          ['light', words.light],
          ['dark', words.dark],
        ]}
        onChange={(next) => {
          chooseTheme(next);
          setTheme(next);
        }}
      />
      <Toggle
        label={words.sound}
        told={words.soundTold}
        isOn={sound}
        onChange={(isOn) => {
          chooseCue('sound', isOn);
          setSound(isOn);
          if (isOn) giveCue(sounds);
        }}
      />
      <Toggle
        label={words.vibration}
        told={words.vibrationTold}
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
