/** Offline data authentication: certificates and signatures of cards, RSA and SM2. For the fuzzer. */
import fc from 'fast-check';
import { concat, fromHex } from './bytes/bytes.ts';
import { type RsaPrivateKey, type RsaPublicKey, rsaRecover } from './cipher/rsa.ts';
import { sm2Sign } from './cipher/sm2.ts';
import { type Decoder, ofBytes } from './fuzz.fixture.ts';
import { BYTES, changed, changes } from './fuzz-changes.fixture.ts';
import { bytes, respelt } from './fuzz-grammar.fixture.ts';
import { sampleOf } from './fuzz-samples.fixture.ts';
import { repeated } from './fuzz-shapes.fixture.ts';
import { openBlock, signBlock, verifyBlock } from './oda/block.ts';
import { recoverIccKey, recoverIssuerKey } from './oda/certificates.ts';
import {
  combinedDataOf,
  fddaHashInput,
  signCda,
  signDda,
  verifyCda,
  verifyDda,
  verifyFdda,
} from './oda/dynamic.ts';
import {
  sm2IccKey,
  sm2IssuerKey,
  sm2SignFdda,
  sm2SignStaticData,
  sm2VerifyFdda,
  sm2VerifyStaticData,
} from './oda/sm2.ts';
import { locatedRecords, signStaticData, staticDataOf, verifyStaticData } from './oda/static.ts';
import { TlvError } from './tlv/tlv.ts';

const from = (id: string, name: string): Uint8Array =>
  sampleOf(`sheet-emv-contactless-${id}`, name);
const exponent = fromHex('03');
const NOTHING = new Uint8Array(0);

const ca = from('9.3-issuer', 'ca_modulus');
const issuer = from('9.3-icc', 'issuer_modulus');
const icc = from('9.3-fdda-long', 'icc_modulus');
const caKey = { modulus: ca, exponent };
const issuerKey = { modulus: issuer, exponent };
const iccKey = { modulus: icc, exponent };
const hiddenCa = { modulus: ca, privateExponent: from('9.3-issuer', 'ca_private_exponent') };
const hiddenIssuer = {
  modulus: issuer,
  privateExponent: from('9.3-icc', 'issuer_private_exponent'),
};
const hiddenIcc = { modulus: icc, privateExponent: from('9.3-fdda-long', 'icc_private_exponent') };

const staticData = from('9.3-icc', 'static_data');
const terminal = {
  version: 1,
  unpredictableNumber: from('9.3-fdda-long', 'tag_9F37'),
  amountAuthorised: from('9.3-fdda-long', 'tag_9F02'),
  transactionCurrencyCode: from('9.3-fdda-long', 'tag_5F2A'),
  cardAuthenticationData: from('9.3-fdda-long', 'tag_9F69'),
} as const;
const response = fromHex('9F2701809F360200019F10080701010300000001');
const transaction = {
  terminalDynamicData: terminal.unpredictableNumber,
  dolData: from('9.3-fdda-long', 'tag_9F69'),
  response,
};
const combined = {
  iccDynamicNumber: fromHex('0001'),
  cryptogramInformation: 0x80,
  cryptogram: new Uint8Array(8),
};
const cda = signCda(hiddenIcc, combined, transaction);
const ssad = signStaticData(hiddenIssuer, fromHex('DAC0'), staticData);
const fdda = from('9.3-fdda-long', 'tag_9F4B');

type Keys = { readonly open: RsaPublicKey; readonly hidden: RsaPrivateKey };
const caKeys: Keys = { open: caKey, hidden: hiddenCa };
const issuerKeys: Keys = { open: issuerKey, hidden: hiddenIssuer };
const iccKeys: Keys = { open: iccKey, hidden: hiddenIcc };

const HEAD_BYTES = 24;

/** The block of a sample with some bytes of its content changed, and hash and signature right again. */
function signedAgain(
  { open, hidden }: Keys,
  sample: Uint8Array,
  alsoHashed: Uint8Array,
): fc.Arbitrary<Uint8Array> {
  const block = rsaRecover(open, sample) as Uint8Array;
  const content = block.subarray(1, -21);
  return fc.tuple(changes, fc.boolean()).map(([all, inHead]) => {
    // Kind, subject, lengths and the first bytes of the key; what is behind them is only filling.
    const near = inHead ? all.map((one) => ({ ...one, at: one.at % HEAD_BYTES })) : all;
    const next = Uint8Array.from(changed([...content], near, BYTES));
    return signBlock(hidden, next.subarray(0, content.length), alsoHashed);
  });
}

