/** The bytes of a part: sixteen to a line where there is room, each field one joined run that may break over lines. */
import { ArrowLeft, ArrowRight } from 'lucide-react';
import { memo, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type GridLine,
  isRefusal,
  linesOf,
  type Run,
  runsOf,
  type Segment,
  type Source,
} from './fields.ts';
import { useSay } from './say.ts';

/** One part's bytes with its heading. `linksOf` names the values that a field is a place of. */
export const Bytes = memo(function Bytes({
  source,
  title,
  direction,
  showIdentity,
  perLine,
  linksOf,
}: {
  readonly source: Source;
  readonly title: string;
  readonly direction?: 'out' | 'back' | undefined;
  readonly showIdentity: boolean;
  readonly perLine: number;
  readonly linksOf: (field: string) => readonly string[];
}) {
  const { t } = useTranslation();
  const count = source.hex.length / 2;
  const lines = useMemo(
    // Of a long input only the beginning is drawn, so its tree may go on where its digits end.
    () => linesOf(runsOf(source), perLine).filter(({ offset }) => offset < count),
    [source, perLine, count],
  );
  return (
    <section className="bytes" aria-label={`${title}, ${t('explain.byteCount', { count })}`}>
      <div className="bytes-head">
        {direction === undefined ? null : direction === 'out' ? (
          <ArrowRight size={16} strokeWidth={2} aria-hidden />
        ) : (
          <ArrowLeft size={16} strokeWidth={2} aria-hidden />
        )}
        <h3 className="c-heading">{title}</h3>
        <span className="bytes-count">{t('explain.byteCount', { count })}</span>
      </div>
      <div className="grid">
        {lines.map((line) => (
          <Line
            key={line.offset}
            line={line}
            hex={source.hex}
            showIdentity={showIdentity}
            linksOf={linksOf}
          />
        ))}
      </div>
    </section>
  );
});

function Line({
  line,
  hex,
  showIdentity,
  linksOf,
}: {
  readonly line: GridLine;
  readonly hex: string;
  readonly showIdentity: boolean;
  readonly linksOf: (field: string) => readonly string[];
}) {
  return (
    <div className="grid-line">
      <span className="grid-offset" aria-hidden>
        {line.offset.toString(16).toUpperCase().padStart(4, '0')}
      </span>
      {line.segments.map((segment) => (
        <Piece
          key={segment.from}
          segment={segment}
          digits={cellsOf(hex, segment, showIdentity)}
          links={segment.run.isForm ? '' : linksOf(segment.run.field).join(' ')}
        />
      ))}
    </div>
  );
}

/** The first piece of a run speaks for the whole of it; the others are for the eye. */
function Piece({
  segment,
  digits,
  links,
}: {
  readonly segment: Segment;
  readonly digits: readonly Cell[];
  readonly links: string;
}) {
  const say = useSay();
  const { run, isFirst, isLast } = segment;
  const { span } = run;
  const className = [
    'run',
    `run-${tone(run)}`,
    span.sealed && !run.isForm ? 'run-sealed' : '',
    isFirst ? 'run-first' : '',
    isLast ? 'run-last' : '',
  ].join(' ');
  const places = { 'data-field': run.field, 'data-links': links === '' ? undefined : links };
  const cells = digits.map(({ at, text }) => <i key={at}>{text}</i>);
  if (!isFirst) {
    return (
      <span className={className} aria-hidden {...places}>
        {cells}
      </span>
    );
  }
  return (
    <button type="button" tabIndex={run.start === 0 ? 0 : -1} className={className} {...places}>
      <span className="unseen">
        {`${span.tag} ${say(span.name)}, ${run.start}–${run.start + run.length - 1}: `}
      </span>
      {cells}
    </button>
  );
}

function tone({ isForm, span }: Run): string {
  if (isForm) return 'form';
  return span.meaning === 'verdict' && isRefusal(span) ? 'refused' : span.meaning;
}

type Cell = { readonly at: number; readonly text: string };

function cellsOf(hex: string, { run, from, to }: Segment, showIdentity: boolean): readonly Cell[] {
  return Array.from({ length: to - from }, (_, index) => {
    const at = from + index;
    const isHidden = run.isIdentity && !showIdentity;
    return { at, text: isHidden ? '••' : hex.slice(at * 2, at * 2 + 2).replaceAll('*', '•') };
  });
}
