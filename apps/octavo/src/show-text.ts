/**
 * A story as lines on a terminal: number 0, name 3, subject 17, result 55, milliseconds at the right end.
 * Below 80 columns a result goes to a line of its own.
 */
import { refusals } from '@octavo/domain/refusal.ts';
import {
  clip,
  columnsOf,
  columnsOfPieces,
  fold,
  NARROW,
  type Palette,
  type Piece,
  paint,
  piece,
} from './paint.ts';
import type { Detail, Show } from './show.ts';

/** How to set the lines. */
export type TextStyle = {
  readonly palette: Palette;
  readonly width: number;
  readonly marks: { readonly yes: string; readonly no: string };
};

const SUBJECT_AT = 17;
const RESULT_AT = 55;

/** Write lines for a reader. */
export function showText(write: (line: string) => void, style: TextStyle): Show {
  const out = (pieces: readonly Piece[]) => {
    for (const line of fold(trimmed(pieces), style.width))
      write(`${paint(trimmed(line), style.palette)}\n`);
  };
  const mark = (right: boolean) =>
    right ? piece(style.marks.yes, 'ok') : piece(style.marks.no, 'refused');
  const columns = (parts: Row) => {
    for (const line of setRow(parts, style.width)) out(line);
  };
  // Whether an empty line stands above: one between acts, never two.
  let endsAct = true;
  return {
    title: (name, subject, note) => {
      out([]);
      columns({ left: [piece(name, 'bold')], subject: [piece(subject)], result: [], right: note });
      out([]);
    },
    event: () => undefined,
    step: (step, details) => {
      if (details.length > 0 && !endsAct) out([]);
      endsAct = details.length > 0;
      columns({
        left: [piece(String(step.number).padStart(2), 'dim'), piece(' '), piece(step.name, 'bold')],
        subject:
          step.held === undefined ? step.subject : [mark(step.held), piece(' '), ...step.subject],
        result: step.result,
        right: step.tookMs === undefined ? '' : `${Math.max(1, Math.round(step.tookMs))} ms`,
      });
      for (const detail of details) {
        for (const line of setDetail(detail, style, mark)) out(line);
      }
      if (details.length > 0) out([]);
    },
    heading: ([left, middle, right]) => {
      out([]);
      out(setHeading([piece(left, 'bold')], [piece(middle, 'dim')], [piece(right, 'dim')]));
    },
    cheat: ({ name, outcome, code, because, asExpected }) => {
      const verdict = code ?? (outcome === 'stored_answer' ? 'stored answer' : 'passed');
      const left = [piece(' '), mark(asExpected), piece(` ${name}`)];
      const middle = [piece(verdict, asExpected ? 'ok' : 'refused')];
      if (style.width < NARROW) {
        out(left);
        out([piece('   '), ...middle]);
        out([piece(`   ${clip(because, style.width - 3)}`, 'dim')]);
        return;
      }
      out(setHeading(left, middle, [piece(clip(because, style.width - CHEAT_BECAUSE_AT))]));
    },
    published: ({ name, holds, result, source }) => {
      const left = [piece(' '), mark(holds), piece(` ${name}`)];
      if (style.width < NARROW) {
        out(left);
        out([piece(`   ${clip(result, style.width - 3)}`)]);
        return;
      }
      const line = [...left];
      pad(line, CHEAT_CODE_AT);
      line.push(piece(result));
      out(line);
      out([
        piece(' '.repeat(CHEAT_CODE_AT)),
        piece(clip(source, style.width - CHEAT_CODE_AT), 'dim'),
      ]);
    },
    refusal: (code) => {
      out([]);
      out([piece(code, 'refused')]);
      for (const sentence of wrap(refusals[code].en, style.width - 2))
        out([piece(`  ${sentence}`)]);
    },
    note: (text) => {
      for (const line of wrap(text, style.width)) out([piece(line, 'dim')]);
    },
    close: ({ ok, words, tookMs }) => {
      out([]);
      columns({
        left: [mark(ok), piece(` ${words}`, ok ? 'ok' : 'refused')],
        subject: [],
        result: [],
        right: `${(tookMs / 1000).toFixed(1)} s`,
      });
    },
    end: ({ ok, approved, cheatsRefused, cheatsPassed, tookMs }) => {
      const payment = approved ? '1 payment approved' : 'not paid';
      const cheated = cheatsRefused + cheatsPassed === 0 ? '' : `, ${cheatsRefused} cheats refused`;
      const passed = cheatsPassed === 0 ? '' : `, ${cheatsPassed} NOT refused`;
      out([]);
      columns({
        left: [mark(ok), piece(` ${payment}${cheated}${passed}`, ok ? 'ok' : 'refused')],
        subject: [],
        result: [],
        right: `${(tookMs / 1000).toFixed(1)} s`,
      });
    },
  };
}