type Signature = {
  readonly name: string;
  readonly file: string;
  readonly sample: Uint8Array;
  readonly keys?: Keys;
  /** What the hash covers beside the content. */
  readonly alsoHashed?: Uint8Array;
  readonly share?: number;
  readonly errors?: readonly (typeof TlvError)[];
  readonly decode: (input: Uint8Array) => unknown;
};

function signature(given: Signature): Decoder {
  const { keys, sample, alsoHashed = NOTHING, share = 0.3, errors = [], ...about } = given;
  const shapes = { long: (size: number) => new Uint8Array(size).fill(1) };
  const decoder = { ...about, errors, samples: [sample] as const, share, shapes };
  if (keys === undefined) return ofBytes(decoder);
  return ofBytes({ ...decoder, grammar: signedAgain(keys, sample, alsoHashed) });
}

/** The same with SM2: the bytes before the signature are changed and signed again. */
function sm2SignedAgain(
  privateKey: Uint8Array,
  body: Uint8Array,
  alsoSigned: Uint8Array,
): fc.Arbitrary<Uint8Array> {
  return changes.map((all) => {
    const next = Uint8Array.from(changed([...body], all, BYTES));
    const random = (length: number): Uint8Array => new Uint8Array(length).fill(1);
    return concat(next, sm2Sign(privateKey, concat(next, alsoSigned), random));
  });
}

function sm2Signature(
  name: string,
  sample: Uint8Array,
  privateKey: Uint8Array,
  alsoSigned: Uint8Array,
  decode: (input: Uint8Array) => unknown,
): Decoder {
  return ofBytes({
    name,
    file: 'oda/sm2.ts',
    errors: [],
    samples: [sample],
    grammar: sm2SignedAgain(privateKey, sample.subarray(0, -64), alsoSigned),
    shapes: { long: (size) => new Uint8Array(size).fill(0x12) },
    share: 0.06,
    decode,
  });
}

const sm2Ca = {
  open: from('7.3-sm2-issuer', 'ca_public_key'),
  hidden: from('7.3-sm2-issuer', 'ca_private_key'),
};
const sm2Issuer = {
  open: from('7.3-sm2-icc', 'issuer_public_key'),
  hidden: from('7.3-sm2-icc', 'issuer_private_key'),
};
const sm2Icc = {
  open: from('7.3-sm2-icc-key', 'public_key'),
  hidden: from('7.3-sm2-icc-key', 'private_key'),
};
const sm2StaticData = from('7.3-sm2-icc', 'static_data');
const fixed = (length: number): Uint8Array => new Uint8Array(length).fill(1);
const sm2Ssad = sm2SignStaticData(sm2Issuer.hidden, fromHex('DAC0'), staticData, fixed);
const sm2Fdda = sm2SignFdda(sm2Icc.hidden, fromHex('0002'), terminal, fixed);

const records = from('9.3-static-data', 'record');

