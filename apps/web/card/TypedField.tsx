/** A field for digits: grouped while they are typed, with the caret where the holder left it. */
import { CircleAlert } from 'lucide-react';
import {
  type ReactNode,
  type SyntheticEvent,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { type Form, readEdit } from './entry.ts';

/** Labelled, with its own error; `end` stands in the box at the right. */
export function TypedField(field: {
  readonly label: string;
  readonly form: Form;
  readonly digits: string;
  readonly onDigits: (digits: string) => void;
  readonly onLeave: () => void;
  readonly onEnter: (from: HTMLInputElement) => void;
  readonly wrong: string | undefined;
  readonly hint?: string | undefined;
  readonly end?: ReactNode;
  readonly autoComplete: string;
  readonly placeholder?: string;
  /** Shown as bullets. */
  readonly isMasked?: boolean;
  readonly isLast?: boolean;
}) {
  const id = useId();
  const typing = useTyping(field);
  const said = field.wrong ?? field.hint;
  return (
    <div className="field" data-wrong={field.wrong !== undefined}>
      <label htmlFor={id}>{field.label}</label>
      <span className="field-box">
        <input
          id={id}
          {...typing}
          // A password field is the one input that every browser masks and no browser spells or suggests.
          type={field.isMasked ? 'password' : 'text'}
          inputMode="numeric"
          autoComplete={field.autoComplete}
          placeholder={field.placeholder}
          enterKeyHint={field.isLast ? 'go' : 'next'}
          spellCheck={false}
          onBlur={field.onLeave}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
              field.onEnter(event.currentTarget);
            }
          }}
          aria-invalid={field.wrong !== undefined}
          aria-describedby={said === undefined ? undefined : `${id}-said`}
        />
        {field.end}
      </span>
      {/* The region stands before its words do, or they would not be announced. */}
      <div id={`${id}-said`} role="status">
        {said === undefined ? null : (
          <p className={field.wrong === undefined ? 'field-hint' : 'field-wrong'}>
            {field.wrong === undefined ? null : (
              <CircleAlert size={18} strokeWidth={1.75} aria-hidden />
            )}
            <span>{said}</span>
          </p>
        )}
      </div>
    </div>
  );
}

/** What an input needs to show digits by a form. A text that an input method is still composing is left alone. */
function useTyping({
  form,
  digits,
  onDigits,
}: {
  readonly form: Form;
  readonly digits: string;
  readonly onDigits: (digits: string) => void;
}) {
  const ref = useRef<HTMLInputElement>(null);
  const caret = useRef<number>(undefined);
  const [composed, setComposed] = useState<string>();
  const [, drawAgain] = useState(0);
  useLayoutEffect(() => {
    if (caret.current === undefined || ref.current === null) return;
    ref.current.setSelectionRange(caret.current, caret.current);
    caret.current = undefined;
  });
  const read = (input: HTMLInputElement, deletes: 'backward' | 'forward' | undefined) => {
    const at = input.selectionStart ?? input.value.length;
    const edit = readEdit(form, { before: digits, text: input.value, caret: at, deletes });
    caret.current = edit.caret;
    setComposed(undefined);
    onDigits(edit.digits);
    // Digits that stay the same would draw nothing, and the browser would leave the caret at the end.
    drawAgain((times) => times + 1);
  };
  return {
    ref,
    value: composed ?? form.show(digits),
    onChange: (event: SyntheticEvent<HTMLInputElement>) => {
      const native = event.nativeEvent as InputEvent;
      if (native.isComposing) setComposed(event.currentTarget.value);
      else read(event.currentTarget, directionOf(native.inputType));
    },
    onCompositionEnd: (event: SyntheticEvent<HTMLInputElement>) =>
      read(event.currentTarget, undefined),
  };
}

function directionOf(inputType: string | undefined): 'backward' | 'forward' | undefined {
  if (inputType === undefined || !inputType.startsWith('delete')) return undefined;
  return inputType.endsWith('Forward') ? 'forward' : 'backward';
}
