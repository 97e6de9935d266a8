/** Charges by day: what the trips of a day came to and what became of it; corrections and refunds are rows of their own. */
import { CalendarDays, Undo2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../kit/amount.tsx';
import type { RiderView } from '../core/api.ts';
import { useRefusalWords } from '../use-reason.ts';
import { type DayRow, type LineRow, rowsOf } from './day-rows.ts';
import { dayText } from './months.ts';

/** The list; nothing while no day is there. */
export function DayList({ view }: { readonly view: RiderView }) {
  const { t } = useTranslation();
  const rows = rowsOf(view);
  if (rows.length === 0) return null;
  return (
    <section className="recent">
      <div className="row-between">
        <h2 className="heading">{t('trips.days')}</h2>
      </div>
      <ul className="payments">
        {rows.map((row) =>
          row.kind === 'day' ? (
            <Day key={row.key} row={row} />
          ) : (
            <Adjusted key={row.key} row={row} />
          ),
        )}
      </ul>
    </section>
  );
}

function Day({ row }: { readonly row: DayRow }) {
  const { t, i18n } = useTranslation();
  const words = useRefusalWords(row.state === 'declined' ? row.code : undefined);
  return (
    <li className="payment day" data-tone={row.state === 'declined' ? 'amber' : 'plain'}>
      <span className="row-icon">
        <CalendarDays size={20} strokeWidth={1.75} aria-hidden />
      </span>
      <span className="row-body">
        <span className="payment-title">{dayText(row.day, i18n.language)}</span>
        <span className="payment-second small">
          {t('trips.rides', { count: row.journeys })} · {t(`trips.charge.${row.state}`)}
          {words !== undefined && <span className="day-why">{words}</span>}
        </span>
      </span>
      <span className="payment-amount">
        <Amount minor={-BigInt(row.amountMinor)} bare />
      </span>
    </li>
  );
}

function Adjusted({ row }: { readonly row: LineRow }) {
  const { t, i18n } = useTranslation();
  const isBack = row.amountMinor < 0;
  return (
    <li className="payment day">
      <span className="row-icon">
        <Undo2 size={20} strokeWidth={1.75} aria-hidden />
      </span>
      <span className="row-body">
        <span className="payment-title">
          {t(`trips.line.${row.kind}`, { day: dayText(row.day, i18n.language) })}
        </span>
        <span className="payment-second small">
          {t(`trips.lineState.${row.state}`)}
          {row.reason !== undefined && ` · ${row.reason}`}
        </span>
      </span>
      <span className="payment-amount" data-end={isBack ? 'taken_back' : 'paid'}>
        <Amount minor={-BigInt(row.amountMinor)} bare plus={isBack} />
      </span>
    </li>
  );
}
