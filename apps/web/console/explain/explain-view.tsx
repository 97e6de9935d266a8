/** A tap byte by byte: the journey, the bytes of one node, their names, the proof, the checks and the postings. */
import type { ExplainedJourney } from '@octavo/lib/journey/explain.ts';
import { explainJourney, nodesOf } from '@octavo/lib/journey/explain.ts';
import type { Journey } from '@octavo/lib/journey/head.ts';
import { type LinkedValues, linked } from '@octavo/lib/journey/linked.ts';
import type { Proof } from '@octavo/lib/journey/proof.ts';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BookPane } from './book.tsx';
import { CausePane } from './cause.tsx';
import { ChecksPane } from './checks.tsx';
import { fieldsOf } from './fields.ts';
import { Head, type Neighbours } from './head.tsx';
import { JourneyList } from './journey-list.tsx';
import { readProof } from './known-keys.ts';
import { LensesPane } from './lenses.tsx';
import { beginOf, createLinkage, type Linkage, type Links, linksOf } from './linkage.ts';
import { NodePanes } from './node-panes.tsx';
import { ProofPane } from './proof.tsx';
import { useLighting } from './use-lighting.ts';
import './bytes.css';
import './tree.css';
import './proof.css';
import './explain.css';

/** What a page about one tap draws on, computed once. */
type Read = {
  readonly explained: ExplainedJourney;
  readonly proof: Proof | undefined;
  readonly isPublished: boolean;
  readonly values: LinkedValues;
  readonly links: Links;
};

/** The whole of it; without neighbours for whoever may see this one tap only. */
export function ExplainView({
  journey,
  neighbours,
}: {
  readonly journey: Journey;
  readonly neighbours?: Neighbours;
}) {
  const [view, setView] = useState<'bytes' | 'lenses'>('bytes');
  const read = useMemo(() => readJourney(journey), [journey]);
  return (
    <>
      <Head journey={journey} neighbours={neighbours}>
        <Views view={view} onChoose={setView} />
      </Head>
      {view === 'bytes' ? <Panes read={read} /> : <LensesPane journey={journey} />}
    </>
  );
}

function Views({
  view,
  onChoose,
}: {
  readonly view: 'bytes' | 'lenses';
  readonly onChoose: (view: 'bytes' | 'lenses') => void;
}) {
  const { t } = useTranslation();
  return (
    <fieldset className="views">
      <legend className="unseen">{t('explain.views')}</legend>
      {(['bytes', 'lenses'] as const).map((one) => (
        <button
          key={one}
          type="button"
          className="views-choice"
          aria-pressed={view === one}
          onClick={() => onChoose(one)}
        >
          {t(one === 'bytes' ? 'explain.viewBytes' : 'explain.viewLenses')}
        </button>
      ))}
    </fieldset>
  );
}

function Panes({ read }: { readonly read: Read }) {
  const { explained, proof, isPublished, values, links } = read;
  const begin = useMemo(() => beginOf(explained, values, proof), [explained, values, proof]);
  const [chosen, setChosen] = useState<string>();
  const nodes = nodesOf(explained);
  const node = nodes.find(({ id }) => id === (chosen ?? begin.node)) ?? nodes[0];
  const fields = useMemo(() => (node?.parts ?? []).flatMap(fieldsOf), [node]);
  const linkage = useMemo(() => beginLinkage(begin, links), [begin, links]);
  const reached = nodes.filter(({ isReached }) => isReached).map(({ id }) => id);
  const { root, handlers } = useLighting({
    linkage,
    fields,
    causes: links.causes,
    onWalk: (step) => {
      const at = reached.indexOf(node?.id ?? '') + step;
      const next = reached[at];
      if (next !== undefined) setChosen(next);
    },
  });
  const checked = nodes.find(({ checks }) => checks.length > 0);
  const postings = nodes.filter(({ posting }) => posting !== undefined);
  if (node === undefined) return null;
  return (
    // The panes answer to the pointer and to keys as one; every place in them is a control of its own.
    <section className="explain" ref={root} {...handlers}>
      <JourneyList legs={explained.legs} current={node.id} links={links} onChoose={setChosen} />
      <NodePanes
        node={node}
        fields={fields}
        links={links}
        linkage={linkage}
        showIdentity={isPublished}
        compared={values.cause?.compared}
        currency={explained.journey.currency}
        isDiffering={values.links.some(
          ({ id, values: said }) => said.length > 1 && values.cause?.links.includes(id) === true,
        )}
      />
      <div className="explain-below">
        <div className="explain-half">
          {values.cause === undefined ? null : (
            <CausePane explained={explained} values={values} links={links} />
          )}
          {proof === undefined ? null : <ProofPane proof={proof} links={links} />}
        </div>
        <div className="explain-half">
          {checked === undefined ? null : <ChecksPane node={checked} links={links} />}
          {postings.length === 0 ? null : (
            <BookPane nodes={postings} currency={explained.journey.currency} />
          )}
        </div>
      </div>
    </section>
  );
}

function readJourney(journey: Journey): Read {
  const explained = explainJourney(journey);
  const { proof, isPublished } = readProof(journey);
  const values = linked(explained, proof);
  return { explained, proof, isPublished, values, links: linksOf(values) };
}

/** What the page points at when it opens. */
function beginLinkage({ node, place }: ReturnType<typeof beginOf>, links: Links): Linkage {
  if (node === undefined || place === undefined) return createLinkage();
  const field = `${place.part}:${place.path}`;
  return createLinkage({ field, links: links.ofPlace(node, field) });
}
