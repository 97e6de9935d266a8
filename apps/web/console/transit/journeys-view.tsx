/** Journeys of a service day, or of one account in a month, with the taps by hour or the fares by day above them. */
import { ChevronLeft, ChevronRight, X } from 'lucide-react';
import { type ComponentProps, type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Amount, amountText } from '../../kit/amount.tsx';
import { type Asked, Shown, useAsked } from '../asked.tsx';
import { Control, Pane } from '../frame.tsx';
import { useWorldNow } from '../world-now.ts';
import { shortId } from './account-name.tsx';
import type { Address } from './address.ts';
import { type Journey, readDay, readMonth } from './api.ts';
import { BarChart } from './bar-chart.tsx';
import { dayBeside, monthBeside, serviceDayOf } from './days.ts';
import { Figure, Figures, NONE } from './figure.tsx';
import { faresOfMonth, tapsByHour } from './figures.ts';
import { JourneyTable } from './journey-table.tsx';
import { Nothing } from './nothing.tsx';
import { look, useAddress } from './use-address.ts';

/** The part. */
export function JourneysView() {
  const { day: named, account, month: namedMonth } = useAddress();
  const today = serviceDayOf(useWorldNow(30_000));
  const day = named ?? today;
  const month = namedMonth ?? today.slice(0, 7);
  return account === undefined ? (
    <OfDay key="day" day={day} today={today} />
  ) : (
    <OfAccount key={account} account={account} month={month} />
  );
}

function OfDay({ day, today }: { readonly day: string; readonly today: string }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const asked = useAsked(() => readDay(day), `day ${day}`, 8_000);
  const all = asked.answer?.journeys ?? [];
  const wanted = typed.trim().toUpperCase();
  const journeys = all.filter(({ accountId }) => accountId.startsWith(wanted));
  const hours = useMemo(() => tapsByHour(asked.answer?.journeys ?? []), [asked.answer]);
  const taps = hours.values.reduce((sum, one) => sum + one, 0);
  return (
    <>
      <Choice
        day={day}
        earlier={{ view: 'journeys', day: dayBeside(day, -1) }}
        later={day >= today ? undefined : { view: 'journeys', day: dayBeside(day, 1) }}
        typed={typed}
        onType={setTyped}
      />
      <Sums journeys={journeys} isKnown={asked.answer !== undefined} withRiders />
      <Chart
        asked={asked}
        title={t('transit.tapsByHour')}
        sum={<span className="figure-s">{taps}</span>}
        {...hours}
        label={t('transit.tapsByHourSaid', { day, count: taps })}
      />
      <Pane title={t('transit.journeys')} className="tokens-pane">
        <Shown asked={asked} shape={320}>
          {() =>
            journeys.length === 0 ? (
              <Nothing
                title={t('transit.noJourneys')}
                line={wanted === '' ? t('transit.noJourneysLine') : t('transit.noneOfAccount')}
              />
            ) : (
              <JourneyTable journeys={journeys} />
            )
          }
        </Shown>
      </Pane>
    </>
  );
}

/** The chart with its sum: neither says nought of what is not known, and the table below says what is wrong. */
function Chart({
  asked,
  title,
  sum,
  ...bars
}: {
  readonly asked: Asked<unknown>;
  readonly title: string;
  readonly sum: ReactNode;
} & ComponentProps<typeof BarChart>) {
  const isKnown = asked.answer !== undefined;
  if (!isKnown && asked.trouble !== undefined) return null;
  return (
    <Pane title={title} end={isKnown ? sum : NONE}>
      <Shown asked={asked} shape={116}>
        {() => <BarChart {...bars} />}
      </Shown>
    </Pane>
  );
}

