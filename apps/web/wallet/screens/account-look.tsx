/** Language, look, and the two cues. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CueWay, chooseCue, giveCue, isCueOn } from '../../kit/cues.ts';
import { chooseTheme, chosenTheme, type ThemeChoice } from '../../kit/theme.ts';
import { chooseLanguage, chosenLanguage, type Language } from '../../kit/words.ts';

/** A language is called by its own name in every language. */
const LANGUAGE_NAMES: readonly (readonly [Language, string])[] = [
  ['en', 'English'],
  ['zh-CN', '中文'],
];

/** Both choices. */
export function LanguageAndLook() {
  const { t } = useTranslation();
  const looks: readonly (readonly [ThemeChoice, string])[] = [
    ['light', t('account.light')],
    ['dark', t('account.dark')],
    ['system', t('account.system')],
  ];
  return (
    <>
      <Choice
        title={t('account.language')}
        options={LANGUAGE_NAMES}
        chosen={chosenLanguage()}
        onChoose={chooseLanguage}
      />
      <Choice
        title={t('account.theme')}
        options={looks}
        chosen={chosenTheme()}
        onChoose={(look) => {
          chooseTheme(look);
          // The frames take the look when they open.
          location.reload();
        }}
      />
    </>
  );
}

function Choice<Value extends string>(props: {
  readonly title: string;
  readonly options: readonly (readonly [Value, string])[];
  readonly chosen: Value;
  readonly onChoose: (value: Value) => void;
}) {
  const { title, options, chosen, onChoose } = props;
  return (
    <fieldset className="choice-bar">
      <legend className="heading">{title}</legend>
      <div className="choice-buttons">
        {options.map(([value, label]) => (
          <button
            key={value}
            type="button"
            aria-pressed={value === chosen}
            onClick={() => onChoose(value)}
          >
            {label}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

/** Sound and vibration; turning one on gives it once. */
export function Cues() {
  const { t } = useTranslation();
  return (
    <section className="stack-tight">
      <h2 className="heading">{t('account.cues')}</h2>
      <ul className="rows">
        <CueRow
          way="vibration"
          title={t('account.vibration')}
          second={t('account.vibrationText')}
        />
        <CueRow way="sound" title={t('account.sound')} second={t('account.soundText')} />
      </ul>
    </section>
  );
}

function CueRow(props: { readonly way: CueWay; readonly title: string; readonly second: string }) {
  const { way, title, second } = props;
  const [isOn, setOn] = useState(() => isCueOn(way));
  return (
    <li>
      <button
        type="button"
        role="switch"
        aria-checked={isOn}
        className="row switch-row"
        onClick={() => {
          chooseCue(way, !isOn);
          setOn(!isOn);
          if (!isOn) giveCue('paid');
        }}
      >
        <span className="row-body">
          <span className="row-title">{title}</span>
          <span className="row-second small third">{second}</span>
        </span>
        <span className="row-end switch" aria-hidden="true" />
      </button>
    </li>
  );
}