/** What a terminal reads of a card's authentication. */
export const authentication: readonly Decoder[] = [
  signature({
    name: 'openBlock',
    file: 'oda/block.ts',
    sample: from('9.3-issuer', 'tag_90'),
    keys: caKeys,
    alsoHashed: concat(from('9.3-issuer', 'tag_92'), exponent),
    decode: (input) => openBlock(caKey, input, 0x02, 14),
  }),
  signature({
    name: 'verifyBlock',
    file: 'oda/block.ts',
    sample: from('9.3-issuer', 'tag_90'),
    keys: caKeys,
    alsoHashed: concat(from('9.3-issuer', 'tag_92'), exponent),
    decode: (input) =>
      verifyBlock(caKey, input, 0x02, 14, concat(from('9.3-issuer', 'tag_92'), exponent)),
  }),
  signature({
    name: 'recoverIssuerKey',
    file: 'oda/certificates.ts',
    sample: from('9.3-issuer', 'tag_90'),
    keys: caKeys,
    alsoHashed: concat(from('9.3-issuer', 'tag_92'), exponent),
    decode: (input) => {
      const remainder = from('9.3-issuer', 'tag_92');
      return [
        recoverIssuerKey(caKey, { certificate: input, remainder, exponent }, '6258249900000018'),
        recoverIssuerKey(caKey, {
          certificate: from('9.3-issuer', 'tag_90'),
          remainder: input,
          exponent,
        }),
        recoverIssuerKey(caKey, {
          certificate: from('9.3-issuer', 'tag_90'),
          remainder,
          exponent: input,
        }),
      ];
    },
  }),
  signature({
    name: 'recoverIccKey',
    file: 'oda/certificates.ts',
    sample: from('9.3-icc', 'tag_9F46'),
    keys: issuerKeys,
    alsoHashed: concat(from('9.3-icc', 'tag_9F48'), exponent, staticData),
    decode: (input) => {
      const remainder = from('9.3-icc', 'tag_9F48');
      const objects = { certificate: input, remainder, exponent };
      return recoverIccKey(issuerKey, objects, staticData, '6258249900000018');
    },
  }),
  signature({
    name: 'verifyStaticData',
    file: 'oda/static.ts',
    sample: ssad,
    keys: issuerKeys,
    alsoHashed: staticData,
    decode: (input) => verifyStaticData(issuerKey, input, staticData),
  }),
  signature({
    name: 'verifyDda',
    file: 'oda/dynamic.ts',
    sample: signDda(hiddenIcc, fromHex('0001'), terminal.unpredictableNumber),
    keys: iccKeys,
    alsoHashed: terminal.unpredictableNumber,
    decode: (input) => verifyDda(iccKey, input, terminal.unpredictableNumber),
  }),
  signature({
    name: 'verifyFdda',
    file: 'oda/dynamic.ts',
    sample: fdda,
    keys: iccKeys,
    alsoHashed: fddaHashInput(terminal),
    decode: (input) => verifyFdda(iccKey, input, terminal),
  }),
  signature({
    name: 'verifyCda',
    file: 'oda/dynamic.ts',
    sample: cda,
    keys: iccKeys,
    alsoHashed: terminal.unpredictableNumber,
    decode: (input) => verifyCda(iccKey, input, transaction),
  }),
  signature({
    name: 'verifyCda of an answer',
    file: 'oda/dynamic.ts',
    sample: response,
    errors: [TlvError],
    decode: (input) => verifyCda(iccKey, cda, { ...transaction, response: input }),
  }),
  ofBytes({
    name: 'combinedDataOf',
    file: 'oda/dynamic.ts',
    errors: [],
    samples: [concat(fromHex('020001'), new Uint8Array(29))],
    grammar: fc
      .tuple(fc.integer({ min: 1, max: 9 }), bytes(30, 45))
      .map(([n, rest]) => concat(Uint8Array.of(n), rest)),
    shapes: { long: (size) => new Uint8Array(size).fill(8) },
    decode: combinedDataOf,
  }),
  ofBytes({
    name: 'locatedRecords',
    file: 'oda/static.ts',
    errors: [],
    samples: [from('9.3-locator', 'tag_94')],
    shapes: { short: repeated('08010100'), long: repeated('0801FF00') },
    decode: locatedRecords,
  }),
  ofBytes({
    name: 'staticDataOf',
    file: 'oda/static.ts',
    errors: [],
    samples: [records],
    grammar: respelt(records),
    shapes: { tiny: repeated('7000') },
    decode: (input) => [
      staticDataOf([{ sfi: 3, bytes: input }], fromHex('82'), fromHex('7000')),
      staticDataOf([{ sfi: 11, bytes: input }], input, fromHex('7000')),
    ],
  }),
  sm2Signature('sm2IssuerKey', from('7.3-sm2-issuer', 'tag_90'), sm2Ca.hidden, NOTHING, (input) =>
    sm2IssuerKey(sm2Ca.open, input, '6258249900000018'),
  ),
  sm2Signature(
    'sm2IccKey',
    from('7.3-sm2-icc', 'tag_9F46'),
    sm2Issuer.hidden,
    sm2StaticData,
    (input) => sm2IccKey(sm2Issuer.open, input, sm2StaticData),
  ),
  sm2Signature('sm2VerifyStaticData', sm2Ssad, sm2Issuer.hidden, staticData, (input) =>
    sm2VerifyStaticData(sm2Issuer.open, input, staticData),
  ),
  sm2Signature('sm2VerifyFdda', sm2Fdda, sm2Icc.hidden, fddaHashInput(terminal), (input) =>
    sm2VerifyFdda(sm2Icc.open, input, terminal),
  ),
];
