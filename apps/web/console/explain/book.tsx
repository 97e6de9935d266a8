/** Postings as a book of two columns: what was taken on the left, what was given on the right, and the sum, which is zero. */
import type { JourneyNode, PostingView } from '@octavo/lib/journey/node.ts';
import { useTranslation } from 'react-i18next';
import { amountText } from '../../kit/amount.tsx';
import { useSay } from './say.ts';

/** The pane of a journey's postings. */
export function BookPane({
  nodes,
  currency,
}: {
  readonly nodes: readonly JourneyNode[];
  readonly currency: string | undefined;
}) {
  const { t } = useTranslation();
  return (
    <section className="c-pane book" aria-labelledby="book-title">
      <div className="c-pane-head">
        <h2 id="book-title" className="c-heading">
          {t('explain.book')}
        </h2>
      </div>
      {nodes.map(({ id, posting }) =>
        posting === undefined ? null : <Posting key={id} posting={posting} currency={currency} />,
      )}
    </section>
  );
}

/** One posting as a table. */
export function Posting({
  posting,
  currency,
}: {
  readonly posting: PostingView;
  readonly currency: string | undefined;
}) {
  const { t } = useTranslation();
  const say = useSay();
  const text = (minor: bigint) => amountText(minor, currency ?? '156');
  return (
    <table className="book-table">
      <caption>{say(posting.label)}</caption>
      <thead>
        <tr>
          <th scope="col">{t('explain.account')}</th>
          <th scope="col">{t('explain.debit')}</th>
          <th scope="col">{t('explain.credit')}</th>
        </tr>
      </thead>
      <tbody>
        {posting.entries.map(({ account, label, amountMinor }) => (
          <tr key={account}>
            <th scope="row">{say(label)}</th>
            <td className="mono">{amountMinor < 0n ? text(-amountMinor) : ''}</td>
            <td className="mono">{amountMinor < 0n ? '' : text(amountMinor)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{t('explain.sum')}</th>
          <td className="mono" colSpan={2}>
            {text(posting.sumMinor)}
          </td>
        </tr>
      </tfoot>
    </table>
  );
}
