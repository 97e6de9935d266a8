/** What a trip is called, and whether something about it is out of the ordinary. */
import { useTranslation } from 'react-i18next';
import { cityName } from '../../kit/city.ts';
import type { JourneyView } from '../core/api.ts';

/** How a trip is shown: under way, as usual, or with something to explain. */
export type TripTone = 'live' | 'plain' | 'amber';

const PLAIN = ['complete', 'single'];

/** The tone of a journey's state. */
export function toneOf(state: string): TripTone {
  if (state === 'open') return 'live';
  return PLAIN.includes(state) ? 'plain' : 'amber';
}

/** `Xinjie → Hebin`, `Bus 12`, `Entered at Xinjie`. */
export function useTripTitle({ entry, exit, operator }: JourneyView): string {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const nameOf = (station: string | undefined) =>
    station === undefined ? undefined : cityName('station', station, language);
  const route = entry?.route ?? exit?.route;
  if (route !== undefined) return cityName('route', route, language);
  const [from, to] = [nameOf(entry?.station), nameOf(exit?.station)];
  if (from !== undefined && to !== undefined) return `${from} → ${to}`;
  if (from !== undefined) return t('trips.entered', { station: from });
  if (to !== undefined) return t('trips.left', { station: to });
  return cityName('operator', operator, language);
}
