/**
 * The two UnionPay dialects as tables, and their codecs: `pos` between terminal and acquirer (packed decimal, 64 elements,
 * MAC in DE64) and `cups` between institutions and the switch (characters, 128 elements, MAC in DE128).
 * Neither holds the length that goes before a message on a stream; see frame.ts. Plain ISO 8583:1987 stands in ascii.ts.
 * @see docs/specs.md, ISO 8583 sheet, sections 1 to 3
 */
import { concat } from '../bytes/bytes.ts';
import { asciiSpec } from './ascii.ts';
import { dataElements } from './elements.ts';
import { field, fixed, lllvar, llvar } from './field.ts';
import {
  CUPS_HEADER_LENGTH,
  type CupsHeader,
  checkCupsEnvelope,
  cupsEnvelope,
  joinCupsHeader,
  joinTpdu,
  posEnvelope,
  splitCupsHeader,
  splitTpdu,
} from './header.ts';
import {
  type DialectName,
  decodeMessage,
  describeMessage,
  encodeBody,
  encodeEnvelope,
  type Fields,
  type Span,
  type Spec,
} from './message.ts';

/** A message between terminal and acquirer. */
export type PosMessage = {
  /** Ten hexadecimal digits. */
  readonly tpdu: string;
  /** Twelve hexadecimal digits. */
  readonly header: string;
  readonly mti: string;
  readonly fields: Fields;
};

/** A message between an institution and the switch. */
export type CupsMessage = {
  readonly header: CupsHeader;
  readonly mti: string;
  readonly fields: Fields;
};

/** Terminal and acquirer. DE48 and DE60 are digits here, DE62 bytes (working keys at sign-on), DE64 eight characters. */
export const posSpec: Spec = {
  name: 'pos',
  envelope: posEnvelope,
  messageType: field('bcd', 'n', fixed(4)),
  bitmaps: 1,
  elements: dataElements('bcd', {
    2: ['n', llvar(19)],
    3: ['n', fixed(6)],
    4: ['n', fixed(12)],
    7: ['n', fixed(10)],
    11: ['n', fixed(6)],
    12: ['n', fixed(6)],
    13: ['n', fixed(4)],
    14: ['n', fixed(4)],
    15: ['n', fixed(4)],
    18: ['n', fixed(4)],
    19: ['n', fixed(3)],
    22: ['n', fixed(3), 'right'], // alone among the fixed numbers: `0710` on the wire is 071
    23: ['n', fixed(3)],
    25: ['n', fixed(2)],
    26: ['n', fixed(2)],
    32: ['n', llvar(11)],
    33: ['n', llvar(11)],
    35: ['z', llvar(37)],
    36: ['z', lllvar(104)],
    37: ['an', fixed(12)],
    38: ['an', fixed(6)],
    39: ['an', fixed(2)],
    41: ['ans', fixed(8)],
    42: ['ans', fixed(15)],
    43: ['ans', fixed(40)],
    44: ['ans', llvar(25)],
    48: ['n', lllvar(322)],
    49: ['an', fixed(3)],
    52: ['b', fixed(8)],
    53: ['n', fixed(16)],
    54: ['an', lllvar(40)],
    55: ['b', lllvar(255)],
    56: ['b', lllvar(512)],
    57: ['ans', lllvar(100)],
    58: ['ans', lllvar(100)],
    59: ['ans', lllvar(600)],
    60: ['n', lllvar(100)],
    61: ['n', lllvar(29)],
    62: ['b', lllvar(512)],
    63: ['ans', lllvar(163)],
    64: ['an', fixed(8)],
  }),
};

