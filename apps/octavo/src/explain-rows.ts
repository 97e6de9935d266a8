/**
 * A tree of spans as rows: each byte stands in exactly one of them. Tag, length and bare value of an object make one
 * row; what is inside it follows, further in.
 */
import { CANNOT_BE_READ, type Explained, type SetBits } from '@octavo/lib/explain/explained.ts';
import { type Piece, piece, type Role } from './paint.ts';

/** One row: the bytes it shows (as painted hexadecimal digits), and what they are. */
export type ExplainRow = {
  readonly depth: number;
  readonly start: number;
  /** Runs of hexadecimal digits, in order; none for a row that only heads others. */
  readonly runs: readonly Piece[];
  readonly tag: string;
  readonly name: string;
  readonly value: Piece;
  readonly decoded: string;
  /** Of a flag object, what its set bits say, one after the other. */
  readonly bits: readonly SetBits[];
};

/** The rows of a tree over bytes given as hexadecimal digits, `*` where hidden. */
export function rowsOf(tree: Explained, hex: string): readonly ExplainRow[] {
  if (tree.children.length === 0 && tree.end > tree.start) return [rowOf(tree, hex, 0, [tree])];
  return tree.children.flatMap((child) => rowsUnder(child, hex, 0));
}

function rowsUnder(node: Explained, hex: string, depth: number): readonly ExplainRow[] {
  const own = node.children.filter((child) => isPartOfRow(node, child));
  const inside = node.children.filter((child) => !isPartOfRow(node, child));
  const row = rowOf(node, hex, depth, node.children.length === 0 ? [node] : own);
  return [row, ...inside.flatMap((child) => rowsUnder(child, hex, depth + 1))];
}

/** Tag and length, and a value that is the object itself over again. */
function isPartOfRow(node: Explained, child: Explained): boolean {
  if (child.tag !== '' || child.children.length > 0) return false;
  const step = child.path.slice(child.path.lastIndexOf('/') + 1);
  return step === 'tag' || step === 'length' || (step === 'value' && child.name === node.name);
}

function rowOf(node: Explained, hex: string, depth: number, own: readonly Explained[]): ExplainRow {
  const runs = own.map((one) =>
    piece(hex.slice(one.start * 2, one.end * 2), roleOf(one), one.sealed),
  );
  const { start, tag, name, decoded, bits = [] } = node;
  return { depth, start, runs, tag, name, value: besideBytes(node, hex), decoded, bits };
}

/** A value is shown beside its bytes only where it says what they do not. */
function besideBytes(node: Explained, hex: string): Piece {
  const isBytes = hex.slice(0, node.end * 2).endsWith(node.value);
  const isSaid = isBytes || node.value === node.decoded;
  return piece(isSaid ? '' : node.value, roleOf(node), node.sealed);
}

function roleOf({ meaning, name }: Explained): Role {
  if (name === CANNOT_BE_READ) return 'refused';
  return meaning;
}
