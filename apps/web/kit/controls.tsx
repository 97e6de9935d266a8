/** A switch, a choice among a few, and one among many, as the settings of a reader's page have them. */
import { type ReactNode, useId } from 'react';
import './controls.css';

/** A switch with its name and one line of what it does. */
export function Toggle({
  label,
  told,
  isOn,
  onChange,
}: {
  readonly label: string;
  readonly told: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}) {
  const id = useId();
  return (
    <div className="toggle">
      <div>
        <label htmlFor={id}>{label}</label>
        <p id={`${id}-told`} className="field-hint">
          {told}
        </p>
      </div>
      <input
        id={id}
        type="checkbox"
        role="switch"
        checked={isOn}
        aria-checked={isOn}
        aria-describedby={`${id}-told`}
        onChange={(event) => onChange(event.target.checked)}
      />
    </div>
  );
}

/** One of a few, in a row. */
export function Choice<Value extends string>({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [value: Value, words: string])[];
  readonly onChange: (value: Value) => void;
}) {
  const name = useId();
  return (
    <fieldset className="one-of">
      <legend className="small second">{label}</legend>
      <div className="one-of-row">
        {options.map(([option, words]) => (
          <label key={option}>
            <input
              type="radio"
              name={name}
              checked={option === value}
              onChange={() => onChange(option)}
            />
            <span>{words}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** A labelled choice of the browser's own; the children are its options. */
export function Select({
  label,
  told,
  value,
  onChange,
  children,
}: {
  readonly label: string;
  readonly told?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <span className="field-box">
        <select
          id={id}
          value={value}
          aria-describedby={told === undefined ? undefined : `${id}-told`}
          onChange={(event) => onChange(event.target.value)}
        >
          {children}
        </select>
      </span>
      {told === undefined ? null : (
        <p id={`${id}-told`} className="field-hint">
          {told}
        </p>
      )}
    </div>
  );
}
