/** A node that sent no bytes: a decision, a posting, a receipt, and what it said by name. */
import type { JourneyNode } from '@octavo/lib/journey/node.ts';
import { useTranslation } from 'react-i18next';
import { Posting } from './book.tsx';
import { useSay } from './say.ts';
import { clockText } from './times.ts';

/** What such a node said. */
export function NodeFacts({
  node,
  currency,
}: {
  readonly node: JourneyNode;
  readonly currency: string | undefined;
}) {
  const { t } = useTranslation();
  const say = useSay();
  const said = Object.entries({
    ...(node.code === undefined ? {} : { code: node.code }),
    ...(node.responseCode === undefined ? {} : { responseCode: node.responseCode }),
    ...node.said,
  }).filter(([name]) => name !== 'atMs');
  return (
    <section className="c-pane facts-pane" aria-labelledby="facts-title">
      <div className="c-pane-head">
        <h2 id="facts-title" className="c-heading">
          {say(node.title)}
        </h2>
        <span className="c-pane-end small">{say(node.detail)}</span>
      </div>
      <p className="second">{t('explain.noBytes')}</p>
      {node.posting === undefined ? null : <Posting posting={node.posting} currency={currency} />}
      <dl className="facts-list">
        <dt>{t('explain.service')}</dt>
        <dd className="mono">{node.service}</dd>
        <dt>{t('explain.at')}</dt>
        <dd className="mono">{node.atMs === undefined ? '' : clockText(node.atMs)}</dd>
        {said.map(([name, value]) => (
          <Said key={name} name={name} value={value} />
        ))}
      </dl>
    </section>
  );
}

function Said({ name, value }: { readonly name: string; readonly value: string }) {
  const { t, i18n } = useTranslation();
  const key = `explain.said.${name}`;
  return (
    <>
      <dt>{i18n.exists(key) ? t(key) : name}</dt>
      <dd className="mono">{value}</dd>
    </>
  );
}
