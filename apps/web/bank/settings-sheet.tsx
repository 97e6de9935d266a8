/** The numbers of this browser, another one, language and theme. */
import { Check } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CloseButton, Row, Sheet } from '../kit/parts.tsx';
import { chooseTheme, chosenTheme, type ThemeChoice } from '../kit/theme.ts';
import { chooseLanguage, type Language } from '../kit/words.ts';
import type { Sim } from './api.ts';
import { Choice } from './choice.tsx';
import { NumberForm } from './number-form.tsx';
import { keptSims } from './sims.ts';
import { mobileText } from './text.ts';

/** The sheet. */
export function SettingsSheet({
  mobile,
  onChosen,
  onClose,
}: {
  readonly mobile: string | undefined;
  readonly onChosen: (sim: Sim) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const sims = keptSims();
  return (
    <Sheet label={t('bank.settings')} closeLabel={t('bank.close')} onClose={onClose}>
      <div className="row-between sheet-head">
        <h2 className="title">{t('bank.settings')}</h2>
        <CloseButton label={t('bank.close')} onPress={onClose} />
      </div>
      <div className="stack">
        {sims.length === 0 ? null : (
          <section className="stack-tight">
            <h3 className="heading">{t('number.mine')}</h3>
            <ul className="rows rows-plain">
              {sims.map((sim) => (
                <Row
                  key={sim.mobile}
                  title={<span className="tabular">{mobileText(sim.mobile)}</span>}
                  end={sim.mobile === mobile ? <InUse /> : undefined}
                  onPress={() => onChosen(sim)}
                />
              ))}
            </ul>
          </section>
        )}
        {sims.length === 0 ? null : (
          <section className="stack-tight">
            <h3 className="heading">{t('number.another')}</h3>
            <NumberForm onChosen={onChosen} />
          </section>
        )}
        <Look />
      </div>
    </Sheet>
  );
}

function InUse() {
  const { t } = useTranslation();
  return (
    <span className="tag tag-qing">
      <Check size={14} strokeWidth={2.4} aria-hidden />
      {t('number.inUse')}
    </span>
  );
}

function Look() {
  const { t, i18n } = useTranslation();
  const [theme, setTheme] = useState(chosenTheme());
  return (
    <>
      <Choice<Language>
        label={t('bank.language')}
        value={i18n.language as Language}
        options={[
          { value: 'en', title: 'English' },
          { value: 'zh-CN', title: '中文' },
        ]}
        onChange={chooseLanguage}
      />
      <Choice<ThemeChoice>
        label={t('bank.theme')}
        value={theme}
        options={[
          { value: 'light', title: t('bank.light') },
          { value: 'dark', title: t('bank.dark') },
          { value: 'system', title: t('bank.system') },
        ]}
        onChange={(choice) => {
          chooseTheme(choice);
          setTheme(choice);
        }}
      />
    </>
  );
}
