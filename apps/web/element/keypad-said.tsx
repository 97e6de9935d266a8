/** What the keypad says beside its question: tries left, two that differ, closed for good. */
import { CircleAlert, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { KeypadView } from './keypad-run.ts';

/** One region for all of it, announced at once; it keeps its place while there is nothing to say. */
export function KeypadSaid({ view }: { readonly view: KeypadView }) {
  return (
    <div className="keypad-said" data-over={view.state === 'over'} role="alert">
      <Words view={view} />
    </div>
  );
}

function Words({ view: { purpose, said } }: { readonly view: KeypadView }) {
  const { t } = useTranslation();
  switch (said?.kind) {
    case undefined:
      return null;
    case 'wrong':
      return (
        <p className="keypad-wrong">
          <TriangleAlert size={18} strokeWidth={1.75} aria-hidden />
          <span>
            {t('wrong')}
            <strong>{t('left', { count: said.triesLeft })}</strong>
          </span>
        </p>
      );
    case 'differs':
      return (
        <p className="keypad-wrong">
          <TriangleAlert size={18} strokeWidth={1.75} aria-hidden />
          <span>{t('differs')}</span>
        </p>
      );
    case 'blocked':
      return (
        <p className="line line-zhu">
          <CircleAlert size={18} strokeWidth={1.75} aria-hidden />
          <span>{t('blocked')}</span>
        </p>
      );
    case 'refused':
      return (
        <div className="line line-zhu">
          <CircleAlert size={18} strokeWidth={1.75} aria-hidden />
          <div>
            <p>{said.status === '6985' ? <Refused purpose={purpose} /> : t('refused.other')}</p>
            <p className="code-trace">{said.status}</p>
          </div>
        </div>
      );
  }
}

function Refused({ purpose }: Pick<KeypadView, 'purpose'>) {
  const { t } = useTranslation();
  switch (purpose) {
    case 'arm':
      return t('refused.arm');
    case 'set':
      return t('refused.set');
    case 'change':
      return t('refused.change');
  }
}
