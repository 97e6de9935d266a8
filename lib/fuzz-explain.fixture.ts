/** The explainer: every kind by name, the choice among them, and each tree by itself. It never throws. For the fuzzer. */
import fc from 'fast-check';
import { concat, fromAscii, fromHex, toHex } from './bytes/bytes.ts';
import { explainCommand, readCommand } from './explain/command.ts';
import {
  explainChipData,
  explainDataObject,
  explainMessage,
  explainResponse,
  explainSession,
} from './explain/explain.ts';
import { explainFlags } from './explain/flags.ts';
import { hidden } from './explain/hide.ts';
import { opensslScript } from './explain/openssl.ts';
import { explainReading, kinds, readAs, readingsOf } from './explain/readings.ts';
import { explainWithKey, keyFrom, recoveredParts } from './explain/recover.ts';
import { warningsOf } from './explain/warnings.ts';
import { type Decoder, ofBytes, ofText } from './fuzz.fixture.ts';
import { objects } from './fuzz-codecs.fixture.ts';
import {
  bytes,
  chipData,
  issuerData,
  nestedObjects,
  packedTracks,
  respelt,
  tags,
} from './fuzz-grammar.fixture.ts';
import { wrappedKeys } from './fuzz-keys.fixture.ts';
import { messagesOf, realMessages } from './fuzz-messages.fixture.ts';
import { realPayload, realToken, walletTexts } from './fuzz-payloads.fixture.ts';
import { sampleOf, textOf } from './fuzz-samples.fixture.ts';
import { innerShapes, objectShapes, repeated, repeatedText } from './fuzz-shapes.fixture.ts';
import { workedCommands, workedResponses } from './kernel/worked-tap.ts';

const exchange = fromAscii(
  (['ppse', 'select', 'options'] as const)
    .map((step) => `> ${toHex(workedCommands[step])}\n< ${toHex(workedResponses[step])}\n`)
    .join(''),
);

const pieces: readonly [Uint8Array, ...Uint8Array[]] = [
  workedCommands.options,
  workedResponses.options,
  ...objects,
  ...Object.values(realMessages).flat(),
  sampleOf('sheet-emv-contactless-9.2-track2', 'value'),
  sampleOf('sheet-emv-contactless-9.1-iad', 'value'),
  sampleOf('sheet-emv-contactless-9.3-locator', 'tag_94'),
  fromHex('7D00'),
  fromHex('0080046000'),
  fromHex('3B6500009C02020702'),
  sampleOf('sheet-emv-contactless-9.3-issuer', 'tag_90'),
  sampleOf('sheet-emv-contactless-7.3-sm2-icc', 'tag_9F46'),
  sampleOf('psec-decode_pinblock_iso_0-01', 'pinblock'),
];

/** Everything that an input can be, right as far as it goes. */
const anything: fc.Arbitrary<Uint8Array> = fc.oneof(
  messagesOf.pos,
  messagesOf.cups,
  messagesOf['1987-ascii'],
  chipData,
  nestedObjects,
  issuerData,
  packedTracks,
  respelt(...objects),
  respelt(...objects).map((one) => concat(one, fromHex('9000'))),
  fc.constantFrom(...pieces),
);

function asBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** The same as somebody pastes it: hexadecimal, bytes, lines. */
const pasted: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 3, arbitrary: anything.map((one) => fromAscii(toHex(one))) },
  { weight: 2, arbitrary: anything },
  { weight: 2, arbitrary: fc.oneof(wrappedKeys, walletTexts).map(asBytes) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.tuple(anything, anything), { minLength: 1, maxLength: 3 })
      .map((all) =>
        fromAscii(all.map(([sent, came]) => `> ${toHex(sent)}\n< ${toHex(came)}\n`).join('')),
      ),
  },
);

const pastedSamples: readonly [Uint8Array, ...Uint8Array[]] = [
  exchange,
  ...pieces.map((one) => fromAscii(toHex(one))),
  fromAscii('6258 2499 0000 0018'),
  fromAscii(textOf('sheet-cryptograms-12-unwrap-b', 'block')),
  fromAscii(textOf('track1-published-stripe', 'value')),
  fromAscii(realToken),
  fromAscii(realPayload),
  fromAscii(';6258249900000018=301220100000000000?'),
];

type Shapes = Readonly<Record<string, (size: number) => Uint8Array>>;

const inHex = (shape: (size: number) => Uint8Array) => (size: number) =>
  fromAscii(toHex(shape(size >> 1)));

/** What may be hard to explain: objects of every shape, lines without end, spaces, digits that are nothing. */
const pastedShapes: Shapes = {
  ...Object.fromEntries(Object.entries(objectShapes).map(([name, shape]) => [name, inHex(shape)])),
  binary: objectShapes.tiny as (size: number) => Uint8Array,
  lines: (size) => fromAscii('> 00A40400\n< 9000\n'.repeat(Math.ceil(size / 19))),
  arrows: (size) => fromAscii('>'.repeat(size)),
  spaces: (size) => fromAscii(` ${' '.repeat(size)}a`),
  prefixes: (size) => fromAscii('0x9A '.repeat(Math.ceil(size / 5))),
  digits: (size) => fromAscii('6'.repeat(size)),
  text: (size) => fromAscii('lorem, ipsum. '.repeat(Math.ceil(size / 14))),
  base64: (size) => fromAscii('AQIDz'.repeat(Math.ceil(size / 5))),
  any: repeated('0DB45B02A95017F1E83D9A71C64E'),
};

