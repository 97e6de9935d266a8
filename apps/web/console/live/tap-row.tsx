/** One tap: when, which token, where, how much, where its time went, and what became of it. */
import type { Journey, JourneyOutcome } from '@octavo/lib/journey/head.ts';
import {
  Check,
  Ellipsis,
  type LucideIcon,
  Minus,
  RotateCcw,
  Smartphone,
  Undo2,
} from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Amount, amountText } from '../../kit/amount.tsx';
import { useMeaning } from '../meaning.ts';
import { Link, tapPath } from '../route.tsx';
import { type Legs, legNames, legsOf } from './figures.ts';

/** A row that leads to the tap. A new one slides in and keeps a wash for a while. */
export const TapRow = memo(function TapRow({
  journey,
  scaleMs,
  isNew,
}: {
  readonly journey: Journey;
  readonly scaleMs: number;
  readonly isNew: boolean;
}) {
  const { t } = useTranslation();
  const { id, atMs, tokenLastFour, merchant, terminalId, amountMinor, currency } = journey;
  return (
    <li className="live-item" data-new={isNew}>
      <Link to={tapPath(id)} className="live-row">
        <span className="mono live-time">{timeOf(atMs)}</span>
        <span className="mono live-token">{tokenLastFour ?? '–'}</span>
        <span className="live-where">{merchant ?? terminalId ?? t('live.unknownShop')}</span>
        <span className="live-amount">
          {amountMinor === undefined ? (
            '–'
          ) : (
            <Sum minor={amountMinor} currency={currency ?? '156'} />
          )}
        </span>
        <LegBar legs={legsOf(journey)} scaleMs={scaleMs} />
        <span className="tabular live-ms">{journey.tookMs?.toLocaleString('en-GB') ?? '–'}</span>
        <span className="live-outcome">
          <OutcomeTag journey={journey} />
        </span>
        <span className="mono live-code second">{journey.responseCode ?? '–'}</span>
      </Link>
    </li>
  );
});

/** An amount of the world's own currency goes bare, as in lists; another one says which it is. */
function Sum({ minor, currency }: { readonly minor: bigint; readonly currency: string }) {
  if (currency === '156') return <Amount minor={minor} bare />;
  return <span className="figure-s">{amountText(minor, currency)}</span>;
}

/** Local time of the world to the millisecond. */
function timeOf(atMs: number): string {
  const text = new Date(atMs).toLocaleTimeString('en-GB', { timeZone: 'Asia/Shanghai' });
  return `${text}.${String(atMs % 1000).padStart(3, '0')}`;
}

/** The legs one after the other, in the colours and the order of the journey. */
function LegBar({ legs, scaleMs }: { readonly legs: Legs; readonly scaleMs: number }) {
  const sum = Object.values(legs).reduce((total, ms) => total + ms, 0);
  return (
    <span className="live-legs" aria-hidden>
      <span className="leg-bar" style={{ width: `${Math.min(1, sum / scaleMs) * 100}%` }}>
        {legNames.map((leg) =>
          legs[leg] === undefined ? null : (
            <span key={leg} className={`leg-part leg-${leg}`} style={{ flexGrow: legs[leg] }} />
          ),
        )}
      </span>
    </span>
  );
}

const SIGNS: Readonly<Record<JourneyOutcome, readonly [tone: string, icon: LucideIcon]>> = {
  approved: ['tag-qing', Check],
  declined: ['tag-zhu', Minus],
  reversed: ['tag-amber', Undo2],
  see_phone: ['tag-amber', Smartphone],
  try_again: ['', RotateCcw],
  no_card: ['', Minus],
  under_way: ['', Ellipsis],
};

/** What became of a tap: a declined one by its code, since that is what an engineer looks for. */
function OutcomeTag({ journey }: { readonly journey: Journey }) {
  const { t } = useTranslation();
  const meaning = useMeaning();
  const { outcome, code } = journey;
  const [tone, Icon] = SIGNS[outcome];
  const words: Readonly<Record<JourneyOutcome, string>> = {
    approved: t('live.outcomeApproved'),
    declined: t('live.outcomeDeclined'),
    reversed: t('live.outcomeReversed'),
    see_phone: t('live.outcomeSeePhone'),
    try_again: t('live.outcomeTryAgain'),
    no_card: t('live.outcomeNoCard'),
    under_way: t('live.outcomeUnderWay'),
  };
  return (
    <span className={`tag ${tone}`} title={meaning(code)}>
      <Icon size={14} strokeWidth={2.4} aria-hidden />
      {outcome === 'declined' && code !== undefined ? (
        <>
          <span className="unseen">{words.declined} </span>
          <span className="mono">{code}</span>
        </>
      ) : (
        words[outcome]
      )}
    </span>
  );
}
