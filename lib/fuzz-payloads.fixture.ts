/** Wallet payloads: JSON, base 64, ASN.1, certificates, and tokens that are opened whole. For the fuzzer. */
import { utf8ToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { concat, fromAscii, fromHex } from './bytes/bytes.ts';
import { character } from './character.fixture.ts';
import { encodeSpki, publicKeyOf, signDer, verifyDer } from './cipher/p256.ts';
import { type Decoder, ofBytes, ofText } from './fuzz.fixture.ts';
import { BYTES, type Change, changed, changes } from './fuzz-changes.fixture.ts';
import { bytes, digits, respeltDer } from './fuzz-grammar.fixture.ts';
import { repeated, repeatedText } from './fuzz-shapes.fixture.ts';
import { fromBase64, toBase64 } from './payload/base64.ts';
import {
  decodeCertificate,
  isIssuedBy,
  readCertificate,
  verifyWith,
} from './payload/certificate.ts';
import { decodeDer, timeOf } from './payload/der.ts';
import { decodeEcV1, makeEcV1, openEcV1 } from './payload/ec-v1.ts';
import realEcV1 from './payload/ec-v1.vectors.json' with { type: 'json' };
import {
  decodeEcV2,
  decodeRootKeys,
  decodeSignedMessage,
  encodeRootKeys,
  makeEcV2,
  openEcV2,
} from './payload/ec-v2.ts';
import realEcV2 from './payload/ec-v2.vectors.json' with { type: 'json' };
import { fromUtf8, parseJson } from './payload/json.ts';
import { PayloadError } from './payload/malformed.ts';
import { decodeSpki, readPoint } from './payload/points.ts';
import { decodeSignedData } from './payload/signed-data.ts';
import { makeTestChain } from './payload/test-chain.ts';

const secretKey = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const merchant = secretKey(4);
const now = 1_768_478_400_000;
const validity = { notBefore: now - 3_600_000, notAfter: now + 3_600_000 };
const chain = makeTestChain({
  root: secretKey(1),
  intermediate: secretKey(2),
  leaf: secretKey(3),
  ...validity,
});
const root = decodeCertificate(chain.root);
const intermediate = decodeCertificate(chain.intermediate);

const ecV1 = makeEcV1({
  plain: fromAscii('{"a":1}'),
  merchantPublicKey: publicKeyOf(merchant),
  merchantIdentifier: 'merchant.com.example.wallet',
  ephemeralPrivateKey: secretKey(5),
  transactionId: new Uint8Array(32).fill(7),
  signer: {
    leafCertificate: chain.leaf,
    intermediateCertificate: chain.intermediate,
    leafPrivateKey: secretKey(3),
    signingTime: now,
  },
});
const signer = {
  rootPrivateKey: secretKey(1),
  intermediatePrivateKey: secretKey(2),
  expiration: now + 1,
};
const makeV2 = (plain: string): string =>
  makeEcV2({
    plain: fromAscii(plain),
    merchantPublicKey: publicKeyOf(merchant),
    ephemeralPrivateKey: secretKey(5),
    recipientId: 'gateway:lianxian',
    signer,
  });
const ecV2 = makeV2(`{"messageExpiration":"${now + 1}","messageId":"1"}`);
const rootKeys = [{ publicKey: publicKeyOf(secretKey(1)), expiration: now + 1 }];

/** Real payloads of the two wallets. */
export const realToken: string = JSON.stringify(realEcV1.payload);
const realSignature = fromBase64(realEcV1.payload.signature);
export const realPayload: string = JSON.stringify(realEcV2.payload);
const signedData = decodeEcV1(ecV1).signature;
const signed = signDer(fromAscii('message'), secretKey(1));

/** JSON of any shape. */
const json = fc.json({ maxDepth: 9, stringUnit: character });

/** A payload with one of its texts changed, as text or, where it is base 64, as the bytes in it. */
function respeltJson(...samples: readonly string[]): fc.Arbitrary<string> {
  return fc
    .record({
      sample: fc.constantFrom(...samples),
      at: fc.noBias(fc.nat({ max: 0xffff })),
      all: changes,
      act: fc.constantFrom('bytes', 'bytes', 'text', 'number', 'drop', 'twice', 'list', 'space'),
    })
    .map(({ sample, at, all, act }) => {
      const texts = [...sample.matchAll(/"(?:[^"\\]|\\.)*"/g)];
      const found = texts[at % texts.length];
      if (found === undefined) return sample;
      const [text] = found;
      const next = {
        bytes: () => `"${toBase64(changedIn(text, all))}"`,
        text: () => JSON.stringify(text.slice(1, -1) + String.fromCharCode(at)),
        number: () => String(at),
        drop: () => '',
        twice: () => `${text},${text}`,
        list: () => `[${text}]`,
        space: () => `\n${text} `,
      }[act]();
      return sample.slice(0, found.index) + next + sample.slice(found.index + text.length);
    });
}

function changedIn(text: string, all: readonly Change[]): Uint8Array {
  try {
    return Uint8Array.from(changed([...fromBase64(text.slice(1, -1))], all, BYTES));
  } catch (error) {
    if (error instanceof PayloadError) return Uint8Array.of(1);
    throw error;
  }
}

/** Payloads of both wallets with something changed in them. */
export const walletTexts: fc.Arbitrary<string> = respeltJson(realToken, realPayload, ecV1, ecV2);

/** Tokens whose signature is another object of ASN.1, with everything around it right. */
const resigned = respeltDer(signedData).map((signature) => {
  const { header, ...token } = JSON.parse(ecV1) as Record<string, unknown>;
  return JSON.stringify({ ...token, signature: toBase64(signature), header });
});

const times = fc
  .tuple(
    fc.boolean(),
    digits(2),
    fc.array(fc.integer({ min: 0, max: 62 }), { minLength: 5, maxLength: 5 }),
  )
  .map(([isLong, year, parts]) => {
    const text = `${isLong ? '20' : ''}${year}${parts.map((part) => String(part % 32).padStart(2, '0')).join('')}Z`;
    return concat(fromHex(isLong ? '18' : '17'), Uint8Array.of(text.length), fromAscii(text));
  });

/** Objects in objects: definite, indefinite, and without an end. */
const derShapes: Readonly<Record<string, (size: number) => Uint8Array>> = {
  tiny: inside(repeated('0500')),
  empty: inside(repeated('3000')),
  indefinite: inside(repeated('30800000')),
  unending: repeated('3080'),
  zeros: (size) => new Uint8Array(size),
};

function inside(inner: (size: number) => Uint8Array): (size: number) => Uint8Array {
  return (size) => {
    const value = inner(size);
    return concat(
      Uint8Array.of(0x30, 0x82, (value.length >> 8) & 0xff, value.length & 0xff),
      value,
    );
  };
}

const jsonShapes: Readonly<Record<string, (size: number) => string>> = {
  list: repeatedText('1,', '[', '1]'),
  escapes: repeatedText('\\u0041', '"', '"'),
  unended: repeatedText('a', '"'),
  deep: repeatedText('['),
  spaces: repeatedText(' '),
  names: (size) =>
    `{${Array.from({ length: size >> 3 }, (_, index) => `"${String(index).padStart(3, '0')}":1`).join()}}`,
  digits: repeatedText('1', '[', ']'),
};

function ofPayload(
  name: string,
  file: string,
  samples: readonly [string, ...string[]],
  decode: (input: string) => unknown,
  share = 0.5,
): Decoder {
  return ofText({
    name,
    file: `payload/${file}`,
    errors: [PayloadError],
    samples,
    grammar: respeltJson(...samples),
    shapes: jsonShapes,
    share,
    decode,
  });
}

function ofDer(
  name: string,
  file: string,
  samples: readonly [Uint8Array, ...Uint8Array[]],
  decode: (input: Uint8Array) => unknown,
  share = 0.3,
): Decoder {
  return ofBytes({
    name,
    file: file.includes('/') ? file : `payload/${file}`,
    errors: [PayloadError],
    samples,
    grammar: respeltDer(...samples),
    shapes: derShapes,
    share,
    decode,
  });
}

/** What wallets send to merchants. */
export const payloads: readonly Decoder[] = [
  ofText({
    name: 'fromBase64',
    file: 'payload/base64.ts',
    errors: [PayloadError],
    samples: ['AQI=', realEcV1.payload.header.publicKeyHash],
    grammar: bytes(0, 60).map(toBase64),
    shapes: { long: repeatedText('AQID'), wrong: repeatedText('AQID', '', 'AQ=A') },
    again: (input) => toBase64(fromBase64(input)),
    decode: fromBase64,
  }),
  ofBytes({
    name: 'fromUtf8',
    file: 'payload/json.ts',
    errors: [PayloadError],
    samples: [fromAscii('{"a":1}'), fromHex('E585ABE696B9')],
    shapes: { long: repeated('E585AB'), wrong: repeated('E585') },
    again: (input) => utf8ToBytes(fromUtf8(input)),
    decode: fromUtf8,
  }),
  ofText({
    name: 'parseJson',
    file: 'payload/json.ts',
    errors: [PayloadError],
    samples: [realToken, realPayload, '{"a":[1,-0.5e+3,true,null,"\\u00e9"]}'],
    grammar: json,
    shapes: jsonShapes,
    decode: parseJson,
  }),
  ofDer('decodeDer', 'der.ts', [chain.leaf, realSignature], decodeDer, 0.5),
  ofBytes({
    name: 'timeOf',
    file: 'payload/der.ts',
    errors: [PayloadError],
    samples: [concat(fromHex('170D'), fromAscii('210901190306Z'))],
    grammar: times,
    shapes: derShapes,
    decode: (input) => timeOf(decodeDer(input)),
  }),
  ofDer('decodeCertificate', 'certificate.ts', [chain.leaf, chain.root], decodeCertificate),
  ofDer('readCertificate', 'certificate.ts', [chain.intermediate], (input) =>
    readCertificate(decodeDer(input)),
  ),
  ofDer(
    'verifyWith',
    'certificate.ts',
    [signed],
    (input) => [
      verifyWith(root.publicKey, 'SHA-256', input, fromAscii('message')),
      verifyWith(root.publicKey, 'SHA-384', signed, input),
    ],
    0.05,
  ),
  ofDer(
    'isIssuedBy',
    'certificate.ts',
    [chain.leaf],
    (input) => isIssuedBy(decodeCertificate(input), intermediate),
    0.1,
  ),
  ofDer('decodeSignedData', 'signed-data.ts', [realSignature, signedData], decodeSignedData),
  ofDer(
    'verifyDer',
    'cipher/p256.ts',
    [signed],
    (input) => [
      verifyDer(input, fromAscii('message'), publicKeyOf(secretKey(1))),
      verifyDer(signed, input, publicKeyOf(secretKey(1))),
      verifyDer(signed, fromAscii('message'), input.subarray(0, 65)),
    ],
    0.05,
  ),
  ofDer('decodeSpki', 'points.ts', [encodeSpki(publicKeyOf(merchant))], decodeSpki),
  ofBytes({
    name: 'readPoint',
    file: 'payload/points.ts',
    errors: [PayloadError],
    samples: [publicKeyOf(merchant)],
    shapes: { long: (size) => new Uint8Array(size).fill(4) },
    share: 0.3,
    decode: (input) => readPoint(input),
  }),
  ofPayload('decodeEcV1', 'ec-v1.ts', [realToken, ecV1], decodeEcV1),
  ofPayload('decodeEcV2', 'ec-v2.ts', [realPayload, ecV2], decodeEcV2),
  ofPayload('decodeRootKeys', 'ec-v2.ts', [encodeRootKeys(rootKeys)], decodeRootKeys),
  ofPayload(
    'decodeSignedMessage',
    'ec-v2.ts',
    [decodeEcV2(realPayload).signedMessage, decodeEcV2(ecV2).signedMessage],
    decodeSignedMessage,
  ),
  ofText({
    name: 'openEcV1',
    file: 'payload/ec-v1.ts',
    errors: [PayloadError],
    samples: [ecV1, realToken],
    grammar: fc.oneof(resigned, respeltJson(ecV1)),
    shapes: jsonShapes,
    share: 0.1,
    decode: (payload) =>
      openEcV1({
        payload,
        merchantPrivateKey: merchant,
        merchantIdentifier: 'merchant.com.example.wallet',
        root,
        now,
        window: 1000,
      }),
  }),
  ofText({
    name: 'openEcV2',
    file: 'payload/ec-v2.ts',
    errors: [PayloadError],
    samples: [ecV2, realPayload],
    grammar: fc.oneof(json.map(makeV2Safe), respeltJson(ecV2)),
    shapes: jsonShapes,
    share: 0.1,
    decode: (payload) =>
      openEcV2({
        payload,
        merchantPrivateKey: merchant,
        recipientId: 'gateway:lianxian',
        rootKeys,
        now,
      }),
  }),
];

/** A payload that is right in everything, around any text. */
function makeV2Safe(plain: string): string {
  return makeV2(plain.replace(/[^ -~]/g, '?'));
}
