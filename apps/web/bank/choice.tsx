/** One of a few: native radio buttons, drawn as a row of tiles. */
import { useId } from 'react';

/** The choice. A second line says what a tile means. */
export function Choice<Value extends string>({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly {
    readonly value: Value;
    readonly title: string;
    readonly second?: string;
  }[];
  readonly onChange: (value: Value) => void;
}) {
  const name = useId();
  return (
    <fieldset className="choice">
      <legend className="small second">{label}</legend>
      <div className="choice-tiles">
        {options.map((option) => (
          <label key={option.value} className="choice-tile">
            <input
              type="radio"
              name={name}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            <span className="choice-title">{option.title}</span>
            {option.second === undefined ? null : (
              <span className="caption third">{option.second}</span>
            )}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
