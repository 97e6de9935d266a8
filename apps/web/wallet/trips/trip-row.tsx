/** One trip in a list: from where to where, when, and what it cost. */
import { BusFront, TrainFront } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../kit/amount.tsx';
import { worldNowMs } from '../../kit/world-clock.ts';
import type { JourneyView } from '../core/api.ts';
import { whenText } from '../when.ts';
import { toneOf, useTripTitle } from './trip-title.ts';

/** The row. */
export function TripRow(props: { readonly journey: JourneyView; readonly onOpen: () => void }) {
  const { journey, onOpen } = props;
  const { t, i18n } = useTranslation();
  const title = useTripTitle(journey);
  const tone = toneOf(journey.state);
  const end = journey.entry ?? journey.exit;
  const Icon = end?.route === undefined ? TrainFront : BusFront;
  return (
    <li>
      <button type="button" className="payment trip" data-tone={tone} onClick={onOpen}>
        <span className="row-icon">
          <Icon size={20} strokeWidth={1.75} aria-hidden />
        </span>
        <span className="row-body">
          <span className="payment-title">{title}</span>
          <span className="payment-second small">
            {end !== undefined && whenText(t, i18n.language, end.atMs, worldNowMs())}
            {tone !== 'plain' && ` · ${t(`trips.state.${journey.state}`)}`}
          </span>
        </span>
        <span className="payment-amount">
          {journey.state === 'open' ? (
            <span className="small second">{t('trips.priceLater')}</span>
          ) : (
            <Amount minor={-BigInt(journey.priceMinor)} bare />
          )}
        </span>
      </button>
    </li>
  );
}
