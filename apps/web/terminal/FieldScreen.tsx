/** The field: dark ground, lights, our contactless sign, and what the display says while a phone is asked. */
import { QrCode, WifiOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { amountText } from '../kit/amount.tsx';
import { TapSign } from '../kit/mark/Signs.tsx';
import { Button } from '../kit/parts.tsx';
import { useFocusHere } from '../kit/use-focus.ts';
import { BigAmount } from './BigAmount.tsx';
import { type FieldState, wordsOfField } from './field-words.ts';
import { lettersOf } from './names.ts';
import { Presence } from './Place.tsx';
import { mayCancel } from './sale.ts';
import type { TillParts } from './Till.tsx';
import { TillBar } from './TillBar.tsx';
import { useKeys } from './use-keys.ts';

/** The field screen. */
export function FieldScreen({
  parts,
  state,
  isCovered,
}: {
  readonly parts: TillParts;
  readonly state: FieldState;
  readonly isCovered: boolean;
}) {
  const { t } = useTranslation();
  const { title, second } = wordsOfField(t, state);
  const focus = useFocusHere<HTMLHeadingElement>();
  const { send } = parts.desk;
  useKeys(!isCovered, (key) => {
    if (key === 'Escape') send({ kind: 'cancel' });
  });
  const isAsking = state.kind === 'paying' && state.stage === 'asking' && state.line === 'up';
  const isLost = state.kind === 'paying' && state.line === 'lost';
  return (
    <div className="screen on-field" data-field={fieldLook(state)}>
      <TillBar parts={parts} lit={litOf(state)} />
      <div className="field-middle">
        <TapSign />
        <div className="field-words">
          <h2 className="display" ref={focus} tabIndex={-1}>
            {title}
          </h2>
          <p className={isLost ? 'field-amber small' : 'field-second'}>
            {isLost ? <WifiOff size={16} strokeWidth={1.75} aria-hidden /> : null}
            {isAsking ? <span className="ring" aria-hidden="true" /> : null}
            {second}
          </p>
        </div>
        <BigAmount {...state.sale} />
        {isDown(state) ? (
          <p className="field-amber small" role="status">
            <WifiOff size={16} strokeWidth={1.75} aria-hidden />
            {t('fieldLost')}
          </p>
        ) : null}
      </div>
      <FieldFoot parts={parts} state={state} />
    </div>
  );
}

function FieldFoot({ parts, state }: { readonly parts: TillParts; readonly state: FieldState }) {
  const { t } = useTranslation();
  const { desk, show, isWide } = parts;
  return (
    <div className="field-foot">
      {isWide ? (
        <Rules parts={parts} />
      ) : (
        <>
          {state.kind === 'elsewhere' ? null : <Presence state={state} />}
          {state.kind === 'listening' ? (
            <button type="button" className="field-code" onClick={() => show({ kind: 'place' })}>
              <QrCode size={20} strokeWidth={1.75} aria-hidden />
              {t('showCode')}
            </button>
          ) : null}
        </>
      )}
      <div className="field-acts">
        {state.kind === 'listening' && state.phone === 'near' ? (
          <Button onPress={desk.tapAgain}>{t('tapAgain')}</Button>
        ) : null}
        {state.kind === 'elsewhere' ? (
          <Button onPress={() => desk.send({ kind: 'again' })}>{t('elsewhereAct')}</Button>
        ) : null}
        {state.kind === 'paying' && state.line === 'lost' ? (
          <>
            <p className="small field-second">{t('leaveSecond')}</p>
            <Button kind="soft" onPress={() => desk.send({ kind: 'leave' })}>
              {t('leave')}
            </Button>
          </>
        ) : (
          <Button
            kind="soft"
            disabled={!mayCancel(state)}
            onPress={() => desk.send({ kind: 'cancel' })}
          >
            {t('cancel')}
          </Button>
        )}
      </div>
    </div>
  );
}

/** How the reader is set up, in one line. */
function Rules({ parts }: { readonly parts: TillParts }) {
  const { t } = useTranslation();
  const { cvmLimitMinor, currency, offlineOnly } = parts.settings.settings;
  return (
    <p className="small field-rules">
      {[
        t('rules.cvm', { amount: amountText(cvmLimitMinor, currency) }),
        offlineOnly ? t('rules.offline') : t('rules.online'),
        lettersOf(currency),
      ].join(' · ')}
    </p>
  );
}

/** One light: ready. Two: reading. All four: read. */
function litOf(state: FieldState): number {
  if (state.kind === 'elsewhere') return 0;
  if (state.kind === 'listening') return state.phone === 'unknown' ? 0 : 1;
  if (state.stage === 'asking') return 4;
  return state.line === 'up' ? 2 : 1;
}

function fieldLook(state: FieldState): string {
  if (state.kind === 'elsewhere' || isDown(state)) return 'off';
  if (state.kind === 'listening') return state.hint === undefined ? 'ready' : 'hint';
  return state.stage;
}

function isDown(state: FieldState): boolean {
  return state.kind === 'listening' && state.phone === 'unknown';
}
