/** Tokens by what is known of them; the cards that still wait; and how full the ranges are. */
import type * as tokens from '@octavo/services/tokens';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Leaf } from '../../kit/mark/Mark.tsx';
import { type AnswerOf, call } from '../api.ts';
import { type Asked, Shown, useAsked } from '../asked.tsx';
import { Page, Pane } from '../frame.tsx';
import { go } from '../route.tsx';
import { Enrolments } from './enrolments.tsx';
import { useLately } from './lately.ts';
import { Ranges } from './ranges.tsx';
import { SearchBox } from './search-box.tsx';
import { TokenTable } from './token-table.tsx';
import { type Wanted, wantedOf } from './wanted.ts';
import './tokens.css';

type Found = AnswerOf<typeof tokens.search>;

/** The page. What is looked for stands in its address. */
export function TokensPage() {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(() => new URLSearchParams(location.search).get('q') ?? '');
  const wanted = wantedOf(useDeferredValue(typed));
  const found = useFound(wanted);
  const change = (value: string): void => {
    setTyped(value);
    const query = value.trim() === '' ? '' : `?q=${encodeURIComponent(value.trim())}`;
    go(`/tokens${query}`, { replace: true });
  };
  const count = found.answer?.tokens.length;
  const said =
    typed.trim() === ''
      ? undefined
      : wanted === undefined
        ? t('tokens.notYet')
        : count === undefined
          ? undefined
          : t('tokens.found', { count });
  return (
    <Page
      title={t('tokens.title')}
      beside={<SearchBox value={typed} onChange={change} said={said} />}
    >
      <div className="tokens-room">
        <div className="tokens-grid">
          <div className="tokens-main">
            {wanted === undefined ? <Lately /> : <Results found={found} wanted={wanted} />}
          </div>
          <div className="tokens-side">
            <Enrolments />
            <Ranges />
          </div>
        </div>
      </div>
    </Page>
  );
}

function useFound(wanted: readonly Wanted[] | undefined): Asked<Found> {
  const about = wanted === undefined ? '' : JSON.stringify(wanted);
  return useAsked(
    async () => merged(await Promise.all((wanted ?? []).map(searchOne))),
    about,
    wanted === undefined ? undefined : 5_000,
  );
}

function searchOne(wanted: Wanted): Promise<Found> {
  return call<typeof tokens.search>('/tokens/search', wanted);
}

/** Both meanings of four digits together; a token that has them twice stands there once. */
function merged(all: readonly Found[]): Found {
  const byReference = new Map(
    all.flatMap((one) => one.tokens.map((token) => [token.tokenReference, token])),
  );
  const sum = (name: keyof Found['counts']): number =>
    all.reduce((total, { counts }) => total + counts[name], 0);
  return {
    tokens: [...byReference.values()],
    counts: {
      total: sum('total'),
      inactive: sum('inactive'),
      active: sum('active'),
      suspended: sum('suspended'),
      deleted: sum('deleted'),
    },
  };
}

function Results({
  found,
  wanted,
}: {
  readonly found: Asked<Found>;
  readonly wanted: readonly Wanted[];
}) {
  const { t } = useTranslation();
  return (
    <Pane title={t('tokens.results')} className="tokens-pane">
      <Shown asked={found} shape={220}>
        {({ tokens: list, counts }) =>
          list.length === 0 ? (
            <Nothing title={t('tokens.nothing')} line={t('tokens.nothingLine')} />
          ) : (
            <>
              <TokenTable tokens={list} />
              {wanted.length === 1 && counts.total > list.length ? (
                <p className="third tokens-more">
                  {t('tokens.more', { shown: list.length, total: counts.total })}
                </p>
              ) : null}
            </>
          )
        }
      </Shown>
    </Pane>
  );
}

function Lately() {
  const { t } = useTranslation();
  return (
    <Pane title={t('tokens.lately')} className="tokens-pane">
      <Shown asked={useLately()} shape={220}>
        {(list) =>
          list.length === 0 ? (
            <Nothing title={t('tokens.none')} line={t('tokens.noneLine')} />
          ) : (
            <TokenTable tokens={list} />
          )
        }
      </Shown>
    </Pane>
  );
}

function Nothing({ title, line }: { readonly title: string; readonly line: string }) {
  return (
    <div className="nothing">
      <Leaf size={40} />
      <p className="c-heading">{title}</p>
      <p className="third">{line}</p>
    </div>
  );
}
