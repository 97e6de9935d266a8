/**
 * Calculators of ISO 8583 messages: both ways between bytes and fields, in the three dialects.
 * @see docs/specs.md, ISO 8583 sheet, sections 1 to 3
 */
import { fromAscii, toHex } from '../bytes/bytes.ts';
import { type AsciiCoding, asciiCodec } from '../iso8583/ascii.ts';
import { CUPS_HEADER_LENGTH, readCupsHeader } from '../iso8583/header.ts';
import { type DialectName, type Fields, Iso8583Error, readOrNone } from '../iso8583/message.ts';
import { cups, pos, specs } from '../iso8583/unionpay.ts';
import {
  bytes,
  CalcError,
  decoded,
  digits,
  hexOf,
  type Input,
  object,
  optional,
  text,
  unwanted,
  wanted,
  word,
} from './input.ts';
import { type Operation, type Outputs, operation } from './operation.ts';

/** As long as the two bytes of length that go before a message on a link can say. */
const LONGEST_MESSAGE = 65_535;

const POS_HEADER_LENGTH = 6;

/** DE64 of pos: characters to the codec, bytes to everyone who computes a MAC. */
const POS_MAC = { element: 64, length: 8 } as const;

const dialect = word(
  'pos: terminal and acquirer; cups: institution and switch; 1987-ascii: the plain standard',
  ['pos', 'cups', '1987-ascii'],
);

/** What plain ASCII leaves to be agreed; the other dialects have no choice here. */
const coding = {
  bitmap: optional(
    word('1987-ascii: bitmaps as hexadecimal digits (the default) or as bytes', ['binary', 'hex']),
  ),
  binary_elements: optional(
    word('1987-ascii: DE52, 64, 65, 96, 128 as hexadecimal digits (the default) or as bytes', [
      'hex',
      'raw',
    ]),
  ),
  chip_data: optional(
    word('1987-ascii: DE55 as bytes (the default) or as hexadecimal digits', ['raw', 'hex']),
  ),
};

const second_bitmap = 'idle: 1987-ascii, both bitmaps stand though one would do';

const described = {
  mti: 'the message type',
  fields:
    'data elements by number: digits and text as they mean, = in tracks, bytes in hexadecimal, as DE64 of pos too',
  tpdu: 'pos: five bytes',
  header: 'pos: six bytes; cups: 46 bytes, whose total length is made to fit',
};

const messageHelp = 'without the length before it; plain ASCII by its bytes too';

const through =
  'iso8583/unionpay.ts pos, cups, iso8583/ascii.ts asciiCodec, iso8583/header.ts readCupsHeader';

const unconfirmed =
  'No message from outside shows DE52, 64, 65, 96 or 128 of plain ASCII as hexadecimal digits; the tables of jPOS and moov say so.';

const decode = operation({
  name: 'iso8583-decode',
  summary: 'what an ISO 8583 message says',
  through,
  inputs: {
    dialect,
    message: messageInput(),
    ...coding,
  },
  outputs: { ...described, second_bitmap },
  examples: [
    {
      in: {
        dialect: 'pos',
        message:
          '600049000060320032050108000020000000C0001600007431323334353637383132333435363738393132333435360011000000000030003753657175656E6365204E6F32343934393130303030303130343138313243413835393239310003313233',
      },
      out: {
        mti: '0800',
        fields: {
          11: '000074',
          41: '12345678',
          42: '123456789123456',
          60: '00000000003',
          62: '53657175656E6365204E6F3234393439313030303030313034313831324341383539323931',
          63: '123',
        },
      },
      source: 'upi-pos-0800-signon',
    },
  ],
  unconfirmed,
  run: ({ dialect, message, ...chosen }) => {
    const given = codingOf(dialect, chosen);
    return read(dialect, message, given);
  },
});

const encode = operation({
  name: 'iso8583-encode',
  summary: 'the bytes of an ISO 8583 message',
  through,
  inputs: {
    dialect,
    mti: digits(described.mti, { one: [4] }),
    fields: object(described.fields, 'number from 1 to 128', numberOf),
    tpdu: optional(bytes(described.tpdu, { one: [5] })),
    header: optional(bytes(described.header, { one: [POS_HEADER_LENGTH, CUPS_HEADER_LENGTH] })),
    ...coding,
    second_bitmap: optional(word(second_bitmap, ['idle'])),
  },
  outputs: { message: `the message, ${messageHelp}` },
  examples: [
    {
      in: {
        dialect: '1987-ascii',
        mti: '0100',
        fields: { 2: '4242424242424242', 3: '123456', 4: '000000000100' },
      },
      out: {
        message:
          '3031303037303030303030303030303030303030313634323432343234323432343234323432313233343536303030303030303030313030',
      },
      source: 'moov-minimal-0100',
    },
  ],
  unconfirmed,
  run: ({ dialect, mti, fields: written, tpdu, header, second_bitmap, ...chosen }) => {
    const given = codingOf(dialect, chosen);
    const message = { mti, fields: fieldsOf(dialect, written) };
    if (dialect === '1987-ascii') {
      unwanted({ tpdu, header }, 'is not of 1987-ascii');
      const idle = idleOf(second_bitmap, written);
      return encoded(() => asciiCodec(given).encode({ ...message, ...idle }));
    }
    unwanted({ second_bitmap }, 'goes with 1987-ascii');
    if (dialect === 'pos') {
      const envelope = {
        tpdu: toHex(bytesOf(tpdu, 'tpdu', 5)),
        header: toHex(bytesOf(header, 'header', POS_HEADER_LENGTH)),
      };
      return encoded(() => pos.encode({ ...envelope, ...message }));
    }
    unwanted({ tpdu }, 'is not of cups');
    const bytes = bytesOf(header, 'header', CUPS_HEADER_LENGTH);
    const parts = decoded('header', Iso8583Error, () => readCupsHeader(bytes));
    return encoded(() => cups.encode({ header: parts, ...message }));
  },
});

