/** What the field that is pointed at is here, and why it matters; above the tree, the way to it. */
import { MARKS, MEANINGS } from '@octavo/lib/journey/words.ts';
import { ChevronRight } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { type Field, valueLength, valueText } from './fields.ts';
import type { Linkage } from './linkage.ts';
import { noteOf } from './notes.ts';
import { useName, useSay } from './say.ts';
import { Chip } from './tree.tsx';

type Pointed = {
  readonly linkage: Linkage;
  readonly fields: readonly Field[];
  /** Names of the values that a refusal is about. */
  readonly causes: readonly string[];
};

/** The note under the bytes. `compared` is said instead of the value where the field is the cause of a refusal. */
export function Note({
  linkage,
  fields,
  causes,
  compared,
  isDiffering,
}: Pointed & { readonly compared?: string | undefined; readonly isDiffering: boolean }) {
  const { t, i18n } = useTranslation();
  const say = useSay();
  const name = useName();
  const focus = useFocus(linkage);
  const field = fields.find(({ key }) => key === focus?.field);
  if (field === undefined)
    return <div className="note note-empty">{t('explain.pointAtAByte')}</div>;
  const { span } = field;
  const isCause = focus?.links.some((name) => causes.includes(name)) === true;
  const mark = span.mark === undefined ? undefined : say(MARKS[span.mark]);
  const own = noteOf(span);
  const said = [
    mark === undefined ? '' : t('explain.isTheMark', { mark }),
    isCause && isDiffering ? t(span.sealed ? 'explain.sealedDiffers' : 'explain.saidDiffers') : '',
    own === undefined ? plainNote(say(span.decoded), valueText(span)) : say(own),
    span.sealed ? t('explain.isSealed') : '',
  ].filter((text) => text !== '');
  return (
    <div className={`note ${isCause ? 'note-cause' : ''}`} aria-live="polite">
      <div className="note-head">
        <Chip span={span} />
        <strong>{name(span.name)}</strong>
        <span className="note-size mono">
          {isCause && compared !== undefined
            ? compared
            : t('explain.byteCount', { count: valueLength(span) })}
        </span>
      </div>
      <p>{said.join(i18n.language.startsWith('zh') ? '' : ' ')}</p>
      {span.source === undefined ? null : <p className="caption third">{span.source}</p>}
    </div>
  );
}

/** The way to the field that is pointed at; the title where nothing is. */
export function Crumb({
  linkage,
  fields,
  title,
  titles = {},
}: Omit<Pointed, 'causes'> & {
  readonly title: string;
  /** Of each part, where there are several. */
  readonly titles?: Readonly<Record<string, string>>;
}) {
  const say = useSay();
  const name = useName();
  const focus = useFocus(linkage);
  const field = fields.find(({ key }) => key === focus?.field);
  const above = field?.crumb.slice(0, -1) ?? [];
  return (
    <h2 className="crumb">
      <span className={field === undefined ? '' : 'crumb-above'}>
        {titles[field?.part ?? ''] ?? title}
      </span>
      {above.map((span) => (
        <span key={span.path} className="crumb-above">
          <ChevronRight size={14} strokeWidth={2} aria-hidden />
          {span.tag === '' ? say(span.name) : span.tag}
        </span>
      ))}
      {field === undefined ? null : (
        <span>
          <ChevronRight size={14} strokeWidth={2} aria-hidden />
          {field.span.tag} {name(field.span.name)}
        </span>
      )}
    </h2>
  );
}

/** What the colours mean. */
export function Legend() {
  const say = useSay();
  const { t } = useTranslation();
  return (
    <ul className="legend" aria-label={t('explain.legend')}>
      {Object.entries(MEANINGS)
        .filter(([meaning]) => meaning !== 'word')
        .map(([meaning, words]) => (
          <li key={meaning}>
            <span className={`legend-cell run-${meaning}`} aria-hidden />
            {t('explain.meaning', { meaning: say(words).toLowerCase() })}
          </li>
        ))}
      <li>
        <span className="legend-line" aria-hidden />
        {t('explain.meaning', { meaning: say(MARKS.sealed).toLowerCase() })}
      </li>
    </ul>
  );
}

function useFocus(linkage: Linkage) {
  return useSyncExternalStore(linkage.subscribe, linkage.shown);
}

function plainNote(decoded: string, value: string): string {
  return decoded === '' ? value : decoded;
}
