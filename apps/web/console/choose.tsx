/** A choice of one among few, in the console's size: the browser's own list in our border. */
import { ChevronDown } from 'lucide-react';
import './choose.css';

/** A labelled list. With `isLabelUnseen` the label is for the ear alone, where a column's head says it. */
export function Choose<Value extends string>({
  label,
  isLabelUnseen = false,
  value,
  options,
  onChange,
  face,
  disabled = false,
}: {
  readonly label: string;
  readonly isLabelUnseen?: boolean;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly words: string }[];
  readonly onChange: (value: Value) => void;
  /** What stands in the closed box instead of the whole words of what is chosen. */
  readonly face?: string;
  readonly disabled?: boolean;
}) {
  return (
    <label className="choose">
      <span className={isLabelUnseen ? 'unseen' : 'choose-label'}>{label}</span>
      <span className="choose-box">
        <select
          data-faced={face !== undefined || undefined}
          value={value}
          disabled={disabled}
          onChange={(event) => {
            const chosen = options.find((option) => option.value === event.target.value);
            if (chosen !== undefined) onChange(chosen.value);
          }}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.words}
            </option>
          ))}
        </select>
        {face === undefined ? null : (
          <span className="choose-face" aria-hidden>
            {face}
          </span>
        )}
        <ChevronDown size={16} strokeWidth={1.75} aria-hidden />
      </span>
    </label>
  );
}