export const messageOperations: readonly Operation[] = [decode, encode];

/** Read by its dialect once that is known: only plain ASCII can be written as text. */
function messageInput(): Input<string> {
  const help = `the message, ${messageHelp}; 1987-ascii: or its text, where that is no hexadecimal message`;
  return { ...text(help, 2 * LONGEST_MESSAGE), form: `1 to ${LONGEST_MESSAGE} bytes, or text` };
}

/** Hexadecimal digits are bytes, and text only where the bytes are no message: a text may be all digits too. */
function read(dialect: DialectName, written: string, coding: Partial<AsciiCoding>): Outputs {
  const isText = dialect === '1987-ascii' && /^[\x20-\x7e]+$/.test(written);
  const isHex = /^(?:[0-9a-f]{2})*$/i.test(written);
  const asText = () => outputsOf(dialect, messageBytes(fromAscii(written)), coding);
  if (isText && !isHex) return decoded('message', Iso8583Error, asText);
  const bytes = messageBytes(hexOf(written, 'message'));
  const asBytes = () => outputsOf(dialect, bytes, coding);
  const isEither = isText && written.length <= LONGEST_MESSAGE;
  const found = isEither ? (readOrNone(asBytes) ?? readOrNone(asText)) : undefined;
  return found ?? decoded('message', Iso8583Error, asBytes);
}

function messageBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.length > 0 && bytes.length <= LONGEST_MESSAGE) return bytes;
  const why = `1 to ${LONGEST_MESSAGE} bytes wanted, not ${bytes.length}`;
  throw new CalcError('wrong_length', why, 'message');
}

function outputsOf(
  dialect: DialectName,
  message: Uint8Array,
  coding: Partial<AsciiCoding>,
): Outputs {
  if (dialect === 'pos') {
    const { fields, ...others } = pos.decode(message);
    const { [POS_MAC.element]: mac } = fields;
    if (mac === undefined) return { ...others, fields };
    return { ...others, fields: { ...fields, [POS_MAC.element]: toHex(fromAscii(mac)) } };
  }
  if (dialect === 'cups') {
    const { mti, fields } = cups.decode(message);
    return { mti, fields, header: toHex(message.subarray(0, CUPS_HEADER_LENGTH)) };
  }
  const { mti, fields, isIdle } = asciiCodec(coding).decode(message);
  return { mti, fields, second_bitmap: isIdle ? 'idle' : undefined };
}

/** What was chosen of the coding of plain ASCII; a choice for another dialect is refused by its name. */
function codingOf(
  dialect: DialectName,
  chosen: {
    readonly bitmap: AsciiCoding['bitmap'] | undefined;
    readonly binary_elements: AsciiCoding['binaryElements'] | undefined;
    readonly chip_data: AsciiCoding['chipData'] | undefined;
  },
): Partial<AsciiCoding> {
  if (dialect !== '1987-ascii') unwanted(chosen, 'goes with 1987-ascii');
  const { bitmap, binary_elements: binaryElements, chip_data: chipData } = chosen;
  return {
    ...(bitmap === undefined ? {} : { bitmap }),
    ...(binaryElements === undefined ? {} : { binaryElements }),
    ...(chipData === undefined ? {} : { chipData }),
  };
}

function numberOf(written: string): string | undefined {
  return /^[1-9]\d{0,2}$/.test(written) ? written : undefined;
}

/** The elements by number; bytes may be written in either case. */
function fieldsOf(dialect: DialectName, written: ReadonlyMap<string, string>): Fields {
  const { elements } = specs[dialect];
  const fields: Record<number, string> = {};
  for (const [name, value] of written) {
    const number = Number(name);
    const isMac = dialect === 'pos' && number === POS_MAC.element;
    if (isMac) fields[number] = macCharacters(value, `fields.${name}`);
    else fields[number] = elements[number]?.format === 'b' ? value.toUpperCase() : value;
  }
  return fields;
}

/** The characters that the bytes of a terminal's MAC are; which ones a MAC may have, the codec says. */
function macCharacters(written: string, field: string): string {
  const bytes = hexOf(written, field);
  const { length } = POS_MAC;
  if (bytes.length === length) return String.fromCharCode(...bytes);
  throw new CalcError('wrong_length', `${length} bytes wanted, not ${bytes.length}`, field);
}

/** With an element above 64 both bitmaps stand anyway, and neither is idle. */
function idleOf(
  asked: 'idle' | undefined,
  fields: ReadonlyMap<string, string>,
): { readonly isIdle?: true } {
  if (asked === undefined) return {};
  if (![...fields.keys()].some((number) => Number(number) > 64)) return { isIdle: true };
  throw new CalcError('bad_value', 'an element above 64 stands in it', 'second_bitmap');
}

function encoded(encode: () => Uint8Array): Outputs {
  try {
    return { message: toHex(encode()) };
  } catch (error) {
    if (!(error instanceof Iso8583Error)) throw error;
    const [, number] = /^DE(\d+)/.exec(error.path) ?? [];
    const field = number === undefined ? 'fields' : `fields.${number}`;
    throw new CalcError('malformed', error.message, field);
  }
}

/** What goes before a message, in its length. */
function bytesOf(value: Uint8Array | undefined, field: string, length: number): Uint8Array {
  const bytes = wanted(field, value, `${field} is wanted (${length} bytes)`);
  if (bytes.length === length) return bytes;
  throw new CalcError('wrong_length', `${length} bytes wanted, not ${bytes.length}`, field);
}
