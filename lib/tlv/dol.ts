/**
 * Data object lists: tags and lengths that one side asks the other to fill in, such as the PDOL.
 * @see docs/specs.md, EMV contactless sheet
 */
import { toHex } from '../bytes/bytes.ts';
import { isConstructed, readTag, type Tag, TlvError } from './tlv.ts';

/** One entry of a data object list: which object, and how many bytes of it. */
export type DolEntry = { readonly tag: Tag; readonly length: number };

/**
 * Read a data object list. Throws `TlvError` when it is cut short, a tag is none, or an entry asks for
 * more than 127 bytes.
 * @example decodeDol(fromHex('9F66049F0206')) // [{ tag: '9F66', length: 4 }, { tag: '9F02', length: 6 }]
 */
export function decodeDol(bytes: Uint8Array): readonly DolEntry[] {
  const entries: DolEntry[] = [];
  let start = 0;
  while (start < bytes.length) {
    const lengthAt = readTag(bytes, start, bytes.length);
    const length = bytes[lengthAt];
    if (length === undefined) throw new TlvError('the length is missing', lengthAt);
    if (length > 0x7f) throw new TlvError('an entry asks for more than 127 bytes', lengthAt);
    entries.push({ tag: toHex(bytes.subarray(start, lengthAt)), length });
    start = lengthAt + 1;
  }
  return entries;
}

/**
 * How many bytes of data the list asks for in all.
 * @example dolLength(decodeDol(fromHex('9F66049F0206'))) // 10
 */
export function dolLength(entries: readonly DolEntry[]): number {
  return entries.reduce((sum, entry) => sum + entry.length, 0);
}

/**
 * Fill a list from a source of values: what is unknown, and every template, becomes zeros; a longer
 * numeric value loses its left end and any other its right end, a shorter one gets zeros there.
 * `isNumeric` tells which tags hold numbers (format n).
 * @see docs/specs.md, EMV contactless sheet, section 5
 * @example toHex(fillDol(decodeDol(fromHex('5F2A03')), () => fromHex('0156'), () => true)) // '000156'
 */
export function fillDol(
  entries: readonly DolEntry[],
  valueFor: (tag: Tag) => Uint8Array | undefined,
  isNumeric: (tag: Tag) => boolean,
): Uint8Array {
  const filled = new Uint8Array(dolLength(entries));
  let offset = 0;
  for (const { tag, length } of entries) {
    const value = isConstructed(tag) ? undefined : valueFor(tag);
    if (value !== undefined) filled.set(fit(value, length, isNumeric(tag)), offset);
    offset += length;
  }
  return filled;
}

/**
 * Cut filled data apart again, as views; undefined when its length is not what the list asks for. Of a
 * tag that is asked for twice the last value stands.
 * @example splitDol(decodeDol(fromHex('9C019A03')), fromHex('00261122'))?.get('9A') // 26 11 22
 */
export function splitDol(
  entries: readonly DolEntry[],
  data: Uint8Array,
): ReadonlyMap<Tag, Uint8Array> | undefined {
  if (data.length !== dolLength(entries)) return undefined;
  const values = new Map<Tag, Uint8Array>();
  let offset = 0;
  for (const { tag, length } of entries) {
    values.set(tag, data.subarray(offset, offset + length));
    offset += length;
  }
  return values;
}

function fit(value: Uint8Array, length: number, numeric: boolean): Uint8Array {
  if (value.length === length) return value;
  const fitted = new Uint8Array(length);
  if (value.length > length) {
    fitted.set(numeric ? value.subarray(value.length - length) : value.subarray(0, length));
  } else {
    fitted.set(value, numeric ? length - value.length : 0);
  }
  return fitted;
}
