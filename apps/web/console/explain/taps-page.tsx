/** The taps that can be read, newest first, found by outcome, code or the last four digits of the token. */
import type { Journey, JourneyOutcome } from '@octavo/lib/journey/head.ts';
import { OUTCOMES } from '@octavo/lib/journey/words.ts';
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../kit/amount.tsx';
import { Leaf } from '../../kit/mark/Mark.tsx';
import { useJourneys, useTold } from '../events.ts';
import { Page } from '../frame.tsx';
import { Link, tapPath } from '../route.tsx';
import { Waiting } from '../shell/waiting.tsx';
import { OutcomeTag, shortNumber } from './head.tsx';
import { useSay } from './say.ts';
import { dayAndClock } from './times.ts';
import '../asked.css';
import './taps.css';

/** The list of taps. */
export function TapsPage() {
  const { t } = useTranslation();
  const { state } = useTold();
  const journeys = useJourneys();
  const [outcome, setOutcome] = useState<JourneyOutcome | 'all'>('all');
  const [wanted, setWanted] = useState('');
  const found = journeys.filter(
    (journey) => (outcome === 'all' || journey.outcome === outcome) && isLike(journey, wanted),
  );
  if (state === 'opening') return <Waiting />;
  return (
    <Page
      title={t('explain.title')}
      beside={<span className="second">{t('explain.tapCount', { count: found.length })}</span>}
      acts={
        <>
          <OutcomeChoice outcome={outcome} onChoose={setOutcome} />
          <input
            type="search"
            className="taps-search"
            value={wanted}
            aria-label={t('explain.search')}
            placeholder={t('explain.search')}
            onChange={(event) => setWanted(event.target.value)}
          />
        </>
      }
    >
      {found.length === 0 ? (
        <section className="c-pane nothing">
          <Leaf size={40} />
          <p className="third">
            {t(journeys.length === 0 ? 'explain.noTaps' : 'explain.noneLike')}
          </p>
        </section>
      ) : (
        <ul className="taps c-pane">
          {found.slice(0, SHOWN).map((journey) => (
            <li key={journey.id}>
              <Tap journey={journey} />
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

/** More than anybody reads; the filters find the others. */
const SHOWN = 200;

function OutcomeChoice({
  outcome,
  onChoose,
}: {
  readonly outcome: JourneyOutcome | 'all';
  readonly onChoose: (outcome: JourneyOutcome | 'all') => void;
}) {
  const { t } = useTranslation();
  const say = useSay();
  return (
    <select
      className="taps-search"
      value={outcome}
      aria-label={t('explain.outcome')}
      onChange={(event) => onChoose(event.target.value as JourneyOutcome | 'all')}
    >
      <option value="all">{t('explain.allOutcomes')}</option>
      {Object.entries(OUTCOMES).map(([name, words]) => (
        <option key={name} value={name}>
          {say(words)}
        </option>
      ))}
    </select>
  );
}

function Tap({ journey }: { readonly journey: Journey }) {
  const { t, i18n } = useTranslation();
  const { id, amountMinor, currency, merchant, code, outcome, tokenLastFour, tookMs } = journey;
  return (
    <Link to={tapPath(id)} className="tap-row">
      <span className="tap-row-number mono">{shortNumber(journey)}</span>
      <span className="tap-row-amount">
        {amountMinor === undefined ? null : (
          <Amount minor={amountMinor} currency={currency ?? '156'} bare />
        )}
      </span>
      <span className="tap-row-outcome">
        <OutcomeTag outcome={outcome} />
      </span>
      <span className="tap-row-merchant">
        {merchant}
        {code === undefined ? null : <code className="tap-row-code mono">{code}</code>}
      </span>
      <span className="tap-row-token mono second">
        {tokenLastFour === undefined ? '' : `•• ${tokenLastFour}`}
      </span>
      <span className="tap-row-at tabular second">
        {dayAndClock(journey.atMs, i18n.language.startsWith('zh'))}
      </span>
      <span className="tap-row-took tabular second">
        {tookMs === undefined ? '' : t('explain.took', { ms: tookMs })}
      </span>
      <ChevronRight size={16} strokeWidth={2} aria-hidden />
    </Link>
  );
}

function isLike(
  { code, responseCode, tokenLastFour, id, merchant }: Journey,
  wanted: string,
): boolean {
  const text = wanted.trim().toLowerCase();
  if (text === '') return true;
  return [code, responseCode, tokenLastFour, id, merchant].some((one) =>
    one?.toLowerCase().includes(text),
  );
}
