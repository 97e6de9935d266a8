/** Why a trip costs what it costs: each step of the price as a sentence, and their sum. */
import { useTranslation } from 'react-i18next';
import { Amount, amountText } from '../../kit/amount.tsx';
import { cityName } from '../../kit/city.ts';
import { Button, Sheet } from '../../kit/parts.tsx';
import { worldNowMs } from '../../kit/world-clock.ts';
import type { JourneyView } from '../core/api.ts';
import { whenText } from '../when.ts';
import { dayText } from './months.ts';
import { useTripTitle } from './trip-title.ts';

/** The sheet. */
export function TripSheet(props: { readonly journey: JourneyView; readonly onClose: () => void }) {
  const { journey, onClose } = props;
  const { t } = useTranslation();
  const title = useTripTitle(journey);
  return (
    <Sheet label={title} closeLabel={t('page.close')} onClose={onClose}>
      <div className="stack">
        <header className="payment-head">
          <h2 className="heading">{title}</h2>
          {journey.state === 'open' ? (
            <p className="second">{t('trips.priceLaterText')}</p>
          ) : (
            <Amount minor={journey.priceMinor} size="figure-m" />
          )}
        </header>
        {journey.state !== 'open' && <Steps journey={journey} />}
        <Facts journey={journey} />
        <Button onPress={onClose}>{t('history.done')}</Button>
      </div>
    </Sheet>
  );
}

function Steps({ journey }: { readonly journey: JourneyView }) {
  const { t, i18n } = useTranslation();
  return (
    <section className="pane trip-why">
      <h3 className="small second">{t('trips.why')}</h3>
      <ol className="trip-steps">
        {journey.steps.map((step, index) => (
          <li key={`${step.rule} ${step.en}`}>
            <span>{sentence(i18n.language === 'zh-CN' ? step.zh : step.en)}</span>
            <span className="tabular" data-off={step.amountMinor < 0 || undefined}>
              {signed(step.amountMinor, index === 0)}
            </span>
          </li>
        ))}
      </ol>
      <p className="trip-sum">
        <span>{t('trips.sum')}</span>
        <span className="tabular">{amountText(journey.priceMinor)}</span>
      </p>
    </section>
  );
}

function Facts({ journey }: { readonly journey: JourneyView }) {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const { entry, exit, operator, day } = journey;
  const when = (atMs: number) => whenText(t, language, atMs, worldNowMs());
  return (
    <dl className="facts">
      {entry !== undefined && (
        <>
          <dt>{entry.route === undefined ? t('trips.in') : t('trips.on')}</dt>
          <dd className="tabular">{when(entry.atMs)}</dd>
        </>
      )}
      {exit !== undefined && (
        <>
          <dt>{t('trips.out')}</dt>
          <dd className="tabular">{when(exit.atMs)}</dd>
        </>
      )}
      <dt>{t('trips.operator')}</dt>
      <dd>{cityName('operator', operator, language)}</dd>
      <dt>{t('trips.serviceDay')}</dt>
      <dd className="tabular">{dayText(day, language)}</dd>
      <dt>{t('trips.heldBy')}</dt>
      <dd>{t(`trips.form.${(entry ?? exit)?.form ?? 'unknown'}`)}</dd>
    </dl>
  );
}

/** The first step is a price, the others are added to it or taken off. */
function signed(minor: number, isFirst: boolean): string {
  if (isFirst || minor < 0) return amountText(minor);
  return minor === 0 ? amountText(0) : `+${amountText(minor)}`;
}

/** The words without the amount at their end, which stands beside them. */
function sentence(words: string): string {
  return words.replace(/[:：,，] ?[−+]?¥[\d.,]+( (?:off|more|less))?$/u, '');
}
