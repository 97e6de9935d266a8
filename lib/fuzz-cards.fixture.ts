/** What manages elements: certificates, agreements, commands, registries, secure channels. For the fuzzer. */
import { p256 } from '@noble/curves/nist.js';
import fc from 'fast-check';
import {
  ApduError,
  type Command,
  decodeCommand,
  decodeResponse,
  encodeCommand,
  encodeResponse,
} from './apdu/apdu.ts';
import { concat, fromAscii, fromHex } from './bytes/bytes.ts';
import { verifyP256 } from './cipher/p256.ts';
import { type Decoder, ofBytes } from './fuzz.fixture.ts';
import { bytes, nestedObjects, respelt } from './fuzz-grammar.fixture.ts';
import {
  agree,
  aids,
  groups,
  INSTANCE,
  key,
  keys,
  makerKey,
  makerPoint,
  names,
  newborn,
} from './fuzz-newborn.fixture.ts';
import { sampleOf } from './fuzz-samples.fixture.ts';
import { innerShapes, repeated } from './fuzz-shapes.fixture.ts';
import {
  AgreementError,
  decodeAgree,
  decodeNonce,
  encodeNonce,
} from './globalplatform/agreement.ts';
import {
  CertificateError,
  decodeCplc,
  decodeElementCertificate,
  encodeCplc,
  encodeElementCertificate,
  verifyElementCertificate,
} from './globalplatform/certificate.ts';
import {
  decodeAids,
  decodeDelete,
  decodeInitializeUpdate,
  decodeInitializeUpdateAnswer,
  decodeInstall,
  decodeStoreData,
  deleteInstance,
  GlobalPlatformError,
  initializeUpdate,
  installForPersonalisation,
  installInstance,
  storeData,
} from './globalplatform/commands.ts';
import { type Dgi, DgiError, decodeDgis, encodeDgi } from './globalplatform/dgi.ts';
import {
  decodeFailedAids,
  decodeGetStatus,
  decodeRegistry,
  decodeSetStatus,
  encodeFailedAids,
  encodeRegistry,
  getStatus,
  setAvailability,
  setPriority,
} from './globalplatform/registry.ts';
import {
  decodeScp02Answer,
  deriveScp02Session,
  encodeScp02Answer,
  Scp02Error,
} from './globalplatform/scp02.ts';
import {
  openScp02,
  unwrapScp02,
  unwrapScp02Dek,
  wrapScp02,
} from './globalplatform/scp02-channel.ts';
import {
  deriveSession,
  externalAuthenticate,
  Scp03Error,
  unwrap,
  unwrapDek,
  unwrapResponse,
  wrap,
  wrapResponse,
} from './globalplatform/scp03.ts';

import { encodeTlv, tlv } from './tlv/tlv.ts';

/** A reader of commands, given their bytes; `data` makes what else may stand in them. */
function ofCommand(
  name: string,
  file: string,
  samples: readonly [Command, ...Command[]],
  data: fc.Arbitrary<Uint8Array>,
  decode: (command: Command) => unknown,
): Decoder {
  const [first, ...others] = samples;
  return ofBytes({
    name,
    file: `globalplatform/${file}`,
    errors: [GlobalPlatformError, ApduError],
    samples: [encodeCommand(first), ...others.map(encodeCommand)],
    grammar: fc
      .tuple(fc.constantFrom(...samples), fc.oneof(data, nestedObjects))
      .filter(([, content]) => content.length <= 255)
      .map(([command, content]) => encodeCommand({ ...command, data: content })),
    shapes: { long: repeated('4F05A000000333') },
    decode: (input) => decode(decodeCommand(input)),
  });
}

const registry = encodeRegistry([
  { aid: INSTANCE, lifeCycle: 0x0f, isActivated: true, updateCounter: 1 },
  { aid: 'A0000003330101020002', lifeCycle: 0x07, isActivated: false, updateCounter: 0 },
]);
const failed = encodeFailedAids([INSTANCE]);
const dgis = concat(...groups.map(encodeDgi));
const installs = [installInstance(names), installForPersonalisation(INSTANCE)] as const;
const stores = [storeData([groups[1] as Dgi])[0] as Command] as const;
const deletion = deleteInstance(INSTANCE);
const update = initializeUpdate(0x30, key.subarray(8));
const statuses = [setAvailability([INSTANCE], true), setPriority(INSTANCE, 'volatile')] as const;
const asks = [getStatus({ tags: ['4F', '9F70'] }), getStatus()] as const;

