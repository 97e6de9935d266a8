/** One payment in a list: who, when and how it ended, how much. A refused one is struck through, never hidden. */

import { Minus, Store, Undo2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Amount } from '../kit/amount.tsx';
import { worldNowMs } from '../kit/world-clock.ts';
import { endOf, type Payment } from './core/payments.ts';
import { useReason } from './use-reason.ts';
import { whenText } from './when.ts';

/** The row. */
export function PaymentRow(props: { readonly line: Payment; readonly onOpen: () => void }) {
  const { line, onOpen } = props;
  const { t, i18n } = useTranslation();
  const end = endOf(line);
  const reason = useReason(end === 'refused' ? line.code : undefined);
  const how = { paid: t('history.paid'), refused: reason, taken_back: t('history.takenBack') }[end];
  return (
    <li>
      <button type="button" className="payment" onClick={onOpen}>
        <span className="row-icon">
          <EndIcon end={end} />
        </span>
        <span className="row-body">
          <span className="payment-title">{line.merchant ?? t('history.purchase')}</span>
          <span className="payment-second small" data-end={end}>
            {whenText(t, i18n.language, line.atMs, worldNowMs())} · {how}
          </span>
        </span>
        <PaymentAmount line={line} />
      </button>
    </li>
  );
}

/** The amount as it stands in a list: what was taken with a minus, what came back with a plus. */
function PaymentAmount({ line }: { readonly line: Payment }) {
  const end = endOf(line);
  const minor = BigInt(line.amountMinor);
  return (
    <span className="payment-amount" data-end={end}>
      <Amount
        minor={end === 'paid' ? -minor : minor}
        currency={line.currency}
        bare
        plus={end === 'taken_back'}
      />
    </span>
  );
}

function EndIcon({ end }: { readonly end: ReturnType<typeof endOf> }) {
  if (end === 'refused') return <Minus size={16} strokeWidth={2.4} aria-hidden />;
  if (end === 'taken_back') return <Undo2 size={20} strokeWidth={1.75} aria-hidden />;
  return <Store size={20} strokeWidth={1.75} aria-hidden />;
}
