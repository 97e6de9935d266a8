/** PIN blocks, key blocks, key serial numbers. For the fuzzer. */
import fc from 'fast-check';
import { fromHex, xor } from './bytes/bytes.ts';
import { type Decoder, ofBytes, ofText } from './fuzz.fixture.ts';
import { bytes, digits, text } from './fuzz-grammar.fixture.ts';
import { sampleOf, textOf } from './fuzz-samples.fixture.ts';
import { filled, repeatedText } from './fuzz-shapes.fixture.ts';
import { keyBlockPadding, unwrapKey, wrapKey } from './keys/key-block.ts';
import { KeyBlockError, readKeyBlockHeader } from './keys/key-block-header.ts';
import { KsnError, readAesKsn, readTdesKsn } from './keys/ksn.ts';
import { decipherFormat4, decodePinBlock, encipherFormat4, panBlock } from './pin/pin-block.ts';
import { decodePinField, PinBlockError } from './pin/pin-field.ts';

const pinField = sampleOf('psec-encode_pinblock_iso_2-01', 'result');
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

/** Blocks whose header says their length rightly, around any digits. */
const framedKeys: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('B', 'D'), text('0123456789ABCDEF', 0, 100))
  .map(([version, body]) => {
    const length = String(16 + body.length).padStart(4, '0');
    return `${version}${length}P0TE00S0000${body}`;
  });

/** What holds PINs and keys. */
export const keyCodecs: readonly Decoder[] = [
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
    grammar: fc.oneof(wrappedKeys, framedKeys),
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
