/** What the console's pages are made of: a head, panes, and controls of 34 px. */
import { WifiOff } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Line } from '../kit/parts.tsx';
import { useTold } from './events.ts';

/** A page: its title with what stands beside it, its acts at the right, the line that says when the world is lost. */
export function Page({
  title,
  beside,
  acts,
  children,
}: {
  readonly title: ReactNode;
  readonly beside?: ReactNode;
  readonly acts?: ReactNode;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  const { state } = useTold();
  useEffect(() => {
    document.title = typeof title === 'string' ? `${title} · Octavo` : 'Octavo';
  }, [title]);
  return (
    <>
      <div className="page-head">
        <h1 className="title">{title}</h1>
        {beside}
        {acts === undefined ? null : <div className="page-acts">{acts}</div>}
      </div>
      {state === 'lost' ? (
        <Line tone="amber" icon={<WifiOff size={18} strokeWidth={1.75} aria-hidden />}>
          {t('shell.lostLine')}
        </Line>
      ) : null}
      {children}
    </>
  );
}

/** A pane on leaf with a heading and something at its right. */
export function Pane({
  title,
  end,
  children,
  className = '',
}: {
  readonly title: ReactNode;
  readonly end?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}) {
  return (
    <section className={`c-pane ${className}`}>
      <div className="c-pane-head">
        <h2 className="c-heading">{title}</h2>
        {end === undefined ? null : <div className="c-pane-end">{end}</div>}
      </div>
      {children}
    </section>
  );
}

/** A button of 34 px. */
export function Control({
  children,
  kind = 'soft',
  onPress,
  disabled = false,
  busy = false,
  pressed,
  label,
  type = 'button',
}: {
  readonly children: ReactNode;
  readonly kind?: 'primary' | 'soft' | 'quiet' | 'danger' | 'quiet-danger';
  readonly onPress?: (() => void) | undefined;
  readonly disabled?: boolean;
  readonly busy?: boolean;
  readonly pressed?: boolean | undefined;
  readonly label?: string | undefined;
  readonly type?: 'button' | 'submit';
}) {
  return (
    <button
      type={type}
      className={`control control-${kind}`}
      disabled={disabled}
      aria-busy={busy}
      aria-pressed={pressed}
      aria-label={label}
      onClick={busy ? undefined : onPress}
    >
      {children}
    </button>
  );
}
