/** The named fields of a node as a tree: tag in its class, name, value, where it is known from; bits open on a press. */
import type { Span } from '@octavo/lib/journey/span.ts';
import { MARKS } from '@octavo/lib/journey/words.ts';
import { Binary } from 'lucide-react';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Bits } from './bits.tsx';
import { type Field, isRefusal, valueText } from './fields.ts';
import { useName, useSay } from './say.ts';

/** Fields under a heading; `linksOf` names the values that a field is a place of. */
export const Tree = memo(function Tree({
  label,
  fields,
  linksOf,
}: {
  readonly label: string;
  readonly fields: readonly Field[];
  readonly linksOf: (field: string) => readonly string[];
}) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (key: string) =>
    setOpen((now) => new Set(now.has(key) ? [...now].filter((one) => one !== key) : [...now, key]));
  const parents = new Set(fields.map(({ parent }) => parent));
  return (
    <div className="tree" role="tree" aria-label={label}>
      {fields.map((field, at) => (
        <Row
          key={field.key}
          field={field}
          links={linksOf(field.key).join(' ')}
          isEntry={at === 0}
          isParent={parents.has(field.key)}
          isOpen={open.has(field.key)}
          onToggle={() => toggle(field.key)}
        />
      ))}
    </div>
  );
});

function Row({
  field,
  links,
  isEntry,
  isParent,
  isOpen,
  onToggle,
}: {
  readonly field: Field;
  readonly links: string;
  readonly isEntry: boolean;
  readonly isParent: boolean;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}) {
  const say = useSay();
  const name = useName();
  const { span, key, depth } = field;
  const hasBits = span.bits.length > 0;
  return (
    <div
      role="treeitem"
      aria-level={depth + 1}
      aria-expanded={hasBits ? isOpen : isParent ? true : undefined}
      aria-selected="false"
      className="field-row"
      tabIndex={isEntry ? 0 : -1}
      data-row=""
      data-field={key}
      data-links={links === '' ? undefined : links}
      data-bits={hasBits ? '' : undefined}
      onClick={hasBits ? onToggle : undefined}
      onKeyDown={(event) => {
        if (hasBits && (event.key === 'Enter' || event.key === ' ')) onToggle();
      }}
    >
      <span className="field-tag" style={{ marginInlineStart: `${Math.min(depth, 6)}rem` }}>
        <Chip span={span} />
      </span>
      <span className="field-name">
        {name(span.name)}
        {span.mark === undefined || span.tag === '' ? null : (
          <span className="field-mark">{say(MARKS[span.mark])}</span>
        )}
      </span>
      <Value span={span} hasBits={hasBits} />
      <span className="field-source">
        {span.source === undefined ? '' : shortSource(span.source)}
      </span>
      {isOpen ? <Bits span={span} /> : null}
    </div>
  );
}

function Value({ span, hasBits }: { readonly span: Span; readonly hasBits: boolean }) {
  const say = useSay();
  const { t } = useTranslation();
  const text = valueText(span);
  return (
    <span className="field-value">
      <span className="field-bytes mono">{text}</span>
      {hasBits ? (
        <span className="field-decoded">
          <Binary size={14} strokeWidth={2} aria-hidden />
          {t('explain.bitsSet', { count: span.bits.length })}
        </span>
      ) : (
        <span className="field-decoded">{span.decoded.en === '' ? '' : say(span.decoded)}</span>
      )}
    </span>
  );
}

/** A tag in the colour of its meaning. */
export function Chip({
  span,
}: {
  readonly span: Pick<Span, 'tag' | 'meaning' | 'value'> & { readonly path?: string };
}) {
  const { path } = span;
  const tone = span.meaning === 'verdict' && isRefusal(span as Span) ? 'refused' : span.meaning;
  return (
    <span className={`chip chip-${tone} mono`}>
      {span.tag === '' ? shortName(path ?? '') : span.tag}
    </span>
  );
}

/** What stands in the chip of a part that has no tag. */
function shortName(path: string): string {
  if (path.startsWith('header') || path.startsWith('TPDU')) return 'HDR';
  return path === 'bitmap' ? 'BMP' : '·';
}

/** `cryptograms sheet, section 4` as `cryptograms 4`. */
function shortSource(source: string): string {
  return source.replace(/ sheet\b/, '').replace(', section ', ' ');
}
