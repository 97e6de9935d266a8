/** Journeys in a table; each opens to its taps, its price step by step, and its records. */
import type { TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../kit/amount.tsx';
import { cityName } from '../../kit/city.ts';
import { AccountLink } from './account-name.tsx';
import type { Journey } from './api.ts';
import { clockText } from './days.ts';
import { JourneyMore } from './journey-more.tsx';
import { OpenTable, useHasRoom } from './open-table.tsx';
import { useJourneyState, useJourneyWords } from './words-of.ts';

/** The table, newest first; `withDay` where journeys are of more than one day. */
export function JourneyTable({
  journeys,
  withDay = false,
}: {
  readonly journeys: readonly Journey[];
  readonly withDay?: boolean;
}) {
  const { t } = useTranslation();
  const words = useJourneyWords();
  return (
    <OpenTable<Journey>
      rows={journeys.toSorted((one, other) => startOf(other) - startOf(one))}
      rowKey={({ journeyId, accountId }) => `${accountId} ${journeyId}`}
      columns={useColumns(withDay)}
      openLabel={(journey) => t('transit.openJourney', { journey: words(journey) })}
      more={(journey) => <JourneyMore journey={journey} />}
    />
  );
}

function startOf({ entry, exit }: Journey): number {
  return (entry ?? exit)?.atMs ?? 0;
}

function useColumns(withDay: boolean): TableColumnsType<Journey> {
  const { t, i18n } = useTranslation();
  const words = useJourneyWords();
  const hasRoom = useHasRoom();
  return [
    {
      title: t('transit.journey'),
      render: (_, journey) => (
        <>
          <span className="transit-strong">{words(journey)}</span>
          <span className="third transit-under">
            <Times journey={journey} withDay={withDay} />
          </span>
          {hasRoom ? null : (
            <span className="transit-tags">
              <StateTag state={journey.state} />
              <AccountLink accountId={journey.accountId} month={journey.day.slice(0, 7)} />
            </span>
          )}
        </>
      ),
    },
    {
      title: t('transit.operator'),
      responsive: ['lg'],
      render: (_, { operator }) => cityName('operator', operator, i18n.language),
    },
    {
      title: t('transit.state'),
      responsive: ['md'],
      render: (_, { state }) => <StateTag state={state} />,
    },
    {
      title: t('transit.account'),
      responsive: ['md'],
      render: (_, { accountId, day }) => (
        <AccountLink accountId={accountId} month={day.slice(0, 7)} />
      ),
    },
    {
      title: t('transit.price'),
      align: 'right',
      width: hasRoom ? undefined : 84,
      render: (_, { priceMinor, state }) =>
        state === 'open' ? (
          <span className="third">{t('transit.atExit')}</span>
        ) : (
          <Amount minor={priceMinor} bare />
        ),
    },
  ];
}

function Times({ journey, withDay }: { readonly journey: Journey; readonly withDay: boolean }) {
  const { entry, exit, day } = journey;
  const times = [entry, exit].flatMap((end) => (end === undefined ? [] : clockText(end.atMs)));
  return (
    <span className="tabular">
      {withDay ? `${day.slice(5)} ` : ''}
      {times.map((time) => time.slice(0, 5)).join(' – ')}
    </span>
  );
}

function StateTag({ state }: { readonly state: string }) {
  const { words, tone } = useJourneyState()(state);
  return <span className={`tag ${tone}`}>{words}</span>;
}
