/** The taps as they happen, the newest on top. The list stands still while somebody looks closely. */
import type { Journey } from '@octavo/lib/journey/head.ts';
import { useDeferredValue, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { siteOrigin } from '../../kit/here.ts';
import { useTold } from '../events.ts';
import { Link, pathOf } from '../route.tsx';
import { legsOf, quantile } from './figures.ts';
import { TapRow } from './tap-row.tsx';

/** How many rows are shown; all others are on the page of taps. */
const ROWS = 40;

/** The list with its head. */
export function TapTable({
  journeys,
  isPaused,
  wanted,
}: {
  readonly journeys: readonly Journey[];
  readonly isPaused: boolean;
  readonly wanted: string;
}) {
  const { t } = useTranslation();
  const { state, events } = useTold();
  const [rests, setRests] = useState(false);
  const held = useHeld(journeys, isPaused || rests);
  const wantedNow = useDeferredValue(wanted.toLowerCase());
  const shown = useMemo(
    () => held.filter((journey) => isWanted(journey, wantedNow)).slice(0, ROWS),
    [held, wantedNow],
  );
  const [openedAt, setOpenedAt] = useState<number>();
  if (openedAt === undefined && state === 'following') setOpenedAt(events.at(-1)?.sequence ?? 0);
  const missed = journeys.filter(
    ({ firstSequence }) => firstSequence > (held[0]?.firstSequence ?? 0),
  );
  const scaleMs = scaleOf(shown);
  if (journeys.length === 0) return state === 'following' ? <Empty /> : <Shapes />;
  return (
    <section
      className="taps"
      aria-label={t('live.taps')}
      onPointerEnter={(event) => event.pointerType === 'mouse' && setRests(true)}
      onPointerLeave={() => setRests(false)}
      onFocus={() => setRests(true)}
      onBlur={() => setRests(false)}
    >
      <TapHead missed={held === journeys ? 0 : missed.length} />
      <ol className="live-rows">
        {shown.map((journey) => (
          <TapRow
            key={journey.firstSequence}
            journey={journey}
            scaleMs={scaleMs}
            isNew={openedAt !== undefined && journey.firstSequence > openedAt}
          />
        ))}
      </ol>
      {shown.length === 0 ? <p className="taps-note third">{t('live.nothingFound')}</p> : null}
      {held.length > ROWS ? (
        <p className="taps-note">
          <Link to={pathOf.explain} className="c-link">
            {t('live.allTaps')}
          </Link>
        </p>
      ) : null}
    </section>
  );
}

/** The newest value, or the one that was newest when the holding began. */
function useHeld(journeys: readonly Journey[], isHeld: boolean): readonly Journey[] {
  const kept = useRef(journeys);
  if (!isHeld || kept.current.length === 0) kept.current = journeys;
  return kept.current;
}

function isWanted(journey: Journey, wanted: string): boolean {
  if (wanted === '') return true;
  const { id, tokenLastFour, merchant, terminalId, code, responseCode, outcome } = journey;
  return [id, tokenLastFour, merchant, terminalId, code, responseCode, outcome].some((text) =>
    text?.toLowerCase().includes(wanted),
  );
}

/** What a whole bar stands for: nearly all taps fit, and one that hung does not make the others vanish. */
function scaleOf(journeys: readonly Journey[]): number {
  const sums = journeys.map((one) => Object.values(legsOf(one)).reduce((sum, ms) => sum + ms, 0));
  const sorted = sums.filter((ms) => ms > 0).sort((a, b) => a - b);
  return Math.max(50, (quantile(sorted, 0.85) ?? 0) * 1.15);
}

function TapHead({ missed }: { readonly missed: number }) {
  const { t } = useTranslation();
  return (
    <div className="live-head second">
      <span>{t('live.time')}</span>
      <span className="live-token">{t('live.token')}</span>
      <span>
        {t('live.where')}
        {missed > 0 ? (
          <span className="tag tag-qing live-missed">{t('live.missed', { count: missed })}</span>
        ) : null}
      </span>
      <span className="live-amount">{t('live.amount')}</span>
      <span className="live-legs">{t('live.legs')}</span>
      <span className="live-ms">ms</span>
      <span>{t('live.outcome')}</span>
      <span className="live-code">DE39</span>
    </div>
  );
}

function Empty() {
  const { t } = useTranslation();
  return (
    <section className="taps taps-empty">
      <h2 className="c-heading">{t('live.empty')}</h2>
      <p className="second">{t('live.emptyLine')}</p>
      <p className="taps-doors">
        <a
          className="control control-primary"
          href={`${siteOrigin('wallet')}/`}
          target="_blank"
          rel="noopener"
        >
          {t('live.openPhone')}
        </a>
        <a
          className="control control-soft"
          href={`${siteOrigin('terminal')}/`}
          target="_blank"
          rel="noopener"
        >
          {t('live.openTerminal')}
        </a>
      </p>
    </section>
  );
}

function Shapes() {
  return (
    <section className="taps waiting taps-shapes" aria-hidden>
      <div className="wait" />
      <div className="wait" />
      <div className="wait" />
    </section>
  );
}
