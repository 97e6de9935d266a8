/** The day in six figures. */
import type { Journey } from '@octavo/lib/journey/head.ts';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../kit/amount.tsx';
import { readNetworkStatus, readTrialBalance } from '../api.ts';
import { useTold } from '../events.ts';
import { usePolled } from '../polled.ts';
import { dayOf } from './figures.ts';

/** Taps, share approved, how long they take, the ledger's sum, and what waits to be taken back. */
export function DayFigures({
  journeys,
  nowMs,
}: {
  readonly journeys: readonly Journey[];
  readonly nowMs: number;
}) {
  const { t } = useTranslation();
  const { events } = useTold();
  const day = useMemo(() => dayOf(journeys, nowMs), [journeys, nowMs]);
  const posted = events.findLast(({ type }) => type === 'ledger.posted')?.sequence;
  const balance = usePolled(readTrialBalance, 5_000, posted);
  const network = usePolled(readNetworkStatus, 5_000, posted);
  const sum = balance.answer?.sumMinor;
  const waiting = network.answer?.waiting;
  return (
    <dl className="day">
      <Figure label={t('live.tapsToday')}>{day.taps.toLocaleString('en-GB')}</Figure>
      <Figure label={t('live.approved')}>
        {day.approvedShare === undefined ? NONE : `${Math.round(day.approvedShare * 100)}`}
        {day.approvedShare === undefined ? null : <span className="day-unit">%</span>}
      </Figure>
      <Figure label={t('live.median')}>
        <Milliseconds ms={day.medianMs} />
      </Figure>
      <Figure label={t('live.p99')}>
        <Milliseconds ms={day.p99Ms} />
      </Figure>
      <Figure label={t('live.ledgerSum')} isWrong={sum !== undefined && BigInt(sum) !== 0n}>
        {sum === undefined ? NONE : <Amount minor={sum} bare />}
      </Figure>
      <Figure label={t('live.waiting')} isWaiting={waiting !== undefined && waiting > 0}>
        {waiting ?? NONE}
      </Figure>
    </dl>
  );
}

const NONE = '–';

function Milliseconds({ ms }: { readonly ms: number | undefined }) {
  if (ms === undefined) return NONE;
  return (
    <>
      {ms.toLocaleString('en-GB')}
      <span className="day-unit">ms</span>
    </>
  );
}

function Figure({
  label,
  children,
  isWrong = false,
  isWaiting = false,
}: {
  readonly label: string;
  readonly children: ReactNode;
  readonly isWrong?: boolean;
  readonly isWaiting?: boolean;
}) {
  return (
    <div className="day-one">
      <dt className="second">{label}</dt>
      <dd className="figure-s" data-wrong={isWrong} data-waiting={isWaiting}>
        {children}
      </dd>
    </div>
  );
}
