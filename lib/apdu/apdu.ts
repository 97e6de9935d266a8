/**
 * Command and response APDUs in short form, and status words.
 * @see docs/specs.md, EMV contactless sheet, section 2
 */
import { assert } from '../bytes/assert.ts';
import { concat, toHex } from '../bytes/bytes.ts';

/** Foreign bytes that are not a command or a response. */
export class ApduError extends Error {
  override readonly name = 'ApduError';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(`${message} (at byte ${offset})`);
    this.offset = offset;
  }
}

/** A command: four header bytes, data of at most 255 bytes, and how many bytes may come back (1 to 256). */
export type Command = {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
  /** Expected length; undefined when the command carries no Le byte. */
  readonly le?: number | undefined;
};

/** A response: data and a status word. */
export type Response = { readonly data: Uint8Array; readonly status: number };

/** The status words that Octavo's element answers. */
export const SW = {
  success: 0x9000,
  moreData: 0x6310,
  someFailed: 0x6320,
  verifyFailed: 0x63c0,
  wrongLength: 0x6700,
  securityNotSatisfied: 0x6982,
  authenticationBlocked: 0x6983,
  tryAnotherInterface: 0x6984,
  conditionsNotSatisfied: 0x6985,
  actOnDeviceFirst: 0x6986,
  wrongMac: 0x6988,
  wrongData: 0x6a80,
  notSupported: 0x6a81,
  notFound: 0x6a82,
  recordNotFound: 0x6a83,
  noSpace: 0x6a84,
  wrongParameters: 0x6a86,
  referenceNotFound: 0x6a88,
  unknownInstruction: 0x6d00,
  unknownClass: 0x6e00,
} as const;

/**
 * Read a short command (cases 1 to 4). Throws `ApduError` on a wrong length or the extended form.
 * @example decodeCommand(fromHex('80CA9F3600')) // { cla: 0x80, ins: 0xCA, p1: 0x9F, p2: 0x36, data: new Uint8Array(0), le: 256 }
 */
export function decodeCommand(bytes: Uint8Array): Command {
  if (bytes.length < 4) throw new ApduError('a command has at least four bytes', bytes.length);
  if (bytes.length > 261) throw new ApduError('longer than a short command', 261);
  const [cla, ins, p1, p2, third] = bytes as unknown as [number, number, number, number, number?];
  const header = { cla, ins, p1, p2 };
  if (third === undefined) return { ...header, data: new Uint8Array(0) };
  if (bytes.length === 5) return { ...header, data: new Uint8Array(0), le: third || 256 };
  if (third === 0) throw new ApduError('extended length is not supported', 4);
  const data = bytes.subarray(5, 5 + third);
  if (bytes.length === 5 + third) return { ...header, data };
  if (bytes.length === 6 + third)
    return { ...header, data, le: (bytes[5 + third] as number) || 256 };
  throw new ApduError('the data length is not that of the command', 4);
}

/**
 * Write a command in short form. What does not fit there is a bug of the caller.
 * @example toHex(encodeCommand(select(fromHex('A000000333010101')))) // '00A4040008A00000033301010100'
 */
export function encodeCommand(command: Command): Uint8Array {
  const { cla, ins, p1, p2, data, le } = command;
  assert([cla, ins, p1, p2].every(isByte), 'a header is four bytes');
  assert(data.length <= 255, 'a short command carries at most 255 bytes');
  assert(le === undefined || isByte(le - 1), 'a short command expects 1 to 256 bytes');
  return concat(
    Uint8Array.of(cla, ins, p1, p2),
    data.length > 0 ? Uint8Array.of(data.length) : new Uint8Array(0),
    data,
    le === undefined ? new Uint8Array(0) : Uint8Array.of(le & 0xff),
  );
}

/**
 * Read a response: any data, then two status bytes. Throws `ApduError` when these are missing or the
 * data is longer than 256 bytes.
 * @example decodeResponse(fromHex('9F360200019000')) // { data: 9F 36 02 00 01, status: 0x9000 }
 */
export function decodeResponse(bytes: Uint8Array): Response {
  if (bytes.length < 2) throw new ApduError('a response has at least two bytes', bytes.length);
  if (bytes.length > 258) throw new ApduError('longer than a short response', 258);
  const at = bytes.length - 2;
  return {
    data: bytes.subarray(0, at),
    status: ((bytes[at] as number) << 8) | (bytes[at + 1] as number),
  };
}

/**
 * Write a response. What does not fit in a short one is a bug of the caller.
 * @example toHex(encodeResponse(success(fromHex('9F36020001')))) // '9F360200019000'
 */
export function encodeResponse({ data, status }: Response): Uint8Array {
  assert(data.length <= 256, 'a short response carries at most 256 bytes');
  assert(isByte(status >> 8), 'a status word is two bytes');
  return concat(data, Uint8Array.of(status >> 8, status & 0xff));
}

/**
 * A response that is a status word alone.
 * @example toHex(encodeResponse(status(SW.notFound))) // '6A82'
 */
export function status(word: number): Response {
  return { data: new Uint8Array(0), status: word };
}

/**
 * A successful response with data.
 * @example success(fromHex('01')).status // 0x9000
 */
export function success(data: Uint8Array): Response {
  return { data, status: SW.success };
}

/**
 * SELECT by name, first occurrence.
 * @example toHex(encodeCommand(select(fromAscii('2PAY.SYS.DDF01')))) // '00A404000E325041592E5359532E444446303100'
 */
export function select(name: Uint8Array): Command {
  return { cla: 0x00, ins: 0xa4, p1: 0x04, p2: 0x00, data: name, le: 256 };
}

/**
 * A status word as four hexadecimal digits.
 * @example statusHex(SW.actOnDeviceFirst) // '6986'
 */
export function statusHex(word: number): string {
  return toHex(Uint8Array.of(word >> 8, word & 0xff));
}

function isByte(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xff;
}
