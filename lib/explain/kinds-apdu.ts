/** Commands, responses, and whole exchanges written line by line. */
import { fromHex, toHex } from '../bytes/bytes.ts';
import { decodeTlv, TlvError } from '../tlv/tlv.ts';
import { statusWords } from './codes.ts';
import { explainCommand, readCommand } from './command.ts';
import { type Exchange, explainSession } from './explain.ts';
import { leaves } from './explained.ts';
import type { Given } from './given.ts';
import { instructionOf } from './instructions.ts';
import {
  CERTAIN,
  type ExplainedPart,
  FAINT,
  type Kind,
  LIKELY,
  POSSIBLE,
  type Recognised,
  shareKnown,
  whole,
} from './kind.ts';
import { explainResponse } from './response.ts';

const SOURCE = 'EMV contactless sheet, section 2; provisioning sheet, sections 3, 4 and 6';

/** The kinds of this file. */
export const apduKinds: readonly Kind[] = [
  {
    kind: 'exchange',
    title: 'commands and responses',
    source: SOURCE,
    recognise: ({ text }) =>
      exchangesIn(text) === undefined
        ? undefined
        : { sureness: 100, because: 'lines of hexadecimal marked > and <' },
    explain: explainLines,
  },
  {
    kind: 'command',
    title: 'command APDU',
    source: SOURCE,
    recognise: recogniseCommand,
    explain: whole((bytes) => explainCommand(bytes)),
  },
  {
    kind: 'response',
    title: 'response APDU',
    source: SOURCE,
    recognise: recogniseResponse,
    explain: whole((bytes) => explainResponse(bytes)),
  },
];

function recogniseCommand({ bytes, written }: Given): Recognised | undefined {
  const command = readCommand(bytes);
  if (typeof command === 'string' || written === 'text') return undefined;
  const instruction = instructionOf(command);
  const isUsualClass = (command.cla & 0x60) === 0;
  if (instruction === undefined || !isUsualClass) {
    return { sureness: FAINT / 4, because: 'its length is that of a command' };
  }
  const because = `${instruction.name} with the lengths of a command`;
  const known = shareKnown(leaves(explainCommand(bytes)));
  if (known < 1) return { sureness: POSSIBLE, because: `${because}, but its data cannot be read` };
  // Other classes are those of logical channels, which are rare.
  const isUsual = USUAL_CLASSES.includes(command.cla);
  return { sureness: isUsual ? CERTAIN - 3 : POSSIBLE, because };
}

const USUAL_CLASSES: readonly number[] = [0x00, 0x04, 0x0c, 0x10, 0x80, 0x84, 0x8c, 0x90, 0x94];

function recogniseResponse({ bytes, written }: Given): Recognised | undefined {
  if (bytes.length < 2 || written === 'text') return undefined;
  const status = toHex(bytes.subarray(-2));
  const words = statusWords(status);
  const isStatus = /^(9000|6[1-9A-F]..)$/.test(status) && words !== '';
  if (!isStatus) return undefined;
  const ends = `it ends with status word ${status}`;
  if (bytes.length === 2) return { sureness: LIKELY, because: `${ends} and holds nothing else` };
  if (hasObjects(bytes.subarray(0, -2))) {
    return { sureness: CERTAIN + 1, because: `${ends} after data objects` };
  }
  return { sureness: status === '9000' ? POSSIBLE : FAINT, because: ends };
}

function hasObjects(bytes: Uint8Array): boolean {
  try {
    return decodeTlv(bytes).length > 0;
  } catch (error) {
    if (error instanceof TlvError) return false;
    throw error;
  }
}

type Line = { readonly isCommand: boolean; readonly bytes: Uint8Array };

/** `> 00A4…`, `< 6F38…9000`; arrows may be longer, blank lines and other text between them are left out. */
const LINE = /^\s*[-=]*(>|<)[-=><]*\s*((?:[0-9A-Fa-f]{2}[\s:]*)+)$/;

/** The marked lines, or undefined when there is none or a line beside them is something else. */
function linesIn(text: string): readonly Line[] | undefined {
  const lines: Line[] = [];
  for (const line of text.split(/[\r\n]+/)) {
    if (line.trim() === '') continue;
    const match = line.length > LONGEST_LINE ? null : LINE.exec(line);
    if (match === null) return undefined;
    const [, mark, hex = ''] = match;
    lines.push({ isCommand: mark === '>', bytes: fromHex(hex.replace(/[\s:]/g, '')) });
  }
  return lines.length === 0 ? undefined : lines;
}

const LONGEST_LINE = 8192;

/** Commands with their responses; a last command may be without one. Undefined when the lines do not pair. */
function exchangesIn(text: string): readonly Exchange[] | undefined {
  const lines = linesIn(text);
  if (lines === undefined) return undefined;
  const exchanges: Exchange[] = [];
  for (const [index, line] of lines.entries()) {
    const next = lines[index + 1];
    if (line.isCommand) {
      if (next?.isCommand === true) return undefined;
      exchanges.push({ command: line.bytes, response: next?.bytes ?? new Uint8Array() });
    } else if (index === 0 || lines[index - 1]?.isCommand === false) return undefined;
  }
  return exchanges;
}

/** What are no such lines is explained as one response, which says what cannot be read. */
function explainLines({ text, bytes }: Given): readonly ExplainedPart[] {
  const exchanges = exchangesIn(text);
  if (exchanges === undefined) return [{ title: '', bytes, tree: explainResponse(bytes) }];
  return explainSession(exchanges).flatMap((explained, index) => {
    const { command, response } = exchanges[index] as Exchange;
    const sent = { title: '>', bytes: command, tree: explained.command };
    const came = { title: '<', bytes: response, tree: explained.response };
    const { joined } = explained;
    const together = joined === undefined ? [] : [{ title: 'all parts together:', ...joined }];
    return response.length === 0 ? [sent, ...together] : [sent, ...together, came];
  });
}
