/** The keypad on which the holder types to the element itself. */
import { Delete, Lock } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { KeypadRun, KeypadView } from './keypad-run.ts';
import { KeypadSaid } from './keypad-said.tsx';

/** Draw one showing of the keypad. */
export function Keypad({ run }: { readonly run: KeypadRun }) {
  const { t } = useTranslation();
  const view = useSyncExternalStore(run.subscribe, run.view);
  const top = useRef<HTMLHeadingElement>(null);
  useKeyboard(run);
  // The keyboard's digits come here without a further touch.
  useEffect(() => {
    window.focus();
    top.current?.focus();
  }, []);
  return (
    <main className="keypad">
      <div className="keypad-head">
        <h1 className="title" ref={top} tabIndex={-1}>
          <Question view={view} />
        </h1>
        {view.state === 'over' ? null : (
          <p className="small second keypad-note">
            <Lock size={18} strokeWidth={1.75} aria-hidden />
            {t('note')}
          </p>
        )}
      </div>
      <Dots view={view} />
      <KeypadSaid view={view} />
      {view.state === 'over' ? (
        <Close onPress={run.leave} />
      ) : (
        <Keys run={run} isBusy={view.state === 'asking'} />
      )}
    </main>
  );
}

function Question({ view: { purpose, step, state, said } }: { readonly view: KeypadView }) {
  const { t } = useTranslation();
  if (state === 'over') return said?.kind === 'blocked' ? t('over.blocked') : t('over.refused');
  switch (step) {
    case 'passcode':
      return t('ask.passcode');
    case 'old':
      return t('ask.old');
    case 'new':
      return purpose === 'set' ? t('ask.first') : t('ask.new');
    case 'again':
      return t('ask.again');
  }
}

/** All that is left to press once nothing more can be typed; the focus was on keys that are gone. */
function Close({ onPress }: { readonly onPress: () => void }) {
  const { t } = useTranslation();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <button type="button" className="button button-primary" ref={button} onClick={onPress}>
      {t('close')}
    </button>
  );
}

const PLACES = [0, 1, 2, 3, 4, 5] as const;

/** How many digits are typed, for the eye and for a screen reader. */
function Dots({ view: { typed, state } }: { readonly view: KeypadView }) {
  const { t } = useTranslation();
  if (state === 'over') return null;
  return (
    <div>
      <div className="keypad-dots" aria-hidden>
        {PLACES.map((place) => (
          <span key={place} className="keypad-dot" data-typed={place < typed} />
        ))}
      </div>
      <p className="unseen" role="status">
        {t('typed', { typed })}
      </p>
    </div>
  );
}

function Keys({ run, isBusy }: { readonly run: KeypadRun; readonly isBusy: boolean }) {
  const { t } = useTranslation();
  const digit = (value: number) => (
    <Key key={value} isBusy={isBusy} onPress={() => run.press(value)}>
      {value}
    </Key>
  );
  return (
    <fieldset className="keypad-keys">
      <legend className="unseen">{t('keys')}</legend>
      {[1, 2, 3, 4, 5, 6, 7, 8, 9].map(digit)}
      <button type="button" className="keypad-key keypad-act" onClick={run.leave}>
        {t('cancel')}
      </button>
      {digit(0)}
      <button
        type="button"
        className="keypad-key keypad-act"
        aria-label={t('erase')}
        aria-disabled={isBusy}
        onClick={run.erase}
      >
        <Delete size={24} strokeWidth={1.75} aria-hidden />
      </button>
    </fieldset>
  );
}

function Key({
  isBusy,
  onPress,
  children,
}: {
  readonly isBusy: boolean;
  readonly onPress: () => void;
  readonly children: ReactNode;
}) {
  return (
    <button type="button" className="keypad-key" aria-disabled={isBusy} onClick={onPress}>
      {children}
    </button>
  );
}

/** Digits, Backspace and Escape of a real keyboard, wherever the focus is in this frame. */
function useKeyboard(run: KeypadRun): void {
  useEffect(() => {
    const strike = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (/^[0-9]$/.test(event.key)) run.press(Number(event.key));
      else if (event.key === 'Backspace') run.erase();
      else if (event.key === 'Escape') run.leave();
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', strike);
    return () => window.removeEventListener('keydown', strike);
  }, [run]);
}
