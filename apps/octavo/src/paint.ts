/**
 * Colour and columns on a terminal. A role is what a word means; how it looks is decided once, here.
 * Without colour everything is carried by words, marks and columns.
 */

/** What a piece of text means. The first eight are the meanings of bytes. */
export type Role =
  | 'form'
  | 'word'
  | 'who'
  | 'money'
  | 'once'
  | 'rule'
  | 'proof'
  | 'verdict'
  | 'plain'
  | 'bold'
  | 'dim'
  | 'ok'
  | 'refused';

/** A piece of text and what it means; `sealed` is underlined. */
export type Piece = { readonly text: string; readonly role: Role; readonly sealed?: boolean };

/** How this terminal can show meaning. */
export type Palette = 'none' | 'sixteen' | 'dark' | 'light';

/** What decides how to paint. `columns`: of the terminal, undefined where there is none. */
export type Screen = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
  readonly columns: number | undefined;
};

/** The widest that lines are set, and the width below which results go to a line of their own. */
const WIDEST = 100;
export const NARROW = 80;

const COLOURS: Readonly<Record<'dark' | 'light', Partial<Record<Role, string>>>> = {
  dark: {
    who: '38;2;143;180;255',
    money: '38;2;255;184;104',
    once: '38;2;92;207;184',
    rule: '38;2;217;218;114',
    proof: '38;2;255;159;219',
    ok: '38;2;92;207;184',
    refused: '38;2;255;146;125',
  },
  light: {
    who: '38;2;30;76;158',
    money: '38;2;135;70;0',
    once: '38;2;0;100;90',
    rule: '38;2;90;92;0',
    proof: '38;2;132;25;95',
    ok: '38;2;10;102;89',
    refused: '38;2;176;46;28',
  },
};

const SIXTEEN: Partial<Record<Role, string>> = {
  who: '34',
  money: '33',
  once: '36',
  rule: '93',
  proof: '35',
  ok: '32',
  refused: '31',
};

/** Choose the palette: none without a terminal or with NO_COLOR, true colour when COLORTERM says so, else sixteen. */
export function choosePalette(screen: Screen): Palette {
  const { environment, isTerminal } = screen;
  const noColour = environment.NO_COLOR;
  if (!isTerminal || (noColour !== undefined && noColour !== '') || environment.TERM === 'dumb') {
    return 'none';
  }
  if (!/^(truecolor|24bit)$/.test(environment.COLORTERM ?? '')) return 'sixteen';
  return isLightGround(environment.COLORFGBG) ? 'light' : 'dark';
}

/** How many columns lines may take. Where the output is no terminal, COLUMNS says. */
export function chooseWidth({ columns, environment }: Screen): number {
  // A pseudo terminal that was never given a size says zero.
  return Math.min((columns ?? columnsFrom(environment.COLUMNS)) || WIDEST, WIDEST);
}

/** Anything but a plain number is left aside. */
function columnsFrom(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{1,3}$/.test(text) ? Number(text) : undefined;
}

/** The marks for "as it should" and "not as it should"; words where the locale is not UTF-8. */
export function chooseMarks(screen: Screen): {
  readonly yes: string;
  readonly no: string;
} {
  const { environment } = screen;
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG;
  const utf8 = locale === undefined || locale === '' || /utf-?8/i.test(locale);
  return utf8 ? { yes: '✓', no: '−' } : { yes: 'ok', no: 'no' };
}

/** A piece of text. */
export function piece(text: string, role: Role = 'plain', sealed = false): Piece {
  return { text, role, sealed };
}

/** Write pieces with the palette's escape codes. */
export function paint(pieces: readonly Piece[], palette: Palette): string {
  return pieces.map((one) => paintOne(one, palette)).join('');
}

/** How many columns a text takes: wide characters (Han and full-width forms) take two. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += isWide(character.codePointAt(0) ?? 0) ? 2 : 1;
  return columns;
}

/** How many columns pieces take. */
export function columnsOfPieces(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, one) => sum + columnsOf(one.text), 0);
}

/** Cut a text to a number of columns, with an ellipsis when something is lost. */
export function clip(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = '';
  for (const character of text) {
    if (columnsOf(kept + character) > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/**
 * Break a line that takes too many columns into several: at a space where there is one, else inside a word. What
 * follows is indented by two columns more than the line was.
 */
export function fold(pieces: readonly Piece[], width: number): readonly (readonly Piece[])[] {
  if (columnsOfPieces(pieces) <= width) return [pieces];
  const text = pieces.map((one) => one.text).join('');
  const indent = Math.min(text.length - text.trimStart().length + 2, Math.floor(width / 2));
  const lines: Piece[][] = [[]];
  let room = width;
  for (const word of pieces.flatMap((one) => wordsOf(one, width - indent))) {
    const columns = columnsOf(word.text);
    const isSpace = word.text.trim() === '';
    if (columns > room) {
      if (isSpace) continue;
      lines.push([piece(' '.repeat(indent))]);
      room = width - indent;
    }
    lines.at(-1)?.push(word);
    room -= columns;
  }
  return lines;
}

/** Runs of spaces and of other characters, none of them wider than a line. */
function wordsOf(one: Piece, widest: number): readonly Piece[] {
  const words: Piece[] = [];
  for (const [run] of one.text.matchAll(/ +|[^ ]+/g)) {
    let part = '';
    for (const character of run) {
      if (columnsOf(part + character) > widest) {
        words.push({ ...one, text: part });
        part = '';
      }
      part += character;
    }
    words.push({ ...one, text: part });
  }
  return words;
}

function paintOne(one: Piece, palette: Palette): string {
  if (palette === 'none') return one.text;
  const codes = [codeOf(one.role, palette), one.sealed ? '4' : undefined].filter(
    (code) => code !== undefined,
  );
  return codes.length === 0 ? one.text : `\u001b[${codes.join(';')}m${one.text}\u001b[0m`;
}

function codeOf(role: Role, palette: Exclude<Palette, 'none'>): string | undefined {
  if (role === 'bold' || role === 'verdict') return '1';
  if (role === 'dim' || role === 'form') return '2';
  return palette === 'sixteen' ? SIXTEEN[role] : COLOURS[palette][role];
}

function isLightGround(foregroundBackground: string | undefined): boolean {
  const background = Number(foregroundBackground?.split(';').at(-1));
  return foregroundBackground !== undefined && (background === 7 || background === 15);
}

function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}
