/** The head of a tap: its number, how much, what came of it, who, when and how fast; its neighbours, and a file of it. */
import type { Journey } from '@octavo/lib/journey/head.ts';
import { OUTCOMES } from '@octavo/lib/journey/words.ts';
import { Check, ChevronLeft, ChevronRight, Hourglass, Minus, Share2, Undo2 } from 'lucide-react';
import { type ReactNode, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../kit/amount.tsx';
import { Link, tapPath } from '../route.tsx';
import { useSay } from './say.ts';
import { dayAndClock } from './times.ts';

/** The journeys beside this one, by their ids. */
export type Neighbours = {
  readonly earlier?: string | undefined;
  readonly later?: string | undefined;
};

/** The head; without neighbours for whoever has a ticket for this one tap. */
export function Head({
  journey,
  neighbours,
  children,
}: {
  readonly journey: Journey;
  readonly neighbours?: Neighbours | undefined;
  /** What chooses how to look at it. */
  readonly children: ReactNode;
}) {
  const { t, i18n } = useTranslation();
  const { amountMinor, currency, merchant, code, outcome, tookMs } = journey;
  const isApproved = outcome === 'approved';
  const facts = [
    merchant,
    dayAndClock(journey.atMs, i18n.language.startsWith('zh')),
    tookMs === undefined ? undefined : t('explain.took', { ms: tookMs }),
  ].filter((fact) => fact !== undefined);
  return (
    <header className="page-head tap-head">
      {neighbours === undefined ? null : (
        <Link to="/taps" className="tap-back" label={t('explain.back')}>
          <ChevronLeft size={20} strokeWidth={1.75} aria-hidden />
        </Link>
      )}
      <h1 className="title">{t('explain.tapNumber', { number: shortNumber(journey) })}</h1>
      {amountMinor === undefined ? null : (
        <Amount minor={amountMinor} currency={currency ?? '156'} />
      )}
      <OutcomeTag outcome={outcome} />
      {isApproved || code === undefined ? null : <code className="tap-code mono">{code}</code>}
      <span className="tap-facts">{facts.join(' · ')}</span>
      <div className="page-acts">
        {children}
        {neighbours === undefined ? null : (
          <>
            <Neighbour to={neighbours.earlier}>
              <ChevronLeft size={16} strokeWidth={2} aria-hidden />
              {t('explain.earlier')}
            </Neighbour>
            <Neighbour to={neighbours.later}>
              {t('explain.later')}
              <ChevronRight size={16} strokeWidth={2} aria-hidden />
            </Neighbour>
          </>
        )}
        <Export journey={journey} />
      </div>
    </header>
  );
}

/** What became of a tap, in its colour and with its sign. */
export function OutcomeTag({ outcome }: Pick<Journey, 'outcome'>) {
  const say = useSay();
  const look = { size: 14, strokeWidth: 2.4, 'aria-hidden': true } as const;
  const signs: Readonly<Record<Journey['outcome'], readonly [string, ReactNode]>> = {
    approved: ['qing', <Check key="sign" {...look} />],
    declined: ['zhu', <Minus key="sign" {...look} />],
    reversed: ['amber', <Undo2 key="sign" {...look} />],
    see_phone: ['amber', <Minus key="sign" {...look} />],
    try_again: ['amber', <Minus key="sign" {...look} />],
    no_card: ['plain', <Minus key="sign" {...look} />],
    under_way: ['plain', <Hourglass key="sign" {...look} />],
  };
  const [tone, sign] = signs[outcome];
  return (
    <span className={`tag tag-${tone} tap-outcome`}>
      {sign}
      {say(OUTCOMES[outcome])}
    </span>
  );
}

/** The last six digits of its reference. */
export function shortNumber({ retrievalReference, id }: Journey): string {
  return retrievalReference?.slice(-6) ?? id;
}

function Neighbour({
  to,
  children,
}: {
  readonly to: string | undefined;
  readonly children: ReactNode;
}) {
  if (to === undefined) {
    return (
      <span className="control tap-neighbour-none" aria-hidden>
        {children}
      </span>
    );
  }
  return (
    <Link to={tapPath(to)} className="control control-quiet">
      {children}
    </Link>
  );
}

/** A link to a file of the journey's events as they were told; what was masked there stays so. */
function Export({ journey }: { readonly journey: Journey }) {
  const { t } = useTranslation();
  const href = useMemo(() => {
    const text = JSON.stringify({ id: journey.id, events: journey.events }, null, 2);
    return URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  }, [journey]);
  useEffect(() => () => URL.revokeObjectURL(href), [href]);
  return (
    <a className="control control-soft" href={href} download={`tap-${shortNumber(journey)}.json`}>
      <Share2 size={16} strokeWidth={1.75} aria-hidden />
      {t('explain.export')}
    </a>
  );
}
