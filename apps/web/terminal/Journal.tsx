/** The till's payments, newest first, by batch. Each opens its receipt. */
import { useTranslation } from 'react-i18next';
import { Amount, amountText } from '../kit/amount.tsx';
import { Leaf } from '../kit/mark/Mark.tsx';
import { Button } from '../kit/parts.tsx';
import type { PaymentLine } from './api.ts';
import { timeOf } from './receipt.ts';
import type { TillParts } from './Till.tsx';

/** The journal. */
export function Journal({ parts }: { readonly parts: TillParts }) {
  const { t } = useTranslation();
  const { payments, show, isWide } = parts;
  return (
    <section className="journal" aria-busy={payments === undefined}>
      {payments === undefined ? (
        <Waiting />
      ) : payments.length === 0 ? (
        <p className="journal-empty second">
          <Leaf size={28} />
          {t('empty')}
        </p>
      ) : (
        batchesOf(payments).map((batch) => (
          <Batch
            key={batch.number}
            batch={batch}
            onOpen={(payment) => show({ kind: 'receipt', requestId: payment.requestId })}
          />
        ))
      )}
      {isWide ? (
        <Button kind="soft" onPress={() => show({ kind: 'settings' })}>
          {t('settings')}
        </Button>
      ) : null}
    </section>
  );
}

type BatchLines = { readonly number: string; readonly lines: PaymentLine[] };

function Batch({
  batch,
  onOpen,
}: {
  readonly batch: BatchLines;
  readonly onOpen: (payment: PaymentLine) => void;
}) {
  const { t } = useTranslation();
  return (
    <>
      <div className="row-between journal-head">
        <h2 className="heading">{t('batch', { number: batch.number })}</h2>
        <p className="small second tabular">
          {sumsOf(batch.lines).map(({ currency, count, sum }) => (
            <span key={currency}>
              {t('batchSum', { count, amount: amountText(sum, currency) })}
            </span>
          ))}
        </p>
      </div>
      <ul className="journal-rows">
        {batch.lines.map((payment) => (
          <li key={payment.requestId}>
            <button type="button" onClick={() => onOpen(payment)}>
              <span className="tabular second">{timeOf(payment.atMs)}</span>
              <span className="mono small">•• {payment.tokenLastFour}</span>
              <StateWord payment={payment} />
              <span className={isStruck(payment) ? 'struck' : undefined}>
                <Amount minor={payment.amountMinor} currency={payment.currency} bare />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** An amount that was not taken, or is given back; of one that is still asked for nobody knows yet. */
function isStruck({ state }: PaymentLine): boolean {
  return state !== 'posted' && state !== 'pending';
}

/** What became of a payment, in a word and its colour. */
function StateWord({ payment }: { readonly payment: PaymentLine }) {
  const { t } = useTranslation();
  const { state, responseCode } = payment;
  const words = {
    pending: t('state.pending'),
    posted: t('state.posted'),
    declined: t('state.declined', { code: responseCode ?? '' }).trim(),
    reversing: t('state.reversing'),
    voided: t('state.voided'),
    exception: t('state.exception'),
  };
  return (
    <span className="state-word" data-state={state}>
      {words[state]}
    </span>
  );
}

function Waiting() {
  return (
    <div className="stack-tight late" aria-hidden="true">
      <div className="wait wait-row" />
      <div className="wait wait-row" />
      <div className="wait wait-row" />
    </div>
  );
}

function batchesOf(payments: readonly PaymentLine[]): readonly BatchLines[] {
  const batches: BatchLines[] = [];
  for (const payment of payments) {
    const last = batches.at(-1);
    if (last?.number === payment.batch) last.lines.push(payment);
    else batches.push({ number: payment.batch, lines: [payment] });
  }
  return batches;
}

type Sum = { readonly currency: string; readonly count: number; readonly sum: bigint };

/** What was paid, by currency. */
function sumsOf(lines: readonly PaymentLine[]): readonly Sum[] {
  const sums = new Map<string, Sum>();
  for (const { state, currency, amountMinor } of lines) {
    if (state !== 'posted') continue;
    const { count = 0, sum = 0n } = sums.get(currency) ?? {};
    sums.set(currency, { currency, count: count + 1, sum: sum + BigInt(amountMinor) });
  }
  return [...sums.values()];
}
