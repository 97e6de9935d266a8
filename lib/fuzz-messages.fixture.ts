/** ISO 8583: messages of every dialect, their headers, frames, and the elements that hold several things. For the fuzzer. */
import fc from 'fast-check';
import { concat, fromAscii, fromUint, toHex } from './bytes/bytes.ts';
import { type Decoder, ofBytes, ofText } from './fuzz.fixture.ts';
import { bytes, chipData, digits, text } from './fuzz-grammar.fixture.ts';
import { sampleOf, textOf } from './fuzz-samples.fixture.ts';
import { repeated, repeatedText } from './fuzz-shapes.fixture.ts';
import { ASCII_CODING, asciiCodec, asciiSpec } from './iso8583/ascii.ts';
import { type Field, Iso8583Error } from './iso8583/field.ts';
import { Deframer, frame } from './iso8583/frame.ts';
import { readCupsHeader, requestHeader } from './iso8583/header.ts';
import { maskMessage } from './iso8583/mask.ts';
import { type DialectName, decodeMessage, type Fields } from './iso8583/message.ts';
import type { Positional } from './iso8583/positional.ts';
import {
  cardholderAuthentication,
  cryptogramResult,
  merchantLocation,
  originalData,
  PURCHASE_SWITCH_RESERVED,
  parseCryptogramResult,
  posReserved,
  switchReserved,
  workingKey,
} from './iso8583/subfields.ts';
import { cups, describe, pos, specs } from './iso8583/unionpay.ts';
import {
  encodeAccountReference,
  encodeTokenData,
  parseAccountReference,
  parseTokenData,
} from './iso8583/usage.ts';

const ALPHABETS = {
  n: '0123456789',
  z: '0123456789=',
  an: 'ABCXYZabcxyz0189 ',
  ans: ' !"#*=~AZaz09\u00b0\u00fe\u0080',
} as const;

/** A value that the format of an element has; long ones are rare. */
function anyValue({ format, length, encoding }: Field): fc.Arbitrary<string> {
  const isFixed = length.kind === 'fixed';
  const from = isFixed ? length.count : length.least;
  const to = isFixed ? length.count : Math.min(length.max, 48);
  const half = encoding === 'ascii' ? 2 : 1;
  if (format === 'b') return bytes(from / half, Math.floor(to / half)).map(toHex);
  if (format === 'x+n') return digits(to - 1).map((value) => `D${value}`);
  return text(ALPHABETS[format], from, to);
}

/** Elements whose content has a coding of its own, filled by it. */
const CODED: Readonly<Record<DialectName, Readonly<Record<number, fc.Arbitrary<string>>>>> = {
  pos: {
    55: chipData.map(toHex),
    60: fc.constantFrom('22000024000', '2200002400060', '00000001001'),
  },
  cups: {
    55: chipData.map(toHex),
    56: text('ABCXYZ0123456789', 29).map(encodeAccountReference),
    60: fc.constant(switchReserved.build(PURCHASE_SWITCH_RESERVED)),
    61: fc.constantFrom(cryptogramResult('right'), cryptogramResult('wrong')),
    63: digits(16).map((token) => encodeTokenData({ token, expiry: '3012' })),
    90: digits(42),
  },
  '1987-ascii': { 55: chipData.map(toHex) },
};

/** The fields of a message: a handful of elements, and most often chip data. */
function fieldsOf(dialect: DialectName): fc.Arbitrary<Fields> {
  const elements = Object.entries(specs[dialect].elements).filter(([number]) => number !== '65');
  const values = new Map(
    elements.map(([number, element]) => [
      number,
      CODED[dialect][Number(number)] ?? anyValue(element),
    ]),
  );
  return fc
    .tuple(fc.subarray([...values.keys()], { maxLength: 8 }), fc.nat({ max: 3 }))
    .chain(([numbers, dice]) => {
      const chosen = dice === 0 ? numbers : [...new Set([...numbers, '55'])];
      return fc.record(
        Object.fromEntries(
          chosen.map((number) => [number, values.get(number) as fc.Arbitrary<string>]),
        ) as Record<number, fc.Arbitrary<string>>,
      );
    });
}

