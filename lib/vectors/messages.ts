/** Vectors of ISO 8583 messages, each compared in whole bytes both ways. */
import { fromAscii, fromHex, toHex } from '../bytes/bytes.ts';
import { asciiCodec } from '../iso8583/ascii.ts';
import { frame } from '../iso8583/frame.ts';
import {
  CUPS_HEADER_LENGTH,
  cupsEnvelope,
  readCupsHeader,
  splitCupsHeader,
} from '../iso8583/header.ts';
import {
  type DataElement,
  decodeMessage,
  encodeBody,
  encodeEnvelope,
  type Fields,
  type Spec,
} from '../iso8583/message.ts';
import { cups, describe, pos, posSpec, specs } from '../iso8583/unionpay.ts';
import { decodeTlv } from '../tlv/tlv.ts';
import { ELEMENTS } from './read-by-hand.ts';
import { type Comparison, type Family, textIn, type Vector } from './vector.ts';

/** What other libraries packed from fields: ours are the same bytes, and theirs are read as the same fields. */
const packed: Family = {
  ids: ['jpos-iso87a', 'moov-minimal-0100', 'pyiso8583-*'],
  check: (vector) => {
    const { inputs } = vector;
    const bitmap = vector.id === 'pyiso8583-binarybitmap' ? 'binary' : 'hex';
    const coding = { dialect: '1987-ascii', bitmap };
    const message = packedMessage(vector);
    return [
      { op: 'iso8583-encode', in: { ...coding, ...inputs }, expect: { message } },
      { op: 'iso8583-decode', in: { ...coding, message }, expect: inputs },
    ];
  },
};

/** Messages of which the source gives the bytes and the type; the elements were read by hand. */
const captured: Family = {
  ids: [
    'moov-financial_transaction_message',
    'moov-iso_reversal_message',
    'moov-network_management_message',
  ],
  check: ({ id, inputs, outputs: { mti } }) => {
    const bytes = fromAscii(textIn(inputs, 'message_ascii'));
    const message = toHex(bytes);
    const dialect = '1987-ascii';
    const fields = ELEMENTS[id] ?? {};
    const asText = { dialect, message: inputs.message_ascii };
    return [
      { op: 'iso8583-decode', in: asText, expect: { mti, fields } },
      { op: 'iso8583-decode', in: { dialect, message }, expect: { mti, fields } },
      { op: 'iso8583-encode', in: { dialect, mti, fields }, expect: { message } },
      {
        through: 'iso8583/ascii.ts asciiCodec',
        expected: { elements: Object.keys(fields) },
        given: { elements: Object.keys(asciiCodec().decode(bytes).fields) },
      },
    ];
  },
};

/** iso_8583 puts two bytes of length before the message, and both bitmaps into it though one would do. */
const bothBitmaps: Family = {
  ids: ['npm-iso_8583'],
  check: ({ inputs, outputs }) => {
    const expected = textIn(outputs, 'message');
    const bytes = fromHex(expected).subarray(2);
    const message = toHex(bytes);
    const coding = { dialect: '1987-ascii', bitmap: 'binary' };
    const idle = { ...inputs, second_bitmap: 'idle' };
    return [
      { op: 'iso8583-decode', in: { ...coding, message }, expect: idle },
      { op: 'iso8583-encode', in: { ...coding, ...idle }, expect: { message } },
      {
        through: 'iso8583/frame.ts frame',
        expected: { message: expected },
        given: { message: toHex(frame('pos', bytes)) },
      },
    ];
  },
};

/** The packed dialect of jPOS: that of UnionPay terminals without its envelope, and with DE22 filled up on the left. */
const packedDecimal: Family = {
  ids: ['jpos-iso87b'],
  check: ({ inputs, outputs }) => {
    const entryMode: DataElement = { ...(posSpec.elements[22] as DataElement), padding: 'left' };
    const spec: Spec = {
      ...posSpec,
      envelope: [],
      elements: { ...posSpec.elements, 22: entryMode },
    };
    const { mti, fields } = decodeMessage(spec, fromHex(textIn(outputs, 'message')));
    const through = 'iso8583/message.ts decodeMessage, encodeBody';
    const message = toHex(encodeBody(spec, messageIn(inputs)));
    return [
      { through, expected: outputs, given: { message } },
      { through, expected: inputs, given: { mti, fields } },
    ];
  },
};

