/**
 * The fields of some bytes as rows of a tree, and the bytes as runs: each byte belongs to one run, each run to the row
 * that names it. Tag, length and bare value of an object are parts of its row.
 */
import type { Part } from '@octavo/lib/journey/node.ts';
import type { Span } from '@octavo/lib/journey/span.ts';

/** What fields are read from: the key of a part, its digits and its tree. */
export type Source = Pick<Part, 'hex' | 'tree'> & { readonly key: string };

/** One row of the tree. */
export type Field = {
  /** Unique on the page: the part and the path. */
  readonly key: string;
  readonly part: string;
  readonly depth: number;
  readonly parent?: string | undefined;
  readonly span: Span;
  /** Names from the outermost row to this one. */
  readonly crumb: readonly Span[];
  /** Rows whose bytes are this row's: its own, or those below it where it has none. */
  readonly covers: readonly string[];
};

/** Bytes that follow each other and mean one thing. */
export type Run = {
  readonly field: string;
  readonly span: Span;
  readonly start: number;
  readonly length: number;
  /** Tag, length and the like, which carry a value and are none. */
  readonly isForm: boolean;
  /** Whether these bytes tell whose card it is. */
  readonly isIdentity: boolean;
};

/** A part of a run that stands in one line of the grid. */
export type Segment = {
  readonly run: Run;
  readonly from: number;
  readonly to: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
};

/** A line of the grid. */
export type GridLine = { readonly offset: number; readonly segments: readonly Segment[] };

/** The most rows that light up together for one that has no bytes of its own. */
const MOST_COVERED = 8;

/** The rows of a part in the order of its bytes; a tree without parts is one row. */
export function fieldsOf({ key, tree }: Source): readonly Field[] {
  if (tree.children.length === 0) return tree.length === 0 ? [] : [rowOf(key, tree, 0, [])];
  return tree.children.flatMap((child) => rowsUnder(key, child, 0, []));
}

/** The runs of a part, from its first byte to its last. */
export function runsOf({ key, tree }: Source): readonly Run[] {
  return runsUnder(key, tree, tree);
}

/** The lines of a grid with so many bytes to a line. */
export function linesOf(runs: readonly Run[], perLine: number): readonly GridLine[] {
  const lines: { offset: number; segments: Segment[] }[] = [];
  for (const run of runs) {
    const end = run.start + run.length;
    for (let at = run.start; at < end; ) {
      if (at % perLine === 0) lines.push({ offset: at, segments: [] });
      const to = Math.min(end, at - (at % perLine) + perLine);
      const isFirst = at === run.start;
      lines.at(-1)?.segments.push({ run, from: at, to, isFirst, isLast: to === end });
      at = to;
    }
  }
  return lines;
}

/** Whether a verdict is a refusal. */
export function isRefusal({ tag, value }: Span): boolean {
  if (tag === 'SW') return !/^(9000|61..)$/.test(value);
  return tag === 'DE39' && value !== '00';
}

/** A value as the tree shows it: bytes in pairs, text as it is; nothing that the words beside it say over again. */
export function valueText(span: Span): string {
  const { value, decoded, children } = span;
  if (value.trim() === decoded.en) return '';
  const isHex = /^[0-9A-F]+$/.test(value) && value.length === valueLength(span) * 2;
  if (isHex && value.length > LONGEST_VALUE && children.length > 0 && decoded.en !== '') return '';
  return isHex ? value.replace(/..(?=.)/g, '$& ') : value.trim();
}

/** How many bytes a value has, its tag and length excepted. */
export function valueLength({ path, children, length }: Span): number {
  const form = children.filter(
    ({ path: own }) => own === `${path}/tag` || own === `${path}/length`,
  );
  return form.reduce((left, child) => left - child.length, length);
}

const LONGEST_VALUE = 32;

function rowsUnder(
  part: string,
  span: Span,
  depth: number,
  above: readonly Span[],
): readonly Field[] {
  const inside = span.children
    .filter((child) => !isPartOfRow(span, child))
    .flatMap((child) => rowsUnder(part, child, depth + 1, [...above, span]));
  return [rowOf(part, span, depth, above, inside), ...inside];
}

function rowOf(
  part: string,
  span: Span,
  depth: number,
  above: readonly Span[],
  inside: readonly Field[] = [],
): Field {
  const key = keyOf(part, span);
  const parent = above.at(-1);
  return {
    key,
    part,
    depth,
    parent: parent && keyOf(part, parent),
    span,
    crumb: [...above, span],
    covers:
      inside.length === 0 || inside.length > MOST_COVERED
        ? [key]
        : [key, ...inside.map((one) => one.key)],
  };
}

function keyOf(part: string, { path }: Span): string {
  return `${part}:${path}`;
}

function isPartOfRow(span: Span, child: Span): boolean {
  const step = child.path.slice(child.path.lastIndexOf('/') + 1);
  if (child.tag !== '' || child.children.length > 0) return false;
  return (
    step === 'tag' || step === 'length' || (step === 'value' && child.name.en === span.name.en)
  );
}

function runsUnder(part: string, span: Span, row: Span): readonly Run[] {
  if (span.children.length > 0) {
    return span.children.flatMap((child) =>
      runsUnder(part, child, isPartOfRow(span, child) ? row : child),
    );
  }
  if (span.length === 0) return [];
  const { start, length } = span;
  return [
    {
      field: keyOf(part, row),
      span: row,
      start,
      length,
      isForm: span.meaning === 'form',
      isIdentity: span.meaning === 'who' && !isPublic(row),
    },
  ];
}

/**
 * Names of applications, institutions, shops and terminals identify nobody's card; a number, its expiry, its sequence
 * and the account reference do.
 */
const PUBLIC: ReadonlySet<string> = new Set([
  '4F',
  '84',
  '9F06',
  '9F1E',
  '9F19',
  'DE32',
  'DE33',
  'DE41',
  'DE42',
  'DE100',
  'DE63.06',
]);

function isPublic({ tag, path, name }: Span): boolean {
  return PUBLIC.has(tag) || path.startsWith('header') || name.en === 'name of the application';
}
