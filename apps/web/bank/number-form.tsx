/** Choosing a number: one that is made up, or one of the holder's own choice. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, Field } from '../kit/parts.tsx';
import { type Sim, troubleOf } from './api.ts';
import { openDemoSim, openSim } from './sims.ts';
import { isMobile, mobileDigits, mobileText } from './text.ts';
import { TroubleLine } from './trouble.tsx';

/** The form. What is chosen is claimed already. */
export function NumberForm({ onChosen }: { readonly onChosen: (sim: Sim) => void }) {
  const { t } = useTranslation();
  const [digits, setDigits] = useState('');
  const [isLeft, setLeft] = useState(false);
  const [busy, setBusy] = useState<'demo' | 'own'>();
  const [trouble, setTrouble] = useState<string>();
  const run = async (which: 'demo' | 'own', open: () => Promise<Sim>) => {
    setBusy(which);
    setTrouble(undefined);
    const chosen = await open().catch((error: unknown) => troubleOf(error));
    setBusy(undefined);
    if (typeof chosen === 'string') setTrouble(chosen);
    else onChosen(chosen);
  };
  const isTaken = trouble === 'inbox.taken';
  const isWrong = isLeft && digits !== '' && !isMobile(digits);
  const submit = () => {
    setLeft(true);
    if (isMobile(digits)) void run('own', () => openSim(digits));
  };
  return (
    <div className="stack">
      <Button busy={busy === 'demo'} onPress={() => void run('demo', openDemoSim)}>
        {t('number.useDemo')}
      </Button>
      {trouble === undefined || isTaken ? null : <TroubleLine code={trouble} />}
      <form
        className="stack-tight"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <p className="small third">{t('number.or')}</p>
        <Field
          label={t('number.mobile')}
          value={mobileText(digits)}
          onChange={(typed) => {
            setDigits(mobileDigits(typed));
            setLeft(false);
            setTrouble(undefined);
          }}
          onLeave={() => setLeft(true)}
          wrong={isTaken ? t('number.taken') : isWrong ? t('number.wrong') : undefined}
          hint={t('number.hint')}
          inputMode="tel"
          type="tel"
          autoComplete="off"
          enterKeyHint="go"
        />
        <Button kind="soft" type="submit" busy={busy === 'own'} disabled={digits === ''}>
          {t('number.use')}
        </Button>
      </form>
    </div>
  );
}
