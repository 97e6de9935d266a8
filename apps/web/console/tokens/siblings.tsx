/** The tokens of one account: the same card on other devices, and what was there before. */
import type * as tokens from '@octavo/services/tokens';
import { useTranslation } from 'react-i18next';
import { call } from '../api.ts';
import { Shown, useAsked } from '../asked.tsx';
import { Link, tokenPath } from '../route.tsx';
import { StateTag, type Token, useCardWords } from './state-tag.tsx';

/** The list; the token that is shown is marked. */
export function Siblings({ token }: { readonly token: Token }) {
  const { t } = useTranslation();
  const words = useCardWords();
  const text = token.accountReference;
  const asked = useAsked(
    () => call<typeof tokens.search>('/tokens/search', { by: 'accountReference', text }),
    text,
    3_000,
  );
  return (
    <nav className="c-pane token-siblings" aria-label={t('tokens.sameAccount')}>
      <Shown asked={asked} shape={140}>
        {({ tokens: list, counts }) => (
          <>
            <ul>
              {list.map((one) => (
                <li key={one.tokenReference}>
                  <Link
                    to={tokenPath(one.tokenReference)}
                    className="token-sibling"
                    current={one.tokenReference === token.tokenReference}
                  >
                    <span className="token-sibling-head">
                      <span className="tokens-number">•• {one.tokenLastFour}</span>
                      <StateTag state={one.state} />
                    </span>
                    <span className="second">
                      {words(one.face)} <span className="tabular">{one.cardLastFour}</span>
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
            <p className="caption third">{t('tokens.ofAccount', { count: counts.total })}</p>
          </>
        )}
      </Shown>
    </nav>
  );
}
