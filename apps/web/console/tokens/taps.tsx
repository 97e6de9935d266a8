/** The taps of a token that the kept events know, each leading to all its bytes. */
import type { Journey } from '@octavo/lib/journey/head.ts';
import { Check, CircleDashed, Minus, Undo2 } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../kit/amount.tsx';
import { useJourneys, useTold } from '../events.ts';
import { Pane } from '../frame.tsx';
import { momentText } from '../moment.ts';
import { Link, tapPath } from '../route.tsx';
import type { Token } from './state-tag.tsx';

const MOST = 20;

/** The pane. */
export function Taps({ token }: { readonly token: Token }) {
  const { t } = useTranslation();
  const { state } = useTold();
  const journeys = useJourneys();
  const own = useMemo(() => journeys.filter((one) => isOf(one, token)), [journeys, token]);
  return (
    <Pane title={t('tokens.taps')} end={<span className="tabular">{own.length}</span>}>
      {own.length === 0 ? (
        <p className="third">{state === 'opening' ? t('shell.opening') : t('tokens.noTaps')}</p>
      ) : (
        <ul className="taps">
          {own.slice(0, MOST).map((journey) => (
            <li key={journey.id}>
              <TapLine journey={journey} />
            </li>
          ))}
        </ul>
      )}
    </Pane>
  );
}

function TapLine({ journey }: { readonly journey: Journey }) {
  return (
    <Link to={tapPath(journey.id)} className="tap-line">
      <span className="tabular second">{momentText(journey.atMs, { seconds: true })}</span>
      <span className="tap-where">{journey.merchant ?? journey.terminalId}</span>
      <Outcome journey={journey} />
      <span className="tap-amount">
        {journey.amountMinor === undefined ? null : (
          <Amount minor={journey.amountMinor} currency={journey.currency ?? '156'} bare />
        )}
      </span>
    </Link>
  );
}

/** What became of a tap: approved, taken back, or refused by its code. */
function Outcome({ journey: { outcome, code } }: { readonly journey: Journey }) {
  const { t } = useTranslation();
  if (outcome === 'approved') {
    return (
      <span className="tag tag-qing">
        <Check size={14} strokeWidth={2.4} aria-hidden />
        {t('tokens.tapApproved')}
      </span>
    );
  }
  if (outcome === 'reversed') {
    return (
      <span className="tag tag-amber">
        <Undo2 size={14} strokeWidth={2.4} aria-hidden />
        {t('tokens.tapReversed')}
      </span>
    );
  }
  if (outcome === 'under_way' && code === undefined) {
    return (
      <span className="tag">
        <CircleDashed size={14} strokeWidth={2.4} aria-hidden />
        {t('tokens.tapUnderWay')}
      </span>
    );
  }
  return (
    <span className="tag tag-zhu">
      <Minus size={14} strokeWidth={2.4} aria-hidden />
      <span className="mono">{code ?? outcome}</span>
    </span>
  );
}

/** By the reference where the services told it; a tap that reached nobody has the last four digits alone. */
function isOf(journey: Journey, { tokenReference, tokenLastFour }: Token): boolean {
  const named = journey.events
    .map(({ detail }) => detail.tokenReference)
    .find((reference) => typeof reference === 'string');
  return named === undefined ? journey.tokenLastFour === tokenLastFour : named === tokenReference;
}
