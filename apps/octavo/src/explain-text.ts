/** An explanation on a terminal: what it is and why, every byte, the warnings, and where we know it from. */
import type { ShownPart } from '@octavo/lib/explain/hide.ts';
import { type Reading, surenessWord } from '@octavo/lib/explain/readings.ts';
import type { SourceOfTags } from '@octavo/lib/explain/sources.ts';
import type { Warning } from '@octavo/lib/explain/warnings.ts';
import { type ExplainRow, rowsOf } from './explain-rows.ts';
import { columnsOfPieces, fold, NARROW, type Palette, type Piece, paint, piece } from './paint.ts';

/** All that is said about an input. */
export type Explanation = {
  readonly reading: Reading;
  /** The other readings, the surest first. */
  readonly others: readonly Reading[];
  readonly parts: readonly ShownPart[];
  readonly warnings: readonly Warning[];
  /** Where single data objects are known from, when it is not where the whole is. */
  readonly sources: readonly SourceOfTags[];
  /** What the reader could ask for next; empty when there is nothing. */
  readonly hint: string;
};

/** How to set the lines. */
export type ExplainStyle = {
  readonly palette: Palette;
  readonly width: number;
  readonly marks: { readonly no: string };
};

/** Write an explanation for a reader. */
export function explainText(
  write: (text: string) => void,
  style: ExplainStyle,
  explanation: Explanation,
): void {
  const out = (pieces: readonly Piece[]) => {
    for (const line of fold(pieces.map(printable), style.width))
      write(`${paint(line, style.palette).trimEnd()}\n`);
  };
  const { reading, others, parts, warnings, sources, hint } = explanation;
  tellReading(out, reading);
  if (others.length > 0) tellOthers(out, style.width, reading, others);
  for (const part of parts) tellPart(out, style, part);
  if (warnings.length > 0) out([]);
  for (const { code, words, paths, tap } of warnings) {
    const head = tap === undefined ? '' : `tap ${tap}: `;
    out([piece(style.marks.no, 'refused'), piece(` ${head}${words}`), piece(`  ${code}`, 'dim')]);
    if (paths.length > 0) out([piece(`  at ${paths.join(', ')}`, 'dim')]);
  }
  if (hint !== '') {
    out([]);
    out([piece(hint, 'dim')]);
  }
  out([]);
  out([piece(`known from: ${reading.kind.source} (docs/specs.md)`, 'dim')]);
  for (const { source, tags } of sources) {
    out([piece(`  ${tags.join(', ')} from: ${source}`, 'dim')]);
  }
}

type Out = (pieces: readonly Piece[]) => void;

function tellReading(out: Out, { kind, given, because }: Reading): void {
  const size = given.bytes.length === 1 ? '1 byte' : `${given.bytes.length} bytes`;
  const written = given.written === 'bytes' ? '' : `, given as ${given.written}`;
  out([piece(kind.title, 'bold'), piece(`  ${size}${written}`, 'dim')]);
  out([piece(`  because: ${because}`, 'dim')]);
}

/** Every reading, this one first, where others fit about as well or at all. */
function tellOthers(out: Out, width: number, reading: Reading, others: readonly Reading[]): void {
  out([]);
  out([piece('It could be:'), piece('  --as <name> chooses', 'dim')]);
  for (const { kind, because, sureness } of [reading, ...others]) {
    const name = kind.kind.padEnd(19);
    const head = [
      piece(`  ${name}`, kind === reading.kind ? 'bold' : 'plain'),
      piece(` ${surenessWord({ sureness }).padEnd(9)}`),
    ];
    const why = piece(because, 'dim');
    if (width >= NARROW) out([...head, why]);
    else for (const line of [head, [piece('    '), why]]) out(line);
  }
}

function tellPart(out: Out, style: ExplainStyle, { title, hex, tree }: ShownPart): void {
  out([]);
  const head = [title, tree.name].filter((text) => text !== '').join(' ');
  const isOneRow = tree.children.length === 0 && tree.end > tree.start;
  out([piece(head, 'bold'), piece(tree.decoded === '' || isOneRow ? '' : `  ${tree.decoded}`)]);
  for (const row of rowsOf(tree, hex)) tellRow(out, style, row);
}

const OFFSET_COLUMNS = 5;
const GAP = 2;
const INDENT = 2;

/** Bytes on the left, eight to a line (four where it is narrow), what they are on the right. */
function tellRow(out: Out, style: ExplainStyle, row: ExplainRow): void {
  const perLine = style.width < NARROW ? 4 : 8;
  const bytesColumns = perLine * 3 - 1;
  const textAt = OFFSET_COLUMNS + GAP + bytesColumns + GAP;
  const left = bytesLines(row.runs, perLine);
  const indent = Math.min(row.depth * INDENT, 12);
  const right = textLines(row, Math.max(24, style.width - textAt - indent));
  for (let index = 0; index < Math.max(left.length, right.length, 1); index++) {
    const bytes = left[index] ?? [];
    const offset = bytes.length === 0 ? '' : String(row.start + index * perLine);
    const used = columnsOfPieces(bytes);
    out([
      piece(`${offset.padStart(OFFSET_COLUMNS)}  `, 'dim'),
      ...bytes,
      piece(' '.repeat(bytesColumns - used + GAP + indent)),
      ...(right[index] ?? []),
    ]);
  }
}

function bytesLines(runs: readonly Piece[], perLine: number): readonly (readonly Piece[])[] {
  const lines: Piece[][] = [];
  let count = 0;
  for (const run of runs) {
    for (let at = 0; at < run.text.length; ) {
      if (count % perLine === 0) lines.push([]);
      const line = lines.at(-1) as Piece[];
      const room = (perLine - (count % perLine)) * 2;
      const digits = run.text.slice(at, at + room);
      if (line.length > 0) line.push(piece(' '));
      line.push({ ...run, text: digits.replace(/..(?=.)/g, '$& ') });
      at += digits.length;
      count += digits.length / 2;
    }
  }
  return lines;
}

function textLines(row: ExplainRow, width: number): readonly (readonly Piece[])[] {
  const pieces: Piece[] = [];
  if (row.tag !== '' && !row.name.startsWith(row.tag)) pieces.push(piece(`${row.tag} `, 'dim'));
  pieces.push(piece(row.name));
  if (row.value.text !== '') pieces.push(piece('  '), row.value);
  // The bits, a line each, say it better than one long sentence.
  if (row.decoded !== '' && row.bits.length === 0)
    pieces.push(piece('  '), piece(row.decoded, 'bold'));
  const bits = row.bits.map(({ byte, bits: which, words }) => [
    piece(`  byte ${byte} bit ${which.padEnd(3)} `, 'dim'),
    piece(words, 'bold'),
  ]);
  return [pieces, ...bits].flatMap((line) => fold(line.map(printable), width));
}

/** Control characters of foreign bytes never reach the terminal. */
function printable(one: Piece): Piece {
  return { ...one, text: withoutControls(one.text) };
}

function withoutControls(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '·');
}
