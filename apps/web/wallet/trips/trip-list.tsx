/** The trips of a month, newest first; the one under way stands on top. Each opens its price. */
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../kit/parts.tsx';
import { worldNowMs } from '../../kit/world-clock.ts';
import type { RiderView } from '../core/api.ts';
import { monthText } from '../when.ts';
import { monthBeside } from './months.ts';
import { TripRow } from './trip-row.tsx';
import { TripSheet } from './trip-sheet.tsx';

/** The list. */
export function TripList(props: {
  readonly view: RiderView;
  readonly onMonth: (month: string | undefined) => void;
}) {
  const { view, onMonth } = props;
  const { t, i18n } = useTranslation();
  const [openId, setOpenId] = useState<string>();
  const open = view.journeys.find(({ journeyId }) => journeyId === openId);
  const month = new Date(`${view.month}-15T12:00:00`).getTime();
  const isThisMonth =
    month >= worldNowMs() - 31 * 86_400_000 &&
    new Date(month).getMonth() === new Date(worldNowMs()).getMonth();
  return (
    <section className="recent">
      <div className="row-between">
        <h2 className="heading">
          {isThisMonth
            ? t('trips.list')
            : t('trips.listOf', { month: monthText(i18n.language, month, worldNowMs()) })}
        </h2>
        <span className="trip-months">
          <IconButton
            label={t('trips.monthBefore')}
            onPress={() => onMonth(monthBeside(view.month, -1))}
          >
            <ChevronLeft size={20} strokeWidth={1.75} aria-hidden />
          </IconButton>
          {!isThisMonth && (
            <IconButton
              label={t('trips.monthAfter')}
              onPress={() => onMonth(monthBeside(view.month, 1))}
            >
              <ChevronRight size={20} strokeWidth={1.75} aria-hidden />
            </IconButton>
          )}
        </span>
      </div>
      {view.journeys.length === 0 ? (
        <p className="small third">{t('trips.noneInMonth')}</p>
      ) : (
        <ul className="payments">
          {view.journeys.map((journey) => (
            <TripRow
              key={journey.journeyId}
              journey={journey}
              onOpen={() => setOpenId(journey.journeyId)}
            />
          ))}
        </ul>
      )}
      {open !== undefined && <TripSheet journey={open} onClose={() => setOpenId(undefined)} />}
    </section>
  );
}
