/** The receipt of a line of the journal, with what may be done about it. */
import { Undo2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../kit/parts.tsx';
import type { PaymentLine } from './api.ts';
import { BytesButton } from './BytesButton.tsx';
import { ReceiptPaper } from './ReceiptPaper.tsx';
import { ReversalLine } from './ReversalLine.tsx';
import { printedLine } from './receipt.ts';
import type { TillParts } from './Till.tsx';
import { whyOfCode } from './why.ts';

/** The sheet's inside. It follows the journal while it is open. */
export function ReceiptSheet({
  parts,
  requestId,
  onClose,
}: {
  readonly parts: TillParts;
  readonly requestId: string;
  readonly onClose: () => void;
}) {
  const { t, i18n } = useTranslation();
  const payment = parts.payments?.find((one) => one.requestId === requestId);
  if (payment === undefined) return <div className="wait wait-pad" />;
  const { state, code } = payment;
  return (
    <div className="stack receipt-sheet">
      <ReceiptPaper printed={printedLine(parts.api.shop, payment)} state={stateOf(payment)} />
      {code === undefined ? null : (
        <div>
          <p>{whyOfCode(t, i18n.language, code).what}</p>
          <p className="code-trace">{code}</p>
        </div>
      )}
      {state === 'reversing' || state === 'voided' || state === 'exception' ? (
        <ReversalLine line={payment} />
      ) : null}
      {payment.retrievalReference === undefined ? null : (
        <BytesButton api={parts.api} requestId={requestId} />
      )}
      {payment.mayTakeBack ? (
        <Button kind="soft" onPress={() => parts.show({ kind: 'void', payment })}>
          <Undo2 size={20} strokeWidth={1.75} aria-hidden />
          {t('takeBack')}
        </Button>
      ) : null}
      <Button onPress={onClose}>{t('done')}</Button>
    </div>
  );

  function stateOf({ state: now, responseCode }: PaymentLine): string {
    const answer = responseCode === undefined ? '' : ` · ${responseCode}`;
    const words = {
      pending: t('state.pending'),
      posted: t('state.posted_long'),
      declined: t('state.declined_long'),
      reversing: t('state.reversing'),
      voided: t('state.voided'),
      exception: t('state.exception'),
    };
    return words[now] + answer;
  }
}
