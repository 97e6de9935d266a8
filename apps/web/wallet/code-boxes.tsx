/** Six boxes over one input: a code is typed, pasted, or filled in by the system. */
import { useId } from 'react';
import { useFocusAtOnce } from '../kit/focus-at-once.ts';

const PLACES = ['1st', '2nd', '3rd', '4th', '5th', '6th'] as const;

/** The code so far; `onFull` hears it once all six digits are there. */
export function CodeBoxes(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onFull: (code: string) => void;
  readonly wrong: string | undefined;
  readonly busy: boolean;
}) {
  const { label, value, onChange, onFull, wrong, busy } = props;
  const id = useId();
  const input = useFocusAtOnce<HTMLInputElement>();
  const take = (typed: string) => {
    const digits = typed.replace(/\D/g, '').slice(0, PLACES.length);
    onChange(digits);
    if (digits.length === PLACES.length && digits !== value) onFull(digits);
  };
  return (
    <div className="field" data-wrong={wrong !== undefined}>
      <label htmlFor={id}>{label}</label>
      <span className="code-boxes">
        <input
          ref={input}
          id={id}
          className="code-input"
          value={value}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={PLACES.length}
          aria-invalid={wrong !== undefined}
          aria-describedby={wrong === undefined ? undefined : `${id}-said`}
          readOnly={busy}
          onChange={(event) => take(event.target.value)}
        />
        <span className="code-row" aria-hidden="true">
          {PLACES.map((place, index) => (
            <span
              key={place}
              className="code-box figure-s"
              data-next={index === value.length || undefined}
            >
              {value[index]}
            </span>
          ))}
        </span>
      </span>
      {wrong !== undefined && (
        <p id={`${id}-said`} className="field-wrong" role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}
