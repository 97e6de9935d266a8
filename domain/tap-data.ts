/**
 * A tap as a financial message carries it: the elements that a verdict reads, and the chip data of DE55 by tag.
 * Reading never fails; what cannot be read is listed, and the verdict refuses the message for it.
 * @see docs/specs.md, ISO 8583 sheet, sections 3 and 7
 */
import { BytesError, fromHex, toHex, toUint } from '@octavo/lib/bytes/bytes.ts';
import { decodeIad, type Iad, IadError } from '@octavo/lib/emv/iad.ts';
import {
  decodeTrack2,
  decodeTrack2Text,
  type Track2,
  Track2Error,
} from '@octavo/lib/emv/track2.ts';
import { decodeTlv, TlvError } from '@octavo/lib/tlv/tlv.ts';
import type { MessageFields } from './message.ts';

/** Data objects by tag; both in upper-case hexadecimal. */
type ChipData = Readonly<Record<string, string>>;

/** A place of the message that names a token; a place that cannot be read names neither number nor expiry. */
type Naming = {
  readonly place: string;
  readonly number?: string;
  /** YYMM. */
  readonly expiry?: string;
};

/** A tap, read. */
export type Tap = {
  readonly fields: MessageFields;
  /** Elements that are missing or malformed, by name; empty when the message can be judged. */
  readonly unreadable: readonly string[];
  /** DE2. */
  readonly number: string;
  readonly tokenLastFour: string;
  /** DE55; undefined when it is absent (or cannot be read, which is listed). */
  readonly chip: ChipData | undefined;
  /** Tag 9F10, decoded; undefined when absent or of another form. */
  readonly issuerData: Iad | undefined;
  /** Tag 9F10 as it came; empty when absent. */
  readonly issuerDataBytes: Uint8Array;
  /** Card verification results, four bytes; empty when there are none. */
  readonly results: Uint8Array;
  /** Tag 9F6C. */
  readonly qualifiers: Uint8Array | undefined;
  /** Tag 9F36, when it is two bytes. */
  readonly counter: number | undefined;
  /** Tag 9F26, when it is eight bytes. */
  readonly cryptogram: Uint8Array | undefined;
  /** Every other place that names a token: DE14, DE35, tags 57, 5A and 5F24. */
  readonly named: readonly Naming[];
};

/** What each element that a verdict cannot do without looks like. DE55 is for the entry mode to miss. */
const NEEDED: Readonly<Record<string, RegExp>> = {
  '2': /^\d{12,19}$/,
  '4': /^\d{12}$/,
  '7': /^\d{10}$/,
  '11': /^\d{6}$/,
  '13': /^\d{4}$/,
  '19': /^\d{3}$/,
  '22': /^\d{3}$/,
  '32': /^\d{1,11}$/,
  '33': /^\d{1,11}$/,
  '49': /^\d{3}$/,
};

/** Elements that a later check misses by its own code; of another form they are malformed. */
const WELL_FORMED: Readonly<Record<string, RegExp>> = { '3': /^\d{6}$/, '18': /^\d{4}$/ };

/** Read a message's tap. Never throws. */
export function readTap(fields: MessageFields): Tap {
  const chip = readChip(fields['55']);
  const missing = [
    ...Object.entries(NEEDED).filter(([element, form]) => !form.test(fields[element] ?? '')),
    ...Object.entries(WELL_FORMED).filter(
      ([element, form]) => element in fields && !form.test(fields[element] ?? ''),
    ),
  ].map(([element]) => `DE${element}`);
  const unreadable = chip === 'malformed' ? [...missing, 'DE55'] : missing;
  const objects = chip === 'malformed' ? undefined : chip;
  const issuerData = readIssuerData(objects?.['9F10']);
  const number = fields['2'] ?? '';
  return {
    fields,
    unreadable,
    number,
    tokenLastFour: number.slice(-4),
    chip: objects,
    issuerData,
    issuerDataBytes: bytesOf(objects?.['9F10']) ?? NOTHING,
    results: issuerData?.cvr ?? NOTHING,
    qualifiers: bytesOf(objects?.['9F6C']),
    counter: readCounter(bytesOf(objects?.['9F36'])),
    cryptogram: ofLength(8, bytesOf(objects?.['9F26'])),
    named: namings(fields, objects ?? {}),
  };
}

const NOTHING = new Uint8Array(0);

/** Whether the elements of a message's key are of their form; a key made of anything else names no message. */
export function hasKey({ unreadable }: Pick<Tap, 'unreadable'>): boolean {
  return KEY_ELEMENTS.every((element) => !unreadable.includes(`DE${element}`));
}

const KEY_ELEMENTS = ['7', '11', '32', '33'] as const;

/** The outermost objects; the same tag twice is malformed, since two readers could see two values. */
function readChip(hex: string | undefined): ChipData | undefined | 'malformed' {
  if (hex === undefined || hex === '') return undefined;
  try {
    const objects = decodeTlv(fromHex(hex));
    const chip = Object.fromEntries(objects.map(({ tag, value }) => [tag, toHex(value)]));
    return Object.keys(chip).length === objects.length ? chip : 'malformed';
  } catch (error) {
    if (error instanceof TlvError || error instanceof BytesError) return 'malformed';
    throw error;
  }
}

function readIssuerData(hex: string | undefined): Iad | undefined {
  if (hex === undefined) return undefined;
  try {
    return decodeIad(fromHex(hex));
  } catch (error) {
    if (error instanceof IadError) return undefined;
    throw error;
  }
}

function readCounter(bytes: Uint8Array | undefined): number | undefined {
  const counter = ofLength(2, bytes);
  return counter && toUint(counter);
}

function namings(fields: MessageFields, chip: ChipData): readonly Naming[] {
  const { '14': expiry, '35': track } = fields;
  const { '57': trackObject, '5A': number, '5F24': expiryDate } = chip;
  const all: readonly (Naming | undefined)[] = [
    expiry === undefined ? undefined : { place: 'DE14', expiry },
    track === undefined ? undefined : readTrack('DE35', () => decodeTrack2Text(track)),
    trackObject === undefined
      ? undefined
      : readTrack('57', () => decodeTrack2(fromHex(trackObject))),
    number === undefined ? undefined : { place: '5A', number: number.replace(/F+$/, '') },
    expiryDate === undefined ? undefined : { place: '5F24', expiry: expiryDate.slice(0, 4) },
  ];
  return all.filter((one) => one !== undefined);
}

function readTrack(place: string, decode: () => Track2): Naming {
  try {
    const { pan, expiry } = decode();
    return { place, number: pan, expiry };
  } catch (error) {
    if (error instanceof Track2Error) return { place };
    throw error;
  }
}

function bytesOf(hex: string | undefined): Uint8Array | undefined {
  return hex === undefined ? undefined : fromHex(hex);
}

function ofLength(length: number, bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes?.length === length ? bytes : undefined;
}
