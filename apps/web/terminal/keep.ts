/** What the till keeps between visits: which till it is, the name of its field, and a payment whose answer is owed. */
import type { Sale } from './sale.ts';

/** A payment that was sent and whose answer nobody has seen yet. */
export type OpenPayment = Sale & { readonly requestId: string; readonly air: string };

/** What is kept, each under its own name. */
export type Kept = {
  /** The request id under which this browser's till was opened. */
  readonly till?: string;
  readonly air?: string;
  readonly open?: OpenPayment;
  /** The last one that the cashier left without an answer. */
  readonly left?: OpenPayment & { readonly leftAtMs: number };
};

const NAME = 'octavo.terminal.';

/** Read one thing that is kept. */
export function kept<Name extends keyof Kept>(name: Name): Kept[Name] {
  const text = localStorage.getItem(NAME + name);
  return text === null ? undefined : (JSON.parse(text) as Kept[Name]);
}

/** Keep a thing, or forget it. */
export function keep<Name extends keyof Kept>(name: Name, value: Kept[Name]): void {
  if (value === undefined) localStorage.removeItem(NAME + name);
  else localStorage.setItem(NAME + name, JSON.stringify(value));
}
