/** Payments under their months, each with what it took. */

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { amountText } from '../kit/amount.tsx';
import { worldNowMs } from '../kit/world-clock.ts';
import { monthsOf, type Payment } from './core/payments.ts';
import { PaymentRow } from './payment-row.tsx';
import { PaymentSheet } from './payment-sheet.tsx';
import { monthText } from './when.ts';

/** The list. `deviceId` is the phone whose history it is. */
export function PaymentsByMonth(props: {
  readonly payments: readonly Payment[];
  readonly deviceId: string;
}) {
  const { payments, deviceId } = props;
  const { i18n } = useTranslation();
  const [openAt, setOpenAt] = useState<number>();
  const open = payments.find(({ sequence }) => sequence === openAt);
  return (
    <>
      {monthsOf(payments).map(({ atMs, lines, takenMinor, currency }) => (
        <section key={lines[0]?.sequence} className="recent">
          <div className="row-between">
            <h2 className="heading">{monthText(i18n.language, atMs, worldNowMs())}</h2>
            {takenMinor !== undefined && (
              <span className="second tabular">{amountText(-takenMinor, currency)}</span>
            )}
          </div>
          <ul className="payments">
            {lines.map((line) => (
              <PaymentRow key={line.sequence} line={line} onOpen={() => setOpenAt(line.sequence)} />
            ))}
          </ul>
        </section>
      ))}
      {open !== undefined && (
        <PaymentSheet line={open} deviceId={deviceId} onClose={() => setOpenAt(undefined)} />
      )}
    </>
  );
}
