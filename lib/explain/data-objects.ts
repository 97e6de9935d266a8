/**
 * Data objects: BER-TLV and filled data object lists as trees, each byte with a name. What cannot be read is one
 * span with its reason; what stands before it is explained all the same.
 * @see docs/specs.md, EMV contactless sheet
 */
import { toHex } from '../bytes/bytes.ts';
import { SEALED_01 } from '../emv/cryptogram.ts';
import { TAGS } from '../emv/tags.ts';
import { type DolEntry, dolLength } from '../tlv/dol.ts';
import { decodeTlv, isConstructed, MAX_DEPTH, type Tag, TlvError } from '../tlv/tlv.ts';
import { contentOf, type Surroundings } from './content.ts';
import {
  bytesOf,
  type Explained,
  group,
  leaf,
  type Piece,
  partOf,
  type Saying,
  stepNamer,
  unreadable,
  wholeOf,
} from './explained.ts';
import { type FormatOne, formatOneEntries } from './filled.ts';
import { setBitsOf } from './flags.ts';
import { type Entry, entryOf, entryWords, PAYMENT, type Vocabulary } from './vocabulary.ts';
import { packedCode } from './words.ts';

/** Where objects stand: what is around them, the names that hold there, and what a filled list in tag 83 answers. */
export type Place = Surroundings & {
  readonly vocabulary: Vocabulary;
  readonly filled?: readonly DolEntry[] | undefined;
  /** The command whose answer stands here, for an answer of format 1. */
  readonly answers?: FormatOne | undefined;
};

/** Explain chip data: data objects as DE55 carries them. */
export function explainChipData(bytes: Uint8Array): Explained {
  const place = { vocabulary: PAYMENT, seals: true };
  return group(
    wholeOf(bytes),
    { name: 'chip data', meaning: 'proof' },
    explainObjects(wholeOf(bytes), place),
  );
}

/** Explain the value of one data object, without its tag and length. `currency` is a three-digit code. */
export function explainDataObject(tag: Tag, bytes: Uint8Array, currency?: string): Explained {
  const place = { vocabulary: PAYMENT, seals: true, currency };
  return explainValue(tag.toUpperCase(), wholeOf(bytes), place, 1);
}

/** Explain data objects one after another. */
export function explainObjects(
  piece: Piece,
  place: Place,
  depth: number = 1,
): readonly Explained[] {
  if (depth > MAX_DEPTH) {
    const why = `nested deeper than ${MAX_DEPTH}`;
    return piece.start === piece.end ? [] : [restOf(piece, piece.start, why)];
  }
  const { headers, end } = readHeaders(piece);
  const here = surroundingsOf(piece, headers, place);
  const step = stepNamer();
  const objects = headers.map((header) => {
    const part = partOf(piece, step(header.tag), header.start, header.end);
    return explainObject(header, part, here, depth);
  });
  if (end === piece.end) return objects;
  const cut = readHeader(piece, end);
  const rest =
    cut === undefined
      ? restOf(piece, end, faultAt(piece, end))
      : explainCut(cut, partOf(piece, step(cut.tag), cut.start, piece.end), here, depth);
  return [...objects, rest];
}

/**
 * An object that announces more bytes than there are: its length cannot be, which is said there; of a template what
 * is left of it is explained, of anything else it is one span. Without a value, so that nobody compares half of one.
 */
function explainCut(header: Header, piece: Piece, place: Place, depth: number): Explained {
  const { tag, start, lengthStart, valueStart, end } = header;
  const entry = entryOf(place.vocabulary, tag);
  const name = entry?.name ?? UNKNOWN;
  const meaning = entry?.meaning ?? ('word' as const);
  const size = piece.end - valueStart;
  const why = `${end - valueStart} bytes are announced, ${size === 1 ? '1 is' : `${size} are`} there`;
  const form = [
    leaf(partOf(piece, 'tag', start, lengthStart), { name: `tag of ${name}`, meaning: 'form' }),
    unreadable(partOf(piece, CUT, lengthStart, valueStart), why),
  ];
  const value = { ...piece, start: valueStart };
  const isTemplate = isConstructed(tag) || entry?.inside !== undefined;
  const inner = { ...place, vocabulary: entry?.inside ?? place.vocabulary };
  const first = partOf(piece, 'first', valueStart, piece.end);
  const inside = isTemplate
    ? explainObjects(value, inner, depth + 1)
    : [leaf(first, { name: `first bytes of ${name}`, meaning })];
  const saying = { tag, name, meaning, decoded: CUT_SHORT };
  return group(piece, saying, size === 0 ? form : [...form, ...inside]);
}

