/**
 * The data groups of one payment instance, read as the card they make up.
 * @see profile octavo-1, section 6
 */
import { equal, fromHex, toHex, toUint } from '../bytes/bytes.ts';
import { ADDITIONAL_FUNCTIONS, hasBit } from '../emv/fields.ts';
import { type DolEntry, decodeDol } from '../tlv/dol.ts';
import { find, findPath, type TlvSpan } from '../tlv/tlv.ts';
import { tryDecodeTlv } from './answer.ts';

/** The data groups that are kept as they came, in the order in which they are saved. */
export const GROUP_NAMES = ['0101', '0301', '9103', '9207', '0D01', '0E01'] as const;

/** The name of a kept data group, four hexadecimal digits. */
export type GroupName = (typeof GROUP_NAMES)[number];

/** Every kept data group by its name. */
export type Groups = Readonly<Record<GroupName, Uint8Array>>;

/** What the instance answers with, taken out of its data groups. */
export type Card = {
  /** Token digits, two in a byte (5A). */
  readonly token: Uint8Array;
  readonly track2: Uint8Array;
  readonly panSequence: Uint8Array;
  /** YYMMDD (5F24). */
  readonly expiry: Uint8Array;
  readonly label: Uint8Array;
  readonly pdol: readonly DolEntry[];
  readonly aip: Uint8Array;
  readonly derivationKeyIndex: number;
  readonly paymentAccountReference: Uint8Array;
  readonly requestorId: Uint8Array;
  readonly firstCounter: number;
  /** Whether it tells readers that it can be authenticated before its cryptogram goes to the issuer (DF61). */
  readonly offersAuthentication: boolean;
};

/**
 * The only data object list an instance may have: cryptogram version 01 covers the terminal's data in
 * exactly this order.
 * @see docs/specs.md, cryptograms sheet, section 4.1
 */
const PDOL = fromHex('9F66049F02069F03069F1A0295055F2A029A039C019F3704');

/** Read the groups; undefined when one is malformed or lacks what the profile asks of it. */
export function readCard(groups: Groups): Card | undefined {
  const track = inside(groups['0101'], '70');
  const record = inside(groups['0301'], '70');
  const fci = inside(groups['9103'], 'A5');
  const quick = tryDecodeTlv(groups['9207']);
  const changing = tryDecodeTlv(groups['0D01']);
  const fixed = tryDecodeTlv(groups['0E01']);
  if (!(track && record && fci && quick && changing && fixed)) return undefined;

  const token = ofLength(record, '5A', 8);
  const track2 = find(track, '57')?.value;
  const pdol = find(fci, '9F38')?.value;
  const label = find(fci, '50')?.value;
  const aip = ofLength(quick, '82', 2);
  const prefix = ofLength(quick, '9F10', 8);
  const paymentAccountReference = ofLength(quick, '9F24', 29);
  const requestorId = ofLength(quick, '9F19', 6);
  const firstCounter = ofLength(fixed, '9F36', 2);
  const panSequence = ofLength(fixed, '5F34', 1);
  if (!(token && track2 && pdol && label && aip && prefix)) return undefined;
  if (!(paymentAccountReference && requestorId && firstCounter && panSequence)) return undefined;
  if (!(ofLength(changing, '9F6C', 2) && ofLength(changing, '9F68', 4))) return undefined;
  const expiry = ofLength(record, '5F24', 3);
  if (!(find(track, '5F20') && expiry && ofLength(record, '5F28', 2))) return undefined;
  if (!equal(pdol, PDOL) || !/^07..0103A0000001$/.test(toHex(prefix))) return undefined;
  if (label.length === 0 || label.length > 16) return undefined;
  // The network routes by track 2 and the counter belongs to the token: the two must be one number.
  if (track2.length > 19 || !toHex(track2).startsWith(`${toHex(token)}D`)) return undefined;
  return {
    token,
    track2,
    panSequence,
    expiry,
    label,
    pdol: decodeDol(pdol),
    aip,
    derivationKeyIndex: prefix[1] as number,
    paymentAccountReference,
    requestorId,
    firstCounter: toUint(firstCounter),
    offersAuthentication: hasBit(
      findPath(fci, 'BF0C', 'DF61')?.value ?? new Uint8Array(0),
      ADDITIONAL_FUNCTIONS.authenticationForOnline,
    ),
  };
}

/** The objects inside a group that must be one template and nothing else. */
export function inside(group: Uint8Array, tag: string): readonly TlvSpan[] | undefined {
  const objects = tryDecodeTlv(group);
  return objects?.length === 1 && objects[0]?.tag === tag ? objects[0].children : undefined;
}

function ofLength(
  objects: readonly TlvSpan[],
  tag: string,
  length: number,
): Uint8Array | undefined {
  const value = find(objects, tag)?.value;
  return value?.length === length ? value : undefined;
}
