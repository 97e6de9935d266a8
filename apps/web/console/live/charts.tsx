/** Three charts: how many taps, why they were declined, where their time went. */
import type { Journey } from '@octavo/lib/journey/head.ts';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Pane } from '../frame.tsx';
import { useMeaning } from '../meaning.ts';
import { declinesByCode, type LegName, legTimes, perMinute } from './figures.ts';
import { LineChart } from './line-chart.tsx';

type Shown = { readonly journeys: readonly Journey[]; readonly nowMs: number };

/** The charts side by side, one below the other where there is no room. */
export function Charts({ journeys, nowMs }: Shown) {
  return (
    <div className="charts">
      <Rate journeys={journeys} nowMs={nowMs} />
      <Declines journeys={journeys} nowMs={nowMs} />
      <Latency journeys={journeys} />
    </div>
  );
}

function Rate({ journeys, nowMs }: Shown) {
  const { t } = useTranslation();
  const { x, y } = useMemo(() => perMinute(journeys, nowMs), [journeys, nowMs]);
  const now = y.at(-1) ?? 0;
  const sum = y.reduce((all, one) => all + one, 0);
  return (
    <Pane title={t('live.rate')} end={<span className="figure-s">{now}</span>}>
      <LineChart x={x} y={y} label={t('live.rateSaid', { sum, now })} />
    </Pane>
  );
}

/** How many codes fit. */
const MOST_CODES = 4;

function Declines({ journeys, nowMs }: Shown) {
  const { t } = useTranslation();
  const meaning = useMeaning();
  const all = useMemo(() => declinesByCode(journeys, nowMs), [journeys, nowMs]);
  const sum = all.reduce((total, { count }) => total + count, 0);
  const most = all[0]?.count ?? 1;
  const rest = all.slice(MOST_CODES).reduce((total, { count }) => total + count, 0);
  return (
    <Pane title={t('live.declines')} end={<span className="figure-s">{sum}</span>}>
      {all.length === 0 ? <p className="third">{t('live.noDeclines')}</p> : null}
      <ol className="bars">
        {all.slice(0, MOST_CODES).map(({ code, count }) => (
          <li key={code} className="bar-row" title={meaning(code)}>
            <span className="mono bar-name">{code}</span>
            <span className="bar-ground" aria-hidden>
              <span className="bar-zhu" style={{ width: `${(count / most) * 100}%` }} />
            </span>
            <span className="bar-count tabular">{count}</span>
          </li>
        ))}
      </ol>
      {rest > 0 ? <p className="caption third">{t('live.moreDeclines', { count: rest })}</p> : null}
    </Pane>
  );
}

function Latency({ journeys }: Pick<Shown, 'journeys'>) {
  const { t } = useTranslation();
  const names = useLegNames();
  const times = useMemo(() => legTimes(journeys.slice(0, NEWEST)), [journeys]);
  const longest = scaleOf(times);
  return (
    <Pane title={t('live.latency')} end={<span className="tabular">{t('live.medianAndP99')}</span>}>
      <ol className="bars">
        {times.map(({ leg, medianMs, p99Ms }) => (
          <li key={leg} className="bar-row leg-row">
            <span className="bar-name">
              <span className={`leg-dot leg-${leg}`} aria-hidden />
              {names[leg]}
            </span>
            <span className="bar-ground" aria-hidden>
              {medianMs === undefined ? null : (
                <span
                  className={`bar-leg leg-${leg}`}
                  style={{ width: `${shareOf(medianMs, longest)}%` }}
                />
              )}
              {p99Ms === undefined ? null : (
                <span className="bar-tick" style={{ left: `${shareOf(p99Ms, longest)}%` }} />
              )}
            </span>
            <span className="bar-count tabular">
              {medianMs === undefined
                ? '–'
                : `${medianMs} / ${(p99Ms ?? medianMs).toLocaleString('en-GB')}`}
            </span>
          </li>
        ))}
      </ol>
    </Pane>
  );
}

/** Over how many taps the times are taken. */
const NEWEST = 200;

/** What a whole bar stands for. One tap that hung must not make the others vanish: its tick stands at the end. */
function scaleOf(times: ReturnType<typeof legTimes>): number {
  const medians = times.map(({ medianMs }) => medianMs ?? 0);
  const slowest = times.map(({ p99Ms }) => p99Ms ?? 0);
  return Math.max(1, Math.min(Math.max(...slowest), Math.max(...medians) * 6));
}

function shareOf(ms: number | undefined, longest: number): number {
  return Math.min(1, (ms ?? 0) / longest) * 100;
}

/** The legs by name. */
function useLegNames(): Readonly<Record<LegName, string>> {
  const { t } = useTranslation();
  return {
    phone: t('live.legPhone'),
    lines: t('live.legLines'),
    tokens: t('live.legTokens'),
    issuer: t('live.legIssuer'),
    back: t('live.legBack'),
  };
}
