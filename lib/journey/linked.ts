/**
 * Where one value stands in a journey: the amount in the command to the phone, in chip data, in each message, among
 * what was sealed and in the check that compared it. Whoever points at one place lights them all.
 */
import { type ExplainedJourney, nodesOf } from './explain.ts';
import type { Words } from './names.ts';
import type { JourneyNode, Part } from './node.ts';
import type { Proof } from './proof.ts';
import type { Span } from './span.ts';
import { checkValues, codeValues, TAG_VALUES, type ValueKey } from './values.ts';
import { VALUES } from './words.ts';

/** One place of a value. */
export type Place =
  | {
      readonly kind: 'bytes';
      readonly node: string;
      readonly part: Part['key'];
      readonly path: string;
      readonly tag: string;
      /** Where the value's bytes lie, tag and length excepted. */
      readonly start: number;
      readonly length: number;
    }
  | { readonly kind: 'check'; readonly node: string; readonly check: string }
  | { readonly kind: 'proof'; readonly tag: string };

/** One value with all its places, in the order of the journey. */
export type Link = {
  /** The value's key, and for what may differ from message to message also what it is. */
  readonly id: string;
  readonly key: ValueKey;
  readonly title: Words;
  readonly places: readonly Place[];
  /** What it says, as one writes it in comparison; of numbers the last four digits. Two where they differ. */
  readonly values: readonly string[];
};

/** What a refusal was about. */
export type Cause = {
  readonly code: string;
  /** The check that broke, where one did. */
  readonly check?: string | undefined;
  readonly compared?: Words | undefined;
  /** Ids of links. */
  readonly links: readonly string[];
};

/** All values that stand somewhere, and the cause where the tap was refused. */
export type LinkedValues = { readonly links: readonly Link[]; readonly cause?: Cause | undefined };

/** Link the values of an explained journey; `proof` adds its inputs. */
export function linked(explained: ExplainedJourney, proof?: Proof): LinkedValues {
  const nodes = nodesOf(explained);
  const found = new Map<string, { key: ValueKey; values: Set<string>; places: Place[] }>();
  for (const { id, key, value, place } of nodes.flatMap(bytePlaces)) {
    const link = found.get(id) ?? { key, values: new Set<string>(), places: [] };
    link.places.push(place);
    link.values.add(value);
    found.set(id, link);
  }
  const others = [...nodes.flatMap(checkPlaces), ...proofPlaces(proof)];
  const checked = new Set(nodes.filter(({ step }) => JUDGED.includes(step)).map(({ id }) => id));
  const links = [...found].map(([id, { key, values, places }]) => {
    // What is another thing in another message is compared only where the token service saw it.
    const isSeen = id === key || places.some((place) => 'node' in place && checked.has(place.node));
    const more = others
      .filter((other) => other.keys.includes(key) && (isSeen || other.place.kind === 'proof'))
      .map(({ place }) => place);
    return { id, key, title: VALUES[key], places: [...places, ...more], values: [...values] };
  });
  return { links, cause: causeOf(explained, links) };
}

/** The messages that the token service judges. */
const JUDGED: readonly string[] = ['withToken', 'advised', 'charged'];

type Found = {
  readonly id: string;
  readonly key: ValueKey;
  readonly value: string;
  readonly place: Place;
};

function bytePlaces({ id: node, parts }: JourneyNode): readonly Found[] {
  return parts.flatMap((part) =>
    spansIn(part.tree).flatMap((span) => {
      const known = TAG_VALUES[span.tag];
      if (known === undefined || span.value === '' || span.length === 0) return [];
      const value = known.compare?.(span.value) ?? span.value;
      const { start, length } = valueExtent(span);
      const { path, tag } = span;
      const place = { kind: 'bytes' as const, node, part: part.key, path, tag, start, length };
      const id = known.isOwn === true ? `${known.key} ${value}` : known.key;
      return [{ id, key: known.key, value, place }];
    }),
  );
}

function spansIn(span: Span): readonly Span[] {
  return [span, ...span.children.flatMap(spansIn)];
}

/** A value begins after its tag and length. */
function valueExtent({ path, start, length, children }: Span): { start: number; length: number } {
  const form = children.filter((child) => [`${path}/tag`, `${path}/length`].includes(child.path));
  const taken = form.reduce((sum, child) => sum + child.length, 0);
  return { start: start + taken, length: length - taken };
}

type Other = { readonly keys: readonly ValueKey[]; readonly place: Place };

function checkPlaces({ id: node, checks }: JourneyNode): readonly Other[] {
  return checks.map(({ name }) => ({
    keys: checkValues[name] ?? [],
    place: { kind: 'check', node, check: name },
  }));
}

function proofPlaces(proof: Proof | undefined): readonly Other[] {
  const tags = proof === undefined ? [] : [...proof.inputs.map(({ tag }) => tag), '9F26'];
  return tags.map((tag) => {
    const known = TAG_VALUES[tag];
    return { keys: known === undefined ? [] : [known.key], place: { kind: 'proof', tag } };
  });
}

/** The check that broke says it best; else the code does; else it is the answer itself. */
function causeOf(explained: ExplainedJourney, links: readonly Link[]): Cause | undefined {
  const { code, outcome, responseCode } = explained.journey;
  if (outcome === 'approved' || outcome === 'under_way' || outcome === 'no_card') return undefined;
  const broken = nodesOf(explained)
    .flatMap(({ checks }) => checks)
    .find((check) => check.outcome === 'broken');
  const said = code ?? (outcome === 'declined' ? responseCode : outcome) ?? outcome;
  const keys =
    (broken === undefined ? undefined : checkValues[broken.name]) ?? codeValues[said] ?? FALLBACK;
  return {
    code: said,
    check: broken?.name,
    compared: broken?.compared,
    // A status word of success is nobody's reason.
    links: links
      .filter(({ key, values }) => keys.includes(key) && !values.includes(SUCCESS))
      .map(({ id }) => id),
  };
}

const SUCCESS = '9000';
const FALLBACK: readonly ValueKey[] = ['answer'];
