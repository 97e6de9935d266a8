/** Deleting a token for good: its last four digits are typed before it happens. */

import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFocusAtOnce } from '../../kit/focus-at-once.ts';
import { Control } from '../frame.tsx';

/** The form. The field says what is wrong with what was typed. */
export function DeleteForm({
  lastFour,
  busy,
  onDelete,
  onClose,
}: {
  readonly lastFour: string;
  readonly busy: boolean;
  readonly onDelete: () => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const input = useFocusAtOnce<HTMLInputElement>();
  const [typed, setTyped] = useState('');
  const [isWrong, setWrong] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (busy) return;
    if (typed === lastFour) onDelete();
    else setWrong(true);
  };
  return (
    <form className="token-deleting" onSubmit={submit}>
      <label className="choose">
        <span className="choose-label">{t('tokens.typeToDelete', { lastFour })}</span>
        <input
          className="choose-text mono"
          inputMode="numeric"
          autoComplete="off"
          maxLength={4}
          value={typed}
          aria-invalid={isWrong}
          aria-describedby="delete-wrong"
          ref={input}
          onChange={(event) => {
            setTyped(event.target.value.replaceAll(/\D/g, ''));
            setWrong(false);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') onClose();
          }}
        />
      </label>
      <p id="delete-wrong" className="token-wrong" role="alert">
        {isWrong ? t('tokens.typedWrong', { lastFour }) : null}
      </p>
      <div className="tokens-acts">
        <Control kind="danger" type="submit" busy={busy}>
          {t('tokens.deleteNow')}
        </Control>
        <Control kind="quiet" onPress={onClose}>
          {t('tokens.keep')}
        </Control>
      </div>
    </form>
  );
}
