/** What one input says, by tag: the values of all its trees in one index, for whoever compares them. */
import { BytesError, fromHex } from '../bytes/bytes.ts';
import { type Bit, hasBit } from '../emv/fields.ts';
import { decodeTrack2, decodeTrack2Text, type Track2, Track2Error } from '../emv/track2.ts';
import type { Explained } from './explained.ts';

/** A value and where it stands. */
export type Fact = { readonly value: string; readonly path: string };

/** The first value under each tag (`9F26`, `CVR`, `DE4`, `MTI`) that is not empty, in the order of the bytes. */
export type Facts = ReadonlyMap<string, Fact>;

/** Collect the facts of trees as they are before anything is hidden. */
export function factsOf(trees: readonly Explained[]): Facts {
  const facts = new Map<string, Fact>();
  const collect = (node: Explained): void => {
    const { tag, value, path, name } = node;
    if (tag !== '' && value !== '' && !facts.has(tag))
      facts.set(tag, { value, path: path || name });
    if (path === '' && ROOT_TRACKS.has(name)) collectTrack(facts, node);
    for (const child of node.children) collect(child);
  };
  for (const tree of trees) collect(tree);
  return facts;
}

/** The value of a data object as bytes; undefined when it is not there, or not of `length` bytes where one is given. */
export function bytesOfFact(facts: Facts, tag: string, length?: number): Uint8Array | undefined {
  const value = facts.get(tag)?.value;
  if (value === undefined) return undefined;
  try {
    const bytes = fromHex(value);
    return length === undefined || bytes.length === length ? bytes : undefined;
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}

/** Whether a data object has a bit set; one that is not there has none. */
export function factHasBit(facts: Facts, tag: string, bit: Bit): boolean {
  return hasBit(bytesOfFact(facts, tag) ?? new Uint8Array(), bit);
}

/** Where an account number stands: tags that hold one, and tracks. */
const NUMBERS = ['DE2', '5A'];
const TRACKS = ['57', 'DE35', 'track 2'];
const ROOT_TRACKS: ReadonlySet<string> = new Set(['track 2', 'account number']);

/** Every account number of the input with where it stands. */
export function numbersOf(facts: Facts): readonly Fact[] {
  const alone = [...NUMBERS, 'account number'].flatMap((tag) => {
    const fact = facts.get(tag);
    const digits = fact?.value.replace(/F+$/, '') ?? '';
    return fact !== undefined && /^\d{12,19}$/.test(digits) ? [{ ...fact, value: digits }] : [];
  });
  return [...alone, ...tracksOf(facts).map(({ pan, path }) => ({ value: pan, path }))];
}

/** Every track 2 of the input that can be read, with where it stands. */
export function tracksOf(facts: Facts): readonly (Track2 & { readonly path: string })[] {
  const found = TRACKS.flatMap((tag) => {
    const fact = facts.get(tag);
    const track = fact === undefined ? undefined : readTrack(fact.value);
    return fact === undefined || track === undefined ? [] : [{ ...track, path: fact.path }];
  });
  // A track that stands alone is there by its tag and by its name.
  return found.filter(({ path }, index) => index === found.findIndex((one) => one.path === path));
}

function readTrack(value: string): Track2 | undefined {
  try {
    return value.includes('=') ? decodeTrack2Text(value) : decodeTrack2(fromHex(value));
  } catch (error) {
    if (error instanceof Track2Error || error instanceof BytesError) return undefined;
    throw error;
  }
}

/** A track or number that stands alone has no tag: its parts are put together again. */
function collectTrack(facts: Map<string, Fact>, { name, value, children }: Explained): void {
  const written = value === '' ? children.map((child) => child.value).join('') : value;
  const inside = written.replace(/^;/, '').replace(/\?.?$/, '').replace(/[ -]/g, '');
  facts.set(name, { value: inside, path: name });
}
