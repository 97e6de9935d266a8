/**
 * Data objects that are flags: which bits they have, and the words for those that are set.
 * @see docs/specs.md, EMV contactless sheet, sections 4 and 8.3, cryptograms sheet, section 5, and EMV field codings
 */
import {
  ADDITIONAL_FUNCTIONS,
  AIP,
  type Bit,
  CTQ,
  CVR,
  CVR_SUBFIELDS,
  cvrHolderVerified,
  describeBits,
  describeSubfields,
  hasBit,
  TTQ,
  TVR,
} from '../emv/fields.ts';
import {
  ADDITIONAL_TERMINAL_CAPABILITIES,
  APPLICATION_USAGE_CONTROL,
  TERMINAL_CAPABILITIES,
  TSI,
} from '../emv/terminal-fields.ts';
import type { SetBits } from './explained.ts';

type Bits = Readonly<Record<string, Bit>>;

/** Card additional processes, tag 9F68. @see docs/specs.md, EMV contactless sheet, section 8.3 */
const CAP: Bits = {
  lowValueCheck: bit(1, 0x80, 'low-value check'),
  lowValueAndCumulative: bit(1, 0x40, 'low-value and cumulative amount check'),
  lowValueOrCumulative: bit(1, 0x20, 'low-value or cumulative amount check'),
  newCardCheck: bit(1, 0x10, 'new-card check'),
  pinTriesCheck: bit(1, 0x08, 'PIN-tries-exceeded check'),
  offlineOtherCurrency: bit(1, 0x04, 'offline allowed for another currency'),
  preferContact: bit(1, 0x02, 'prefer contact when going online'),
  returnAvailable: bit(1, 0x01, 'return the available offline amount'),
  prepaid: bit(2, 0x80, 'prepaid'),
  otherCurrencyRefused: bit(2, 0x40, 'another currency not allowed'),
  newCardOfflineRefused: bit(2, 0x20, 'new card refused on an offline-only reader'),
  logOffline: bit(2, 0x10, 'log offline transactions'),
  onlinePin: bit(3, 0x80, 'online PIN supported'),
  onlinePinOtherCurrency: bit(3, 0x40, 'online PIN supported for another currency'),
  otherCurrencyCvm: bit(3, 0x20, 'another currency requires cardholder verification'),
  signature: bit(3, 0x10, 'signature supported'),
  deviceCvm: bit(3, 0x08, 'cardholder verification on the device supported'),
};

/** An action code names conditions of the TVR; without any the action is never taken for them. */
const NEVER = 'on no condition';

/** The tables by tag; the card verification results inside 9F10 go by `CVR`. */
const TABLES: Readonly<Record<string, readonly [bits: Bits, whenNoneIsSet: string]>> = {
  '9F66': [TTQ, 'none'],
  '9F6C': [CTQ, 'asks nothing of the reader'],
  '82': [AIP, 'none'],
  '95': [TVR, 'nothing to report'],
  '9B': [TSI, 'nothing performed'],
  '9F07': [APPLICATION_USAGE_CONTROL, 'nowhere'],
  '9F0D': [TVR, NEVER],
  '9F0E': [TVR, NEVER],
  '9F0F': [TVR, NEVER],
  '9F33': [TERMINAL_CAPABILITIES, 'none'],
  '9F40': [ADDITIONAL_TERMINAL_CAPABILITIES, 'none'],
  '9F68': [CAP, 'none'],
  DF61: [ADDITIONAL_FUNCTIONS, 'none'],
  CVR: [CVR, 'none'],
};

/** Every bit of a flag object with whether it is set, in the table's order; empty for any other tag. */
export function explainFlags(
  tag: string,
  value: Uint8Array,
): readonly (Bit & { readonly set: boolean })[] {
  const table = TABLES[tag];
  return table === undefined ? [] : describeBits(table[0], value);
}

/** What is said of a set bit that no table names. */
export const NAMELESS_BIT = 'no name known';

