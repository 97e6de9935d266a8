/**
 * Where we know single data objects from, by the short names of docs/specs.md, and which objects of a tree have
 * another source than the whole.
 */
import type { Explained } from './explained.ts';

const FIELD_CODINGS = 'EMV field codings';
const QUALIFIERS = 'EMV contactless sheet, section 4';
const AUTHENTICATION = 'EMV contactless sheet, section 7';
const RECORDS = 'EMV contactless sheet, section 10';
const CARD_RULES = 'EMV contactless sheet, section 8';
const TRACK = 'cryptograms sheet, section 8.1';
const TOKEN = 'tokenisation sheet, section 2';

/** By tag; parts that have a name for a tag go by it. */
const SOURCES: Readonly<Record<string, string>> = {
  '57': TRACK,
  '5F30': 'ISO 7813',
  '71': 'cryptograms sheet, section 6.3',
  '72': 'cryptograms sheet, section 6.3',
  '82': QUALIFIERS,
  '86': 'cryptograms sheet, section 6.3',
  '8A': 'ISO 8583 sheet, section 8',
  '8E': FIELD_CODINGS,
  '8F': AUTHENTICATION,
  '90': AUTHENTICATION,
  '91': 'cryptograms sheet, section 6.1',
  '92': AUTHENTICATION,
  '93': AUTHENTICATION,
  '94': 'EMV contactless sheet, section 5',
  '95': 'TVR names',
  '9B': FIELD_CODINGS,
  '9C': 'ISO 8583 sheet, section 4',
  '9F07': FIELD_CODINGS,
  '9F0D': 'TVR names',
  '9F0E': 'TVR names',
  '9F0F': 'TVR names',
  '9F10': 'cryptograms sheet, section 5',
  '9F19': TOKEN,
  '9F24': TOKEN,
  '9F26': 'cryptograms sheet, section 4',
  '9F33': FIELD_CODINGS,
  '9F34': FIELD_CODINGS,
  '9F35': FIELD_CODINGS,
  '9F40': FIELD_CODINGS,
  '9F46': AUTHENTICATION,
  '9F47': AUTHENTICATION,
  '9F48': AUTHENTICATION,
  '9F4B': AUTHENTICATION,
  '9F4D': RECORDS,
  '9F66': QUALIFIERS,
  '9F68': CARD_RULES,
  '9F69': AUTHENTICATION,
  '9F6C': QUALIFIERS,
  '9F7F': 'provisioning sheet, section 2',
  CVR: 'cryptograms sheet, section 5',
  DF31: 'ISO 8583 sheet, section 7',
  DF4D: RECORDS,
  DF61: QUALIFIERS,
};

/** Where we know a data object from; undefined when it is no more than a name in the dictionary. */
export function sourceOf(tag: string): string | undefined {
  return SOURCES[tag];
}

/** One source and the tags that are known from it. */
export type SourceOfTags = { readonly source: string; readonly tags: readonly string[] };

/** The sources of the data objects in some trees, those of the kind itself left out; in the order of the bytes. */
export function sourcesBeside(
  trees: readonly Explained[],
  ofKind: string,
): readonly SourceOfTags[] {
  const found = new Map<string, Set<string>>();
  const collect = ({ tag, children }: Explained): void => {
    const source = SOURCES[tag];
    if (source !== undefined && source !== ofKind) {
      found.set(source, (found.get(source) ?? new Set()).add(tag));
    }
    for (const child of children) collect(child);
  };
  for (const tree of trees) collect(tree);
  return [...found].map(([source, tags]) => ({ source, tags: [...tags] }));
}
