/** A row of figures above a page, each under its name. */
import type { ReactNode } from 'react';

/** The row. */
export function Figures({ children }: { readonly children: ReactNode }) {
  return <dl className="day">{children}</dl>;
}

/** One of them: `wrong` is refused or broken, `waiting` is not known yet. */
export function Figure({
  label,
  tone,
  children,
}: {
  readonly label: string;
  readonly tone?: 'wrong' | 'waiting' | undefined;
  readonly children: ReactNode;
}) {
  return (
    <div className="day-one">
      <dt className="second">{label}</dt>
      <dd className="figure-s" data-wrong={tone === 'wrong'} data-waiting={tone === 'waiting'}>
        {children}
      </dd>
    </div>
  );
}

/** What stands where nothing is known. */
export const NONE = '–';
