/** The door of the console: the operator key, typed once. */
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConnectionLost } from '../../kit/ask.ts';
import { Mark } from '../../kit/mark/Mark.tsx';
import { Button, Field } from '../../kit/parts.tsx';
import { isOperatorKey } from '../api.ts';
import { keepOperatorKey } from '../session.ts';
import { Settings } from './settings.tsx';

/** Asks for the key, tries it, and keeps it for this tab. */
export function SignIn() {
  const { t } = useTranslation();
  const [key, setKey] = useState('');
  const [wrong, setWrong] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const typed = key.trim();
    if (busy) return;
    if (typed === '') return setWrong(t('shell.keyMissing'));
    setBusy(true);
    setWrong(undefined);
    try {
      if (await isOperatorKey(typed)) keepOperatorKey(typed);
      else setWrong(t('shell.keyWrong'));
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
      setWrong(t('shell.keyUntried'));
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className="sign-in">
      <form className="sign-in-form" onSubmit={submit}>
        <Mark size={56} />
        <h1 className="title">{t('shell.signInTitle')}</h1>
        <p className="second">{t('shell.signInLine')}</p>
        <Field
          label={t('shell.key')}
          type="password"
          autoComplete="off"
          autoFocus
          value={key}
          wrong={wrong}
          hint={t('shell.keyHint')}
          onChange={(value) => {
            setKey(value);
            setWrong(undefined);
          }}
        />
        <Button type="submit" busy={busy}>
          {t('shell.signIn')}
        </Button>
      </form>
      <Settings />
    </main>
  );
}
