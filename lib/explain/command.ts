/**
 * A command as a tree: header, data by what the instruction says of them, MAC of a secure channel, expected length.
 * @see docs/specs.md, EMV contactless sheet, section 2, and provisioning sheet, sections 3 and 4
 */
import { ApduError, type Command, decodeCommand } from '../apdu/apdu.ts';
import {
  CANNOT_BE_READ,
  type Explained,
  group,
  leaf,
  type Piece,
  partOf,
  unreadable,
  wholeOf,
} from './explained.ts';
import { type Instruction, instructionOf, type Known } from './instructions.ts';

/** What is known from the exchanges before; each part may be missing. */
export type Context = Known & {
  /** Level of the open secure channel, as EXTERNAL AUTHENTICATE asked for it; undefined when there is none. */
  readonly securityLevel?: number | undefined;
  /** The command that a response answers. */
  readonly command?: Uint8Array | undefined;
  /** The command before was one part of a longer one. */
  readonly isContinued?: boolean | undefined;
};

/** Explain one command. Never throws: what cannot be read is a span that says why. */
export function explainCommand(bytes: Uint8Array, context: Context = {}): Explained {
  const whole = wholeOf(bytes);
  const command = readCommand(bytes);
  if (typeof command === 'string') {
    return mended(whole, command, context) ?? malformed(whole, command);
  }
  const instruction = instructionOf(command);
  const name = instruction?.name ?? 'unknown instruction';
  const secured = hasSecureMessaging(command) ? ', in the secure channel' : '';
  const about = instruction?.words?.(command, context) ?? '';
  const decoded = isScript(instruction) ? about : `${about}${secured}`.replace(/^, /, '');
  const children = [
    ...header(whole, name),
    ...body(whole, command, instruction, context),
    ...expectedLength(whole, command),
  ];
  return group(whole, { name, meaning: 'form', decoded }, children);
}

/** Read a command, or say why it is none. */
export function readCommand(bytes: Uint8Array): Command | string {
  try {
    return decodeCommand(bytes);
  } catch (error) {
    if (error instanceof ApduError) return error.message;
    throw error;
  }
}

/** Whether a command is one part of a longer one and others follow. */
export function isChained(command: Command): boolean {
  return (command.cla & 0x10) !== 0;
}

/** Whether a command carries a MAC. */
export function hasSecureMessaging(command: Command): boolean {
  return (command.cla & 0x0c) !== 0;
}

/** The key that opens what a secure channel carries closed. @see docs/specs.md, provisioning sheet, section 3 */
export const CHANNEL_KEY = 'closed: the session key S-ENC of the channel opens it';

const HEADER_BYTES = 4;
const CHANNEL_MAC_BYTES = 8;
const DECRYPTION = 0x02;

/** The one level of our secure channel, assumed when the channel's opening was not seen. @see profile octavo-1, section 5 */
const FULL_SECURITY = 0x33;
/** This command opens the channel: it carries a MAC but is never encrypted. */
const INS_EXTERNAL_AUTHENTICATE = 0x82;

/** What a command with a wrong length of its data is about, and what its data are as far as they go. */
export type Mended = { readonly command: Command; readonly instruction: Instruction };

/** A command of a known instruction whose length of the data cannot be, with the data that are there. */
export function mendCommand(bytes: Uint8Array): Mended | undefined {
  const [cla = 0, ins = 0, p1 = 0, p2 = 0, lc = 0] = bytes;
  if (bytes.length <= HEADER_BYTES + 1 || lc === 0 || (cla & 0x60) !== 0) return undefined;
  const at = HEADER_BYTES + 1;
  const data = bytes.subarray(at, at + lc);
  const command = { cla, ins, p1, p2, data };
  const instruction = instructionOf(command);
  return instruction === undefined ? undefined : { command, instruction };
}

function mended(whole: Piece, why: string, context: Context): Explained | undefined {
  const { bytes } = whole;
  const found = mendCommand(bytes);
  if (found === undefined) return undefined;
  const { command, instruction } = found;
  const at = HEADER_BYTES + 1;
  const end = at + command.data.length;
  const says = `it says ${bytes[HEADER_BYTES]}, ${bytes.length - at} follow`;
  const children = [
    ...header(whole, instruction.name),
    unreadable(partOf(whole, 'Lc', HEADER_BYTES, at), `length of the data: ${says}`),
    ...(hasSecureMessaging(command)
      ? protectedData({ ...whole, start: at, end }, command, instruction, context)
      : plainData({ ...whole, start: at, end }, command, instruction, context)),
    ...(end === bytes.length
      ? []
      : [unreadable(partOf(whole, 'after', end, bytes.length), 'bytes after the end')]),
  ];
  return group(
    whole,
    { name: instruction.name, meaning: 'form', decoded: unreadable(whole, why).decoded },
    children,
  );
}