/** Names, privileges and parameters behind their lengths, most of them those of an INSTALL. */
const sized = fc
  .tuple(
    fc.constantFrom('05A000000333', `0A${INSTANCE}`, '00', '04A0000003'),
    fc.constantFrom('05A000000333', '00'),
    fc.constantFrom(`0A${INSTANCE}`, '00'),
    fc.constantFrom('0100', '00', '0104'),
    fc.constantFrom('02C900', '00', '03C90101'),
    fc.constantFrom('00', '0101', ''),
  )
  .map((parts) => fromHex(parts.join('')));
const someDgis = fc
  .array(bytes(0, 60), { minLength: 1, maxLength: 3 })
  .map((all) => concat(...all.map((data) => encodeDgi({ id: '9103', data }))));

const managing: readonly Decoder[] = [
  ofBytes({
    name: 'decodeElementCertificate',
    file: 'globalplatform/certificate.ts',
    errors: [CertificateError],
    samples: [newborn.birth.certificate],
    grammar: respelt(newborn.birth.certificate),
    shapes: innerShapes,
    share: 0.5,
    again: (input) => encodeElementCertificate(decodeElementCertificate(input)),
    decode: decodeElementCertificate,
  }),
  ofBytes({
    name: 'verifyElementCertificate',
    file: 'globalplatform/certificate.ts',
    errors: [CertificateError],
    samples: [newborn.birth.certificate],
    grammar: respelt(newborn.birth.certificate),
    shapes: innerShapes,
    share: 0.1,
    decode: (input) => verifyElementCertificate(decodeElementCertificate(input), makerPoint),
  }),
  ofBytes({
    name: 'verifyP256',
    file: 'cipher/p256.ts',
    errors: [],
    samples: [p256.sign(fromAscii('message'), makerKey)],
    grammar: bytes(64),
    shapes: { long: (size) => new Uint8Array(size) },
    share: 0.1,
    decode: (input) => [
      verifyP256(input, fromAscii('message'), makerPoint),
      verifyP256(new Uint8Array(64).fill(1), input, makerPoint),
      verifyP256(new Uint8Array(64).fill(1), input, input.subarray(0, 65)),
    ],
  }),
  ofBytes({
    name: 'decodeCplc',
    file: 'globalplatform/certificate.ts',
    errors: [CertificateError],
    samples: [newborn.birth.cplc],
    shapes: { long: (size) => new Uint8Array(size) },
    again: (input) => encodeCplc(decodeCplc(input)),
    decode: decodeCplc,
  }),
  ofBytes({
    name: 'decodeDgis',
    file: 'globalplatform/dgi.ts',
    errors: [DgiError],
    samples: [dgis],
    grammar: fc
      .array(bytes(0, 300), { maxLength: 4 })
      .map((all) => concat(...all.map((data) => encodeDgi({ id: '9103', data })))),
    shapes: { tiny: repeated('910300'), long: repeated(`9103FFFFFF${'00'.repeat(0xffff)}`) },
    again: (input) => concat(...decodeDgis(input).map(encodeDgi)),
    decode: decodeDgis,
  }),
  ofBytes({
    name: 'decodeAids',
    file: 'globalplatform/commands.ts',
    errors: [GlobalPlatformError],
    samples: [aids],
    grammar: respelt(aids),
    shapes: { names: repeated('4F05A000000333'), ...innerShapes },
    again: (input) => encodeTlv(decodeAids(input).map((aid) => tlv('4F', fromHex(aid)))),
    decode: decodeAids,
  }),
  ofBytes({
    name: 'decodeFailedAids',
    file: 'globalplatform/registry.ts',
    errors: [GlobalPlatformError],
    samples: [failed],
    grammar: respelt(failed),
    shapes: innerShapes,
    again: (input) => encodeFailedAids(decodeFailedAids(input)),
    decode: decodeFailedAids,
  }),
  ofBytes({
    name: 'decodeRegistry',
    file: 'globalplatform/registry.ts',
    errors: [GlobalPlatformError],
    samples: [registry],
    grammar: respelt(registry),
    shapes: { entries: repeated('61114F05A0000003339F70020701800200015000'), ...innerShapes },
    again: (input) => encodeRegistry(decodeRegistry(input)),
    decode: decodeRegistry,
  }),
  ofCommand('decodeInstall', 'commands.ts', installs, sized, decodeInstall),
  ofCommand('decodeStoreData', 'commands.ts', stores, someDgis, decodeStoreData),
  ofCommand('decodeDelete', 'commands.ts', [deletion], respelt(deletion.data), decodeDelete),
  ofCommand('decodeInitializeUpdate', 'commands.ts', [update], bytes(7, 9), decodeInitializeUpdate),
  ofCommand('decodeSetStatus', 'registry.ts', statuses, respelt(aids), decodeSetStatus),
  ofCommand('decodeGetStatus', 'registry.ts', asks, respelt(asks[0].data), decodeGetStatus),
  ofBytes({
    name: 'decodeInitializeUpdateAnswer',
    file: 'globalplatform/commands.ts',
    errors: [GlobalPlatformError],
    samples: [sampleOf('sheet-provisioning-3.2-answer', 'answer').subarray(0, 32)],
    shapes: { long: (size) => new Uint8Array(size) },
    decode: decodeInitializeUpdateAnswer,
  }),
  ofBytes({
    name: 'decodeScp02Answer',
    file: 'globalplatform/scp02.ts',
    errors: [Scp02Error],
    samples: [sampleOf('scp02-pysim-channel', 'answer').subarray(0, 28)],
    shapes: { long: (size) => new Uint8Array(size) },
    again: (input) => encodeScp02Answer(decodeScp02Answer(input)),
    decode: decodeScp02Answer,
  }),
  ofBytes({
    name: 'decodeAgree',
    file: 'globalplatform/agreement.ts',
    errors: [AgreementError],
    samples: [agree],
    grammar: respelt(agree),
    shapes: innerShapes,
    share: 0.5,
    decode: decodeAgree,
  }),
  ofBytes({
    name: 'decodeNonce',
    file: 'globalplatform/agreement.ts',
    errors: [AgreementError],
    samples: [encodeNonce(key)],
    grammar: respelt(encodeNonce(key)),
    shapes: innerShapes,
    again: (input) => encodeNonce(decodeNonce(input)),
    decode: decodeNonce,
  }),
];