/** Which day, and whose. */
function Choice({
  day,
  earlier,
  later,
  typed,
  onType,
}: {
  readonly day: string;
  readonly earlier: Address;
  readonly later: Address | undefined;
  readonly typed: string;
  readonly onType: (typed: string) => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="transit-choice">
      <Control label={t('transit.dayBefore')} onPress={() => look(earlier)}>
        <ChevronLeft size={18} strokeWidth={1.75} aria-hidden />
      </Control>
      <label className="transit-field">
        <span className="unseen">{t('transit.serviceDay')}</span>
        <input
          type="date"
          className="choose-text"
          value={day}
          onChange={({ target }) => {
            if (target.value !== '') look({ view: 'journeys', day: target.value });
          }}
        />
      </label>
      <Control
        label={t('transit.dayAfter')}
        disabled={later === undefined}
        onPress={() => later !== undefined && look(later)}
      >
        <ChevronRight size={18} strokeWidth={1.75} aria-hidden />
      </Control>
      <label className="transit-field transit-filter">
        <span className="unseen">{t('transit.filter')}</span>
        <input
          type="search"
          className="choose-text"
          placeholder={t('transit.filter')}
          value={typed}
          spellCheck={false}
          onChange={({ target }) => onType(target.value)}
        />
      </label>
    </div>
  );
}

function OfAccount({ account, month }: { readonly account: string; readonly month: string }) {
  const { t } = useTranslation();
  const asked = useAsked(() => readMonth(account, month), `${account} ${month}`, 5_000);
  const journeys = asked.answer?.journeys ?? [];
  const days = useMemo(
    () => faresOfMonth(asked.answer?.journeys ?? [], month),
    [asked.answer, month],
  );
  const sum = days.values.reduce((total, one) => total + one, 0);
  const beside = (by: number): Address => ({
    view: 'journeys',
    account,
    month: monthBeside(month, by),
  });
  return (
    <>
      <div className="transit-choice">
        <Control label={t('transit.monthBefore')} onPress={() => look(beside(-1))}>
          <ChevronLeft size={18} strokeWidth={1.75} aria-hidden />
        </Control>
        <span className="tabular transit-month">{month}</span>
        <Control label={t('transit.monthAfter')} onPress={() => look(beside(1))}>
          <ChevronRight size={18} strokeWidth={1.75} aria-hidden />
        </Control>
        <Control onPress={() => look({ view: 'journeys' })}>
          {t('transit.onlyAccount', { account: shortId(account) })}
          <X size={16} strokeWidth={2} aria-hidden />
          <span className="unseen">{t('transit.allAccounts')}</span>
        </Control>
      </div>
      <Sums journeys={journeys} isKnown={asked.answer !== undefined} />
      <Chart
        asked={asked}
        title={t('transit.faresByDay')}
        sum={<Amount minor={sum} bare />}
        {...days}
        label={t('transit.faresByDaySaid', { period: month, sum: amountText(sum) })}
      />
      <Pane title={t('transit.journeys')} className="tokens-pane">
        <Shown asked={asked} shape={320}>
          {() =>
            journeys.length === 0 ? (
              <Nothing title={t('transit.noJourneys')} line={t('transit.noneInMonth')} />
            ) : (
              <JourneyTable journeys={journeys} withDay />
            )
          }
        </Shown>
      </Pane>
    </>
  );
}

function Sums({
  journeys,
  isKnown,
  withRiders = false,
}: {
  readonly journeys: readonly Journey[];
  readonly isKnown: boolean;
  readonly withRiders?: boolean;
}) {
  const { t } = useTranslation();
  const fares = journeys.reduce((sum, { priceMinor }) => sum + priceMinor, 0);
  const riders = new Set(journeys.map(({ accountId }) => accountId)).size;
  const count = (test: (state: string) => boolean): number =>
    journeys.filter(({ state }) => test(state)).length;
  const incomplete = count((state) => state.startsWith('incomplete'));
  const held = count((state) => state === 'held');
  const of = (value: number): number | string => (isKnown ? value : NONE);
  return (
    <Figures>
      <Figure label={t('transit.journeys')}>{of(journeys.length)}</Figure>
      {withRiders ? <Figure label={t('transit.riders')}>{of(riders)}</Figure> : null}
      <Figure label={t('transit.fares')}>{isKnown ? <Amount minor={fares} bare /> : NONE}</Figure>
      <Figure label={t('transit.underWay')}>{of(count((state) => state === 'open'))}</Figure>
      <Figure label={t('transit.incomplete')} tone={incomplete > 0 ? 'waiting' : undefined}>
        {of(incomplete)}
      </Figure>
      <Figure label={t('transit.lookedInto')} tone={held > 0 ? 'waiting' : undefined}>
        {of(held)}
      </Figure>
    </Figures>
  );
}