/** What is said of an object that announces more bytes than there are. */
export const CUT_SHORT = 'cut short';

/** The step of a length that is more than there is. */
const CUT = 'cut';
const UNKNOWN = 'unknown data object';

/** Explain values that follow each other as a list asked for them, without tags and lengths. */
export function explainFilled(
  piece: Piece,
  entries: readonly DolEntry[],
  place: Place,
): readonly Explained[] {
  const length = piece.end - piece.start;
  if (length !== dolLength(entries)) {
    const why = `the card asked for ${dolLength(entries)} bytes, these are ${length}`;
    return length === 0 ? [] : [restOf(piece, piece.start, why)];
  }
  const headers: Header[] = [];
  let at = piece.start;
  for (const { tag, length: size } of entries) {
    headers.push({ tag, start: at, lengthStart: at, valueStart: at, end: at + size });
    at += size;
  }
  const here = surroundingsOf(piece, headers, place);
  const step = stepNamer();
  return headers
    .filter(({ start, end }) => end > start)
    .map(({ tag, start, end }) =>
      explainValue(tag, partOf(piece, step(tag), start, end), here, MAX_DEPTH),
    );
}

const SEALED_TAGS: ReadonlySet<Tag> = new Set(SEALED_01.map(({ tag }) => tag));

type Header = {
  readonly tag: Tag;
  readonly start: number;
  readonly lengthStart: number;
  readonly valueStart: number;
  readonly end: number;
};

/** An object with its tag and length. Its value is parts, or one span. */
function explainObject(header: Header, piece: Piece, place: Place, depth: number): Explained {
  const { tag, start, lengthStart, valueStart, end } = header;
  const entry = entryOf(place.vocabulary, tag);
  const value = { ...piece, start: valueStart };
  const { saying, parts } = read(tag, entry, value, place, depth);
  const size = end - valueStart;
  const form = [
    leaf(partOf(piece, 'tag', start, lengthStart), {
      name: `tag of ${saying.name}`,
      meaning: 'form',
    }),
    leaf(partOf(piece, 'length', lengthStart, valueStart), {
      name: 'length',
      meaning: 'form',
      decoded: size === 1 ? '1 byte' : `${size} bytes`,
    }),
  ];
  if (size === 0) return group(piece, saying, form);
  const { name, meaning, decoded = '', sealed = false } = saying;
  const bare = partOf(piece, 'value', valueStart, end);
  const content = parts ?? [leaf(bare, { name, meaning, decoded, sealed })];
  return group(piece, saying, [...form, ...content]);
}

/** A value that stands alone. */
function explainValue(tag: Tag, piece: Piece, place: Place, depth: number): Explained {
  const { saying, parts } = read(tag, entryOf(place.vocabulary, tag), piece, place, depth);
  return parts === undefined ? leaf(piece, saying) : group(piece, saying, parts);
}

