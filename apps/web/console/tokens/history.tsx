/** Who did what to a token, when and why: a line down the pane with a knot for each change. */
import type * as tokens from '@octavo/services/tokens';
import { useTranslation } from 'react-i18next';
import { type AnswerOf, call } from '../api.ts';
import { type Asked, useAsked } from '../asked.tsx';
import { momentText } from '../moment.ts';
import type { Token } from './state-tag.tsx';
import { useEventWords, usePartyWords, useReasonWords } from './words-of.ts';

type Answer = AnswerOf<typeof tokens.tokenHistory>;

/** One change. */
export type HistoryLine = Answer['lines'][number];

/** The history of a token, asked anew with every version of it. */
export function useHistory({ tokenReference, version }: Token): Asked<Answer> {
  return useAsked(
    () => call<typeof tokens.tokenHistory>('/tokens/token-history', { tokenReference }),
    `${tokenReference} ${version}`,
  );
}

/** The newest first. */
export function History({ lines }: { readonly lines: readonly HistoryLine[] }) {
  const { t } = useTranslation();
  const events = useEventWords();
  const parties = usePartyWords();
  const reasons = useReasonWords();
  if (lines.length === 0) return <p className="third">{t('tokens.noHistory')}</p>;
  const steps = lines.map((line, index) => ({ line, before: lines[index - 1]?.state }));
  return (
    <ol className="story">
      {steps.toReversed().map(({ line, before }) => (
        <li key={`${line.atMs} ${line.event}`} className="story-line" data-state={line.state}>
          <span className="story-when tabular second">
            {momentText(line.atMs, { seconds: true })}
          </span>
          <span className="story-change mono" title={events[line.event]}>
            {before === undefined ? line.state : `${before} → ${line.state}`}
          </span>
          <span className="story-who">{parties[line.party]}</span>
          <span className="story-why">
            {reasons[line.reason] ?? <span className="mono">{line.reason}</span>}
            {line.comment === undefined ? null : (
              <span className="story-comment second">{line.comment}</span>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}
