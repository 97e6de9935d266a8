/** What a pasted input is, what else it could be, what does not fit together in it, and its bytes and fields. */
import { surenessWord } from '@octavo/lib/explain/readings.ts';
import { SAID } from '@octavo/lib/journey/words.ts';
import { TriangleAlert } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Bytes } from '../explain/bytes.tsx';
import { fieldsOf } from '../explain/fields.ts';
import { createLinkage } from '../explain/linkage.ts';
import { Crumb, Legend, Note } from '../explain/note.tsx';
import { useSay } from '../explain/say.ts';
import { Tree } from '../explain/tree.tsx';
import { useLighting } from '../explain/use-lighting.ts';
import { usePerLine } from '../explain/use-per-line.ts';
import { Control } from '../frame.tsx';
import type { Pasted, PastedPart } from './pasted.ts';
import { KINDS, WARNINGS } from './titles-zh.ts';

type Read = Extract<Pasted, { readonly kind: 'read' }>;

/** More than a page should draw at once; the rest comes when asked for. */
const SHOWN_BYTES = 2048;

/** The panes of an input that was read. */
export function ReadingPanes({
  pasted,
  onChoose,
}: {
  readonly pasted: Read;
  readonly onChoose: (kind: string) => void;
}) {
  const { t } = useTranslation();
  const say = useSay();
  const [limit, setLimit] = useState(SHOWN_BYTES);
  const { pane, perLine } = usePerLine();
  const parts = useMemo(() => beginningOf(pasted.parts, limit), [pasted, limit]);
  const fields = useMemo(() => parts.flatMap(fieldsOf).slice(0, limit), [parts, limit]);
  const linkage = useMemo(() => createLinkage(), []);
  const { root, handlers } = useLighting({ linkage, fields, causes: NONE });
  const pointed = { linkage, fields };
  const title = useTitle();
  const count = pasted.parts.reduce((sum, { hex }) => sum + hex.length / 2, 0);
  return (
    <section className="paste-read" ref={root} {...handlers}>
      <ReadingPane pasted={pasted} onChoose={onChoose} />
      <section className="c-pane bytes-pane" aria-label={t('explain.bytes')} ref={pane}>
        <div className="scroller">
          {parts.map((part) => (
            <Bytes
              key={part.key}
              source={part}
              title={part.title === '' ? title(pasted.reading.kind) : part.title}
              showIdentity
              perLine={perLine}
              linksOf={noLinks}
            />
          ))}
          {count > limit ? (
            <Control onPress={() => setLimit(limit + SHOWN_BYTES)}>
              {t('paste.more', { shown: limit, count })}
            </Control>
          ) : null}
        </div>
        <Note {...pointed} causes={NONE} isDiffering={false} />
        <Legend />
      </section>
      <section className="c-pane tree-pane" aria-label={t('explain.fields')}>
        <div className="c-pane-head">
          <Crumb {...pointed} title={title(pasted.reading.kind)} />
          <span className="c-pane-end small nameless" data-count={pasted.namelessBytes}>
            {t('explain.nameless', { count: pasted.namelessBytes, words: say(SAID.nameless) })}
          </span>
        </div>
        <div className="scroller">
          <Tree label={title(pasted.reading.kind)} fields={fields} linksOf={noLinks} />
        </div>
      </section>
    </section>
  );
}

function ReadingPane({
  pasted,
  onChoose,
}: {
  readonly pasted: Read;
  readonly onChoose: (kind: string) => void;
}) {
  const { t, i18n } = useTranslation();
  const title = useTitle();
  const isChinese = i18n.language.startsWith('zh');
  const { reading, readings, warnings } = pasted;
  return (
    <section className="c-pane paste-reading" aria-labelledby="reading-title">
      <div className="c-pane-head" aria-live="polite">
        <h2 id="reading-title" className="c-heading">
          {title(reading.kind)}
        </h2>
        <span className="c-pane-end small">
          {t(`paste.sure.${surenessWord(reading)}`)}
          {isChinese ? '' : `: ${reading.because}`}
        </span>
      </div>
      {readings.length < 2 ? null : (
        <div className="paste-others">
          <span className="second">{t('paste.couldBe')}</span>
          {readings.map(({ kind, sureness }) => (
            <Control
              key={kind.kind}
              kind="soft"
              pressed={kind.kind === reading.kind.kind}
              onPress={() => onChoose(kind.kind)}
            >
              {title(kind)}
              <span className="paste-sure">{t(`paste.sure.${surenessWord({ sureness })}`)}</span>
            </Control>
          ))}
        </div>
      )}
      {warnings.length === 0 ? null : (
        <ul className="paste-warnings">
          {warnings.map(({ code, words, paths }) => (
            <li key={`${code} ${paths.join()}`}>
              <TriangleAlert size={16} strokeWidth={1.75} aria-hidden />
              <span>
                {(isChinese ? WARNINGS[code] : undefined) ?? words}{' '}
                <code className="mono">{code}</code>
              </span>
            </li>
          ))}
        </ul>
      )}
      <p className="small third">{t('paste.knownFrom', { source: reading.kind.source })}</p>
    </section>
  );
}

/** The title of a kind in the page's language. */
function useTitle(): (kind: { readonly kind: string; readonly title: string }) => string {
  const { i18n } = useTranslation();
  const isChinese = i18n.language.startsWith('zh');
  return ({ kind, title }) => {
    const words = isChinese ? KINDS[kind] : undefined;
    return words ?? title.charAt(0).toUpperCase() + title.slice(1);
  };
}

const NONE: readonly string[] = [];
const noLinks = (): readonly string[] => NONE;

/** The parts until so many bytes; a part is drawn whole or cut, its tree stays whole. */
function beginningOf(parts: readonly PastedPart[], limit: number): readonly PastedPart[] {
  const shown: PastedPart[] = [];
  let left = limit;
  for (const part of parts) {
    if (left <= 0) break;
    shown.push({ ...part, hex: part.hex.slice(0, left * 2) });
    left -= part.hex.length / 2;
  }
  return shown;
}
