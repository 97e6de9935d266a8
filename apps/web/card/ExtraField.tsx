/** What a bank asks for beside number and expiry: the security code of a credit card, the mobile number for a debit card. */
import { CircleQuestionMark } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cvn2Form, mobileForm, type Needs } from './entry.ts';
import { TypedField } from './TypedField.tsx';

/** The last field of the form. */
export function ExtraField({
  needs,
  digits,
  onDigits,
  onLeave,
  onEnter,
  isWrong,
}: {
  readonly needs: Needs;
  readonly digits: string;
  readonly onDigits: (digits: string) => void;
  readonly onLeave: () => void;
  readonly onEnter: (from: HTMLInputElement) => void;
  readonly isWrong: boolean;
}) {
  const { t } = useTranslation();
  const [isNoteUp, setNoteUp] = useState(false);
  const field = { digits, onDigits, onLeave, onEnter, isLast: true };
  if (needs === 'mobile') {
    return (
      <TypedField
        {...field}
        label={t('mobile.label')}
        form={mobileForm}
        wrong={isWrong ? t('mobile.unfinished') : undefined}
        hint={t('mobile.hint')}
        autoComplete="tel"
      />
    );
  }
  return (
    <TypedField
      {...field}
      label={t('cvn2.label')}
      form={cvn2Form}
      isMasked
      wrong={isWrong ? t('cvn2.unfinished') : undefined}
      hint={isNoteUp ? t('cvn2.where') : undefined}
      autoComplete="cc-csc"
      end={
        <button
          type="button"
          className="icon-button field-ask"
          aria-label={t('cvn2.ask')}
          aria-expanded={isNoteUp}
          onClick={() => setNoteUp((isUp) => !isUp)}
        >
          <CircleQuestionMark size={20} strokeWidth={1.75} aria-hidden />
        </button>
      }
    />
  );
}
