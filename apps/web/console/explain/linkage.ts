/**
 * Where one value stands on the page, and which of its places are lit. Nothing is drawn anew when the pointer moves:
 * every place carries the names of what it belongs to, and lighting sets a class on those that match.
 */
import type { ExplainedJourney } from '@octavo/lib/journey/explain.ts';
import { nodesOf } from '@octavo/lib/journey/explain.ts';
import type { Link, LinkedValues } from '@octavo/lib/journey/linked.ts';
import type { Proof } from '@octavo/lib/journey/proof.ts';
import type { Field } from './fields.ts';

/** What is pointed at: a field of the node that is shown, and the values it is a place of. */
export type Focus = { readonly field?: string | undefined; readonly links: readonly string[] };

/** The values of a journey by their places. Names of values are short and hold no space. */
export type Links = {
  readonly all: ReadonlyMap<string, Link>;
  ofField(node: string, field: Field): readonly string[];
  /** By the key of a field, where that is all that is known of it. */
  ofPlace(node: string, key: string): readonly string[];
  ofProof(tag: string): readonly string[];
  ofCheck(name: string): readonly string[];
  ofNode(node: string): readonly string[];
  readonly causes: readonly string[];
};

/** Index the places of a journey's values. */
export function linksOf({ links, cause }: LinkedValues): Links {
  const all = new Map(links.map((link, at) => [`v${at}`, link]));
  const index = new Map<string, string[]>();
  const add = (place: string, name: string) => {
    const known = index.get(place) ?? [];
    if (!known.includes(name)) index.set(place, [...known, name]);
  };
  for (const [name, { places }] of all) {
    for (const place of places) {
      if (place.kind === 'bytes') {
        add(`${place.node} ${place.part}:${place.path}`, name);
        add(place.node, name);
      } else if (place.kind === 'check') add(`check ${place.check}`, name);
      else add(`proof ${place.tag}`, name);
    }
  }
  const at = (place: string): readonly string[] => index.get(place) ?? [];
  return {
    all,
    ofField: (node, field) => {
      const own = at(`${node} ${field.key}`);
      if (own.length > 0) return own;
      const isNumber = /^(account number|token)$/.test(field.span.name.en);
      if (isNumber && field.parent !== undefined) return at(`${node} ${field.parent}`);
      // What is sealed and stands nowhere else is still one value: in the bytes, and among what went into the proof.
      return field.span.sealed && field.span.tag !== '' ? [sealedName(field.span.tag)] : [];
    },
    ofPlace: (node, key) => at(`${node} ${key}`),
    ofProof: (tag) => {
      const known = at(`proof ${tag}`);
      return known.length > 0 ? known : [sealedName(tag)];
    },
    ofCheck: (name) => at(`check ${name}`),
    ofNode: (node) => at(node),
    causes: [...all].filter(([, { id }]) => cause?.links.includes(id)).map(([name]) => name),
  };
}

function sealedName(tag: string): string {
  return `sealed-${tag}`;
}

/** What is pointed at and what is pinned, for whoever draws something about it. */
export type Linkage = {
  /** What is lit now. */
  shown(): Focus | undefined;
  subscribe(listener: () => void): () => void;
  /** Point at something, or at nothing; what is pinned comes back then. */
  point(focus: Focus | undefined): void;
  /** Light again what is shown: places have been drawn anew. */
  refresh(): void;
  /** Pin something; the same again frees it. */
  pin(focus: Focus | undefined): void;
};

/** A linkage with something pinned to begin with. */
export function createLinkage(begin?: Focus): Linkage {
  let pointed: Focus | undefined;
  let pinned = begin;
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  return {
    shown: () => pointed ?? pinned,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    point: (focus) => {
      if (isSame(pointed, focus)) return;
      pointed = focus;
      tell();
    },
    refresh: tell,
    pin: (focus) => {
      pinned = isSame(pinned, focus) ? undefined : focus;
      pointed = undefined;
      tell();
    },
  };
}