/**
 * Every set bit of a flag object from the first byte and the highest bit on, those without a name among them; several
 * bits that are one number are said once, whatever it is. Empty for any other tag.
 */
export function setBitsOf(tag: string, value: Uint8Array): readonly SetBits[] {
  const table = TABLES[tag];
  if (table === undefined) return [];
  const named = Object.values(table[0]);
  const numbers = tag === 'CVR' ? describeSubfields(CVR_SUBFIELDS, value) : [];
  // A count of nothing need not be told.
  const told = numbers.filter((one) => one.value > 0 || Object.keys(one.values).length > 0);
  const said = [
    ...told.map((one) => ({ ...one, meaning: `${one.meaning}: ${one.says}` })),
    ...named,
  ];
  // What is longer than its table has no bits there, only bytes.
  const known = value.subarray(0, Math.max(...said.map(({ byte }) => byte)));
  return Array.from(known, (_, index) => index + 1).flatMap((byte) =>
    // The verification results begin with their length.
    tag === 'CVR' && byte === 1 ? [] : setInByte(byte, value[byte - 1] as number, said),
  );
}

function setInByte(byte: number, value: number, said: readonly Bit[]): readonly SetBits[] {
  const here = said.filter((one) => one.byte === byte);
  const found: SetBits[] = [];
  for (let bit = 8; bit >= 1; bit--) {
    const mask = 1 << (bit - 1);
    const one = here.find((each) => (each.mask & mask) !== 0);
    if (one === undefined) {
      if ((value & mask) !== 0) found.push({ byte, bits: String(bit), words: NAMELESS_BIT });
      continue;
    }
    const isNumber = (one.mask & (one.mask - 1)) !== 0;
    const lowest = 32 - Math.clz32(one.mask & -one.mask);
    if (isNumber) found.push({ byte, bits: `${bit}-${lowest}`, words: one.meaning });
    else if ((value & mask) !== 0) found.push({ byte, bits: String(bit), words: one.meaning });
    bit = lowest;
  }
  return found;
}

/** The set bits of a flag object in words; undefined for a tag that is no flag object. */
export function flagWords(tag: string, value: Uint8Array): string | undefined {
  if (tag === 'CVR') return cvrWords(value);
  const table = TABLES[tag];
  if (table === undefined) return undefined;
  const [bits, none] = table;
  const set = setBits(bits, value);
  return set.length === 0 ? none : set.join(', ');
}

/**
 * The card verification results in words: which cryptogram, who was asked, what else was found.
 * The bit for the holder means the device in our profile. @see profile octavo-1, section 7
 */
function cvrWords(value: Uint8Array): string {
  const { holderVerificationPerformed, holderVerificationFailed, ...others } = CVR;
  const [second, cryptogram, scripts] = describeSubfields(CVR_SUBFIELDS, value);
  const kind = cryptogram?.says.split(',')[0] ?? '';
  const words = [kind, holderWords(value), ...setBits(others, value)];
  // After a second GENERATE AC the first one's kind is only half of it.
  if (second !== undefined && second.value < 2 && kind !== 'AAC') {
    words.splice(1, 0, `second ${second.says.split(',')[0]}`);
  }
  if (scripts !== undefined && scripts.value > 0) words.push(`${scripts.value} script commands`);
  return words.join(', ');
}

function holderWords(cvr: Uint8Array): string {
  if (cvrHolderVerified(cvr)) return 'holder verified on the device';
  return hasBit(cvr, CVR.holderVerificationFailed)
    ? 'holder verification failed'
    : 'holder not verified';
}

function setBits(bits: Bits, value: Uint8Array): readonly string[] {
  return describeBits(bits, value)
    .filter(({ set }) => set)
    .map(shortWords);
}

/** The one bit that readers look for first gets plain words. */
function shortWords({ name, meaning }: Bit): string {
  return name === CTQ.deviceCvmPerformed.name ? 'holder verified on the device' : meaning;
}

function bit(byte: number, mask: number, meaning: string): Bit {
  return { byte, mask, name: meaning, meaning };
}
