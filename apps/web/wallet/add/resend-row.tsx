/** Asking for a new code: not within half a minute of the last, and not more often than the bank sends. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../use-now.ts';

const PAUSE_MS = 30_000;

/** The row. Draw it anew for each code that was sent: its half minute begins with it. */
export function ResendRow(props: {
  readonly left: number;
  /** The code that was sent is of no use any more: a new one may be asked for at once. */
  readonly isUrgent: boolean;
  readonly onResend: () => void;
  readonly onOther: () => void;
}) {
  const { left, isUrgent, onResend, onOther } = props;
  const { t } = useTranslation();
  const [sentAtMs] = useState(() => Date.now());
  const nowMs = useNow();
  const waitMs = isUrgent ? 0 : sentAtMs + PAUSE_MS - nowMs;
  return (
    <div className="row-between add-resend">
      {left === 0 ? (
        <span className="small third">{t('add.code.noneLeft')}</span>
      ) : waitMs > 0 ? (
        <span className="small third tabular">
          {t('add.code.resendIn', { seconds: Math.ceil(waitMs / 1_000) })}
        </span>
      ) : (
        <button type="button" className="add-link" onClick={onResend}>
          {t('add.code.resend')}
          <span className="caption third">{t('add.code.resendsLeft', { count: left })}</span>
        </button>
      )}
      <button type="button" className="add-link" onClick={onOther}>
        {t('add.code.other')}
      </button>
    </div>
  );
}
