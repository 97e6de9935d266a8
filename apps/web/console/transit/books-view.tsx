/** Reconciliation: our charges beside the acquirer's, the books as an equation that is checked, and closing a day. */
import { useTranslation } from 'react-i18next';
import { Amount } from '../../kit/amount.tsx';
import { readTrialBalance } from '../api.ts';
import { Shown, useAsked } from '../asked.tsx';
import { Pane } from '../frame.tsx';
import { Link } from '../route.tsx';
import { type Reconciliation, readReconciliation } from './api.ts';
import { Books } from './books.tsx';
import { CloseDay } from './close-day.tsx';
import { Figure, Figures, NONE } from './figure.tsx';

/** The part. */
export function BooksView() {
  const { t } = useTranslation();
  const asked = useAsked(readReconciliation, 'reconciliation', 5_000);
  const trial = useAsked(readTrialBalance, 'trial', 5_000);
  const { matched, differences, taps } = asked.answer ?? {};
  const sum = trial.answer?.sumMinor;
  // One pane says that there is no answer; three would say it three times.
  const isMissing = asked.answer === undefined && asked.trouble !== undefined;
  return (
    <>
      <Figures>
        <Figure label={t('transit.matched')}>{matched ?? NONE}</Figure>
        <Figure
          label={t('transit.differences')}
          tone={(differences?.length ?? 0) > 0 ? 'wrong' : undefined}
        >
          {differences?.length ?? NONE}
        </Figure>
        <Figure label={t('transit.recordsTaken')}>{taps?.received ?? NONE}</Figure>
        <Figure label={t('transit.recordsWaiting')} tone={taps?.waiting ? 'waiting' : undefined}>
          {taps?.waiting ?? NONE}
        </Figure>
        <Figure
          label={t('transit.ledger')}
          tone={sum !== undefined && sum !== '0' ? 'wrong' : undefined}
        >
          {sum === undefined ? NONE : <Amount minor={sum} bare />}
        </Figure>
      </Figures>
      <div className="tokens-room">
        <div className="tokens-grid">
          <div className="tokens-main">
            <Pane title={t('transit.booksTitle')}>
              <Shown asked={asked} shape={280}>
                {({ books }) => <Books books={books} />}
              </Shown>
            </Pane>
            {isMissing ? null : (
              <Pane title={t('transit.besideAcquirer')}>
                <Shown asked={asked} shape={120}>
                  {(answer) => <Differences {...answer} />}
                </Shown>
              </Pane>
            )}
          </div>
          <div className="tokens-side">
            <CloseDay onClosed={asked.again} />
            {isMissing ? null : (
              <Pane title={t('transit.taps')}>
                <Shown asked={asked} shape={140}>
                  {(answer) => <Taps taps={answer.taps} />}
                </Shown>
              </Pane>
            )}
          </div>
        </div>
      </div>
    </>
  );
}

function Taps({ taps }: { readonly taps: Reconciliation['taps'] }) {
  const { t } = useTranslation();
  const rows: readonly (readonly [string, number])[] = [
    [t('transit.recordsTaken'), taps.received],
    [t('transit.recordsWaiting'), taps.waiting],
    [t('transit.recordsJudged'), taps.advised],
    [t('transit.recordsRefused'), taps.refused],
    [t('transit.forged'), taps.forged],
  ];
  return (
    <dl className="transit-facts transit-counts">
      {rows.map(([name, count]) => (
        <div key={name}>
          <dt className="second">{name}</dt>
          <dd className="tabular">{count.toLocaleString('en-GB')}</dd>
        </div>
      ))}
    </dl>
  );
}

function Differences({ matched, differences }: Reconciliation) {
  const { t } = useTranslation();
  const kinds: Readonly<Record<Reconciliation['differences'][number]['kind'], string>> = {
    missing_here: t('transit.missingHere'),
    missing_there: t('transit.missingThere'),
    amount_differs: t('transit.amountDiffers'),
    state_differs: t('transit.stateDiffers'),
  };
  if (differences.length === 0) {
    return (
      <p className="second">
        {t('transit.noDifferences', { count: matched })}{' '}
        <Link to="/bank?show=book" className="c-link transit-link">
          {t('transit.bankBook')}
        </Link>
      </p>
    );
  }
  return (
    <ul className="transit-lines">
      {differences.map(({ kind, retrievalReference, hereMinor, thereMinor }) => (
        <li key={`${kind} ${retrievalReference}`} className="transit-line">
          <span className="tag tag-zhu">{kinds[kind]}</span>
          <span className="mono transit-line-body">{retrievalReference}</span>
          <span className="tabular">
            {hereMinor === undefined ? NONE : <Amount minor={hereMinor} bare />} /{' '}
            {thereMinor === undefined ? NONE : <Amount minor={thereMinor} bare />}
          </span>
        </li>
      ))}
    </ul>
  );
}
