/** Commands, responses, and whole exchanges written line by line. */
import type { Command } from '../apdu/apdu.ts';
import { toHex } from '../bytes/bytes.ts';
import { PPSE_NAME } from '../globalplatform/aids.ts';
import { decodeTlv, TlvError } from '../tlv/tlv.ts';
import { statusWords } from './codes.ts';
import { explainCommand, mendCommand, readCommand } from './command.ts';
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
import { exchangesIn } from './lines.ts';
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
        : { sureness: 100, because: 'lines of bytes, commands and responses in turn' },
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
  if (written === 'text') return undefined;
  if (typeof command === 'string') return recogniseBroken(bytes);
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

/** A header that is known with a length that cannot be: cut short, or a byte is wrong. */
function recogniseBroken(bytes: Uint8Array): Recognised | undefined {
  const found = mendCommand(bytes);
  if (found === undefined || !USUAL_CLASSES.includes(found.command.cla)) return undefined;
  const isFew = bytes.length - 5 < (bytes[4] as number);
  const what = isFew ? 'cut short' : 'longer than it says';
  return { sureness: FAINT, because: `${found.instruction.name}, ${what}` };
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

/** What are no such lines is explained as one response, which says what cannot be read. */
function explainLines({ text, bytes }: Given): readonly ExplainedPart[] {
  const exchanges = exchangesIn(text);
  if (exchanges === undefined) return [{ title: '', bytes, tree: explainResponse(bytes) }];
  const taps = tapsOf(exchanges);
  const isOne = taps.at(-1) === 1;
  return explainSession(exchanges).flatMap((explained, index) => {
    const { command, response } = exchanges[index] as Exchange;
    const number = taps[index] as number;
    const tap = isOne ? {} : { tap: number };
    const head = isOne ? '' : `tap ${number} `;
    const sent = { title: `${head}>`, bytes: command, tree: explained.command, ...tap };
    const came = { title: `${head}<`, bytes: response, tree: explained.response, ...tap };
    const { joined } = explained;
    const together =
      joined === undefined ? [] : [{ title: 'all parts together:', ...joined, ...tap }];
    return response.length === 0 ? [sent, ...together] : [sent, ...together, came];
  });
}

/**
 * Which tap each exchange belongs to, from 1. A tap begins with the selection of the list of applications, or of any
 * application once the one before was asked for its processing options.
 */
function tapsOf(exchanges: readonly Exchange[]): readonly number[] {
  let tap = 1;
  let isBegun = false;
  let wasAsked = false;
  return exchanges.map(({ command: bytes }) => {
    const command = readCommand(bytes);
    const ins = typeof command === 'string' ? undefined : command.ins;
    const isList = ins === INS_SELECT && LISTS.includes(toHex((command as Command).data));
    if (isBegun && ins === INS_SELECT && (isList || wasAsked)) {
      tap++;
      wasAsked = false;
    }
    isBegun = true;
    if (ins === INS_GET_PROCESSING_OPTIONS) wasAsked = true;
    return tap;
  });
}

const INS_SELECT = 0xa4;
const INS_GET_PROCESSING_OPTIONS = 0xa8;
/** Contactless and contact list of applications: 2PAY.SYS.DDF01 and 1PAY.SYS.DDF01. */
const LISTS: readonly string[] = [PPSE_NAME, `31${PPSE_NAME.slice(2)}`];
