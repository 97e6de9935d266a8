/** What the glass says aloud: the words of each step at a gate, once. */
import { useTranslation } from 'react-i18next';
import type { AtGate } from '../core/at-gate.ts';
import { useWalletState } from '../use-wallet.tsx';
import { useGateWords } from './gate-words.ts';

/** The one assertive region of the glass. */
export function GateSpoken({ at }: { readonly at: AtGate }) {
  return (
    <div className="unseen" aria-live="assertive" aria-atomic="true">
      {at.step === 'away' ? <Reader /> : <Step at={at} />}
    </div>
  );
}

function Reader() {
  const { t } = useTranslation();
  const { isFieldOn, isGateField } = useWalletState();
  return isFieldOn && !isGateField ? t('glass.shop') : null;
}

function Step({ at }: { readonly at: Exclude<AtGate, { step: 'away' }> }) {
  const { title, text } = useGateWords(at);
  return text === '' ? title : `${title}. ${text}`;
}
