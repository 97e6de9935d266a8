/** A long table in a pane of its own height, which the keyboard can scroll. */
import type { ReactNode } from 'react';

/** The pane; `label` is what it is called. */
export function Scroll({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no pointer scrolls with the arrow keys
    <section className="bank-scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
