/** What follows: the ledger's sum, what is under way, and the tail of what the services tell. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Amount, amountText } from '../../kit/amount.tsx';
import { readNetworkStatus, readTrialBalance } from '../api.ts';
import { useJourneys, useTold } from '../events.ts';
import { Pane } from '../frame.tsx';
import { useMeaning } from '../meaning.ts';
import { usePolled } from '../polled.ts';
import { Link, tapPath } from '../route.tsx';
import { useLineWords } from './line-words.ts';
import { timeOf } from './moments.ts';
import { useServiceWords } from './services-pane.tsx';
import { useSpanWords } from './span-words.ts';
import { type TailKind, type TailLine, tailOf } from './tail.ts';

const ROWS = 24;

/** The pane beside the levers. */
export function Follows() {
  const { t } = useTranslation();
  return (
    <Pane title={t('levers.follows')} className="follows">
      <Ledger />
      <Tail />
    </Pane>
  );
}

/** The one number that no lever may move, and what is open beside it. */
function Ledger() {
  const { t } = useTranslation();
  const { events } = useTold();
  const journeys = useJourneys();
  const posted = events.findLast(({ type }) => type === 'ledger.posted')?.sequence;
  const balance = usePolled(readTrialBalance, 4_000, posted);
  const network = usePolled(readNetworkStatus, 4_000, events.at(-1)?.sequence);
  const sum = balance.answer?.sumMinor;
  const underWay = journeys.filter(({ outcome }) => outcome === 'under_way').length;
  const { unanswered, waiting, exceptions } = network.answer ?? {};
  return (
    <>
      <div className="follows-sum" data-wrong={sum !== undefined && BigInt(sum) !== 0n}>
        {sum === undefined ? (
          <span className="figure-l">–</span>
        ) : (
          <Amount minor={sum} bare size="figure-l" />
        )}
        <p className="second">
          {sum === undefined
            ? t('levers.sumAway')
            : t('levers.sum', { count: balance.answer?.postings ?? 0 })}
        </p>
      </div>
      <dl className="follows-facts">
        <Fact word={t('levers.underWayTaps')} value={underWay} />
        <Fact word={t('levers.unanswered')} value={unanswered} />
        <Fact word={t('levers.waiting')} value={waiting} />
        <Fact word={t('levers.exceptions')} value={exceptions} isWrong />
      </dl>
    </>
  );
}

function Fact({
  word,
  value,
  isWrong = false,
}: {
  readonly word: string;
  readonly value: number | undefined;
  readonly isWrong?: boolean;
}) {
  const tone = value === undefined || value === 0 ? 'none' : isWrong ? 'zhu' : 'amber';
  return (
    <div>
      <dt className="second">{word}</dt>
      <dd className="tabular" data-tone={tone}>
        {value ?? '–'}
      </dd>
    </div>
  );
}

function Tail() {
  const { t } = useTranslation();
  const { events, journeys } = useTold();
  const lines = useMemo(() => tailOf(events, ROWS), [events]);
  const idOf = (reference: string | undefined) =>
    reference === undefined
      ? undefined
      : journeys.findLast(({ retrievalReference }) => retrievalReference === reference)?.id;
  if (lines.length === 0) return <p className="third follows-none">{t('levers.nothingYet')}</p>;
  return (
    <ol className="tail" aria-label={t('levers.tail')}>
      {lines.map((line) => (
        <TailRow key={line.sequence} line={line} id={idOf(line.retrievalReference)} />
      ))}
    </ol>
  );
}

function TailRow({ line, id }: { readonly line: TailLine; readonly id: string | undefined }) {
  const { t } = useTranslation();
  const say = useTailWords();
  const { retrievalReference } = line;
  return (
    <li className="tail-row">
      <span className="mono caption third">{timeOf(line.atMs)}</span>
      <span className="tail-dot" data-tone={line.tone} aria-hidden />
      <span>
        {say(line)}
        {id === undefined || retrievalReference === undefined ? null : (
          <>
            {' '}
            <Link
              to={tapPath(id)}
              className="c-link mono tail-reference"
              label={t('levers.openTap', { reference: retrievalReference.slice(-6) })}
            >
              {retrievalReference.slice(-6)}
            </Link>
          </>
        )}
      </span>
    </li>
  );
}

/** The sentence of a line of the tail. */
function useTailWords(): (line: TailLine) => string {
  const { t } = useTranslation();
  const names = useLineWords();
  const services = useServiceWords();
  const span = useSpanWords();
  const meaning = useMeaning();
  return (told) => {
    const words = told.line === undefined ? { from: '', to: '' } : names[told.line];
    const [from, to] = told.isBack === true ? [words.to, words.from] : [words.from, words.to];
    const way = { from, to };
    const amount = told.amountMinor === undefined ? '' : amountText(told.amountMinor);
    const service = told.service === undefined ? '' : services[told.service].name;
    const because = meaning(told.code) ?? '';
    const sentences: Readonly<Record<TailKind, () => string>> = {
      lineChanged: () => t('levers.tailLineChanged', way),
      frameLost: () => t('levers.tailFrameLost', way),
      frameLate: () => t('levers.tailFrameLate', way),
      frameDoubled: () => t('levers.tailFrameDoubled', way),
      frameHeld: () => t('levers.tailFrameHeld', way),
      serviceKilled: () => t('levers.tailServiceKilled', { service }),
      serviceRunning: () => t('levers.tailServiceRunning', { service }),
      clockMoved: () => t('levers.tailClockMoved', { span: span(told.movedMs ?? 0) }),
      reversalSent: () => t('levers.tailReversalSent', way),
      reversalAgain: () => t('levers.tailReversalAgain', way),
      reversalAnswered: () => t('levers.tailReversalAnswered', way),
      booked: () => t('levers.tailBooked', { amount }),
      bookedBack: () => t('levers.tailBookedBack', { amount }),
      withheld: () => t('levers.tailWithheld'),
      heldBack: () => t('levers.tailHeldBack'),
      lateAnswer: () => t('levers.tailLateAnswer'),
      lineDown: () => t('levers.tailLineDown', way),
      lineUp: () => t('levers.tailLineUp', way),
      paid: () => t('levers.tailPaid'),
      declined: () => t('levers.tailDeclined', { because }),
      takenBack: () => t('levers.tailTakenBack', { because }),
      unknown: () => t('levers.tailUnknown'),
    };
    return sentences[told.kind]().trim();
  };
}