/** For each kind a few of them; all of them go through every kind when one is chosen. */
const someShapes: Shapes = Object.fromEntries(
  Object.entries(pastedShapes).filter(([name]) => ['tiny', 'lines', 'text'].includes(name)),
);

/** One object whose value is one small thing after another; no length stands before it. */
function inTag(tag: string, inside: string): (size: number) => Uint8Array {
  return (size) => concat(fromHex(tag), repeated(inside)(size));
}

const caKey = {
  modulus: sampleOf('sheet-emv-contactless-9.3-issuer', 'ca_modulus'),
  exponent: fromHex('03'),
};
const issuerCertificate = sampleOf('sheet-emv-contactless-9.3-issuer', 'tag_90');

/** A tree as it is shown: hidden, with its warnings and the lines that recompute it. */
function shown(parts: ReturnType<typeof explainReading>): unknown {
  const trees = parts.map(({ tree }) => tree);
  return [
    parts,
    parts.map(hidden),
    warningsOf(trees, { tokenRanges: ['625824'], today: '260101' }),
    opensslScript(trees, false),
    recoveredParts(parts, caKey),
  ];
}

function ofTree(name: string, file: string, decode: (input: Uint8Array) => unknown, share = 0.3) {
  return ofBytes({
    name,
    file: `explain/${file}`,
    errors: [],
    samples: pieces,
    grammar: anything,
    shapes: { ...innerShapes, commands: repeated('00A4040000') },
    share,
    decode,
  });
}

/** Every way to explain. */
export const explaining: readonly Decoder[] = [
  ofBytes({
    name: 'explainWithKey',
    file: 'explain/recover.ts',
    errors: [],
    samples: [issuerCertificate],
    grammar: bytes(128),
    shapes: { long: repeated('01') },
    share: 0.3,
    decode: (input) => shown(explainWithKey(input, caKey)),
  }),
  ofText({
    name: 'keyFrom',
    file: 'explain/recover.ts',
    errors: [],
    samples: [`${toHex(caKey.modulus)}:03`],
    shapes: { long: repeatedText('01'), colons: repeatedText(':') },
    decode: keyFrom,
  }),
  ...kinds.map((kind) =>
    ofBytes({
      name: `kind ${kind.kind}`,
      file: 'explain/readings.ts',
      errors: [],
      samples: pastedSamples,
      grammar: pasted,
      shapes: someShapes,
      // As many runs as make every sample the one that is read again.
      share: 0.2,
      decode: (input) => {
        const reading = readAs(input, kind);
        return reading === undefined ? 'too long' : shown(explainReading(reading));
      },
    }),
  ),
  ofBytes({
    name: 'readingsOf',
    file: 'explain/readings.ts',
    errors: [],
    samples: pastedSamples,
    grammar: pasted,
    shapes: pastedShapes,
    share: 0.3,
    decode: (input) => {
      const readings = readingsOf(input);
      const [first] = readings;
      return [readings.length, first === undefined ? undefined : shown(explainReading(first))];
    },
  }),
  ofTree('explainCommand', 'command.ts', (input) => [explainCommand(input), readCommand(input)]),
  ofTree('explainResponse', 'response.ts', (input) => [
    explainResponse(input),
    explainResponse(input, { command: workedCommands.options, securityLevel: 0x33 }),
  ]),
  ofTree('explainSession', 'explain.ts', (input) =>
    explainSession([
      { command: input, response: workedResponses.select },
      { command: workedCommands.options, response: input },
    ]),
  ),
  ofTree('explainChipData', 'data-objects.ts', explainChipData),
  ...(['pos', 'cups', '1987-ascii'] as const).map((dialect) =>
    ofTree(`explainMessage ${dialect}`, 'message.ts', (input) => explainMessage(dialect, input)),
  ),
  ofBytes({
    name: 'explainDataObject',
    file: 'explain/data-objects.ts',
    errors: [],
    samples: [fromHex('9F1007010103A0000001'), fromHex('5712')],
    // The first bytes are the tag, the rest is its value.
    grammar: fc
      .tuple(tags, fc.oneof(bytes(0, 50), issuerData, packedTracks))
      .map(([tag, value]) => concat(fromHex(tag), value)),
    shapes: {
      template: inTag('70', '9A0101'),
      list: inTag('9F38', '9A03'),
      tags: inTag('5C', '9F1A'),
      records: inTag('94', '08010100'),
    },
    share: 0.5,
    decode: (input) => {
      const at = input.length === 0 || ((input[0] as number) & 0x1f) !== 0x1f ? 1 : 2;
      const tag = toHex(input.subarray(0, at));
      const value = input.subarray(at);
      return [explainDataObject(tag, value, '156'), explainFlags(tag, value)];
    },
  }),
];
