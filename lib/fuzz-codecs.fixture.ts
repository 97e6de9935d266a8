/** The small codecs: bytes, data objects, commands, tracks, issuer data, PIN blocks, key blocks. For the fuzzer. */
import fc from 'fast-check';
import { ApduError, decodeCommand, decodeResponse } from './apdu/apdu.ts';
import { AtrError, decodeAtr } from './apdu/atr.ts';
import { BytesError, concat, fromAscii, fromHex, toAscii, toHex, xor } from './bytes/bytes.ts';
import { CvmListError, decodeCvmList } from './emv/cvm.ts';
import { decodeIad, IadError } from './emv/iad.ts';
import { Pan } from './emv/pan.ts';
import { decodeTrack1, Track1Error } from './emv/track1.ts';
import { decodeTrack2, decodeTrack2Text, Track2Error } from './emv/track2.ts';
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
import { workedCommands, workedResponses } from './kernel/worked-tap.ts';
import { keyBlockPadding, unwrapKey, wrapKey } from './keys/key-block.ts';
import { KeyBlockError, readKeyBlockHeader } from './keys/key-block-header.ts';
import { KsnError, readAesKsn, readTdesKsn } from './keys/ksn.ts';
import { decipherFormat4, decodePinBlock, encipherFormat4, panBlock } from './pin/pin-block.ts';
import { decodePinField, PinBlockError } from './pin/pin-field.ts';
import { decodeDol, splitDol } from './tlv/dol.ts';
import { decodeTlv, encodeTlv, readTag, TlvError, tlv } from './tlv/tlv.ts';

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

/** So many bytes of one small thing after another. */
export function repeated(hex: string): (size: number) => Uint8Array {
  const one = fromHex(hex);
  return (size) => {
    const all = new Uint8Array(Math.ceil(size / one.length) * one.length);
    all.set(one);
    // What is there already is doubled.
    for (let filled = one.length; filled < all.length; filled *= 2)
      all.copyWithin(filled, 0, filled);
    return all;
  };
}

/** So many characters of one small text after another, between two others. */
export function repeatedText(one: string, before = '', after = ''): (size: number) => string {
  return (size) => before + one.repeat(Math.ceil(size / one.length)) + after;
}

const filled = (value: number): ((size: number) => Uint8Array) => {
  return (size) => new Uint8Array(size).fill(value);
};

/** Templates in each other around one value. */
function inTemplates(
  depth: number,
  inner: (size: number) => Uint8Array,
): (size: number) => Uint8Array {
  return (size) => {
    let value = inner(size);
    for (let level = 0; level < depth; level++) value = encodeTlv([tlv('70', value)]);
    return value;
  };
}

/** Shapes of data objects: many tiny ones, deep ones, and ones that break only at the end. */
export const objectShapes: Readonly<Record<string, (size: number) => Uint8Array>> = {
  tiny: repeated('9F360100'),
  empty: repeated('5000'),
  nested: inTemplates(7, repeated('9A0101')),
  broken: inTemplates(7, (size) => concat(repeated('9A0101')(size), fromHex('9F'))),
  unknown: repeated('DF810101FF'),
  zeros: filled(0),
};

const pinField = sampleOf('psec-encode_pinblock_iso_2-01', 'result');
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

const PAN = '5555555551234567';
const FORMAT_4_KEY = sampleOf('psec-decipher_pinblock_iso_4-01', 'key');
const FORMAT_4_PAN = '12334567890123456';
const pinBlock = sampleOf('psec-decode_pinblock_iso_0-01', 'pinblock');
/** PIN fields of a format: right ones, and ones in which only the length or the filling is wrong. */
function pinFields(format: 0 | 2 | 4): fc.Arbitrary<Uint8Array> {
  const fill = format === 4 ? 'A' : 'F';
  return fc.tuple(digits(3, 13), fc.nat({ max: 20 })).map(([pin, at]) => {
    const length = at === 0 ? 'F' : pin.length.toString(16);
    const field = `${format}${length}${pin}`.padEnd(16, at === 1 ? '0' : fill);
    return fromHex(field);
  });
}

const PROTECTION = {
  B: sampleOf('sheet-cryptograms-12-unwrap-b', 'kbpk'),
  D: sampleOf('sheet-cryptograms-12-unwrap-d', 'kbpk'),
} as const;
const keyBlocks = [
  textOf('sheet-cryptograms-12-unwrap-b', 'block'),
  textOf('sheet-cryptograms-12-unwrap-d', 'block'),
] as const;

const PRINTABLE = Array.from({ length: 0x5f }, (_, index) =>
  String.fromCharCode(0x20 + index),
).join('');

/** Key blocks whose header, attributes and MAC are right, whatever they say. */
export const wrappedKeys: fc.Arbitrary<string> = fc
  .record({
    version: fc.constantFrom('B' as const, 'D' as const),
    usage: text('ABDKMPV0123', 2),
    mode: fc.constantFrom('B', 'C', 'D', 'E', 'G', 'N', 'S', 'T', 'V', 'X', 'Y'),
    keyVersion: text('0123c', 2),
    exportability: fc.constantFrom('E' as const, 'S' as const, 'N' as const),
    optionalBlocks: fc.array(
      fc.record({
        id: fc.constantFrom('KS', 'KV', 'KP', 'TS', 'CT', 'LB', 'IK', 'HM', '10'),
        data: fc.oneof(text(PRINTABLE, 0, 24), text('0123456789ABCDEF', 240, 260)),
      }),
      { maxLength: 3 },
    ),
    key: fc.constantFrom(16, 24, 32).chain((length) => bytes(length)),
  })
  .map(({ key, ...header }) => {
    const padding = new Uint8Array(keyBlockPadding(header.version, key.length));
    const algorithm = key.length === 32 ? 'A' : 'T';
    return wrapKey(PROTECTION[header.version], { ...header, algorithm }, key, padding);
  });