/** What is said about a value, and its parts when it has several. */
function read(
  tag: Tag,
  entry: Entry | undefined,
  value: Piece,
  place: Place,
  depth: number,
): { readonly saying: Saying; readonly parts: readonly Explained[] | undefined } {
  const name = entry?.name ?? UNKNOWN;
  const saying = { tag, name, meaning: entry?.meaning ?? ('word' as const) };
  const bytes = bytesOf(value);
  if (tag === T83_COMMAND_TEMPLATE && place.filled !== undefined) {
    return { saying, parts: explainFilled(value, place.filled, place) };
  }
  if (tag === T80_FORMAT_1 && entry?.name === TAGS[T80_FORMAT_1]?.name) {
    const entries = formatOneEntries(bytes, place.answers);
    if (entries !== undefined) return { saying, parts: explainFilled(value, entries, place) };
  }
  if (isConstructed(tag) || entry?.inside !== undefined) {
    const inner = { ...place, vocabulary: entry?.inside ?? place.vocabulary };
    const parts = explainObjects(value, inner, depth + 1);
    const count = parts.length === 1 ? '1 object' : `${parts.length} objects`;
    return { saying: { ...saying, decoded: `${count}, ${bytes.length} bytes` }, parts };
  }
  const shown = { ...saying, value: toHex(bytes) };
  const content = entry?.words === undefined ? contentOf(tag, value, place) : undefined;
  if (content !== undefined) {
    return { saying: { ...shown, decoded: content.decoded }, parts: content.parts };
  }
  const decoded = bytes.length === 0 ? '' : entryWords(entry, tag, bytes, place.currency);
  const sealed = place.seals && SEALED_TAGS.has(tag);
  const bits = entry?.words === undefined ? setBitsOf(tag, bytes) : [];
  return { saying: { ...shown, decoded, sealed, bits }, parts: undefined };
}

const T80_FORMAT_1: Tag = '80';
const T83_COMMAND_TEMPLATE: Tag = '83';

/** The currency that stands beside amounts, and whether this is data of version 01 at all. */
function surroundingsOf(piece: Piece, headers: readonly Header[], place: Place): Place {
  const valueUnder = (tag: Tag): Uint8Array | undefined => {
    const header = headers.find((one) => one.tag === tag);
    return header === undefined ? undefined : piece.bytes.subarray(header.valueStart, header.end);
  };
  const currency = valueUnder('5F2A') ?? valueUnder('9F51');
  const version = valueUnder('9F10')?.[2];
  return {
    ...place,
    currency: currency?.length === 2 ? packedCode(currency) : place.currency,
    seals: place.seals && (version === undefined || version === 0x01),
  };
}

/** The objects of one level as far as they can be found, and where that ends. */
function readHeaders(piece: Piece): { readonly headers: readonly Header[]; readonly end: number } {
  const headers: Header[] = [];
  let at = piece.start;
  while (at < piece.end) {
    const header = readHeader(piece, at);
    if (header === undefined || header.end > piece.end) break;
    headers.push(header);
    at = header.end;
  }
  return { headers, end: at };
}

/**
 * One object's extent, which may be more than there is, or undefined when its tag or length cannot be: the same rules
 * as `decodeTlv` keeps.
 */
function readHeader(piece: Piece, start: number): Header | undefined {
  const lengthStart = start + tagLength(piece, start);
  const first = piece.bytes[lengthStart] as number;
  if (lengthStart === start || lengthStart >= piece.end) return undefined;
  const count = first < 0x80 ? 0 : first & 0x7f;
  const valueStart = lengthStart + 1 + count;
  if (first === 0x80 || count > 3 || valueStart > piece.end) return undefined;
  let length = count === 0 ? first : 0;
  for (let at = lengthStart + 1; at < valueStart; at++) {
    length = length * 256 + (piece.bytes[at] as number);
  }
  const isMinimal = count === 0 || length >= (count === 1 ? 0x80 : 256 ** (count - 1));
  const end = valueStart + length;
  if (!isMinimal) return undefined;
  const tag = toHex(piece.bytes.subarray(start, lengthStart));
  return { tag, start, lengthStart, valueStart, end };
}

/** How many bytes the tag has, 0 when it cannot be one. */
function tagLength(piece: Piece, start: number): number {
  const [first, second, third] = piece.bytes.subarray(start, piece.end);
  if (first === undefined || first === 0x00 || first === 0xff) return 0;
  if ((first & 0x1f) !== 0x1f) return 1;
  if (second === undefined || second === 0x80) return 0;
  if (second < 0x80) return 2;
  return third !== undefined && third < 0x80 ? 3 : 0;
}

/** Why the objects end here, in the words of the strict decoder. */
function faultAt(piece: Piece, at: number): string {
  try {
    decodeTlv(piece.bytes.subarray(at, piece.end));
    return 'not a data object';
  } catch (error) {
    if (error instanceof TlvError) return error.message;
    throw error;
  }
}

function restOf(piece: Piece, start: number, why: string): Explained {
  return unreadable(partOf(piece, 'rest', start, piece.end), why);
}
