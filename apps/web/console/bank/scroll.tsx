/** A long table in a pane of its own height, which the keyboard can scroll. */
import type { ReactNode } from 'react';

/** Whoever has no pointer scrolls with the arrow keys. */
const REACHABLE = { tabIndex: 0 } as const;

/** The pane; `label` is what it is called. */
export function Scroll({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ReactNode;
}) {
  return (
    <section className="bank-scroll" aria-label={label} {...REACHABLE}>
      {children}
    </section>
  );
}