/** Institution and switch. Usage-coded elements that carry bytes (48, 56, 63) are format b: hexadecimal in `Fields`. */
const cupsSpec: Spec = {
  name: 'cups',
  envelope: cupsEnvelope,
  checkEnvelope: checkCupsEnvelope,
  messageType: field('ascii', 'n', fixed(4)),
  bitmaps: 2,
  elements: dataElements('ascii', {
    2: ['n', llvar(19)],
    3: ['n', fixed(6)],
    4: ['n', fixed(12)],
    5: ['n', fixed(12)],
    6: ['n', fixed(12)],
    7: ['n', fixed(10)],
    9: ['n', fixed(8)],
    10: ['n', fixed(8)],
    11: ['n', fixed(6)],
    12: ['n', fixed(6)],
    13: ['n', fixed(4)],
    14: ['n', fixed(4)],
    15: ['n', fixed(4)],
    16: ['n', fixed(4)],
    18: ['n', fixed(4)],
    19: ['n', fixed(3)],
    22: ['n', fixed(3)],
    23: ['n', fixed(3)],
    25: ['n', fixed(2)],
    26: ['n', fixed(2)],
    28: ['x+n', fixed(9)],
    32: ['n', llvar(11)],
    33: ['n', llvar(11)],
    35: ['z', llvar(37)],
    36: ['z', lllvar(104)],
    37: ['an', fixed(12)],
    38: ['an', fixed(6)],
    39: ['an', fixed(2)],
    41: ['ans', fixed(8)],
    42: ['ans', fixed(15)],
    43: ['ans', fixed(40)],
    44: ['ans', llvar(25)],
    45: ['ans', llvar(76)],
    48: ['b', lllvar(512)],
    49: ['an', fixed(3)],
    50: ['an', fixed(3)],
    51: ['an', fixed(3)],
    52: ['b', fixed(8)],
    53: ['n', fixed(16)],
    54: ['an', lllvar(40)],
    55: ['b', lllvar(255)],
    56: ['b', lllvar(512)],
    57: ['ans', lllvar(100)],
    59: ['ans', lllvar(600)],
    60: ['ans', lllvar(100)],
    61: ['ans', lllvar(200)],
    62: ['ans', lllvar(200)],
    63: ['b', lllvar(512)],
    70: ['n', fixed(3)],
    90: ['n', fixed(42)],
    96: ['b', fixed(8)],
    100: ['n', llvar(11)],
    102: ['ans', llvar(28)],
    103: ['ans', llvar(28)],
    104: ['ans', lllvar(512)],
    113: ['ans', lllvar(512)],
    116: ['ans', lllvar(512)],
    117: ['ans', lllvar(512)],
    121: ['ans', lllvar(100)],
    122: ['ans', lllvar(100)],
    123: ['ans', lllvar(100)],
    125: ['ans', lllvar(512)],
    126: ['ans', lllvar(512)],
    128: ['b', fixed(8)],
  }),
};

/** The dialects by name; plain ASCII as most write it. */
export const specs: Readonly<Record<DialectName, Spec>> = {
  pos: posSpec,
  cups: cupsSpec,
  '1987-ascii': asciiSpec(),
};

/**
 * Codec of the POS dialect. Both throw `Iso8583Error`; what decodes, encodes to the same bytes.
 * @example pos.decode(fromHex('600049000060320032050108000020000000C0001600007431323334353637383132333435363738393132333435360011000000000030003753657175656E6365204E6F32343934393130303030303130343138313243413835393239310003313233')).fields[11] // '000074'
 * @see docs/specs.md, ISO 8583 sheet, sections 1 to 3
 */
export const pos = {
  decode(bytes: Uint8Array): PosMessage {
    const { envelope, ...content } = decodeMessage(posSpec, bytes);
    return { tpdu: joinTpdu(envelope), header: envelope.header ?? '', ...content };
  },
  encode(message: PosMessage): Uint8Array {
    const envelope = { ...splitTpdu(message.tpdu), header: message.header };
    return concat(encodeEnvelope(posSpec, envelope), encodeBody(posSpec, message));
  },
};

/**
 * Codec of the switch dialect. Both throw `Iso8583Error`; the total length in the header is computed and checked.
 * @example cups.encode({ header: requestHeader('00010000', '01020000'), mti: '0800', fields: { 70: '301' } }).length // 69
 * @see docs/specs.md, ISO 8583 sheet, sections 1 to 3
 */
export const cups = {
  decode(bytes: Uint8Array): CupsMessage {
    const { envelope, mti, fields } = decodeMessage(cupsSpec, bytes);
    return { header: joinCupsHeader(envelope), mti, fields };
  },
  encode(message: CupsMessage): Uint8Array {
    const body = encodeBody(cupsSpec, { mti: message.mti, fields: message.fields });
    const envelope = splitCupsHeader(message.header, CUPS_HEADER_LENGTH + body.length);
    return concat(encodeEnvelope(cupsSpec, envelope), body);
  },
};

/**
 * What every byte of a message is: spans in order, without gap or overlap, from the first byte to the last.
 * Masked messages are read too, with `*` for what was replaced. Throws `Iso8583Error` as decoding does.
 */
export function describe(dialect: DialectName, bytes: Uint8Array): readonly Span[] {
  return describeMessage(specs[dialect], bytes);
}