const types = fc.constantFrom('0200', '0210', '0400', '0420', '0800', '0810', '0100', '9999');

/** Whole messages of each dialect, right in every length. */
export const messagesOf: Readonly<Record<DialectName, fc.Arbitrary<Uint8Array>>> = {
  pos: fc
    .record({ mti: types, fields: fieldsOf('pos') })
    .map((one) => pos.encode({ tpdu: '6000060000', header: '603100311003', ...one })),
  cups: fc
    .record({ mti: types, fields: fieldsOf('cups') })
    .map((one) => cups.encode({ header: requestHeader('00010000', '01020000'), ...one })),
  '1987-ascii': fc.record({ mti: types, fields: fieldsOf('1987-ascii') }).map(asciiCodec().encode),
};

const purchase = sampleOf('upi-pos-0200-purchase', 'message').subarray(2);
const signOn = sampleOf('upi-pos-0800-signon', 'message').subarray(2);
const worked = sampleOf('sheet-iso8583-14-cups-0200', 'message');

/** Real messages of each dialect. */
export const realMessages: Readonly<Record<DialectName, readonly [Uint8Array, ...Uint8Array[]]>> = {
  pos: [purchase, signOn],
  cups: [worked],
  '1987-ascii': [
    sampleOf('jpos-iso87a', 'message'),
    fromAscii(textOf('moov-iso_reversal_message', 'message_ascii')),
    fromAscii(textOf('moov-network_management_message', 'message_ascii')),
  ],
};

/** A message whose elements are all there and as long as they may be comes to some thousand bytes; more is garbage. */
function overlong(message: Uint8Array): (size: number) => Uint8Array {
  return (size) => concat(message, new Uint8Array(size).fill(0x30));
}

const binaryCoding = asciiSpec({ ...ASCII_CODING, bitmap: 'binary', binaryElements: 'raw' });

function positional<T>(name: string, parser: Positional<T>, ...samples: [string, ...string[]]) {
  return ofText({
    name: `${name}.parse`,
    file: 'iso8583/subfields.ts',
    errors: [Iso8583Error],
    samples,
    shapes: { long: repeatedText('0') },
    decode: (input) => parser.parse(input),
    again: (input) => parser.build(parser.parse(input)),
  });
}

function dialect<Message>(
  name: DialectName,
  exported: string,
  codec: { decode(input: Uint8Array): Message; encode(message: Message): Uint8Array },
) {
  const [first] = realMessages[name];
  return ofBytes({
    name: exported,
    file: name === '1987-ascii' ? 'iso8583/ascii.ts' : 'iso8583/unionpay.ts',
    errors: [Iso8583Error],
    samples: realMessages[name],
    grammar: messagesOf[name],
    shapes: { overlong: overlong(first) },
    decode: codec.decode,
    again: (input) => codec.encode(codec.decode(input)),
  });
}

