/** An amount as large as its room allows. */
import type { CSSProperties } from 'react';
import { Amount, amountText } from '../kit/amount.tsx';
import type { Sale } from './sale.ts';

/** The amount of a sale in the largest figures; long ones shrink until they fit. */
export function BigAmount({ amountMinor, currency }: Sale) {
  // The minor units and the sign are set smaller than the rest.
  const chars = amountText(amountMinor, currency).length - 1;
  return (
    <div className="big-amount" style={{ '--chars': chars } as CSSProperties}>
      <Amount minor={amountMinor} currency={currency} size="figure-xl" />
    </div>
  );
}
