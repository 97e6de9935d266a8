/** The head of a token: its card, its number, how it stands and since when, and its life as a line. */
import { tokenLife } from '@octavo/domain/token.ts';
import { useTranslation } from 'react-i18next';
import { CardArt } from '../../kit/art/CardArt.tsx';
import { designOf } from '../../kit/art/designs.ts';
import { momentText } from '../moment.ts';
import type { HistoryLine } from './history.tsx';
import {
  StateTag,
  type Token,
  type TokenState,
  useCardWords,
  useStateWords,
} from './state-tag.tsx';
import { useEventWords, usePartyWords } from './words-of.ts';

/** The pane at the top. */
export function Head({
  token,
  lines,
}: {
  readonly token: Token;
  readonly lines: readonly HistoryLine[] | undefined;
}) {
  const { t } = useTranslation();
  const words = useCardWords();
  const party = usePartyWords();
  const last = lines?.at(-1);
  return (
    <section className="c-pane token-head" aria-label={t('tokens.token')}>
      <div className="token-who">
        <CardArt
          design={designOf(token.face.art)}
          seed={token.accountReference}
          width={162}
          suspended={token.state !== 'active'}
        />
        <div>
          <p className="token-title">
            <span className="token-number tabular">•• {token.tokenLastFour}</span>
            <StateTag state={token.state} />
            {token.expired ? <span className="tag tag-amber">{t('tokens.expired')}</span> : null}
            {last === undefined ? null : (
              <span className="second">
                {t('tokens.sinceBy', { since: momentText(last.atMs), party: party[last.party] })}
              </span>
            )}
          </p>
          <p className="second">
            {words(token.face)} <span className="tabular">{token.cardLastFour}</span>
          </p>
          {token.state !== 'suspended' ? null : (
            <p className="token-holders">
              {t('tokens.suspendedBy', {
                parties: token.suspendedBy.map((one) => party[one]).join(t('tokens.and')),
              })}
            </p>
          )}
        </div>
      </div>
      <LifeLine state={token.state} />
    </section>
  );
}

/** The states in order, and between them what leads from one to the next and back, read from the table of the domain. */
function LifeLine({ state }: { readonly state: TokenState }) {
  const { t } = useTranslation();
  const states = Object.keys(tokenLife) as TokenState[];
  const words = useStateWords();
  const events = useEventWords();
  return (
    <ol className="life" aria-label={t('tokens.life')}>
      {states.map((one, index) => {
        const next = states[index + 1];
        const there = next === undefined ? [] : eventsBetween(one, next);
        const back = next === undefined ? [] : eventsBetween(next, one);
        return (
          <li key={one} className="life-step" aria-current={one === state ? 'step' : undefined}>
            <span className="life-state">{words[one]}</span>
            {next === undefined ? null : (
              <span className="life-way caption third">
                <span>{there.map((event) => events[event] ?? event).join(' / ')}</span>
                <span className="life-arrow" data-both={back.length > 0 || undefined} aria-hidden />
                <span>{back.map((event) => events[event] ?? event).join(' / ')}</span>
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function eventsBetween(from: TokenState, to: TokenState): readonly string[] {
  return Object.entries(tokenLife[from])
    .filter(([event, state]) => state === to && event !== 'lapse')
    .map(([event]) => event);
}
