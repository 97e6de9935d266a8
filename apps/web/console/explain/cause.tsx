/** Why a tap was refused: the value that the phone sealed beside the one that the message says, and what still held. */
import { refusals } from '@octavo/domain/refusal.ts';
import type { ExplainedJourney } from '@octavo/lib/journey/explain.ts';
import { nodesOf } from '@octavo/lib/journey/explain.ts';
import type { Link, LinkedValues } from '@octavo/lib/journey/linked.ts';
import type { Words } from '@octavo/lib/journey/names.ts';
import type { Span } from '@octavo/lib/journey/span.ts';
import { Info, ShieldAlert, ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../kit/amount.tsx';
import { isRefusal } from './fields.ts';
import type { Links } from './linkage.ts';
import { useSay } from './say.ts';

type Shown = { readonly span: Span; readonly isSealed: boolean };

/** The pane of the cause. */
export function CausePane({
  explained,
  values,
  links,
}: {
  readonly explained: ExplainedJourney;
  readonly values: LinkedValues;
  readonly links: Links;
}) {
  const { t } = useTranslation();
  const say = useSay();
  const { cause } = values;
  if (cause === undefined) return null;
  const about = values.links.find(({ id }) => cause.links.includes(id));
  const shown = about === undefined ? [] : shownOf(explained, about);
  const isDiffering = (about?.values.length ?? 0) > 1;
  const step = stepOf(explained, cause.check);
  const words = wordsOf(cause.code);
  const name = [...links.all].find(([, link]) => link === about)?.[0];
  return (
    <section className="c-pane cause" aria-labelledby="cause-title">
      <div className="c-pane-head">
        <h2 id="cause-title" className="c-heading">
          {isDiffering
            ? about?.key === 'amount'
              ? t('explain.twoAmounts')
              : t('explain.twoValues', { value: say(about?.title as Words) })
            : t(CAUSES[explained.journey.outcome] ?? 'explain.cause')}
        </h2>
        <span className="c-pane-end small">
          {step === 0 ? null : t('explain.comparedAt', { step })}
        </span>
      </div>
      <dl className="cause-values">
        {(isDiffering ? shown : shown.slice(0, 1)).map(({ span, isSealed }) => (
          <Value
            key={span.path}
            span={span}
            isSealed={isSealed}
            isWrong={isDiffering && !isSealed}
            link={name}
            currency={explained.journey.currency}
          />
        ))}
      </dl>
      {cause.compared === undefined || isDiffering ? null : (
        <p className="cause-compared mono">{say(cause.compared)}</p>
      )}
      <ul className="cause-said">
        <Money explained={explained} />
        {words === undefined ? null : (
          <li>
            <Info size={18} strokeWidth={1.75} aria-hidden />
            {say(words)}
          </li>
        )}
        <Held explained={explained} />
      </ul>
      <p className="code-trace">{cause.code}</p>
    </section>
  );
}

function Value({
  span,
  isSealed,
  isWrong,
  link,
  currency,
}: Shown & {
  readonly isWrong: boolean;
  readonly link: string | undefined;
  readonly currency: string | undefined;
}) {
  const { t } = useTranslation();
  const say = useSay();
  const isMoney = /^\d{12}$/.test(span.value) && span.meaning === 'money';
  return (
    <>
      <dt>{t(saidBy(span, isSealed))}</dt>
      <dd className={isWrong ? 'cause-wrong' : ''}>
        {isMoney ? (
          <Amount minor={BigInt(span.value)} currency={currency ?? '156'} />
        ) : (
          <strong>{span.decoded.en === '' ? span.value : say(span.decoded)}</strong>
        )}
      </dd>
      <dd className="cause-place">
        <button
          type="button"
          className={`chip chip-${isRefusal(span) ? 'refused' : span.meaning} mono`}
          data-links={link}
        >
          {span.value.replace(/..(?=.)/g, '$& ')}
        </button>
        <span className="small third">
          {span.tag}
          {isSealed ? ` · ${t('explain.insideCryptogram')}` : ''}
        </span>
      </dd>
    </>
  );
}

/** Whose word a value is. */
function saidBy({ tag }: Span, isSealed: boolean): string {
  if (isSealed) return 'explain.phoneSealed';
  return tag === 'SW' ? 'explain.phoneAnswered' : 'explain.messageSays';
}

/** Whether money moved. */
function Money({ explained }: { readonly explained: ExplainedJourney }) {
  const { t } = useTranslation();
  const nodes = nodesOf(explained).filter(({ kind, isReached }) => kind === 'posting' && isReached);
  const isBack = nodes.some(({ step }) => step === 'takenBack');
  const isTaken = nodes.length > 0 && !isBack;
  return (
    <li className={isTaken ? 'cause-taken' : 'cause-safe'}>
      {isTaken ? (
        <ShieldAlert size={18} strokeWidth={1.75} aria-hidden />
      ) : (
        <ShieldCheck size={18} strokeWidth={1.75} aria-hidden />
      )}
      {t(isTaken ? 'explain.moneyTaken' : isBack ? 'explain.moneyBack' : 'explain.moneyNone')}
    </li>
  );
}

/** What held all the same: a right cryptogram means that it was not the phone that lied. */
function Held({ explained }: { readonly explained: ExplainedJourney }) {
  const { t } = useTranslation();
  const checks = nodesOf(explained).flatMap((node) => node.checks);
  const broken = checks.findIndex(({ outcome }) => outcome === 'broken');
  const cryptogram = checks.findIndex(({ name }) => name === 'cryptogram');
  if (cryptogram < 0 || checks[cryptogram]?.outcome !== 'held') return null;
  const isOuter = broken >= 0 && OUTER.has(checks[broken]?.name ?? '');
  return (
    <li>
      <Info size={18} strokeWidth={1.75} aria-hidden />
      {t(isOuter ? 'explain.stillHeldOuter' : 'explain.stillHeld')}
    </li>
  );
}

/** What the pane is called where nothing was refused. */
const CAUSES: Readonly<Record<string, string>> = {
  reversed: 'explain.causeBack',
  see_phone: 'explain.causeHeld',
  try_again: 'explain.causeHeld',
};

/** Checks that compare the message around the chip data with what the phone sealed. */
const OUTER: ReadonlySet<string> = new Set(['amount', 'currency', 'country', 'date', 'type']);

/** The first place that was sealed and the first that was not; of one that stands in one place, that one. */
function shownOf(explained: ExplainedJourney, { places }: Link): readonly Shown[] {
  const spans = places.flatMap((place): Shown[] => {
    if (place.kind !== 'bytes') return [];
    const node = nodesOf(explained).find(({ id }) => id === place.node);
    const tree = node?.parts.find(({ key }) => key === place.part)?.tree;
    const span = tree && spanAt(tree, place.path);
    return span === undefined ? [] : [{ span, isSealed: span.sealed }];
  });
  const sealed = spans.find(({ isSealed }) => isSealed);
  const differing = spans.filter(({ isSealed }) => !isSealed);
  const said = differing.find(({ span }) => span.value !== sealed?.span.value) ?? differing[0];
  return [sealed, said].filter((one) => one !== undefined);
}

function spanAt(span: Span, path: string): Span | undefined {
  if (span.path === path) return span;
  return span.children.map((child) => spanAt(child, path)).find((found) => found !== undefined);
}

function stepOf(explained: ExplainedJourney, check: string | undefined): number {
  const checks = nodesOf(explained).find((node) => node.checks.length > 0)?.checks ?? [];
  return checks.findIndex(({ name }) => name === check) + 1;
}

function wordsOf(code: string): Words | undefined {
  return Object.entries(refusals).find(([known]) => known === code)?.[1];
}
