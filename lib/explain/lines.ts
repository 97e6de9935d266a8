/**
 * Exchanges written line by line, as readers, phones and test tools log them: a direction, the bytes, and around them
 * whatever the tool adds.
 */
import { fromHex, toHex } from '../bytes/bytes.ts';
import { readCommand } from './command.ts';
import type { Exchange } from './explain.ts';

type Line = { readonly isCommand: boolean; readonly hex: string };

const LONGEST_LINE = 8192;

/**
 * The exchanges of a log. A line is a command after `>`, `->`, `C-APDU`, `Tx`, `send` and the like, a response after
 * `<`, `R-APDU`, `Rx`, `recv`; what stands before the direction (a time, a name) is left aside, so are remarks after
 * the bytes and lines without bytes. Lines of bytes alone go on with the line before, or, where no line has a
 * direction, are commands and responses in turn. Undefined when the lines do not pair; a last command may be alone.
 */
export function exchangesIn(text: string): readonly Exchange[] | undefined {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  if (lines.some((line) => line.length > LONGEST_LINE)) return undefined;
  return paired(markedLines(lines)) ?? inTurn(lines);
}

const COMMAND_WORDS = 'c-?apdu|command|cmd|tx|send|sent|sending|request';
const RESPONSE_WORDS = 'r-?apdu|response|resp|rsp|rx|recv|received|receiving|answer';
const STATUS_WORDS = 'sw|sw1 ?sw2|sw12|status(?: word)?';
const MARK = new RegExp(
  `[-=]*>+|<+[-=]*|\\b(?:${COMMAND_WORDS}|${RESPONSE_WORDS}|${STATUS_WORDS})\\b`,
  'gi',
);
const IS_COMMAND = new RegExp(`>|^(?:${COMMAND_WORDS})$`, 'i');
const IS_STATUS = new RegExp(`^(?:${STATUS_WORDS})$`, 'i');
/** What comes from a card is a response, whichever way its arrow points. */
const CARD = /\b(?:card|icc|picc|chip|phone)\s*[-=]*$/i;
const BYTES = /^(?:[0-9A-Fa-f]{2}[\s:-]*)+$/;

/** The marked lines; empty when a marked line holds something that is not bytes, or a stray line does. */
function markedLines(lines: readonly string[]): readonly Line[] {
  const found: Line[] = [];
  for (const line of lines) {
    const [mark, hex] = markedBytes(line);
    const last = found.at(-1);
    if (mark === undefined || IS_STATUS.test(mark)) {
      // A response may have its status, or more of its bytes, on a line of their own.
      const goesOn = hex !== '' && last !== undefined && (mark === undefined || !last.isCommand);
      if (goesOn) found[found.length - 1] = { ...last, hex: last.hex + hex };
      else if (hex !== '') return [];
    } else if (hex !== '') found.push({ isCommand: IS_COMMAND.test(mark), hex });
  }
  return found;
}

/** The last direction of a line, and the digits after it; empty digits when there are no bytes. */
function markedBytes(line: string): readonly [mark: string | undefined, hex: string] {
  // Status words at the end are bytes of the response like any other.
  const plain = withoutRemarks(line).replace(
    /[\s,]*\bSW\b[\s=:]*([0-9A-F]{2} ?[0-9A-F]{2})\s*$/i,
    ' $1',
  );
  const isStatusAlone = /^\s*[0-9A-F]{2} ?[0-9A-F]{2}$/i.test(plain) && /sw|status/i.test(line);
  if (isStatusAlone) return ['SW', digitsOf(plain)];
  const marks = [...plain.matchAll(MARK)];
  const last = marks.at(-1);
  const after = last === undefined ? plain : plain.slice(last.index + last[0].length);
  // Tools add the protocol, lengths and times in brackets, or who is spoken to.
  const bytes = after
    .replace(/^(?:\s*(?:T=\d|\([^()]*\)))+/, '')
    .replace(/^\s*(?:[A-Za-z]\w*\s*:)?[\s:=\]).-]*/, '')
    .trim();
  const isFromCard = last !== undefined && CARD.test(plain.slice(0, last.index));
  const mark = isFromCard ? '<' : last?.[0];
  return [mark, BYTES.test(bytes) ? digitsOf(bytes) : ''];
}

/** Without what follows `#`, `;`, `//` or `|`, and without brackets, which hold a status or a remark. */
function withoutRemarks(line: string): string {
  const [plain = ''] = line.split(/[#;|]|\/\//);
  return plain
    .replace(/[[(]\s*((?:[0-9A-Fa-f]{2}\s?){1,2})\s*[\])]\s*$/, ' $1')
    .replace(/\([^()]*\)\s*$/, '');
}

function digitsOf(bytes: string): string {
  return bytes.replace(/[\s:-]/g, '').toUpperCase();
}

/** Commands with their responses. */
function paired(lines: readonly Line[]): readonly Exchange[] | undefined {
  if (lines.length === 0) return undefined;
  // A header has four bytes, a status word two: less is text with an arrow in it.
  const isWhole = lines.every(({ isCommand, hex }) => hex.length >= (isCommand ? 8 : 4));
  if (!isWhole) return undefined;
  const exchanges: Exchange[] = [];
  for (const [index, { isCommand, hex }] of lines.entries()) {
    const next = lines[index + 1];
    if (isCommand) {
      if (next?.isCommand === true) return undefined;
      const response = next === undefined ? new Uint8Array() : fromHex(next.hex);
      exchanges.push({ command: fromHex(hex), response });
    } else if (lines[index - 1]?.isCommand !== true) return undefined;
  }
  return exchanges;
}

/** Lines of bytes without any direction: commands that are whole, each with an answer that ends in a status word. */
function inTurn(lines: readonly string[]): readonly Exchange[] | undefined {
  if (lines.length < 2 || !lines.every((line) => BYTES.test(line.trim()))) return undefined;
  const all = lines.map((line, index) => ({ isCommand: index % 2 === 0, hex: digitsOf(line) }));
  const exchanges = paired(all);
  return exchanges?.every(isExchange) === true ? exchanges : undefined;
}

function isExchange({ command, response }: Exchange): boolean {
  const isAnswered = response.length === 0 || /^(90|6[1-9A-F])/.test(toHex(response.subarray(-2)));
  return typeof readCommand(command) !== 'string' && isAnswered;
}
