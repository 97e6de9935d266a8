/**
 * The phone's glass while it is locked and dark, and while it is held to a gate, dark or not: one layer that any touch
 * puts away. All it knows comes from the element's antenna and from what this page has already.
 */
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { giveCue } from '../../kit/cues.ts';
import { worldNowMs } from '../../kit/world-clock.ts';
import type { AtGate } from '../core/at-gate.ts';
import { goTo } from '../route.ts';
import { useNow } from '../use-now.ts';
import { useWallet, useWalletState } from '../use-wallet.tsx';
import { GateMoment } from './gate-moment.tsx';
import { GateSpoken } from './gate-spoken.tsx';
import './glass.css';

/** Whether the glass lies over the phone. */
export function isGlassUp({ isDark, atGate }: { isDark: boolean; atGate: AtGate }): boolean {
  return isDark || atGate.step !== 'away';
}

/** The layer. */
export function Glass() {
  const { isDark, atGate } = useWalletState();
  return isGlassUp({ isDark, atGate }) ? <Layer /> : null;
}

/** Keys that belong to the keyboard's own ways and wake nothing. */
const QUIET_KEYS = ['Tab', 'Shift', 'Control', 'Alt', 'Meta'];

function Layer() {
  const { t } = useTranslation();
  const wallet = useWallet();
  const { isDark, atGate } = useWalletState();
  const touch = useRef<HTMLButtonElement>(null);
  useCues(atGate.step);
  const wake = () => {
    // Whoever was sent here by a gate to pay an open fare is at the place to do so.
    const isOwing = atGate.step === 'shut' && atGate.shown.code === 'gate.on_deny_list';
    if (isOwing) goTo({ screen: 'transit' });
    wallet.wakeScreen();
  };
  useFocusHeld(touch, atGate.step);
  return (
    <dialog
      open
      className={atGate.step === 'shut' ? 'glass' : 'glass on-field'}
      data-step={atGate.step}
      aria-modal="true"
      aria-label={isDark ? t('glass.dark') : t('glass.atGate')}
      onKeyDown={({ key, target }) => {
        const isOnHold = target instanceof HTMLButtonElement && target !== touch.current;
        if (!QUIET_KEYS.includes(key) && !isOnHold) wake();
      }}
    >
      <button
        ref={touch}
        type="button"
        className="glass-touch"
        aria-label={isDark ? t('glass.wake') : t('page.close')}
        onClick={wake}
      />
      <div className="glass-body">
        {atGate.step === 'away' ? <Dark /> : <GateMoment at={atGate} />}
      </div>
      <GateSpoken at={atGate} />
    </dialog>
  );
}

/** The time, and nothing else until a reader comes. */
function Dark() {
  const { t } = useTranslation();
  const wallet = useWallet();
  const { isFieldOn, isGateField } = useWalletState();
  useNow();
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
  return (
    <>
      <p className="glass-time">{time.format(worldNowMs())}</p>
      {isFieldOn && !isGateField && <p className="glass-near">{t('glass.shop')}</p>}
      {isGateField && (
        <div className="glass-foot">
          <button type="button" className="glass-hold" onClick={() => void wallet.holdToGate()}>
            {t('glass.hold')}
          </button>
        </div>
      )}
    </>
  );
}

/** The glass takes the focus, also back from a button that is gone; whoever had it before gets it at the end. */
function useFocusHeld(touch: { readonly current: HTMLElement | null }, step: string): void {
  useEffect(() => {
    const before = document.activeElement;
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  useEffect(() => {
    const isAmongOurs = touch.current?.parentElement?.contains(document.activeElement);
    if (step !== '' && !isAmongOurs) touch.current?.focus({ preventScroll: true });
  }, [touch, step]);
}

function useCues(step: AtGate['step']): void {
  useEffect(() => {
    if (step === 'reading') giveCue('read');
    if (step === 'opened') giveCue('paid');
    if (step === 'shut') giveCue('refused');
  }, [step]);
}
