/** The moment of a payment, over the phone's column: the field, the flood and the paper, and what stands on each. */
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { giveCue } from '../../kit/cues.ts';
import { keepInside } from '../../kit/parts.tsx';
import { mayClose, type Pay } from '../core/pay.ts';
import { useWallet, useWalletState } from '../use-wallet.tsx';
import { Ground } from './ground.tsx';
import { Declined, Paid } from './result.tsx';
import { Spoken } from './spoken.tsx';
import { Stage } from './stage.tsx';
import { Standing } from './standing.tsx';
import './pay.css';
import './stage.css';
import './result.css';

/** Shows itself while a payment is under way. */
export function PayMoment() {
  const { pay } = useWalletState();
  return pay.step === 'idle' ? null : <Moment pay={pay} />;
}

/** A payment that is under way or has ended. */
export type Underway = Exclude<Pay, { step: 'idle' }>;

function Moment({ pay }: { readonly pay: Underway }) {
  const { t } = useTranslation();
  const wallet = useWallet();
  const layer = useRef<HTMLDialogElement>(null);
  useReturnedFocus(layer);
  useFocusOn(layer, pay.step);
  useCues(pay.step);
  const isPaper = pay.step === 'declined';
  return (
    <dialog
      open
      ref={layer}
      className={isPaper ? 'pay' : 'pay on-field'}
      data-step={pay.step}
      aria-modal="true"
      aria-label={t('pay.title')}
      tabIndex={-1}
      onKeyDown={(event) =>
        keepInside(event, layer.current, () => {
          if (mayClose(pay)) void wallet.closePay();
        })
      }
    >
      <Ground step={pay.step} />
      <div className="pay-body">{viewOf(pay)}</div>
      <Spoken pay={pay} />
    </dialog>
  );
}

function viewOf(pay: Underway): ReactNode {
  switch (pay.step) {
    case 'paid':
      return <Paid pay={pay} />;
    case 'declined':
      return <Declined pay={pay} />;
    case 'unknown':
    case 'ran_out':
    case 'unconfirmed':
      return <Standing pay={pay} />;
    default:
      return <Stage pay={pay} />;
  }
}

/** Whoever had the focus gets it back when the moment is over. */
function useReturnedFocus(layer: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    const before = document.activeElement;
    return () => {
      const isLost = layer.current === null || document.activeElement === document.body;
      if (isLost && before instanceof HTMLElement) before.focus();
    };
  }, [layer]);
}

/** A new step takes the focus where the last one's control is gone: to the one thing to do, or to the layer. */
function useFocusOn(layer: { readonly current: HTMLElement | null }, step: Pay['step']): void {
  useEffect(() => {
    const { current } = layer;
    if (current === null) return;
    const isResult = step === 'paid' || step === 'declined';
    const first = current.querySelector<HTMLElement>('.button-primary:not(:disabled)');
    (isResult ? current : (first ?? current)).focus({ preventScroll: true });
  }, [layer, step]);
}

/** One buzz when the reader begins, and the cue of the end. */
function useCues(step: Pay['step']): void {
  useEffect(() => {
    if (step === 'reading') giveCue('read');
    if (step === 'paid') giveCue('paid');
    if (step === 'declined') giveCue('refused');
  }, [step]);
}
