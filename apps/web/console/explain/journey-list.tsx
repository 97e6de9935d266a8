/** The journey at the left: its legs, a node for each message and decision, and what never happened. */
import type { JourneyLeg } from '@octavo/lib/journey/explain.ts';
import type { JourneyNode } from '@octavo/lib/journey/node.ts';
import { useTranslation } from 'react-i18next';
import { CodeText } from './code-text.tsx';
import type { Links } from './linkage.ts';
import { useSay } from './say.ts';

/** The list; the node that is shown is marked, and every node that holds the value pointed at. */
export function JourneyList({
  legs,
  current,
  links,
  onChoose,
}: {
  readonly legs: readonly JourneyLeg[];
  readonly current: string | undefined;
  readonly links: Links;
  readonly onChoose: (id: string) => void;
}) {
  const { t } = useTranslation();
  const say = useSay();
  return (
    <nav className="journey c-pane scroller" aria-label={t('explain.journey')}>
      {legs.map(({ name, title, nodes }) => (
        <section key={name}>
          <h2 className="journey-leg">{say(title)}</h2>
          <ol>
            {nodes.map((node) => (
              <li key={node.id}>
                <Node
                  node={node}
                  isCurrent={node.id === current}
                  links={links.ofNode(node.id).join(' ')}
                  onChoose={onChoose}
                />
              </li>
            ))}
          </ol>
        </section>
      ))}
    </nav>
  );
}

function Node({
  node,
  isCurrent,
  links,
  onChoose,
}: {
  readonly node: JourneyNode;
  readonly isCurrent: boolean;
  readonly links: string;
  readonly onChoose: (id: string) => void;
}) {
  const { t } = useTranslation();
  const say = useSay();
  const inner = (
    <>
      <span className="journey-dot" aria-hidden />
      <span className="journey-title">{say(node.title)}</span>
      {node.tookMs === undefined ? null : (
        <span className="journey-ms tabular">
          {node.tookMs}
          <span className="unseen"> {t('explain.ms')}</span>
        </span>
      )}
      <span className="journey-detail mono">
        <CodeText text={say(node.detail)} />
      </span>
    </>
  );
  if (!node.isReached) return <div className="journey-node journey-missing">{inner}</div>;
  return (
    <button
      type="button"
      className="journey-node"
      data-node={node.id}
      data-links={links === '' ? undefined : links}
      data-refused={isRefused(node)}
      aria-current={isCurrent ? 'step' : undefined}
      onClick={() => onChoose(node.id)}
    >
      {inner}
    </button>
  );
}

/** Whether a node says no: its check broke, its code refuses, or its answer does. */
function isRefused({ kind, checks, code, responseCode }: JourneyNode): boolean {
  if (kind === 'refusal' || code !== undefined) return true;
  if (checks.some(({ outcome }) => outcome === 'broken')) return true;
  return kind !== 'told' && responseCode !== undefined && responseCode !== '00';
}
