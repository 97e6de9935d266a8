/**
 * Track 2: number, expiry, service code and what the issuer adds. Cards carry it packed in tag 57,
 * messages as text in data element 35; the digits are the same.
 * @see docs/specs.md, cryptograms sheet, section 8.1
 */
import { assert } from '../bytes/assert.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';

/** Foreign track 2 that cannot be read. `offset` counts digits, the separator among them. */
export class Track2Error extends Error {
  override readonly name = 'Track2Error';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(`${message} (at digit ${offset})`);
    this.offset = offset;
  }
}

/** What track 2 says; every part is digits. */
export type Track2 = {
  /** Card or token number, 12 to 19 digits; the check digit is not looked at here. */
  readonly pan: string;
  /** YYMM. */
  readonly expiry: string;
  /** Three digits. */
  readonly serviceCode: string;
  /** The rest, possibly empty. */
  readonly discretionary: string;
};

/** The longest track 2, separator included. */
const TRACK2_MAX_DIGITS = 37;

/**
 * Read the value of tag 57: packed digits, `D` between number and expiry, one `F` at the end when the
 * count is odd. Throws `Track2Error`.
 * @example decodeTrack2(fromHex('6258249900000018D301220100000000000F')).serviceCode // '201'
 * @see docs/specs.md, cryptograms sheet, section 8.1
 */
export function decodeTrack2(bytes: Uint8Array): Track2 {
  if (bytes.length > MAX_BYTES) throw new Track2Error('longer than 19 bytes', MAX_BYTES * 2);
  const digits = toHex(bytes);
  return parse(digits.endsWith('F') ? digits.slice(0, -1) : digits, 'D');
}

/** Write the value of tag 57. */
export function encodeTrack2(track2: Track2): Uint8Array {
  const digits = join(track2, 'D');
  return fromHex(digits.length % 2 === 0 ? digits : `${digits}F`);
}

/** Read the text of data element 35, with `=` between number and expiry. Throws `Track2Error`. */
export function decodeTrack2Text(text: string): Track2 {
  return parse(text, '=');
}

/**
 * Write the text of data element 35.
 * @example
 * encodeTrack2Text(decodeTrack2(fromHex('6258249900000018D301220100000000000F')))
 * // '6258249900000018=301220100000000000'
 */
export function encodeTrack2Text(track2: Track2): string {
  return join(track2, '=');
}

const MAX_BYTES = 19;

type Separator = 'D' | '=';

function parse(text: string, separator: Separator): Track2 {
  if (text.length > TRACK2_MAX_DIGITS)
    throw new Track2Error(`longer than ${TRACK2_MAX_DIGITS} digits`, TRACK2_MAX_DIGITS);
  const at = text.indexOf(separator);
  if (at < 0) throw new Track2Error('no separator', text.length);
  if (at < 12 || at > 19) throw new Track2Error('a number of 12 to 19 digits is wanted', at);
  const rest = at + 1;
  assertDigits(text, 0, at);
  assertDigits(text, rest, text.length);
  if (text.length < rest + 7) throw new Track2Error('cut short', text.length);
  const month = Number(text.slice(rest + 2, rest + 4));
  if (month < 1 || month > 12) throw new Track2Error('no such month', rest + 2);
  return {
    pan: text.slice(0, at),
    expiry: text.slice(rest, rest + 4),
    serviceCode: text.slice(rest + 4, rest + 7),
    discretionary: text.slice(rest + 7),
  };
}

function join(track2: Track2, separator: Separator): string {
  const { pan, expiry, serviceCode, discretionary } = track2;
  assert(/^\d{12,19}$/.test(pan), 'a number of 12 to 19 digits');
  assert(/^\d\d(0[1-9]|1[0-2])$/.test(expiry), 'an expiry as YYMM');
  assert(/^\d{3}$/.test(serviceCode) && /^\d*$/.test(discretionary), 'digits alone');
  const text = `${pan}${separator}${expiry}${serviceCode}${discretionary}`;
  assert(text.length <= TRACK2_MAX_DIGITS, 'a track of at most 37 digits');
  return text;
}

/** Errors name the place, never the digits. */
function assertDigits(text: string, from: number, to: number): void {
  for (let index = from; index < to; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x30 || code > 0x39) throw new Track2Error('not a digit', index);
  }
}