/** What an element of the page is a place of; undefined for one that is none. */
export function focusOf(target: EventTarget | null): Focus | undefined {
  const place = target instanceof Element ? target.closest<HTMLElement>(PLACES) : null;
  if (place === null) return undefined;
  const links = (place.dataset.links ?? '').split(' ').filter((name) => name !== '');
  return { field: place.dataset.field, links };
}

function isSame(one: Focus | undefined, other: Focus | undefined): boolean {
  return one?.field === other?.field && one?.links.join(' ') === other?.links.join(' ');
}

const PLACES = '[data-field],[data-links]:not([data-node])';

/** Light every place of a focus under a root and put out the others; `causes` are lit as such. */
export function light(
  root: HTMLElement,
  focus: Focus | undefined,
  covers: (field: string) => readonly string[],
  causes: readonly string[],
  origin?: Element | null,
): void {
  for (const lit of root.querySelectorAll('.lit')) lit.classList.remove('lit', 'lit-cause');
  if (focus === undefined) return;
  const isCause = focus.links.some((name) => causes.includes(name));
  const fields = focus.field === undefined ? [] : covers(focus.field);
  const selectors = [
    ...fields.map((key) => `[data-field="${CSS.escape(key)}"]`),
    ...focus.links.map((name) => `[data-links~="${CSS.escape(name)}"]`),
  ];
  if (selectors.length === 0) return;
  const lit = [...root.querySelectorAll<HTMLElement>(selectors.join())].filter(
    // A row below the one that is pointed at lends its bytes, not itself.
    ({ dataset }) => dataset.row === undefined || dataset.field === focus.field || dataset.links,
  );
  // Tag and length stand back where the value itself is lit.
  const hasValue = lit.some((element) => element.matches('.run:not(.run-form)'));
  const shown = lit.filter((element) => !(hasValue && element.matches('.run-form')));
  for (const element of shown) element.classList.add('lit', ...(isCause ? ['lit-cause'] : []));
  bringIntoSight(shown, origin ?? null);
}

/** Scroll each pane that is not pointed in, so that its first lit place is seen; the page itself stays. */
function bringIntoSight(lit: readonly HTMLElement[], origin: Element | null): void {
  const done = new Set<Element | null>([origin?.closest('.scroller') ?? null]);
  for (const element of lit) {
    const pane = element.closest<HTMLElement>('.scroller');
    if (pane === null || done.has(pane)) continue;
    done.add(pane);
    const [box, own] = [pane.getBoundingClientRect(), element.getBoundingClientRect()];
    if (own.top < box.top) pane.scrollTop -= box.top - own.top + MARGIN;
    else if (own.bottom > box.bottom) pane.scrollTop += own.bottom - box.bottom + MARGIN;
  }
}

const MARGIN = 12;

/** The node that a page begins with, and what it points at: the cause of a refusal, else what the phone answered. */
export function beginOf(
  explained: ExplainedJourney,
  { links, cause }: LinkedValues,
  proof: Proof | undefined,
): { readonly node: string | undefined; readonly place?: { part: string; path: string } } {
  const nodes = nodesOf(explained);
  const about = links.find(({ id }) => cause?.links.includes(id));
  const asked = nodes.find(({ step }) => step === 'withToken')?.id;
  const places = (about?.places ?? []).filter((place) => place.kind === 'bytes');
  const place = places.find(({ node }) => node === asked) ?? places.at(-1);
  if (place !== undefined) return { node: place.node, place };
  const options = nodes.find(({ step, isReached }) => step === 'options' && isReached);
  const first = nodes.find(({ parts }) => parts.length > 0) ?? nodes[0];
  const counter = proof === undefined ? undefined : { part: 'answers', path: '77/9F36' };
  if (options === undefined) return { node: asked ?? first?.id };
  return counter === undefined ? { node: options.id } : { node: options.id, place: counter };
}
