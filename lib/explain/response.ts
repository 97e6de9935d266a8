/**
 * A response as a tree: data by what the command asked, MAC of a secure channel, status word.
 * @see docs/specs.md, EMV contactless sheet, section 2, and provisioning sheet, section 3
 */
import type { Command } from '../apdu/apdu.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { cryptogramInformation } from '../emv/fields.ts';
import { applicationWords, statusWords } from './codes.ts';
import { CHANNEL_KEY, type Context, hasSecureMessaging, readCommand } from './command.ts';
import { explainObjects } from './data-objects.ts';
import {
  CANNOT_BE_READ,
  type Explained,
  find,
  group,
  leaf,
  type Piece,
  partOf,
  unreadable,
  wholeOf,
} from './explained.ts';
import { instructionOf } from './instructions.ts';
import { PAYMENT } from './vocabulary.ts';

/** Explain one response. Never throws: what cannot be read is a span that says why. */
export function explainResponse(bytes: Uint8Array, context: Context = {}): Explained {
  const whole = wholeOf(bytes);
  const at = bytes.length - STATUS_BYTES;
  if (at < 0) {
    const why = 'a response has at least two bytes';
    const rest = at === -STATUS_BYTES ? [] : [unreadable(partOf(whole, 'rest', 0, 1), why)];
    return group(whole, { name: CANNOT_BE_READ, meaning: 'form', decoded: why }, rest);
  }
  const status = toHex(bytes.subarray(at));
  const command = commandOf(context);
  const children = [
    ...data({ ...whole, end: at }, status, command, context),
    statusWord(whole, at),
  ];
  const explained = group(whole, { name: 'answer', meaning: 'form' }, children);
  return { ...explained, decoded: summary(explained, status, command) };
}

const STATUS_BYTES = 2;
const MAC_BYTES = 8;
const RESPONSE_MAC = 0x10;
const RESPONSE_ENCRYPTION = 0x20;
/** GET PROCESSING OPTIONS and GENERATE AC. */
const ASKS_FOR_CRYPTOGRAM: readonly number[] = [0xa8, 0xae];
const SUCCESS = '9000';
const PPSE = 'PPSE';

function commandOf({ command }: Context): Command | undefined {
  const read = command === undefined ? undefined : readCommand(command);
  return typeof read === 'string' ? undefined : read;
}

function statusWord(whole: Piece, at: number): Explained {
  const place = partOf(whole, 'SW', at, whole.end);
  const decoded = statusWords(toHex(whole.bytes.subarray(at)));
  return leaf(place, { tag: 'SW', name: 'status word', meaning: 'verdict', decoded });
}

function data(
  piece: Piece,
  status: string,
  command: Command | undefined,
  context: Context,
): readonly Explained[] {
  if (piece.start === piece.end) return [];
  const level = context.securityLevel ?? 0;
  const isProtected = command !== undefined && hasSecureMessaging(command) && hasMac(level, status);
  if (isProtected) return protectedData(piece, level, command, context);
  return plainData(piece, command, context);
}

/** What nobody knows the command of is taken for data objects. */
function plainData(
  piece: Piece,
  command: Command | undefined,
  context: Context,
): readonly Explained[] {
  const instruction = command === undefined ? undefined : instructionOf(command);
  if (command === undefined || instruction === undefined) {
    return explainObjects(piece, { vocabulary: PAYMENT, seals: false, currency: context.currency });
  }
  return instruction.answer(piece, command, context);
}

/** Only these answers of a secure channel carry a MAC. @see docs/specs.md, provisioning sheet, section 3 */
function hasMac(level: number, status: string): boolean {
  return (level & RESPONSE_MAC) !== 0 && /^(9000|62|63)/.test(status);
}

function protectedData(
  piece: Piece,
  level: number,
  command: Command,
  context: Context,
): readonly Explained[] {
  const at = piece.end - MAC_BYTES;
  if (at < piece.start) {
    return [unreadable(partOf(piece, 'rest', piece.start, piece.end), 'the MAC is cut short')];
  }
  const name = 'MAC of the secure channel';
  const mac = leaf(partOf(piece, 'MAC', at, piece.end), { tag: 'MAC', name, meaning: 'proof' });
  if (at === piece.start) return [mac];
  if ((level & RESPONSE_ENCRYPTION) !== 0) {
    const encrypted = partOf(piece, 'data', piece.start, at);
    return [
      leaf(encrypted, { name: 'encrypted data', meaning: 'form', decoded: CHANNEL_KEY }),
      mac,
    ];
  }
  return [...plainData({ ...piece, end: at }, command, context), mac];
}

/** The head line: what went wrong, or what the answer comes to. */
function summary(explained: Explained, status: string, command: Command | undefined): string {
  if (status !== SUCCESS) return statusWords(status);
  if (applicationWords(find(explained, '84')?.value ?? '') === PPSE) return listWords(explained);
  if (command !== undefined && ASKS_FOR_CRYPTOGRAM.includes(command.ins))
    return optionsWords(explained);
  return statusWords(status);
}

function listWords(explained: Explained): string {
  const entries = find(explained, 'BF0C')?.children.filter(({ tag }) => tag === '61') ?? [];
  const [entry] = entries;
  if (entry === undefined) return 'no application';
  const priority = find(entry, '87')?.decoded ?? '';
  if (entries.length > 1) return `${entries.length} applications`;
  return priority === '' ? 'one application' : `one application, ${priority}`;
}

const OPTIONS_WORDS: Readonly<Record<number, string>> = {
  0: 'the element declines',
  64: 'the element approves offline',
  128: 'the element asks to go online',
};

function optionsWords(explained: Explained): string {
  const iad = find(explained, '9F10')?.value;
  const information = find(explained, '9F27')?.value;
  if (information !== undefined)
    return OPTIONS_WORDS[Number.parseInt(information, 16) & 0xc0] ?? '';
  return iad === undefined ? '' : (OPTIONS_WORDS[cryptogramInformation(fromHex(iad))] ?? '');
}
