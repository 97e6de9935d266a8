/**
 * Values that follow each other without tags and lengths: as a list asked for them, or in the answers of format 1.
 * @see docs/specs.md, EMV contactless sheet, sections 2 and 5
 */
import { locatedRecords } from '../oda/static.ts';
import type { DolEntry } from '../tlv/dol.ts';

/** The command whose answer of format 1 is read. */
export type FormatOne = 'options' | 'cryptogram';

/** Whole values that an answer of format 1 begins with, the last with whatever is left. */
const OPTIONS = [{ tag: '82', length: 2 }] as const;
const CRYPTOGRAM = [
  { tag: '9F27', length: 1 },
  { tag: '9F36', length: 2 },
  { tag: '9F26', length: 8 },
] as const;
const OPTIONS_BYTES = 2;
const CRYPTOGRAM_BYTES = 11;

/**
 * What an answer of format 1 (template 80) holds: of GET PROCESSING OPTIONS the AIP and the file locator, of
 * GENERATE AC the cryptogram information, the counter, the cryptogram and the issuer application data. Without the
 * command, what it is by its form. Undefined when it is too short, or neither.
 */
export function formatOneEntries(
  value: Uint8Array,
  command?: FormatOne,
): readonly DolEntry[] | undefined {
  const { length } = value;
  const asked = command ?? commandOf(value);
  if (asked === 'options' && length >= OPTIONS_BYTES) {
    return entries(OPTIONS, '94', length - OPTIONS_BYTES);
  }
  if (asked === 'cryptogram' && length >= CRYPTOGRAM_BYTES) {
    return entries(CRYPTOGRAM, '9F10', length - CRYPTOGRAM_BYTES);
  }
  return undefined;
}

function entries(head: readonly DolEntry[], tag: string, rest: number): readonly DolEntry[] {
  return rest === 0 ? head : [...head, { tag, length: rest }];
}

/** The kind of cryptogram has the two highest bits, which are never both set; files and records must be able to be. */
function commandOf(value: Uint8Array): FormatOne | undefined {
  const located = locatedRecords(value.subarray(OPTIONS_BYTES));
  if (located !== undefined && located.length > 0) return 'options';
  const information = value[0] ?? 0xff;
  const isKind = (information & 0x30) === 0 && information < 0xc0;
  return value.length >= CRYPTOGRAM_BYTES && isKind ? 'cryptogram' : undefined;
}
