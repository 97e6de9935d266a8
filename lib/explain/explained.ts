/**
 * The tree that explains bytes: each node is a run of bytes with a name, what it means and what it says.
 * Leaves follow each other without a gap from the first byte to the last.
 * @see docs/specs.md, EMV contactless sheet and ISO 8583 sheet; profile octavo-1
 */
import { toHex } from '../bytes/bytes.ts';
import type { Meaning } from '../iso8583/message.ts';

export type { Meaning } from '../iso8583/message.ts';

/** Set bits of a flag object: one bit, or several that are one number, with what they say. */
export type SetBits = {
  /** Counted from 1, as the standards do. */
  readonly byte: number;
  /** `8` for the highest, `8-7` for the highest two. */
  readonly bits: string;
  readonly words: string;
};

/** One run of bytes and what it is. */
export type Explained = {
  /** Steps from the root joined by `/`, unique in its tree: `77/9F36`, `DE55/9F02`; the root's is empty. */
  readonly path: string;
  /** `9F26`, `DE4`, `CLA`, `Lc`, `CVR`; empty for a group and for the parts of an object without a name of their own. */
  readonly tag: string;
  /** The standard's word. */
  readonly name: string;
  readonly meaning: Meaning;
  /** First byte, and the byte after the last. */
  readonly start: number;
  readonly end: number;
  /** Upper-case hexadecimal, or text as it stands in a message; of an object its value alone, of a group nothing. */
  readonly value: string;
  /** Plain words; empty when there is nothing to add to the value. */
  readonly decoded: string;
  /** Whether the value goes into the cryptogram of version 01. Tags and lengths never do. */
  readonly sealed: boolean;
  /** Of a flag object, every bit that is set; left out where there is none. */
  readonly bits?: readonly SetBits[];
  readonly children: readonly Explained[];
};

/** A run of bytes yet to be explained, and where it stands in the tree. Offsets count in `bytes`, the whole. */
export type Piece = {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly path: string;
};

/** What is said about a run of bytes; what is left out is empty, or hexadecimal for the value of a leaf. */
export type Saying = {
  readonly name: string;
  readonly meaning: Meaning;
  readonly tag?: string;
  readonly value?: string;
  readonly decoded?: string;
  readonly sealed?: boolean;
  readonly bits?: readonly SetBits[];
};

/** What a span is called that could not be explained; `decoded` says why. */
export const CANNOT_BE_READ = 'cannot be read';

/** The whole of some bytes, as the root of a tree. */
export function wholeOf(bytes: Uint8Array): Piece {
  return { bytes, start: 0, end: bytes.length, path: '' };
}

/** A part of a piece, one step further down. */
export function partOf(piece: Piece, step: string, start: number, end: number): Piece {
  const path = piece.path === '' ? step : `${piece.path}/${step}`;
  return { bytes: piece.bytes, start, end, path };
}

/** The bytes of a piece; a view. */
export function bytesOf(piece: Piece): Uint8Array {
  return piece.bytes.subarray(piece.start, piece.end);
}

/** A node without parts. */
export function leaf(piece: Piece, saying: Saying): Explained {
  return node(piece, { value: toHex(bytesOf(piece)), ...saying }, []);
}

/** A node with parts; they cover it whole. */
export function group(piece: Piece, saying: Saying, children: readonly Explained[]): Explained {
  return node(piece, { value: '', ...saying }, children);
}

/** A run of bytes that is not what it should be, and why; where it is, its span says better than a decoder. */
export function unreadable(piece: Piece, why: string): Explained {
  const decoded = why.replace(/ \(at \w+ \d+\)$/, '');
  return leaf(piece, { name: CANNOT_BE_READ, meaning: 'form', decoded });
}

/** Steps that stay apart when a name comes twice on one level: the second `61` becomes `61[2]`. */
export function stepNamer(): (name: string) => string {
  const seen = new Map<string, number>();
  return (name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}[${count}]`;
  };
}

/** The nodes without parts, in the order of the bytes. */
export function leaves(explained: Explained): readonly Explained[] {
  if (explained.children.length === 0) return [explained];
  return explained.children.flatMap(leaves);
}

/** The first node with this path, or else with this tag, outermost first; undefined when there is none. */
export function find(explained: Explained, pathOrTag: string): Explained | undefined {
  return (
    first(explained, (node) => node.path === pathOrTag) ??
    first(explained, (node) => node.tag === pathOrTag)
  );
}

/**
 * The rows that a reader of the tree wants: every node below the root but tags, lengths and the bare value
 * of an object that has a row already.
 */
export function rows(explained: Explained): readonly Explained[] {
  return explained.children.flatMap((child) => {
    const isPartOfRow =
      child.tag === '' && FORM_STEPS.some((step) => child.path.endsWith(`/${step}`));
    return isPartOfRow ? [] : [child, ...rows(child)];
  });
}

const FORM_STEPS = ['tag', 'length', 'value'];

function first(
  explained: Explained,
  isWanted: (node: Explained) => boolean,
): Explained | undefined {
  if (isWanted(explained)) return explained;
  for (const child of explained.children) {
    const found = first(child, isWanted);
    if (found !== undefined) return found;
  }
  return undefined;
}

function node(
  piece: Piece,
  saying: Saying & { readonly value: string },
  children: readonly Explained[],
): Explained {
  const { start, end, path } = piece;
  const { tag = '', name, meaning, value, decoded = '', sealed = false, bits = [] } = saying;
  const flags = bits.length === 0 ? {} : { bits };
  return { path, tag, name, meaning, start, end, value, decoded, sealed, ...flags, children };
}