function malformed(whole: Piece, why: string): Explained {
  const { bytes } = whole;
  const at = bytes.length < HEADER_BYTES ? 0 : HEADER_BYTES;
  const rest =
    at === bytes.length ? [] : [unreadable(partOf(whole, 'rest', at, bytes.length), why)];
  const children = [...(at === 0 ? [] : header(whole, '')), ...rest];
  const reason = unreadable(whole, why).decoded;
  return group(whole, { name: CANNOT_BE_READ, meaning: 'form', decoded: reason }, children);
}

function header(whole: Piece, instruction: string): readonly Explained[] {
  const names: readonly (readonly [tag: string, name: string, decoded: string])[] = [
    ['CLA', 'class', classWords(whole.bytes[0] as number)],
    ['INS', 'instruction', instruction],
    ['P1', 'parameter 1', ''],
    ['P2', 'parameter 2', ''],
  ];
  return names.map(([tag, name, decoded], at) =>
    leaf(partOf(whole, tag, at, at + 1), { tag, name, meaning: 'form', decoded }),
  );
}

function classWords(cla: number): string {
  const words = [
    ...((cla & 0x0c) === 0 ? [] : ['with a MAC']),
    ...((cla & 0x10) === 0 ? [] : ['more parts follow']),
  ];
  return words.join(', ');
}

function body(
  whole: Piece,
  command: Command,
  instruction: Instruction | undefined,
  context: Context,
): readonly Explained[] {
  const length = command.data.length;
  if (length === 0) return [];
  const start = HEADER_BYTES + 1;
  const lc = leaf(partOf(whole, 'Lc', HEADER_BYTES, start), {
    tag: 'Lc',
    name: 'length of the data',
    meaning: 'form',
    decoded: length === 1 ? '1 byte' : `${length} bytes`,
  });
  const data = { ...whole, start, end: start + length };
  if (hasSecureMessaging(command)) {
    return [lc, ...protectedData(data, command, instruction, context)];
  }
  if (isChained(command) || context.isContinued === true) {
    const part = partOf(data, 'data', data.start, data.end);
    return [lc, leaf(part, { name: 'part of longer data', meaning: 'word' })];
  }
  return [lc, ...plainData(data, command, instruction, context)];
}

function plainData(
  data: Piece,
  command: Command,
  instruction: Instruction | undefined,
  context: Context,
): readonly Explained[] {
  if (instruction !== undefined) return instruction.data(data, command, context);
  const whole = partOf(data, 'data', data.start, data.end);
  return [leaf(whole, { name: 'data of an unknown instruction', meaning: 'word' })];
}

/** Data that end in a MAC; before it they are encrypted when the channel says so. */
function protectedData(
  data: Piece,
  command: Command,
  instruction: Instruction | undefined,
  context: Context,
): readonly Explained[] {
  const macBytes = instruction?.macBytes ?? CHANNEL_MAC_BYTES;
  const at = data.end - macBytes;
  if (at < data.start) {
    return [unreadable(partOf(data, 'rest', data.start, data.end), 'the MAC is cut short')];
  }
  const name = isScript(instruction) ? 'MAC of the issuer script' : 'MAC of the secure channel';
  const mac = leaf(partOf(data, 'MAC', at, data.end), { tag: 'MAC', name, meaning: 'proof' });
  if (at === data.start) return [mac];
  const before = { ...data, end: at };
  if (isScript(instruction) || !isEncrypted(command, context)) {
    return [...plainData(before, command, instruction, context), mac];
  }
  const encrypted = partOf(data, 'data', data.start, at);
  return [leaf(encrypted, { name: 'encrypted data', meaning: 'form', decoded: CHANNEL_KEY }), mac];
}

function isEncrypted(command: Command, context: Context): boolean {
  if (command.ins === INS_EXTERNAL_AUTHENTICATE) return false;
  return ((context.securityLevel ?? FULL_SECURITY) & DECRYPTION) !== 0;
}

function isScript(instruction: Instruction | undefined): boolean {
  return instruction?.macBytes !== undefined;
}

function expectedLength(whole: Piece, command: Command): readonly Explained[] {
  const { le } = command;
  if (le === undefined) return [];
  const decoded = le === 256 ? 'as many bytes as there are' : `up to ${le} bytes`;
  const place = partOf(whole, 'Le', whole.end - 1, whole.end);
  return [leaf(place, { tag: 'Le', name: 'expected length', meaning: 'form', decoded })];
}
