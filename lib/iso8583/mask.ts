/**
 * Masking of messages for traces: what may not be shown is replaced byte for byte, so every other byte keeps its place.
 * A masked packed digit becomes nibble F and a masked character `*`, neither of which any numeric element may hold:
 * a masked number never decodes as another number. `describe` reads the marks back as `*`.
 * @see docs/specs.md, ISO 8583 sheet, section 3; which elements: profile octavo-1
 */
import { decodeTlv, isConstructed, TlvError, type TlvSpan } from '../tlv/tlv.ts';
import { type DialectName, layout, type MaskRule, type Place } from './message.ts';
import { specs } from './unionpay.ts';

/** What to replace: everything that tells the funding card (`pan`), or nothing, on legs that carry a token only. */
export type Masking = 'pan' | 'none';

/** Card data inside DE55: account number, expiry, tracks, holder's name. */
const CHIP_RULES: Readonly<Record<string, MaskRule>> = {
  '56': 'all',
  '57': 'track',
  '5A': 'pan',
  '5F20': 'all',
  '5F24': 'all',
  '9F1F': 'all',
  '9F20': 'all',
  '9F6B': 'track',
};

/**
 * A copy of a message that may be shown, of the same length. Replaced are the middle of account numbers (DE2, 102, 103,
 * tags 5A, 57), expiries, what follows the number on a track, tracks 1 and 3, the PIN block, and in DE61 of the
 * switch dialect the holder's identity and CVN2. Of an account number the first six and last four digits stay;
 * one of fewer than thirteen digits goes whole. Throws `Iso8583Error` on a message whose parts cannot be found:
 * such bytes may not be shown at all.
 */
export function maskMessage(dialect: DialectName, bytes: Uint8Array, what: Masking): Uint8Array {
  const masked = bytes.slice();
  if (what === 'none') return masked;
  for (const place of layout(specs[dialect], bytes)) {
    if (place.mask !== undefined) maskPlace(masked, place, place.mask);
  }
  return masked;
}

/** A run of digits or characters in a byte string, to be read and replaced one by one. */
type Cells = {
  readonly bytes: Uint8Array;
  /** First byte, and whether a cell is half a byte; then `skip` nibbles before the first are filling. */
  readonly start: number;
  readonly packed: boolean;
  readonly skip: number;
  readonly count: number;
  /** What a replaced cell becomes. */
  readonly mark: number;
};

function maskPlace(bytes: Uint8Array, place: Place, rule: MaskRule): void {
  const { valueStart: start, end, count, field } = place;
  if (rule === 'chip') {
    maskChip(bytes, start, end);
    return;
  }
  const packed = field.encoding === 'bcd';
  const skip = packed && field.padding === 'left' ? (end - start) * 2 - count : 0;
  const mark = packed ? 0x0f : field.encoding === 'raw' ? 0xff : 0x2a;
  const cells = { bytes, start, packed, skip, count, mark };
  if (rule === 'pan') maskNumber(cells, count);
  if (rule === 'track') maskTrack(cells);
  if (rule === 'all') maskRange(cells, 0, count);
  if (rule === 'cardholder' && !packed) maskCardholder(cells);
}

/** The first six and last four of `length` digits stay. */
function maskNumber(cells: Cells, length: number): void {
  if (length < 13) maskRange(cells, 0, length);
  else maskRange(cells, 6, length - 4);
}

/** The number as any number, the separator stays, the rest goes. Without a separator nobody knows where the number ends. */
function maskTrack(cells: Cells): void {
  const separator = cells.packed ? 0x0d : 0x3d;
  let at = 0;
  while (at < cells.count && readCell(cells, at) !== separator) at++;
  maskNumber(cells, at === cells.count ? 0 : at);
  maskRange(cells, at === cells.count ? 0 : at + 1, cells.count);
}

/** Id number, CVN2 value, and whatever the usage block says about the holder; the result flags stay. @see subfields.ts */
function maskCardholder(cells: Cells): void {
  maskRange(cells, 2, 22);
  maskRange(cells, 27, 30);
  maskRange(cells, 34, cells.count);
}

function maskChip(bytes: Uint8Array, start: number, end: number): void {
  try {
    maskObjects(bytes, start, decodeTlv(bytes.slice(start, end)));
  } catch (error) {
    if (!(error instanceof TlvError)) throw error;
    // Unreadable chip data may hold a number anywhere.
    bytes.fill(0xff, start, end);
  }
}

function maskObjects(bytes: Uint8Array, offset: number, objects: readonly TlvSpan[]): void {
  for (const object of objects) {
    const rule = CHIP_RULES[object.tag];
    const start = offset + object.valueStart;
    if (isConstructed(object.tag)) maskObjects(bytes, offset, object.children ?? []);
    else if (rule === 'all') bytes.fill(0xff, start, offset + object.end);
    else if (rule !== undefined) {
      const count = object.value.length * 2;
      const cells = { bytes, start, packed: true, skip: 0, count, mark: 0x0f };
      if (rule === 'track') maskTrack(cells);
      else maskNumber(cells, withoutFilling(cells));
    }
  }
}

/** How many digits a compressed number has: F fills it up on the right. */
function withoutFilling(cells: Cells): number {
  let count = cells.count;
  while (count > 0 && readCell(cells, count - 1) === 0x0f) count--;
  return count;
}

function maskRange(cells: Cells, from: number, to: number): void {
  for (let index = from; index < Math.min(to, cells.count); index++) writeCell(cells, index);
}

function readCell(cells: Cells, index: number): number {
  if (!cells.packed) return cells.bytes[cells.start + index] as number;
  const nibble = cells.skip + index;
  const byte = cells.bytes[cells.start + (nibble >> 1)] as number;
  return nibble % 2 === 0 ? byte >> 4 : byte & 0x0f;
}

function writeCell(cells: Cells, index: number): void {
  if (!cells.packed) {
    cells.bytes[cells.start + index] = cells.mark;
    return;
  }
  const nibble = cells.skip + index;
  const at = cells.start + (nibble >> 1);
  const byte = cells.bytes[at] as number;
  cells.bytes[at] =
    nibble % 2 === 0 ? (byte & 0x0f) | (cells.mark << 4) : (byte & 0xf0) | cells.mark;
}
