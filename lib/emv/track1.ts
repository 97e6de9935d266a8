/**
 * Track 1 in format B: number, holder's name, expiry, service code and what the issuer adds, as text. A stripe puts `%`
 * before it and `?` after it; messages and tag 56 carry it bare.
 * @see docs/specs.md, ISO 7813
 */
import { assert } from '../bytes/assert.ts';

/** Foreign track 1 that cannot be read. `offset` counts characters from the start of the text. */
export class Track1Error extends Error {
  override readonly name = 'Track1Error';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(`${message} (at character ${offset})`);
    this.offset = offset;
  }
}

/** What track 1 says. */
export type Track1 = {
  /** Card or token number, 12 to 19 digits; the check digit is not looked at here. */
  readonly pan: string;
  /** 2 to 26 characters, surname first, `/` before the given name, spaces to fill. */
  readonly name: string;
  /** YYMM. */
  readonly expiry: string;
  /** Three digits. */
  readonly serviceCode: string;
  /** The rest, possibly empty. */
  readonly discretionary: string;
};

/** The longest track 1 between its sentinels. */
const TRACK1_MAX_CHARACTERS = 76;

const FORMAT_B = 'B';
const START = '%';
const SEPARATOR = '^';
const END = '?';

/**
 * Read track 1, bare or between its two sentinels. Throws `Track1Error` on another format than B, a part of the wrong
 * length, or a character that the stripe cannot hold; capital letters alone are letters here.
 * @example decodeTrack1('%B5452300551227189^HOGAN/PAUL      ^08043210000000725000000?').expiry // '0804'
 * @see docs/specs.md, ISO 7813
 */
export function decodeTrack1(text: string): Track1 {
  const start = text.startsWith(START) ? 1 : 0;
  const end = start === 0 ? text.length : text.length - 1;
  if (start === 1 && (end < 1 || text[end] !== END))
    throw new Track1Error('no end sentinel', text.length);
  if (end - start > TRACK1_MAX_CHARACTERS)
    throw new Track1Error(
      `longer than ${TRACK1_MAX_CHARACTERS} characters`,
      start + TRACK1_MAX_CHARACTERS,
    );
  if (end === start || text[start] !== FORMAT_B) throw new Track1Error('not format B', start);
  const { pan, name, rest } = readParts(text, start + 1, end);
  return {
    pan,
    name,
    expiry: text.slice(rest, rest + 4),
    serviceCode: text.slice(rest + 4, rest + 7),
    discretionary: text.slice(rest + 7, end),
  };
}

/**
 * Write track 1 bare, without sentinels. What does not fit is a bug of the caller.
 * @example encodeTrack1(decodeTrack1('%B5452300551227189^HOGAN/PAUL      ^08043210000000725000000?'))
 *   // 'B5452300551227189^HOGAN/PAUL      ^08043210000000725000000'
 * @see docs/specs.md, ISO 7813
 */
export function encodeTrack1(track1: Track1): string {
  const { pan, name, expiry, serviceCode, discretionary } = track1;
  assert(/^\d{12,19}$/.test(pan), 'a number of 12 to 19 digits');
  assert(name.length >= 2 && name.length <= 26 && isText(name), 'a name of 2 to 26 characters');
  assert(/^\d\d(0[1-9]|1[0-2])$/.test(expiry), 'an expiry as YYMM');
  assert(/^\d{3}$/.test(serviceCode) && isText(discretionary), 'what a stripe can hold');
  const parts = [pan, name, `${expiry}${serviceCode}${discretionary}`];
  const text = FORMAT_B + parts.join(SEPARATOR);
  assert(text.length <= TRACK1_MAX_CHARACTERS, 'a track of at most 76 characters');
  return text;
}

/** Checks every part in order, and says where the expiry begins. */
function readParts(
  text: string,
  panAt: number,
  end: number,
): { readonly pan: string; readonly name: string; readonly rest: number } {
  const first = separatorAfter(text, panAt, end);
  if (first < panAt + 12 || first > panAt + 19)
    throw new Track1Error('a number of 12 to 19 digits is wanted', first);
  checkDigits(text, panAt, first);
  const nameAt = first + 1;
  const second = separatorAfter(text, nameAt, end);
  if (second < nameAt + 2 || second > nameAt + 26)
    throw new Track1Error('a name of 2 to 26 characters is wanted', second);
  checkText(text, nameAt, second);
  const rest = second + 1;
  if (end < rest + 7) throw new Track1Error('cut short', end);
  checkDigits(text, rest, rest + 7);
  const month = Number(text.slice(rest + 2, rest + 4));
  if (month < 1 || month > 12) throw new Track1Error('no such month', rest + 2);
  checkText(text, rest + 7, end);
  return { pan: text.slice(panAt, first), name: text.slice(nameAt, second), rest };
}

function separatorAfter(text: string, from: number, end: number): number {
  const at = text.indexOf(SEPARATOR, from);
  if (at < 0 || at >= end) throw new Track1Error('no separator', end);
  return at;
}

/** Errors name the place, never the digits. */
function checkDigits(text: string, from: number, to: number): void {
  for (let index = from; index < to; index++) {
    if (!/\d/.test(text.charAt(index))) throw new Track1Error('not a digit', index);
  }
}

function checkText(text: string, from: number, to: number): void {
  for (let index = from; index < to; index++) {
    if (!isText(text.charAt(index))) throw new Track1Error('not a character of a stripe', index);
  }
}

/** The stripe's 64 characters, from the space to the underscore, without its three marks. */
function isText(text: string): boolean {
  return /^[ -_]*$/.test(text) && !/[%?^]/.test(text);
}
