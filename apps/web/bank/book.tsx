/** A card's book: what came and went, and the balance after each line. */
import { ArrowDownLeft, ArrowUpRight, PencilLine, Undo2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Amount, amountText } from '../kit/amount.tsx';
import type { Language } from '../kit/words.ts';
import type { Card } from './api.ts';
import { byMonth, dayText, hourText } from './text.ts';

type StatementLine = Card['lines'][number];

const icons = {
  opening: ArrowDownLeft,
  purchase: ArrowUpRight,
  reversal: Undo2,
  adjustment: PencilLine,
} as const;

/** The latest lines under their months. */
export function Book({ card }: { readonly card: Card }) {
  const { t, i18n } = useTranslation();
  const months = byMonth(card.lines, i18n.language as Language);
  return (
    <section className="book stack" aria-label={t('book.title')}>
      <h2 className="heading">{t('book.title')}</h2>
      {months.length === 0 ? <p className="small third">{t('book.empty')}</p> : null}
      {months.map(({ month, lines }) => (
        <div key={month} className="book-month">
          <h3 className="small second">{month}</h3>
          <ol>
            {lines.map((line) => (
              <BookLine key={line.postingId} line={line} currency={card.currency} />
            ))}
          </ol>
        </div>
      ))}
    </section>
  );
}

function BookLine({ line, currency }: { readonly line: StatementLine; readonly currency: string }) {
  const { t, i18n } = useTranslation();
  const words = {
    opening: t('book.opening'),
    purchase: t('book.purchase'),
    reversal: t('book.reversal'),
    adjustment: t('book.adjustment'),
  };
  const Icon = icons[line.kind];
  const isIn = BigInt(line.amountMinor) > 0n;
  const when = `${dayText(line.atMs, i18n.language as Language)} ${hourText(line.atMs)}`;
  return (
    <li className="book-line">
      <span className="row-icon">
        <Icon size={20} strokeWidth={1.75} aria-hidden />
      </span>
      <span className="book-words">
        <span>{words[line.kind]}</span>
        <span className="small third tabular">{when}</span>
        {line.kind === 'opening' ? null : (
          <span className="caption third tabular">
            {t('book.reference', { reference: line.retrievalReference })}
          </span>
        )}
      </span>
      <span className="book-amounts">
        <span className={isIn ? 'book-in' : undefined}>
          <Amount minor={line.amountMinor} currency={currency} bare plus={isIn} />
        </span>
        <span className="caption third tabular">
          {t('book.balanceAfter', { amount: amountText(line.balanceMinor, currency) })}
        </span>
      </span>
    </li>
  );
}