const [open03] = externalAuthenticate(
  deriveSession(keys, key.subarray(0, 8), key.subarray(8)),
  0x33,
);
const plainCommand = decodeCommand(
  fromHex('80E200001D01011A701857126258249900000018D301220100000000000F5F340101'),
);
const wrapped03 = encodeCommand(wrap(open03, plainCommand)[1]);
const answered03 = encodeResponse(wrapResponse(open03, { data: key, status: 0x9000 }));
const challenges = { host: key.subarray(8), sequence: fromHex('0001'), card: key.subarray(10) };
const [open02] = openScp02(deriveScp02Session(keys, challenges), 0x03);
const wrapped02 = encodeCommand(wrapScp02(open02, plainCommand)[1]);

const channels: readonly Decoder[] = [
  ofBytes({
    name: 'unwrap',
    file: 'globalplatform/scp03.ts',
    errors: [ApduError],
    samples: [wrapped03],
    grammar: bytes(0, 200).map((data) => encodeCommand(wrap(open03, { ...plainCommand, data })[1])),
    shapes: { long: (size) => new Uint8Array(size) },
    share: 0.5,
    decode: (input) => unwrap(open03, decodeCommand(input)),
  }),
  ofBytes({
    name: 'unwrapResponse',
    file: 'globalplatform/scp03.ts',
    errors: [ApduError, Scp03Error],
    samples: [answered03, fromHex('6985')],
    grammar: bytes(0, 200).map((data) =>
      encodeResponse(wrapResponse(open03, { data, status: 0x6310 })),
    ),
    shapes: { long: (size) => new Uint8Array(size) },
    share: 0.5,
    decode: (input) => unwrapResponse(open03, decodeResponse(input)),
  }),
  ofBytes({
    name: 'unwrapDek',
    file: 'globalplatform/scp03.ts',
    errors: [Scp03Error],
    samples: [key],
    grammar: fc.nat({ max: 4 }).chain((blocks) => bytes(16 * blocks)),
    shapes: { long: repeated('00'.repeat(16)) },
    decode: (input) => unwrapDek(keys, input),
  }),
  ofBytes({
    name: 'unwrapScp02',
    file: 'globalplatform/scp02-channel.ts',
    errors: [ApduError],
    samples: [wrapped02],
    grammar: bytes(0, 200).map((data) =>
      encodeCommand(wrapScp02(open02, { ...plainCommand, data })[1]),
    ),
    shapes: { long: (size) => new Uint8Array(size) },
    share: 0.3,
    decode: (input) => unwrapScp02(open02, decodeCommand(input)),
  }),
  ofBytes({
    name: 'unwrapScp02Dek',
    file: 'globalplatform/scp02-channel.ts',
    errors: [Scp02Error],
    samples: [key],
    grammar: fc.nat({ max: 4 }).chain((blocks) => bytes(8 * blocks)),
    shapes: { long: repeated('00'.repeat(8)) },
    decode: (input) => unwrapScp02Dek(open02, input),
  }),
];

/** What elements and their managers say to each other. */
export const cards: readonly Decoder[] = [...managing, ...channels];
