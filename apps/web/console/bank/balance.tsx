/** The trial balance: what every account of the ledger holds, left and right of the zero that they come to. */
import type * as issuer from '@octavo/services/issuer';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../kit/amount.tsx';
import { type AnswerOf, readTrialBalance } from '../api.ts';
import { Shown, useAsked } from '../asked.tsx';
import { Pane } from '../frame.tsx';
import { useAccountWords } from './words-of.ts';

type Trial = AnswerOf<typeof issuer.trialBalance>;

/** The pane, read again every two seconds. */
export function Balance() {
  const { t } = useTranslation();
  const asked = useAsked(readTrialBalance, 'trial', 2_000);
  return (
    <Pane title={t('bank.trial')} className="bank-trial">
      <Shown asked={asked} shape={96}>
        {(trial) => <Sums trial={trial} />}
      </Shown>
    </Pane>
  );
}

function Sums({ trial: { sumMinor, postings, accounts } }: { readonly trial: Trial }) {
  const { t } = useTranslation();
  const words = useAccountWords();
  const isWhole = sumMinor === '0';
  const most = accounts.reduce((top, one) => Math.max(top, Math.abs(Number(one.sumMinor))), 1);
  return (
    <div className="bank-sums">
      <div>
        <Amount minor={sumMinor} size="figure-m" />
        <p className={isWhole ? 'second' : 'bank-broken'} role="status">
          {isWhole ? t('bank.zero', { count: postings }) : t('bank.notZero')}
        </p>
      </div>
      <ul className="bank-bars">
        {accounts.map(({ account, sumMinor: own }) => {
          const share = (50 * Math.abs(Number(own))) / most;
          const isLess = own.startsWith('-');
          return (
            <li key={account}>
              <span className="second">{words[account] ?? account}</span>
              <span className="bank-bar" aria-hidden>
                <span
                  data-side={isLess ? 'less' : 'more'}
                  style={{ width: `${share}%`, left: isLess ? `${50 - share}%` : '50%' }}
                />
              </span>
              <Amount minor={own} bare />
            </li>
          );
        })}
      </ul>
    </div>
  );
}
