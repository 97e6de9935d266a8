/** The bank's one-time code: six boxes to look at, one input to type in. The sixth digit seals it. */
import { type SyntheticEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Desk } from './desk.ts';
import { codeForm } from './entry.ts';
import type { Binding } from './messages.ts';
import { seal } from './seal.ts';

const BOXES = [0, 1, 2, 3, 4, 5] as const;

/** Draw the boxes. Once sealed the digits are forgotten, and dots say that six were typed. */
export function CodeForm({ desk, binding }: { readonly desk: Desk; readonly binding: Binding }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [code, setCode] = useState('');
  const [state, setState] = useState<'typing' | 'sealing' | 'sealed' | 'dead'>('typing');
  const [isComposing, setComposing] = useState(false);
  const sealCode = async (digits: string) => {
    setState('sealing');
    const envelope = await seal(binding, { kind: 'code', code: digits });
    if (envelope === undefined) {
      setState('typing');
      return desk.tell({ kind: 'no_connection' });
    }
    setCode('');
    setState('sealed');
    desk.tell({ kind: 'sealed', envelope });
  };
  const type = (text: string) => {
    const { digits } = codeForm.read(text, false);
    if (digits === code) return;
    setCode(digits);
    if (digits.length === BOXES.length) void sealCode(digits);
  };
  const hear = useRef<Parameters<Desk['hear']>[0]>(undefined);
  hear.current = (message) => {
    if (message.kind === 'seal' && state === 'typing' && code.length === BOXES.length) {
      void sealCode(code);
    }
    if (message.kind !== 'again' && message.kind !== 'dead') return;
    setCode('');
    setState(message.kind === 'again' ? 'typing' : 'dead');
    if (message.kind === 'again') input.current?.focus();
    else input.current?.blur();
  };
  useEffect(() => desk.hear((message) => hear.current?.(message)), [desk]);
  useEffect(() => input.current?.focus(), []);
  const isComplete = !isComposing && code.length === BOXES.length;
  useEffect(() => desk.tell({ kind: 'complete', isComplete }), [desk, isComplete]);
  return (
    <div className="code">
      <input
        ref={input}
        className="code-input"
        aria-label={t('code.label')}
        value={code}
        onChange={(event) => {
          const { isComposing: composes } = event.nativeEvent as InputEvent;
          setComposing(composes);
          if (composes) setCode(event.target.value);
          else type(event.target.value);
        }}
        onCompositionEnd={(event) => {
          setComposing(false);
          type(event.currentTarget.value);
        }}
        onSelect={isComposing ? undefined : keepAtEnd}
        readOnly={state !== 'typing'}
        disabled={state === 'dead'}
        type="text"
        inputMode="numeric"
        pattern="[0-9]{6}"
        autoComplete="one-time-code"
        enterKeyHint="done"
        spellCheck={false}
      />
      <div className="code-boxes" aria-hidden>
        {BOXES.map((box) => (
          <span
            key={box}
            className="code-box"
            data-dead={state === 'dead'}
            data-here={state === 'typing' && box === code.length}
          >
            {state === 'sealed' ? <span className="code-dot" /> : code.charAt(box)}
          </span>
        ))}
      </div>
    </div>
  );
}

/** The boxes show one caret, behind the last digit, so there is none elsewhere. */
function keepAtEnd({ currentTarget }: SyntheticEvent<HTMLInputElement>): void {
  const { value, selectionStart, selectionEnd } = currentTarget;
  const isAll = selectionStart === 0 && selectionEnd === value.length;
  if (!isAll && selectionStart !== value.length) {
    currentTarget.setSelectionRange(value.length, value.length);
  }
}