/** Recorded messages of terminals, two bytes of length before each. */
const terminal: Family = {
  ids: ['upi-pos-*'],
  check: ({ inputs, outputs }) => {
    const whole = textIn(inputs, 'message');
    const bytes = fromHex(whole).subarray(2);
    const message = toHex(bytes);
    const { tpdu, header, mti, fields } = pos.decode(bytes);
    const mac = (outputs.fields as Fields)[64];
    const written = mac === undefined ? fields : { ...fields, 64: mac };
    const { fields: recorded, bits, length, de55_tags: objects, ...envelope } = outputs;
    const dialect = 'pos';
    return [
      {
        op: 'iso8583-decode',
        in: { dialect, message },
        expect: { ...envelope, fields: asDecoded(recorded as Fields) },
      },
      {
        op: 'iso8583-encode',
        in: { dialect, tpdu, header, mti, fields: written },
        expect: { message },
      },
      {
        through: 'iso8583/frame.ts frame',
        expected: { message: whole },
        given: { message: toHex(frame('pos', bytes)) },
      },
      {
        through: 'iso8583/unionpay.ts pos',
        expected: { bits, ...(length === undefined ? {} : { length }) },
        given: { bits: Object.keys(fields), length: String(bytes.length) },
      },
      ...(objects === undefined ? [] : [chipObjects(fields, objects)]),
    ];
  },
};

/** A header without its message: its values and how wide they are. */
const header: Family = {
  ids: ['upi-cups-header'],
  check: ({ inputs, outputs }) => {
    const bytes = fromHex(textIn(inputs, 'header'));
    const total = 311;
    const written = splitCupsHeader(readCupsHeader(bytes), total);
    const widths = cupsEnvelope.map(({ length }) => (length.kind === 'fixed' ? length.count : 0));
    const [, , , destination, source, reserved, batch, information, user, reject] = widths;
    return [
      {
        through: 'iso8583/header.ts readCupsHeader, splitCupsHeader',
        expected: { ...inputs, fields: outputs.fields },
        given: {
          header: toHex(encodeEnvelope(specs.cups, written)),
          fields: [
            `header length ${written['header.length']}=${CUPS_HEADER_LENGTH}`,
            `version ${written['header.flag']}`,
            `total length ASCII ${written['header.totalLength']}`,
            `destination id ${destination} ascii`,
            `source id ${source} ascii`,
            `reserved ${reserved}`,
            `batch ${batch}`,
            `transaction info ${information}`,
            `user info ${user}`,
            `reject code ${reject}`,
          ],
        },
      },
    ];
  },
};

/** The sheet's message of the switch. */
const worked: Family = {
  ids: ['sheet-iso8583-14-*'],
  check: ({ inputs, outputs }) => {
    const message = textIn(inputs, 'message');
    const { mti, fields, header, ...layout } = outputs;
    const dialect = 'cups';
    const bytes = fromHex(message);
    const spans = describe('cups', bytes);
    const valueAt = (path: string) => spans.find((span) => span.path === path)?.value;
    return [
      { op: 'iso8583-decode', in: { dialect, message }, expect: { mti, fields, header } },
      { op: 'iso8583-encode', in: { dialect, mti, fields, header }, expect: { message } },
      {
        through: 'iso8583/unionpay.ts cups, describe',
        expected: layout,
        given: {
          bitmap: valueAt('bitmap'),
          elements: Object.keys(cups.decode(bytes).fields),
          length_55: valueAt('DE55.length'),
          length_60: valueAt('DE60.length'),
        },
      },
    ];
  },
};

export const messageFamilies: readonly Family[] = [
  packed,
  captured,
  bothBitmaps,
  packedDecimal,
  terminal,
  header,
  worked,
];

function messageIn(inputs: Vector['inputs']): { readonly mti: string; readonly fields: Fields } {
  return { mti: textIn(inputs, 'mti'), fields: inputs.fields as Fields };
}

function packedMessage({ outputs }: Vector): string {
  if (outputs.message_ascii === undefined) return textIn(outputs, 'message');
  return toHex(fromAscii(textIn(outputs, 'message_ascii')));
}

/**
 * Recorded values as ours: the recorder keeps the nibble that fills up DE22 and DE23 on the wire, writes the
 * separator of DE35 as D, and the texts of DE59 and 63 in hexadecimal.
 */
function asDecoded(recorded: Fields): Fields {
  const changed: Record<number, string> = { ...recorded };
  if (recorded[22] !== undefined) changed[22] = recorded[22].replace(/0$/, '');
  if (recorded[23] !== undefined) changed[23] = recorded[23].replace(/^0/, '');
  if (recorded[35] !== undefined) changed[35] = recorded[35].replace('d', '=');
  for (const number of [59, 63]) {
    const value = recorded[number];
    if (value !== undefined) changed[number] = String.fromCharCode(...fromHex(value));
  }
  return changed;
}

function chipObjects(fields: Fields, expected: unknown): Comparison {
  const objects = decodeTlv(fromHex(fields[55] ?? ''));
  return {
    through: 'tlv/tlv.ts decodeTlv',
    expected: { de55_tags: expected },
    given: { de55_tags: Object.fromEntries(objects.map(({ tag, value }) => [tag, toHex(value)])) },
  };
}
