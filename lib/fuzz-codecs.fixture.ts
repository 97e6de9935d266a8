/** The small codecs: bytes, data objects, commands, tracks, issuer data. For the fuzzer. */
import fc from 'fast-check';
import {
  ApduError,
  decodeCommand,
  decodeResponse,
  encodeCommand,
  encodeResponse,
} from './apdu/apdu.ts';
import { AtrError, decodeAtr } from './apdu/atr.ts';
import { BytesError, concat, fromAscii, fromHex, toAscii, toHex } from './bytes/bytes.ts';
import { CvmListError, decodeCvmList } from './emv/cvm.ts';
import { decodeIad, encodeIad, IadError } from './emv/iad.ts';
import { Pan } from './emv/pan.ts';
import { decodeTrack1, encodeTrack1, Track1Error } from './emv/track1.ts';
import {
  decodeTrack2,
  decodeTrack2Text,
  encodeTrack2,
  encodeTrack2Text,
  Track2Error,
} from './emv/track2.ts';
import { type Decoder, ofBytes, ofText } from './fuzz.fixture.ts';
import {
  bytes,
  digits,
  issuerData,
  nestedObjects,
  packedTracks,
  respelt,
  tags,
  text,
} from './fuzz-grammar.fixture.ts';
import { sampleOf, textOf } from './fuzz-samples.fixture.ts';
import { filled, objectShapes, repeated, repeatedText } from './fuzz-shapes.fixture.ts';
import { workedCommands, workedResponses } from './kernel/worked-tap.ts';
import { decodeDol, splitDol } from './tlv/dol.ts';
import { decodeTlv, encodeTlv, readTag, TlvError } from './tlv/tlv.ts';

const answers = [
  workedResponses.ppse,
  workedResponses.select,
  workedResponses.options,
  sampleOf('pboc-fci-debit', 'response'),
  sampleOf('pboc-pse-record', 'response'),
] as const;
/** Real data objects: what cards answered, without the status word. */
export const objects: readonly [Uint8Array, ...Uint8Array[]] = [
  answers[0].subarray(0, -2),
  ...answers.slice(1).map((one) => one.subarray(0, -2)),
];

const commands = [
  workedCommands.ppse,
  workedCommands.select,
  workedCommands.options,
  sampleOf('sheet-emv-contactless-2-get-data', 'command'),
] as const;

const atrs: fc.Arbitrary<Uint8Array> = fc
  .record({
    first: fc.constantFrom(0x3b, 0x3f),
    rounds: fc.array(fc.tuple(fc.nat(15), fc.nat(15), bytes(3)), { maxLength: 4 }),
    historical: bytes(0, 15),
    check: bytes(0, 1),
  })
  .map(({ first, rounds, historical, check }) => {
    let announced = rounds.length === 0 ? 0 : 0x80 | ((rounds[0]?.[0] ?? 0) << 4);
    const parts = [Uint8Array.of(first, announced | historical.length)];
    rounds.forEach(([, protocol, three], index) => {
      const count = [0x10, 0x20, 0x40].filter((bit) => (announced & bit) !== 0).length;
      const next = rounds[index + 1];
      announced = next === undefined ? 0 : 0x80 | ((next[0] << 4) & 0x70);
      parts.push(three.slice(0, count), Uint8Array.of(announced | protocol));
    });
    return concat(...parts, historical, check);
  });

const dols: fc.Arbitrary<Uint8Array> = fc
  .array(fc.tuple(tags, fc.nat({ max: 130 })), { maxLength: 8 })
  .map((all) => concat(...all.map(([tag, length]) => concat(fromHex(tag), Uint8Array.of(length)))));

const shortCommands: fc.Arbitrary<Uint8Array> = fc
  .tuple(bytes(4), bytes(0, 40), fc.option(fc.nat(255), { nil: undefined }))
  .map(([header, data, le]) =>
    concat(
      header,
      data.length === 0 ? data : concat(Uint8Array.of(data.length), data),
      le === undefined ? new Uint8Array(0) : Uint8Array.of(le),
    ),
  );

const stripes: fc.Arbitrary<string> = fc
  .tuple(
    digits(11, 20),
    text('ABC/ .', 1, 28),
    fc.constantFrom('3012', '2613', '9901'),
    digits(2, 12),
  )
  .map(([pan, name, expiry, rest]) => `B${pan}^${name}^${expiry}${rest}`)
  .chain((bare) => fc.constantFrom(bare, `%${bare}?`));

