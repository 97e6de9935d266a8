/** The parts that phone, terminal and bank share: buttons, rows, fields, lines and sheets. */
import { ChevronLeft, ChevronRight, X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';

/** A button over the whole width. `busy` keeps its size and refuses a second press. */
export function Button({
  children,
  kind = 'primary',
  busy = false,
  disabled = false,
  onPress,
  type = 'button',
}: {
  readonly children: ReactNode;
  readonly kind?: 'primary' | 'soft' | 'danger' | 'quiet' | 'quiet-danger';
  readonly busy?: boolean;
  readonly disabled?: boolean;
  readonly onPress?: (() => void) | undefined;
  readonly type?: 'button' | 'submit';
}) {
  return (
    <button
      type={type}
      className={`button button-${kind}`}
      aria-busy={busy}
      disabled={disabled}
      onClick={busy ? undefined : onPress}
    >
      {children}
    </button>
  );
}

/** A round button with an icon alone; `label` is what it is called. */
export function IconButton({
  label,
  onPress,
  children,
}: {
  readonly label: string;
  readonly onPress?: (() => void) | undefined;
  readonly children: ReactNode;
}) {
  return (
    <button type="button" className="icon-button" aria-label={label} onClick={onPress}>
      {children}
    </button>
  );
}

/** The bar of a page below the first: back, title, and one act. */
export function Bar({
  title,
  back,
  backLabel,
  children,
}: {
  readonly title?: ReactNode;
  readonly back?: (() => void) | undefined;
  readonly backLabel: string;
  readonly children?: ReactNode;
}) {
  return (
    <header className="bar">
      {back === undefined ? (
        <span />
      ) : (
        <IconButton label={backLabel} onPress={back}>
          <ChevronLeft size={24} strokeWidth={1.75} aria-hidden />
        </IconButton>
      )}
      <h1 className="heading">{title}</h1>
      {children ?? <span />}
    </header>
  );
}

/** A row of a list: icon, two lines, an end, and a chevron when it leads somewhere. */
export function Row({
  icon,
  title,
  second,
  end,
  onPress,
  href,
}: {
  readonly icon?: ReactNode;
  readonly title: ReactNode;
  readonly second?: ReactNode;
  readonly end?: ReactNode;
  readonly onPress?: (() => void) | undefined;
  readonly href?: string;
}) {
  const inner = (
    <>
      {icon === undefined ? null : <span className="row-icon">{icon}</span>}
      <span className="row-body">
        <span className="row-title">{title}</span>
        {second === undefined ? null : <span className="row-second small third">{second}</span>}
      </span>
      {end === undefined ? null : <span className="row-end">{end}</span>}
      {onPress === undefined && href === undefined ? null : (
        <ChevronRight className="row-go" size={18} strokeWidth={1.75} aria-hidden />
      )}
    </>
  );
  if (href !== undefined) {
    return (
      <li>
        <a className="row" href={href} target="_blank" rel="noopener">
          {inner}
        </a>
      </li>
    );
  }
  if (onPress === undefined) return <li className="row">{inner}</li>;
  return (
    <li>
      <button type="button" className="row" onClick={onPress}>
        {inner}
      </button>
    </li>
  );
}

/** A labelled input in our own border. The error belongs to it and is announced. */
export function Field({
  label,
  value,
  onChange,
  wrong,
  hint,
  onLeave,
  end,
  ...input
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly wrong?: string | undefined;
  readonly hint?: string | undefined;
  readonly onLeave?: () => void;
  readonly end?: ReactNode;
  readonly inputMode?: 'numeric' | 'text' | 'decimal' | 'tel';
  readonly autoComplete?: string;
  readonly placeholder?: string;
  readonly maxLength?: number;
  readonly autoFocus?: boolean;
  readonly type?: 'text' | 'password' | 'tel';
  readonly enterKeyHint?: 'next' | 'done' | 'go';
}) {
  const id = useId();
  const said = wrong ?? hint;
  return (
    <div className="field" data-wrong={wrong !== undefined}>
      <label htmlFor={id}>{label}</label>
      <span className="field-box">
        <input
          id={id}
          value={value}
          aria-invalid={wrong !== undefined}
          aria-describedby={said === undefined ? undefined : `${id}-said`}
          onChange={(event) => onChange(event.target.value)}
          onBlur={onLeave}
          {...input}
        />
        {end}
      </span>
      {said === undefined ? null : (
        <p
          id={`${id}-said`}
          className={wrong === undefined ? 'field-hint' : 'field-wrong'}
          role={wrong === undefined ? undefined : 'alert'}
        >
          {said}
        </p>
      )}
    </div>
  );
}

/** A line that says how things are: waiting, refused, done, or merely so. */
export function Line({
  tone,
  icon,
  children,
}: {
  readonly tone: 'amber' | 'zhu' | 'qing' | 'dian';
  readonly icon?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div className={`line line-${tone}`} role="status">
      {icon}
      <div>{children}</div>
    </div>
  );
}

/** A sheet that rises from below; Escape and a touch outside put it away, and focus stays in it. */
export function Sheet({
  label,
  closeLabel,
  onClose,
  children,
}: {
  readonly label: string;
  readonly closeLabel: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const sheet = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    sheet.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <>
      <button
        type="button"
        className="sheet-ground"
        aria-label={closeLabel}
        tabIndex={-1}
        onClick={onClose}
      />
      <dialog
        open
        ref={sheet}
        className="sheet"
        aria-modal="true"
        aria-label={label}
        tabIndex={-1}
        onKeyDown={(event) => keepInside(event, sheet.current, onClose)}
      >
        <div className="sheet-grip" />
        {children}
      </dialog>
    </>
  );
}

/** A cross that puts a sheet away. */
export function CloseButton({
  label,
  onPress,
}: {
  readonly label: string;
  readonly onPress: () => void;
}) {
  return (
    <IconButton label={label} onPress={onPress}>
      <X size={22} strokeWidth={1.75} aria-hidden />
    </IconButton>
  );
}

const FOCUSABLE = 'button:not(:disabled),a[href],input:not(:disabled),iframe,[tabindex="0"]';

/** Keys in a layer over a page: Tab goes round inside it, Escape puts it away. */
export function keepInside(
  event: { readonly key: string; readonly shiftKey: boolean; preventDefault(): void },
  sheet: HTMLElement | null,
  onClose: () => void,
): void {
  if (event.key === 'Escape') onClose();
  if (event.key !== 'Tab' || sheet === null) return;
  const stops = [...sheet.querySelectorAll<HTMLElement>(FOCUSABLE)];
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  const other = event.shiftKey ? stops.at(-1) : stops[0];
  if (document.activeElement !== edge && document.activeElement !== sheet) return;
  event.preventDefault();
  other?.focus();
}
