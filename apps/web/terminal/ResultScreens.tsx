/** How a sale has ended: a celadon flood when it was paid, paper when it was not. */
import { ShieldCheck, Undo2 } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { MinusDisc, TickDisc } from '../kit/mark/Signs.tsx';
import { Button } from '../kit/parts.tsx';
import { useFocusHere } from '../kit/use-focus.ts';
import type { PaymentLine } from './api.ts';
import { BigAmount } from './BigAmount.tsx';
import { BytesButton } from './BytesButton.tsx';
import { ReceiptPaper } from './ReceiptPaper.tsx';
import { ReversalLine } from './ReversalLine.tsx';
import { printedAnswer } from './receipt.ts';
import type { Sale, SaleState } from './sale.ts';
import type { TillParts } from './Till.tsx';
import { TillBar } from './TillBar.tsx';
import { useKeys } from './use-keys.ts';
import { type Why, whyOf, whyOfCode } from './why.ts';

type Ended = Extract<SaleState, { kind: 'ended' }>;

/** How long a receipt is shown before the next sale. */
const SHOWN_MS = 8_000;

/** The answer to a payment. */
export function EndedScreen({
  parts,
  state,
  isCovered,
}: {
  readonly parts: TillParts;
  readonly state: Ended;
  readonly isCovered: boolean;
}) {
  const { t, i18n } = useTranslation();
  const { answer, requestId, sale } = state;
  const line = parts.payments?.find((payment) => payment.requestId === requestId);
  if (answer.outcome === 'approved') {
    return <Approved parts={parts} state={state} line={line} isCovered={isCovered} />;
  }
  const why = whyOf(t, i18n.language, answer);
  return (
    <NotPaid
      parts={parts}
      sale={sale}
      why={why}
      code={[answer.code, answer.receipt?.responseCode, answer.receipt?.retrievalReference]
        .filter((part) => part !== undefined)
        .join(' · ')}
      bytesOf={line?.retrievalReference === undefined ? undefined : requestId}
      isCovered={isCovered}
    >
      {answer.outcome === 'reversed' ? (
        <ReversalLine line={line} told={answer.code !== 'acquirer.no_answer'} />
      ) : (
        <Nothing />
      )}
    </NotPaid>
  );
}

/** What the terminal would not take. */
export function RefusedScreen({
  parts,
  state,
  isCovered,
}: {
  readonly parts: TillParts;
  readonly state: Extract<SaleState, { kind: 'refused' }>;
  readonly isCovered: boolean;
}) {
  const { t, i18n } = useTranslation();
  return (
    <NotPaid
      parts={parts}
      sale={state.sale}
      why={whyOfCode(t, i18n.language, state.code)}
      code={state.code}
      isCovered={isCovered}
    >
      <Nothing />
    </NotPaid>
  );
}

function Approved({
  parts,
  state,
  line,
  isCovered,
}: {
  readonly parts: TillParts;
  readonly state: Ended;
  readonly line: PaymentLine | undefined;
  readonly isCovered: boolean;
}) {
  const { t } = useTranslation();
  const focus = useFocusHere<HTMLHeadingElement>();
  const next = () => parts.desk.send({ kind: 'next' });
  useNextSale(next, isCovered, SHOWN_MS);
  const { receipt } = state.answer;
  return (
    <div className="screen on-field on-flood">
      <div className="flood" aria-hidden="true" />
      <TillBar parts={parts} lit={4} />
      <div className="result-middle">
        <TickDisc size={88} />
        <h2 className="title" ref={focus} tabIndex={-1}>
          {t('paid')}
        </h2>
        <BigAmount {...state.sale} />
        {receipt === undefined ? null : (
          <ReceiptPaper printed={printedAnswer(parts.api.shop, receipt, line)} />
        )}
      </div>
      <div className="result-acts result-acts-two">
        <Button
          kind="soft"
          disabled={line?.mayTakeBack !== true}
          onPress={() => {
            if (line !== undefined) parts.show({ kind: 'void', payment: line });
          }}
        >
          {t('takeBack')}
        </Button>
        <Button onPress={next}>{t('next')}</Button>
      </div>
    </div>
  );
}

function NotPaid({
  parts,
  sale,
  why,
  code,
  bytesOf,
  isCovered,
  children,
}: {
  readonly parts: TillParts;
  readonly sale: Sale;
  readonly why: Why;
  readonly code: string;
  /** The payment whose bytes can be read. */
  readonly bytesOf?: string | undefined;
  readonly isCovered: boolean;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  const focus = useFocusHere<HTMLHeadingElement>();
  const { send } = parts.desk;
  const next = () => send({ kind: 'next' });
  useNextSale(next, isCovered);
  return (
    <div className="screen">
      <TillBar parts={parts} lit={0} />
      <div className="result-middle">
        <MinusDisc size={88} />
        <h2 className="title not-paid" ref={focus} tabIndex={-1}>
          {t('notPaid')}
        </h2>
        <BigAmount {...sale} />
        <div className="pane why">
          <h3 className="heading">{why.what}</h3>
          {why.next === undefined ? null : <p className="second">{why.next}</p>}
          {children}
        </div>
        <p className="code-trace">{code}</p>
        {bytesOf === undefined ? null : <BytesButton api={parts.api} requestId={bytesOf} />}
      </div>
      <div className="result-acts">
        <Button kind="soft" onPress={() => send({ kind: 'again' })}>
          <Undo2 size={20} strokeWidth={1.75} aria-hidden />
          {t('again')}
        </Button>
        <Button onPress={next}>{t('next')}</Button>
      </div>
    </div>
  );
}

function Nothing() {
  const { t } = useTranslation();
  return (
    <p className="why-end">
      <ShieldCheck size={18} strokeWidth={1.75} aria-hidden />
      {t('nothing')}
    </p>
  );
}

/** On to the next sale: after a time, if there is one, and by Escape or Enter; not while a sheet lies over it. */
function useNextSale(next: () => void, isCovered: boolean, afterMs?: number): void {
  const latest = useRef(next);
  latest.current = next;
  useKeys(!isCovered, (key) => {
    if (key === 'Escape' || key === 'Enter') next();
  });
  useEffect(() => {
    // The time begins anew when a sheet goes away, not with every look at the journal.
    if (isCovered || afterMs === undefined) return;
    const timer = setTimeout(() => latest.current(), afterMs);
    return () => clearTimeout(timer);
  }, [isCovered, afterMs]);
}