type Row = {
  readonly left: readonly Piece[];
  readonly subject: readonly Piece[];
  readonly result: readonly Piece[];
  readonly right: string;
};

const CHEAT_CODE_AT = 28;
const CHEAT_BECAUSE_AT = 53;

/** One row in its columns, or several lines where the terminal is narrow. */
function setRow(row: Row, width: number): readonly (readonly Piece[])[] {
  const head = [...row.left];
  if (row.subject.length > 0) pad(head, SUBJECT_AT);
  head.push(...row.subject);
  if (width < NARROW) {
    const lines = [withRight(head, row.right, width)];
    if (row.result.length > 0) lines.push([piece(' '.repeat(SUBJECT_AT)), ...row.result]);
    return lines;
  }
  if (row.result.length > 0) {
    pad(head, RESULT_AT);
    head.push(...row.result);
  }
  return [withRight(head, row.right, width)];
}

function withRight(pieces: readonly Piece[], right: string, width: number): readonly Piece[] {
  if (right === '') return pieces;
  const gap = width - columnsOfPieces(pieces) - columnsOf(right);
  return gap < 1 ? pieces : [...pieces, piece(' '.repeat(gap)), piece(right, 'dim')];
}

function setHeading(
  left: readonly Piece[],
  middle: readonly Piece[],
  right: readonly Piece[],
): readonly Piece[] {
  const line = [...left];
  pad(line, CHEAT_CODE_AT);
  line.push(...middle);
  pad(line, CHEAT_BECAUSE_AT);
  line.push(...right);
  return line;
}

const WIRE_AT = 3;
const FIELD_AT = 5;
const FIELD_NAME_AT = 11;
const FIELD_VALUE_AT = 37;
const CHECK_COMPARED_AT = 37;

function setDetail(
  detail: Detail,
  style: TextStyle,
  mark: (right: boolean) => Piece,
): readonly (readonly Piece[])[] {
  const line: Piece[] = [];
  const narrow = style.width < NARROW;
  if (detail.kind === 'wire') {
    line.push(
      piece(`${' '.repeat(WIRE_AT)}${detail.toPhone ? '>' : '<'} `, 'dim'),
      ...detail.bytes,
    );
    if (narrow) return [line, [piece(`${' '.repeat(FIELD_AT)}${detail.meaning}`)]];
    pad(line, RESULT_AT);
    line.push(piece(detail.meaning));
    return [line];
  }
  if (detail.kind === 'check') {
    line.push(piece(' '.repeat(FIELD_AT)), mark(detail.held), piece(` ${detail.name}`));
    pad(line, narrow ? 1 : CHECK_COMPARED_AT);
    const left = Math.max(10, style.width - columnsOfPieces(line));
    line.push(piece(clip(detail.compared, left), 'dim'));
    return [line];
  }
  line.push(piece(' '.repeat(FIELD_AT)), piece(detail.id, 'dim'));
  pad(line, FIELD_NAME_AT);
  line.push(piece(detail.name));
  if (narrow)
    return [line, [piece(' '.repeat(FIELD_NAME_AT)), detail.value, piece(`  ${detail.decoded}`)]];
  pad(line, FIELD_VALUE_AT);
  line.push(detail.value);
  if (detail.decoded !== '') {
    pad(line, RESULT_AT);
    line.push(piece(detail.decoded));
  }
  return [line];
}

/** Fill up to a column, at least two spaces where something already stands there. */
function pad(pieces: Piece[], column: number): void {
  const used = columnsOfPieces(pieces);
  if (column === 0 || used === 0) pieces.push(piece(' '.repeat(column)));
  else pieces.push(piece(' '.repeat(Math.max(column - used, 2))));
}

function trimmed(pieces: readonly Piece[]): readonly Piece[] {
  const last = pieces.at(-1);
  if (last === undefined || !/\s$|^$/.test(last.text)) return pieces;
  const text = last.text.trimEnd();
  return text === '' ? trimmed(pieces.slice(0, -1)) : [...pieces.slice(0, -1), { ...last, text }];
}

function wrap(text: string, width: number): readonly string[] {
  if (columnsOf(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