/** Eight bytes, or as many as the codec wants, filled with any size. */
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
    decode: fromAscii,
  }),
  ofBytes({
    name: 'toAscii',
    file: 'bytes/bytes.ts',
    errors: [BytesError],
    samples: [fromAscii('2PAY.SYS.DDF01')],
    shapes: { long: filled(0x20) },
    decode: toAscii,
  }),
  ofBytes({
    name: 'decodeTlv',
    file: 'tlv/tlv.ts',
    errors: [TlvError],
    samples: objects,
    grammar: fc.oneof(nestedObjects, respelt(...objects)),
    shapes: objectShapes,
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
    decode: decodeCommand,
  }),
  ofBytes({
    name: 'decodeResponse',
    file: 'apdu/apdu.ts',
    errors: [ApduError],
    samples: answers,
    shapes: { long: filled(0x90) },
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
    decode: decodeTrack1,
  }),
  ofBytes({
    name: 'decodeTrack2',
    file: 'emv/track2.ts',
    errors: [Track2Error],
    samples: [sampleOf('sheet-emv-contactless-9.2-track2', 'value')],
    grammar: packedTracks,
    shapes: { long: filled(0x11) },
    decode: decodeTrack2,
  }),
  ofText({
    name: 'decodeTrack2Text',
    file: 'emv/track2.ts',
    errors: [Track2Error],
    samples: ['6258249900000018=301220100000000000'],
    grammar: packedTracks.map((track) => toHex(track).replace('D', '=').replace('F', '')),
    shapes: { long: repeatedText('1') },
    decode: decodeTrack2Text,
  }),
  ofBytes({
    name: 'decodePinField',
    file: 'pin/pin-field.ts',
    errors: [PinBlockError],
    samples: [pinField],
    grammar: pinFields(2),
    shapes: { long: filled(0x24) },
    decode: (input) => decodePinField(2, input),
  }),
  ofBytes({
    name: 'decodePinBlock',
    file: 'pin/pin-block.ts',
    errors: [PinBlockError],
    samples: [pinBlock],
    grammar: pinFields(0).map((field) => xor(field, panBlock(PAN))),
    shapes: { long: filled(0x04) },
    decode: (input) => decodePinBlock(0, input, PAN),
  }),
  ofBytes({
    name: 'decipherFormat4',
    file: 'pin/pin-block.ts',
    errors: [PinBlockError],
    samples: [sampleOf('psec-decipher_pinblock_iso_4-01', 'pin_block')],
    grammar: fc
      .tuple(digits(4, 12), bytes(8))
      .map(([pin, random]) => encipherFormat4(FORMAT_4_KEY, pin, FORMAT_4_PAN, random)),
    shapes: { long: filled(0x44) },
    decode: (input) => decipherFormat4(FORMAT_4_KEY, input, FORMAT_4_PAN),
  }),
  ofText({
    name: 'readKeyBlockHeader',
    file: 'keys/key-block-header.ts',
    errors: [KeyBlockError],
    samples: [...keyBlocks, 'B0104B0TX12S0100KS1800604B120F9292800000'],
    grammar: wrappedKeys,
    shapes: {
      attributes: (size) => `D0000P0AE00E9900${'KS04'.repeat(Math.min(99, size / 4))}`,
      long: repeatedText('KS04', 'D0000P0AE00E9900'),
      longer: (size) => `D0000P0AE00E0200${'KS0002FFFF'}${'0'.repeat(size)}`,
    },
    decode: readKeyBlockHeader,
  }),
  ofText({
    name: 'unwrapKey',
    file: 'keys/key-block.ts',
    errors: [KeyBlockError],
    samples: keyBlocks,
    grammar: wrappedKeys,
    shapes: {
      long: (size) =>
        `B${String(16 + 16 * (size >> 4)).padStart(4, '0')}P0TE00S0000${'0'.repeat(16 * (size >> 4))}`,
    },
    share: 0.5,
    decode: (input) => unwrapKey(input.startsWith('D') ? PROTECTION.D : PROTECTION.B, input),
  }),
  ofBytes({
    name: 'readTdesKsn',
    file: 'keys/ksn.ts',
    errors: [KsnError],
    samples: [sampleOf('dukpt-tdes-key-0015', 'ksn')],
    grammar: bytes(10),
    shapes: { long: filled(0) },
    decode: readTdesKsn,
  }),
  ofBytes({
    name: 'readAesKsn',
    file: 'keys/ksn.ts',
    errors: [KsnError],
    samples: [sampleOf('dukpt-aes128-key-0002', 'ksn')],
    grammar: bytes(12),
    shapes: { long: filled(0) },
    decode: readAesKsn,
  }),
];
