/** The bank's book: every posting left and right, and between what has left and what has come the running zero. */
import type * as issuer from '@octavo/services/issuer';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../kit/amount.tsx';
import { Leaf } from '../../kit/mark/Mark.tsx';
import { type AnswerOf, call } from '../api.ts';
import { Shown, useAsked } from '../asked.tsx';
import { Pane } from '../frame.tsx';
import { momentText } from '../moment.ts';
import { Reference } from './reference.tsx';
import { Scroll } from './scroll.tsx';
import { useAccountWords, useKindWords } from './words-of.ts';

type Posting = AnswerOf<typeof issuer.ledger>['postings'][number];

const LAST = 100;

/** The newest postings first. */
export function Book() {
  const { t } = useTranslation();
  const asked = useAsked(
    () => call<typeof issuer.ledger>('/issuer/ledger', { last: LAST }),
    'book',
    2_000,
  );
  return (
    <Pane
      title={t('bank.book')}
      end={<span className="caption third">{t('bank.lastOf', { count: LAST })}</span>}
    >
      <Shown asked={asked} shape={420}>
        {({ postings }) =>
          postings.length === 0 ? (
            <div className="nothing">
              <Leaf size={40} />
              <p className="c-heading">{t('bank.noPostings')}</p>
              <p className="third">{t('bank.noPostingsLine')}</p>
            </div>
          ) : (
            <Pages postings={postings} />
          )
        }
      </Shown>
    </Pane>
  );
}

function Pages({ postings }: { readonly postings: readonly Posting[] }) {
  const { t } = useTranslation();
  return (
    <Scroll label={t('bank.book')}>
      <table className="bank-table bank-book">
        <thead>
          <tr>
            <th scope="col">{t('bank.when')}</th>
            <th scope="col">{t('bank.what')}</th>
            <th scope="col">{t('bank.left')}</th>
            <th scope="col">{t('bank.went')}</th>
            <th scope="col">{t('bank.running')}</th>
          </tr>
        </thead>
        <tbody>
          {postings.map((posting) => (
            <Line key={posting.postingId} posting={posting} />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Line({ posting }: { readonly posting: Posting }) {
  const { t } = useTranslation();
  const kinds = useKindWords();
  const zero = BigInt(posting.creditTotalMinor) - BigInt(posting.debitTotalMinor);
  return (
    <tr>
      <td className="tabular second">{momentText(posting.atMs, { seconds: true })}</td>
      <td>
        {kinds[posting.kind]} <Reference reference={posting.retrievalReference} />
      </td>
      <td data-head={t('bank.left')}>
        <Side side={posting.debit} lastFour={posting.cardLastFour} />
      </td>
      <td data-head={t('bank.went')}>
        <Side side={posting.credit} lastFour={posting.cardLastFour} />
      </td>
      <td data-head={t('bank.running')} className={zero === 0n ? undefined : 'bank-broken'}>
        <Amount minor={zero} bare />
      </td>
    </tr>
  );
}

function Side({ side, lastFour }: { readonly side: Posting['debit']; readonly lastFour: string }) {
  const words = useAccountWords();
  return (
    <span className="bank-side">
      <span>
        {words[side.account] ?? side.account}
        {side.account === 'holder' ? <span className="tabular third"> {lastFour}</span> : null}
      </span>
      <Amount minor={side.amountMinor} bare />
    </span>
  );
}