/** The small codecs. */
export const codecs: readonly Decoder[] = [
  ofText({
    name: 'fromHex',
    file: 'bytes/bytes.ts',
    errors: [BytesError],
    samples: ['9F3602000156'],
    shapes: { long: repeatedText('9f'), odd: repeatedText('9f', '', '0') },
    decode: fromHex,
  }),
  ofText({
    name: 'fromAscii',
    file: 'bytes/bytes.ts',
    errors: [BytesError],
    samples: ['2PAY.SYS.DDF01'],
    shapes: { long: repeatedText('a') },
    again: (input) => toAscii(fromAscii(input)),
    decode: fromAscii,
  }),
  ofBytes({
    name: 'toAscii',
    file: 'bytes/bytes.ts',
    errors: [BytesError],
    samples: [fromAscii('2PAY.SYS.DDF01')],
    shapes: { long: filled(0x20) },
    again: (input) => fromAscii(toAscii(input)),
    decode: toAscii,
  }),
  ofBytes({
    name: 'decodeTlv',
    file: 'tlv/tlv.ts',
    errors: [TlvError],
    samples: objects,
    grammar: fc.oneof(nestedObjects, respelt(...objects)),
    shapes: objectShapes,
    again: (input) => encodeTlv(decodeTlv(input)),
    decode: decodeTlv,
  }),
  ofBytes({
    name: 'readTag',
    file: 'tlv/tlv.ts',
    errors: [TlvError],
    samples: [fromHex('9F3602'), fromHex('DF810100')],
    grammar: tags.map(fromHex),
    shapes: { long: filled(0x9f) },
    // There is a first byte wherever it is called.
    decode: (input) => (input.length === 0 ? undefined : readTag(input, 0, input.length)),
  }),
  ofBytes({
    name: 'decodeDol',
    file: 'tlv/dol.ts',
    errors: [TlvError],
    samples: [sampleOf('pboc-fci-debit', 'pdol')],
    grammar: dols,
    shapes: { tiny: repeated('9A03'), long: repeated('DF810104'), broken: filled(0x9f) },
    again: (input) =>
      concat(
        ...decodeDol(input).map(({ tag, length }) => concat(fromHex(tag), Uint8Array.of(length))),
      ),
    decode: (input) => {
      const entries = decodeDol(input);
      return [entries, splitDol(entries, input)];
    },
  }),
  ofBytes({
    name: 'decodeCommand',
    file: 'apdu/apdu.ts',
    errors: [ApduError],
    samples: commands,
    grammar: shortCommands,
    shapes: { long: filled(0) },
    again: (input) => encodeCommand(decodeCommand(input)),
    decode: decodeCommand,
  }),
  ofBytes({
    name: 'decodeResponse',
    file: 'apdu/apdu.ts',
    errors: [ApduError],
    samples: answers,
    shapes: { long: filled(0x90) },
    again: (input) => encodeResponse(decodeResponse(input)),
    decode: decodeResponse,
  }),
  ofBytes({
    name: 'decodeAtr',
    file: 'apdu/atr.ts',
    errors: [AtrError],
    samples: [fromHex('3B6500009C02020702'), fromHex('3BD518FF8191FE1FC38073C821100A')],
    grammar: atrs,
    shapes: { long: repeated('3BF0') },
    decode: decodeAtr,
  }),
  ofBytes({
    name: 'decodeIad',
    file: 'emv/iad.ts',
    errors: [IadError],
    samples: [
      sampleOf('sheet-emv-contactless-9.1-iad', 'value'),
      fromHex('0701110300000001'),
      fromHex('07010103A00000010F0400000010000000002000AABBCCDD'),
    ],
    grammar: issuerData,
    shapes: { long: repeated('07010103A0000001') },
    again: (input) => encodeIad(decodeIad(input)),
    decode: decodeIad,
  }),
  ofBytes({
    name: 'decodeCvmList',
    file: 'emv/cvm.ts',
    errors: [CvmListError],
    samples: [fromHex('000000000000000042031E031F03'), fromHex('00000000000000004103')],
    shapes: { long: repeated('4203') },
    decode: decodeCvmList,
  }),
  ofText({
    name: 'Pan.parse',
    file: 'emv/pan.ts',
    errors: [],
    samples: ['6258249900000018'],
    grammar: digits(11, 20),
    shapes: { long: repeatedText('0') },
    decode: (input) => JSON.stringify(Pan.parse(input)),
  }),
  ofText({
    name: 'decodeTrack1',
    file: 'emv/track1.ts',
    errors: [Track1Error],
    samples: [
      textOf('track1-published-stripe', 'value'),
      textOf('track1-published-stripe', 'value').slice(1, -1),
    ],
    grammar: stripes,
    shapes: { long: repeatedText('^', '%B', '?'), bare: repeatedText('B') },
    again: (input) => {
      const bare = encodeTrack1(decodeTrack1(input));
      return input.startsWith('%') ? `%${bare}?` : bare;
    },
    decode: decodeTrack1,
  }),
  ofBytes({
    name: 'decodeTrack2',
    file: 'emv/track2.ts',
    errors: [Track2Error],
    samples: [sampleOf('sheet-emv-contactless-9.2-track2', 'value')],
    grammar: packedTracks,
    shapes: { long: filled(0x11) },
    again: (input) => encodeTrack2(decodeTrack2(input)),
    decode: decodeTrack2,
  }),
  ofText({
    name: 'decodeTrack2Text',
    file: 'emv/track2.ts',
    errors: [Track2Error],
    samples: ['6258249900000018=301220100000000000'],
    grammar: packedTracks.map((track) => toHex(track).replace('D', '=').replace('F', '')),
    shapes: { long: repeatedText('1') },
    again: (input) => encodeTrack2Text(decodeTrack2Text(input)),
    decode: decodeTrack2Text,
  }),
];
