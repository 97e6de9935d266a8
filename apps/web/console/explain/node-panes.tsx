/** One node: its bytes with the note under them, and beside them its fields; or what it said where it sent no bytes. */

import type { Words } from '@octavo/lib/journey/names.ts';
import type { JourneyNode } from '@octavo/lib/journey/node.ts';
import { SAID } from '@octavo/lib/journey/words.ts';
import { useCallback, useLayoutEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Bytes } from './bytes.tsx';
import type { Field } from './fields.ts';
import type { Linkage, Links } from './linkage.ts';
import { NodeFacts } from './node-facts.tsx';
import { Crumb, Legend, Note } from './note.tsx';
import { useSay } from './say.ts';
import { Tree } from './tree.tsx';
import { usePerLine } from './use-per-line.ts';

/** The two panes of a node. */
export function NodePanes({
  node,
  fields,
  links,
  linkage,
  showIdentity,
  compared,
  isDiffering,
  currency,
}: {
  readonly node: JourneyNode;
  readonly fields: readonly Field[];
  readonly links: Links;
  readonly linkage: Linkage;
  readonly showIdentity: boolean;
  readonly compared?: Words | undefined;
  readonly isDiffering: boolean;
  readonly currency: string | undefined;
}) {
  const say = useSay();
  const { t } = useTranslation();
  const { pane, perLine } = usePerLine();
  const byKey = useMemo(() => new Map(fields.map((field) => [field.key, field])), [fields]);
  const linksOfField = useCallback(
    (key: string) => {
      const field = byKey.get(key);
      return field === undefined ? [] : links.ofField(node.id, field);
    },
    [byKey, links, node.id],
  );
  // Lines of another length are drawn anew, and nothing in them is lit yet.
  useLayoutEffect(() => {
    if (perLine > 0) linkage.refresh();
  }, [perLine, linkage]);
  useLayoutEffect(() => follow(linkage, fields, linksOfField), [linkage, fields, linksOfField]);
  if (node.parts.length === 0) return <NodeFacts node={node} currency={currency} />;
  const pointed = { linkage, fields };
  const titles = Object.fromEntries(node.parts.map(({ key, title }) => [key, say(title)]));
  return (
    <>
      <section className="c-pane bytes-pane" aria-label={t('explain.bytes')} ref={pane}>
        <div className="scroller">
          {node.parts.map((part) => (
            <Bytes
              key={part.key}
              source={part}
              title={say(part.title)}
              direction={part.key === 'answers' ? 'back' : 'out'}
              showIdentity={showIdentity}
              perLine={perLine}
              linksOf={linksOfField}
            />
          ))}
        </div>
        <Note
          {...pointed}
          causes={links.causes}
          compared={compared === undefined ? undefined : say(compared)}
          isDiffering={isDiffering}
        />
        <Legend />
      </section>
      <section className="c-pane tree-pane" aria-label={t('explain.fields')}>
        <div className="c-pane-head">
          <Crumb {...pointed} title={say(node.title)} titles={titles} />
          <span className="c-pane-end small nameless" data-count={node.namelessBytes}>
            {t('explain.nameless', { count: node.namelessBytes, words: say(SAID.nameless) })}
          </span>
        </div>
        <div className="scroller">
          <Tree label={say(node.title)} fields={fields} linksOf={linksOfField} />
        </div>
      </section>
    </>
  );
}

/** What is pinned stays pinned from node to node: the same value, where the new one has it. */
function follow(
  linkage: Linkage,
  fields: readonly Field[],
  linksOf: (key: string) => readonly string[],
): void {
  const shown = linkage.shown();
  if (shown === undefined || fields.some(({ key }) => key === shown.field)) return;
  const same = fields.find(({ key }) => linksOf(key).some((name) => shown.links.includes(name)));
  if (same !== undefined) linkage.pin({ field: same.key, links: linksOf(same.key) });
}
