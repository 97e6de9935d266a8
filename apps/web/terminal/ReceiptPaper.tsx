/** A receipt on its paper. */
import { useTranslation } from 'react-i18next';
import { Amount } from '../kit/amount.tsx';
import type { Printed } from './receipt.ts';

/** The printed receipt; `state` is added where it may have changed since. */
export function ReceiptPaper({
  printed,
  state,
}: {
  readonly printed: Printed;
  readonly state?: string | undefined;
}) {
  const { t } = useTranslation();
  const { tokenLastFour } = printed;
  const rows: readonly (readonly [name: string, value: string | undefined])[] = [
    [t('receipt.kind'), t('receipt.purchase')],
    [
      t('receipt.token'),
      tokenLastFour === undefined ? undefined : `**** **** **** ${tokenLastFour}`,
    ],
    [t('receipt.time'), printed.time],
    [t('receipt.batch'), printed.place],
    [t('receipt.reference'), printed.retrievalReference],
    [t('receipt.authorisation'), printed.authorisation],
    [t('receipt.state'), state],
  ];
  return (
    <section className="receipt" aria-label={t('receipt.title')}>
      <h3 className="heading">{printed.merchant}</h3>
      <p className="mono small second">{grouped(printed.merchantId)}</p>
      <dl className="facts">
        {rows.map(([name, value]) =>
          value === undefined ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="tabular">{value}</dd>
            </div>
          ),
        )}
      </dl>
      <p className="receipt-total">
        <span className="heading">{t('receipt.total')}</span>
        <Amount minor={printed.amountMinor} currency={printed.currency} size="figure-s" />
      </p>
    </section>
  );
}

/** A merchant's number of fifteen as it is printed: three, then fours. */
function grouped(merchantId: string): string {
  return merchantId.replace(/^(\d{3})(\d{4})(\d{4})(\d{4})$/, '$1 $2 $3 $4');
}
