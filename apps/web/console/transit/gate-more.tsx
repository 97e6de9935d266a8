/** What a gate's row opens to: gaps and since when, what it says of itself, and what was forged of it. */
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { useMeaning } from '../meaning.ts';
import type { Forgery, GateState } from './api.ts';
import { cityMoment } from './days.ts';
import type { Gate } from './gates-view.tsx';
import { useAgoWords, useForgeryWords, useTroubleWords } from './words-of.ts';

/** All ones of 32 bits: nobody knows. */
const UNKNOWN_UNCERTAINTY_MS = 0xffffffff;

/** `+12 ms ± 40 ms`. */
export function ClockText({
  offsetMs,
  uncertaintyMs,
}: {
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
}) {
  const { t } = useTranslation();
  if (uncertaintyMs === UNKNOWN_UNCERTAINTY_MS) {
    return <span className="tag tag-amber">{t('transit.clockUnknown')}</span>;
  }
  return (
    <span className="tabular transit-clock">
      {signed(offsetMs)} ms{' '}
      <span className="second">± {uncertaintyMs.toLocaleString('en-GB')}</span>
    </span>
  );
}

function signed(ms: number): string {
  const size = Math.abs(ms).toLocaleString('en-GB');
  return ms < 0 ? `\u2212${size}` : `+${size}`;
}

/** The panes below a row. */
export function GateMore({
  gate,
  forgeries,
  nowMs,
}: {
  readonly gate: Gate;
  readonly forgeries: readonly Forgery[];
  readonly nowMs: number;
}) {
  const { t } = useTranslation();
  const ago = useAgoWords();
  const why = useForgeryWords();
  const rows: readonly (readonly [string, string])[] = [
    [t('transit.enrolled'), cityMoment(gate.enrolledAtMs)],
    ...gate.gaps.map(({ from, to, sinceMs }): readonly [string, string] => [
      t('transit.gap'),
      t('transit.gapLine', { from, to, ago: ago(nowMs - sinceMs) }),
    ]),
    ...forgeries.map(({ sequence, reason, atMs }): readonly [string, string] => [
      t('transit.forgedRecord', { sequence: sequence ?? '?' }),
      `${why[reason]} · ${cityMoment(atMs)}`,
    ]),
  ];
  return (
    <div className="transit-more">
      <dl className="transit-facts">
        {rows.map(([name, value]) => (
          <Fragment key={`${name} ${value}`}>
            <dt className="second">{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
      {gate.own === undefined ? (
        <p className="third">{t('transit.notHere')}</p>
      ) : (
        <Own own={gate.own} nowMs={nowMs} />
      )}
    </div>
  );
}

/** The gate by itself. */
function Own({ own, nowMs }: { readonly own: GateState; readonly nowMs: number }) {
  const { t } = useTranslation();
  const ago = useAgoWords();
  const trouble = useTroubleWords();
  const meaning = useMeaning();
  return (
    <dl className="transit-facts">
      <dt className="second">{t('transit.ownState')}</dt>
      <dd>
        {own.shut === undefined ? (
          t('transit.lets')
        ) : (
          <>
            {meaning(own.shut)} <span className="mono third transit-under">{own.shut}</span>
          </>
        )}
      </dd>
      {own.trouble === undefined ? null : (
        <>
          <dt className="second">{t('transit.trouble')}</dt>
          <dd className="transit-amber">{trouble[own.trouble]}</dd>
        </>
      )}
      <dt className="second">{t('transit.ownRecords')}</dt>
      <dd className="tabular">
        {t('transit.ownRecordsLine', { records: own.records, held: own.heldUpTo })}
      </dd>
      <dt className="second">{t('transit.ownList')}</dt>
      <dd className="tabular">
        {own.list === undefined
          ? t('transit.noList')
          : t('transit.ownListLine', { version: own.list.version, entries: own.list.entries })}
      </dd>
      <dt className="second">{t('transit.clock')}</dt>
      <dd>
        <ClockText {...own.clock} />
      </dd>
      <dt className="second">{t('transit.officeHeard')}</dt>
      <dd>
        {own.lastHeardAtMs === undefined ? t('transit.neverSeen') : ago(nowMs - own.lastHeardAtMs)}
      </dd>
    </dl>
  );
}
