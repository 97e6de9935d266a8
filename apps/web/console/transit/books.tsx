/** The books as an equation: what journeys cost, and where that money is, with what is left to explain after each line. */
import { Check, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../kit/amount.tsx';
import { Scroll } from '../bank/scroll.tsx';
import type { Reconciliation } from './api.ts';

type Sums = Reconciliation['books'];

/** A place where money of journeys is; `minor` explains so much of what they cost. */
type Part = { readonly name: string; readonly key: string; readonly minor: number };

/** The equation, the bar, and the table that goes down to zero. */
export function Books({ books }: { readonly books: Sums }) {
  const { t } = useTranslation();
  const parts = useParts(books);
  const left: number[] = [];
  for (const { minor } of parts) left.push((left.at(-1) ?? books.journeysMinor) - minor);
  return (
    <div className="transit-books">
      <p className="transit-balance" role="status">
        <span className={`tag ${books.isBalanced ? 'tag-qing' : 'tag-zhu'}`}>
          {books.isBalanced ? (
            <Check size={14} strokeWidth={2.4} aria-hidden />
          ) : (
            <X size={14} strokeWidth={2.4} aria-hidden />
          )}
          {books.isBalanced ? t('transit.balanced') : t('transit.notBalanced')}
        </span>
        <span className="second">{t('transit.equation')}</span>
      </p>
      <Bar parts={parts} />
      <Scroll label={t('transit.booksTitle')}>
        <table className="bank-table transit-equation">
          <thead>
            <tr>
              <th scope="col">{t('transit.where')}</th>
              <th scope="col">{t('transit.amount')}</th>
              <th scope="col">{t('transit.left')}</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{t('transit.bookJourneys')}</th>
              <td />
              <td>
                <Amount minor={books.journeysMinor} bare />
              </td>
            </tr>
            {parts.map(({ name, key, minor }, at) => (
              <tr key={key}>
                <th scope="row">
                  <span className="transit-key" data-part={key} aria-hidden />
                  {name}
                </th>
                <td>
                  <Amount minor={minor} bare />
                </td>
                <td
                  className={at === parts.length - 1 && left[at] !== 0 ? 'bank-broken' : undefined}
                >
                  <Amount minor={left[at] ?? 0} bare />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </div>
  );
}

function useParts(books: Sums): readonly Part[] {
  const { t } = useTranslation();
  const { salesMinor, openDebtMinor, writeOffsMinor, refundsMinor, unbilledMinor } = books;
  return [
    { key: 'sales', name: t('transit.bookSales'), minor: salesMinor },
    { key: 'debt', name: t('transit.bookDebt'), minor: openDebtMinor },
    { key: 'lost', name: t('transit.bookWriteOffs'), minor: writeOffsMinor },
    // Refunds are kept as what they take from sales.
    {
      key: 'refunds',
      name: t('transit.bookRefunds'),
      minor: refundsMinor === 0 ? 0 : -refundsMinor,
    },
    { key: 'unbilled', name: t('transit.bookUnbilled'), minor: unbilledMinor },
  ];
}

/** The parts side by side; a credit has no length. */
function Bar({ parts }: { readonly parts: readonly Part[] }) {
  const shown = parts.filter(({ minor }) => minor > 0);
  if (shown.length === 0) return null;
  return (
    <div className="tokens-bar" aria-hidden>
      {shown.map(({ key, minor }) => (
        <span key={key} className="tokens-bar-part" data-part={key} style={{ flexGrow: minor }} />
      ))}
    </div>
  );
}
