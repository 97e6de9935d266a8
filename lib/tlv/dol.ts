/**
 * Data object lists: tags and lengths that one side asks the other to fill in, such as the PDOL.
 * @see docs/specs.md, EMV contactless sheet
 */
import { concat, toHex } from '../bytes/bytes.ts';
import { type Tag, TlvError } from './tlv.ts';

/** One entry of a data object list: which object, and how many bytes of it. */
export type DolEntry = { readonly tag: Tag; readonly length: number };

/**
 * Read a data object list. Throws `TlvError` when it is cut short.
 * @example decodeDol(fromHex('9F66049F0206')) // [{ tag: '9F66', length: 4 }, { tag: '9F02', length: 6 }]
 */
export function decodeDol(bytes: Uint8Array): readonly DolEntry[] {
  const entries: DolEntry[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const start = offset;
    const first = bytes[offset++] as number;
    if ((first & 0x1f) === 0x1f) {
      while (offset < bytes.length && ((bytes[offset] as number) & 0x80) !== 0) offset++;
      offset++;
    }
    if (offset - start > 3) throw new TlvError('a tag of more than three bytes', start);
    const length = bytes[offset];
    if (length === undefined) throw new TlvError('the list is cut short', start);
    if (length > 0x7f) throw new TlvError('an entry asks for more than 127 bytes', offset);
    entries.push({ tag: toHex(bytes.subarray(start, offset)), length });
    offset++;
  }
  return entries;
}

/** How many bytes of data the list asks for in all. */
export function dolLength(entries: readonly DolEntry[]): number {
  return entries.reduce((sum, entry) => sum + entry.length, 0);
}

/**
 * Fill a list from a source of values: what is unknown becomes zeros, a longer numeric value loses its
 * left end and any other its right end, a shorter one is filled likewise.
 * `isNumeric` tells which tags hold numbers (format n). @see docs/specs.md, EMV contactless sheet, section 5
 */
export function fillDol(
  entries: readonly DolEntry[],
  valueFor: (tag: Tag) => Uint8Array | undefined,
  isNumeric: (tag: Tag) => boolean,
): Uint8Array {
  return concat(
    ...entries.map(({ tag, length }) =>
      fit(valueFor(tag) ?? new Uint8Array(0), length, isNumeric(tag)),
    ),
  );
}

/** Cut filled data apart again; undefined when its length is not what the list asks for. */
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