/** Messages and what is in them. */
export const messages: readonly Decoder[] = [
  dialect('pos', 'pos.decode', pos),
  dialect('cups', 'cups.decode', cups),
  dialect('1987-ascii', 'asciiCodec', asciiCodec()),
  ofBytes({
    name: 'decodeMessage',
    file: 'iso8583/message.ts',
    errors: [Iso8583Error],
    samples: [sampleOf('npm-iso_8583', 'message').subarray(2)],
    shapes: { overlong: overlong(sampleOf('npm-iso_8583', 'message').subarray(2)) },
    decode: (input) => decodeMessage(binaryCoding, input),
  }),
  ...(['pos', 'cups', '1987-ascii'] as const).map((name) =>
    ofBytes({
      name: `maskMessage ${name}`,
      file: 'iso8583/mask.ts',
      errors: [Iso8583Error],
      samples: realMessages[name],
      grammar: messagesOf[name],
      shapes: { overlong: overlong(realMessages[name][0]) },
      // Whatever can be masked can be described.
      decode: (input) => describe(name, maskMessage(name, input, 'pan')),
    }),
  ),
  ofBytes({
    name: 'readCupsHeader',
    file: 'iso8583/header.ts',
    errors: [Iso8583Error],
    samples: [sampleOf('upi-cups-header', 'header'), worked.subarray(0, 46)],
    shapes: { long: overlong(worked.subarray(0, 46)) },
    decode: readCupsHeader,
  }),
  ...(['pos', 'cups'] as const).map((name) =>
    ofBytes({
      name: `Deframer ${name}`,
      file: 'iso8583/frame.ts',
      errors: [Iso8583Error],
      samples: [concat(...realMessages[name].map((message) => frame(name, message)))],
      grammar: fc
        .array(bytes(1, 40), { maxLength: 5 })
        .map((all) => concat(...all.map((message) => frame(name, message)))),
      shapes: {
        tiny: repeated(name === 'pos' ? '000155' : '3030303155'),
        longest: (size) => {
          const one = frame(name, new Uint8Array(2048));
          return concat(...Array.from({ length: Math.ceil(size / one.length) }, () => one));
        },
      },
      decode: (input) => {
        const deframer = new Deframer(name);
        const frames = [
          ...deframer.push(input.subarray(0, 3)),
          ...deframer.push(input.subarray(3)),
        ];
        deframer.end();
        return frames;
      },
    }),
  ),
  positional('posReserved', posReserved, '22000024000', '22000024000600'),
  positional('switchReserved', switchReserved, switchReserved.build(PURCHASE_SWITCH_RESERVED)),
  positional('cardholderAuthentication', cardholderAuthentication, cryptogramResult('right')),
  positional('originalData', originalData, '020001234511221631000000010200000000001000'),
  positional('merchantLocation', merchantLocation, 'DEMO SHOP                BEIJING     CHN'),
  positional('workingKey', workingKey, `${'0123456789ABCDEF'.repeat(2)}08D7B4FB`),
  ofText({
    name: 'parseCryptogramResult',
    file: 'iso8583/subfields.ts',
    errors: [Iso8583Error],
    samples: [cryptogramResult('wrong')],
    shapes: { long: repeatedText('0') },
    decode: parseCryptogramResult,
  }),
  ofText({
    name: 'parseAccountReference',
    file: 'iso8583/usage.ts',
    errors: [Iso8583Error],
    samples: [encodeAccountReference('Q1HJZ28RKA1EBL470G9XYG90R5D3E')],
    grammar: usages('PR'),
    shapes: { long: (size) => usage('PR', repeated('0101')(size / 2)) },
    again: (input) => encodeAccountReference(parseAccountReference(input)),
    decode: parseAccountReference,
  }),
  ofText({
    name: 'parseTokenData',
    file: 'iso8583/usage.ts',
    errors: [Iso8583Error],
    samples: [encodeTokenData({ token: '6258249900000018', expiry: '3012', verified: '1' })],
    grammar: usages('TK'),
    shapes: { long: (size) => usage('TK', repeated('0101')(size / 2)) },
    again: (input) => encodeTokenData(parseTokenData(input)),
    decode: parseTokenData,
  }),
];

function usage(name: string, content: Uint8Array): string {
  return toHex(concat(fromAscii(name + String(content.length).padStart(3, '0')), content));
}

/** Elements by usage whose length is right and whose objects may be anything. */
function usages(name: string): fc.Arbitrary<string> {
  return fc
    .array(fc.tuple(fc.nat({ max: 9 }), bytes(0, 30)), { maxLength: 5 })
    .map((objects) =>
      usage(
        name,
        concat(
          ...objects.map(([tag, value]) =>
            concat(fromUint(tag, 1), fromUint(value.length, 1), value),
          ),
        ),
      ),
    );
}
