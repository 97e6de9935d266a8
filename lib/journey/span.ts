/**
 * A tree of named spans as a page shows it: the explainer's, with names in two languages, where each is known from,
 * numbers of cards and tokens cut to their last four digits, and the two numbers of the story marked.
 */
import { CANNOT_BE_READ, type Explained, leaves, type SetBits } from '../explain/explained.ts';
import { sourceOf } from '../explain/sources.ts';
import type { Meaning } from '../iso8583/message.ts';
import { nameWords, sayingWords, type Words } from './names.ts';

/**
 * The two numbers that the story of a phone payment is about. Its public texts say that a payment carries a one-time
 * transaction number and an encrypted security code in place of the card's; they name no data object. Ours are:
 * - `transaction_number`, the application transaction counter (9F36): the number of this transaction of this token,
 *   raised and saved by the element before it computes, and taken once by the token service. The token is not
 *   one-time, and the unpredictable number (9F37) is the terminal's, not the phone's.
 * - `security_code`, the application cryptogram (9F26): what the element computes under a key of its own over this
 *   purchase, in the place where a card has its printed code.
 * @see docs/specs.md, cryptograms sheet, section 4; profile octavo-1, section 7
 */
export type StoryMark = 'transaction_number' | 'security_code';

/** One run of bytes and what it is. */
export type Span = {
  /** Unique in its tree; empty for the root. */
  readonly path: string;
  /** `9F26`, `DE4`, `CLA`, `CVR`; empty for a part without one. */
  readonly tag: string;
  readonly name: Words;
  readonly meaning: Meaning;
  readonly start: number;
  readonly length: number;
  readonly value: string;
  readonly decoded: Words;
  /** Where it is known from, by the short names of docs/specs.md; of what has a tag. */
  readonly source?: string | undefined;
  /** Whether these bytes go into the cryptogram. */
  readonly sealed: boolean;
  readonly mark?: StoryMark | undefined;
  readonly bits: readonly (Omit<SetBits, 'words'> & { readonly words: Words })[];
  readonly children: readonly Span[];
};

/** Where the tags of a part are known from when no source says it better. */
export type Origin = 'apdu' | 'pos' | 'cups';

/** The tree for a page. */
export function spanOf(node: Explained, origin: Origin, around?: StoryMark): Span {
  const { decoded } = node;
  const mark = MARKS[node.tag] ?? around;
  return {
    path: node.path,
    tag: node.tag,
    name: nameWords(node.name),
    meaning: node.meaning,
    start: node.start,
    length: node.end - node.start,
    value: NUMBERS.has(node.name) ? lastFourOf(node.value) : node.value,
    decoded: decoded === node.value.trim() ? { en: decoded, zh: decoded } : sayingWords(decoded),
    source: node.tag === '' ? undefined : originOf(node.tag, origin),
    sealed: node.sealed,
    mark: node.meaning === 'form' ? undefined : mark,
    bits: (node.bits ?? []).map((bit) => ({ ...bit, words: sayingWords(bit.words) })),
    children: node.children.map((child) => spanOf(child, origin, mark)),
  };
}

/** How many bytes of a tree have no name. */
export function namelessBytes(tree: Explained): number {
  return leaves(tree)
    .filter(({ name }) => name === '' || name === CANNOT_BE_READ || /\bunknown\b/.test(name))
    .reduce((sum, { start, end }) => sum + end - start, 0);
}

const MARKS: Readonly<Record<string, StoryMark>> = {
  '9F36': 'transaction_number',
  '9F26': 'security_code',
};

/** What holds the number of a card or a token. */
const NUMBERS: ReadonlySet<string> = new Set([
  'account number',
  'application primary account number',
  'primary account number',
  'token',
  'track 2 data',
  'track 2 equivalent data',
]);

/** The last four digits of a number, or of the number on a track. */
function lastFourOf(value: string): string {
  const [number = ''] = value.split(/[=D]/);
  return /[\d*F]{12}/.test(number) ? `•••• ${number.replace(/F+$/, '').slice(-4)}` : value;
}

/** Parts of the line between institutions, and of a command. */
function originOf(tag: string, origin: Origin): string {
  const own = sourceOf(tag);
  if (own !== undefined) return own;
  if (/^DE6[0-3]\./.test(tag)) return 'ISO 8583 sheet, section 6';
  if (tag.startsWith('DE')) return 'ISO 8583 sheet, section 3';
  if (/^(header|TPDU)/.test(tag)) return 'ISO 8583 sheet, section 2';
  if (tag === 'MTI') return 'ISO 8583 sheet, section 1';
  if (/^(CLA|INS|P1|P2|Lc|Le|SW)$/.test(tag)) return 'EMV contactless sheet, section 2';
  return origin === 'apdu' ? 'EMV contactless sheet' : 'ISO 8583 sheet, section 7';
}
