/** How full the token ranges are, and how the tokens in them stand. */
import type * as tokens from '@octavo/services/tokens';
import { useTranslation } from 'react-i18next';
import { type AnswerOf, call } from '../api.ts';
import { Shown, useAsked } from '../asked.tsx';
import { Pane } from '../frame.tsx';
import { type TokenState, useStateWords } from './state-tag.tsx';

type Range = AnswerOf<typeof tokens.rangeFill>['ranges'][number];

const STATES: readonly TokenState[] = ['active', 'suspended', 'inactive', 'deleted'];

/** A bar for each range. */
export function Ranges() {
  const { t } = useTranslation();
  const asked = useAsked(
    () => call<typeof tokens.rangeFill>('/tokens/range-fill', {}),
    'ranges',
    10_000,
  );
  return (
    <Pane title={t('tokens.ranges')} className="tokens-ranges">
      <Shown asked={asked} shape={150}>
        {({ ranges }) => (
          <ul>
            {ranges.map((range) => (
              <RangeBar key={range.tokenBin + range.keyIndex} range={range} />
            ))}
          </ul>
        )}
      </Shown>
    </Pane>
  );
}

function RangeBar({ range }: { readonly range: Range }) {
  const { t, i18n } = useTranslation();
  const words = useStateWords();
  const { used, capacity, tokenBin, keyIndex } = range;
  const number = new Intl.NumberFormat(i18n.language);
  const percent = new Intl.NumberFormat(i18n.language, {
    style: 'percent',
    maximumSignificantDigits: 2,
  });
  const said = STATES.filter((state) => range[state] > 0);
  return (
    <li className="tokens-range">
      <div className="tokens-range-head">
        <span>
          {isDebit(range) ? t('tokens.debitRange') : t('tokens.creditRange')}{' '}
          <span className="mono third">
            {tokenBin} · {keyIndex}
          </span>
        </span>
        <span className="figure-s">{number.format(used)}</span>
      </div>
      <div className="tokens-bar" aria-hidden>
        {said.map((state) => (
          <span
            key={state}
            className="tokens-bar-part"
            data-state={state}
            style={{ flexGrow: range[state] }}
          />
        ))}
      </div>
      <p className="caption tokens-range-states">
        {said.length === 0 ? <span className="third">{t('tokens.rangeEmpty')}</span> : null}
        {said.map((state) => (
          <span key={state} className="tokens-key" data-state={state}>
            {words[state]} <span className="tabular">{number.format(range[state])}</span>
          </span>
        ))}
      </p>
      <div className="tokens-fill" aria-hidden>
        {used === 0 ? null : <span style={{ width: `${(100 * used) / capacity}%` }} />}
      </div>
      <p className="caption third">
        {t('tokens.rangeUsed', {
          percent: percent.format(used / capacity),
          capacity: number.format(capacity),
        })}
      </p>
    </li>
  );
}

function isDebit({ label }: Range): boolean {
  return label.includes('DEBIT');
}
