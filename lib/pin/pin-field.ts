/**
 * The PIN field, with which every PIN block of ISO 9564 begins: the format's number, how many digits the PIN has, the
 * PIN, and fill digits up to sixteen.
 * @see docs/specs.md, cryptograms sheet, section 11
 */
import { assert } from '../bytes/assert.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { type SecretBytes, secret } from '../bytes/secret.ts';

/** The number of a format: 0, 1 and 3 travel under triple DES, 4 under AES, 2 goes to a card alone. */
export type PinFormat = keyof typeof pinFormats;

/**
 * Foreign bytes that hold no PIN in the format that was asked for. The one message says neither where nor why: a
 * wrong number or a wrong key shows in the digits, so whoever is told more, again and again, learns the PIN.
 */
export class PinBlockError extends Error {
  override readonly name = 'PinBlockError';
  constructor() {
    super('not a PIN block of this format');
  }
}

/**
 * The formats as a table: whether the card number goes into the block, which fill digits may follow the PIN, and
 * whether anything in the block is drawn by chance (in format 4 the eight bytes after the field).
 * @see docs/specs.md, cryptograms sheet, section 11
 */
export const pinFormats = {
  0: { bindsPan: true, fill: 'F', isDrawn: false },
  1: { bindsPan: false, fill: '0123456789ABCDEF', isDrawn: true },
  2: { bindsPan: false, fill: 'F', isDrawn: false },
  3: { bindsPan: true, fill: 'ABCDEF', isDrawn: true },
  4: { bindsPan: true, fill: 'A', isDrawn: true },
} as const;

/**
 * Write a PIN field of eight bytes. The PIN has 4 to 12 digits; `fill` are the digits after it, `14 - pin.length` of
 * them out of those that the format allows (hexadecimal, upper case).
 * @see docs/specs.md, cryptograms sheet, section 11
 * @example encodePinField(0, '123456', 'FFFFFFFF') // '06123456FFFFFFFF'
 */
export function encodePinField(format: PinFormat, pin: string, fill: string): SecretBytes {
  assert(isPin(pin), 'a PIN has 4 to 12 digits');
  assert(isFill(format, pin.length, fill), 'fill digits that the format allows');
  return secret(fromHex(`${format}${pin.length.toString(16)}${pin}${fill}`));
}

/**
 * Read the PIN out of a field of eight bytes. Throws `PinBlockError` on another format's number, a length that is not
 * 4 to 12, a PIN that is not decimal and fill digits that the format does not allow. Each of the sixteen digits is
 * looked at in the same steps, whichever is wrong, so that the time tells as little as the message.
 * @see docs/specs.md, cryptograms sheet, section 11
 * @example decodePinField(2, fromHex('241234FFFFFFFFFF')) // '1234'
 */
export function decodePinField(format: PinFormat, field: Uint8Array): string {
  if (field.length !== 8) throw new PinBlockError();
  const allowed = fillMask(format);
  const length = digitAt(field, 1);
  let faults = (digitAt(field, 0) ^ format) | isBelow(length, 4) | isBelow(12, length);
  for (let at = 0; at < FILL_END; at++) {
    const digit = digitAt(field, 2 + at);
    const isOfPin = isBelow(at, length);
    const isNoDigit = isBelow(9, digit);
    const isNoFill = ~(allowed >> digit) & 1;
    faults |= (isOfPin & isNoDigit) | (~isOfPin & isNoFill);
  }
  if (faults !== 0) throw new PinBlockError();
  return Array.from({ length }, (_, at) => digitAt(field, 2 + at)).join('');
}

/**
 * Make fill digits out of eight random bytes, as many as a PIN of that length leaves room for. Formats whose fill is
 * fixed get it, whatever the bytes.
 * @see docs/specs.md, cryptograms sheet, section 11
 * @example pinFill(2, 4, new Uint8Array(8)) // 'FFFFFFFFFF'
 */
export function pinFill(format: PinFormat, pinLength: number, random8: Uint8Array): string {
  assert(random8.length === 8, 'eight random bytes');
  const { fill } = pinFormats[format];
  const base = BigInt(fill.length);
  let rest = BigInt(`0x${toHex(random8)}`);
  let digits = '';
  for (let left = FILL_END - pinLength; left > 0; left--) {
    digits += fill.charAt(Number(rest % base));
    rest /= base;
  }
  return digits;
}

/**
 * Whether these are the fill digits of a PIN of that length: as many as there is room for, of those that the format
 * allows.
 * @see docs/specs.md, cryptograms sheet, section 11
 * @example isFill(3, 4, 'ABCDEFABCD') // true
 */
export function isFill(format: PinFormat, pinLength: number, digits: string): boolean {
  const allowed: string = pinFormats[format].fill;
  return (
    digits.length === FILL_END - pinLength && [...digits].every((digit) => allowed.includes(digit))
  );
}

/** PIN and fill are fourteen digits together. */
const FILL_END = 14;

/** One of the sixteen hexadecimal digits of a field. */
function digitAt(field: Uint8Array, at: number): number {
  return ((field[at >> 1] as number) >> (at % 2 === 0 ? 4 : 0)) & 15;
}

/** 1 where the left one of two small numbers is below the right one, and 0 elsewhere, without a branch. */
function isBelow(left: number, right: number): number {
  return ((left - right) >> 31) & 1;
}

/** The fill digits that a format allows, each as the bit of its value. */
function fillMask(format: PinFormat): number {
  let mask = 0;
  for (const digit of pinFormats[format].fill) mask |= 1 << Number.parseInt(digit, 16);
  return mask;
}

function isPin(digits: string): boolean {
  return /^\d{4,12}$/.test(digits);
}
