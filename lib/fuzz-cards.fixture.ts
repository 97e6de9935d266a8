/** What cards, elements and their managers say: GlobalPlatform, secure channels, the element, the kernel. For the fuzzer. */

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
import { readObjects, tryDecodeTlv } from './applet/answer.ts';
import { processCommand } from './applet/applet.ts';
import { giveBirth } from './applet/birth.ts';
import { GROUP_NAMES, type GroupName, readCard } from './applet/card.ts';
import { decodeLasting, encodeLasting, LastingError } from './applet/lasting.ts';
import { type LastingState, powerOn } from './applet/state.ts';
import { concat, fromAscii, fromHex } from './bytes/bytes.ts';
import { secret } from './bytes/secret.ts';
import { verifyP256 } from './cipher/p256.ts';
import { UNIONPAY_17, verifyTap, verifyTap01 } from './emv/cryptogram.ts';
import { type Decoder, ofBytes } from './fuzz.fixture.ts';
import { objectShapes, objects, repeated } from './fuzz-codecs.fixture.ts';
import { bytes, chipData, nestedObjects, respelt } from './fuzz-grammar.fixture.ts';
import { sampleOf } from './fuzz-samples.fixture.ts';
import {
  AgreementError,
  decodeAgree,
  decodeNonce,
  encodeNonce,
} from './globalplatform/agreement.ts';
import { SSD_AID } from './globalplatform/aids.ts';
import {
  CertificateError,
  decodeCplc,
  decodeElementCertificate,
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
import { dataGroups } from './globalplatform/personalise.ts';
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
import { decodeScp02Answer, deriveScp02Session, Scp02Error } from './globalplatform/scp02.ts';
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
import { pos } from './iso8583/unionpay.ts';
import { decode, listCandidates, readSelected } from './kernel/candidates.ts';
import { gather, readAccount, readLocator } from './kernel/card.ts';
import { tap } from './kernel/entry.ts';
import { workedCommands, workedInput, workedResponses } from './kernel/worked-tap.ts';
import { decodeTlv, encodeTlv, find, TlvError, template, tlv } from './tlv/tlv.ts';

const INSTANCE = 'A0000003330101010001';
const makerKey = new Uint8Array(32).fill(1);
const makerPoint = p256.getPublicKey(makerKey, false);
const key = secret(fromHex('404142434445464748494A4B4C4D4E4F'));
const keys = { enc: key, mac: key, dek: key };

/** A newborn element, every random byte of it the same. */
const newborn: LastingState = giveBirth({
  random: (length) => new Uint8Array(length).fill(7),
  cplc: fromHex('4790D321'.padEnd(84, '5')),
  makerId: 'DEMO',
  tokenServiceKey: makerPoint,
  makerSign: (message) => p256.sign(message, makerKey),
});

const groups = dataGroups(
  {
    kind: 'debit',
    instanceAid: INSTANCE,
    token: '6258249900000018',
    expiry: '3012',
    panSequenceNumber: '01',
    serviceCode: '201',
    label: 'UnionPay Debit',
    derivationKeyIndex: 1,
    par: 'Q1HJZ28RKA1EBL470G9XYG90R5D3E',
    requestorId: '12345678901',
    cardKeys: { ac: key, mac: key, enc: key },
    firstCounter: 0,
    holder: { rpIdHash: new Uint8Array(32), origin: 'https://wallet.example' },
    profileFlag: 0x01,
  },
  (data) => data,
);
const kept = Object.fromEntries(
  GROUP_NAMES.map((name) => [name, groups.find(({ id }) => id === name)?.data]),
) as Record<GroupName, Uint8Array>;

/** An element that holds a token and answers a reader. */
const grown: LastingState = {
  ...newborn,
  securityDomain: { keys, keyVersion: 0x30, sequenceCounter: 1, failedAuthentications: 0 },
  passcode: { digits: secret(fromAscii('123456')), tries: 5 },
  instances: [
    {
      aid: INSTANCE,
      updateCounter: 1,
      personal: {
        groups: kept,
        keys: { ac: key, mac: key, enc: key },
        applicationTransactionCounter: 0,
        holder: {
          publicKey: undefined,
          rpIdHash: new Uint8Array(32),
          origin: 'https://wallet.example',
          signCount: 0,
        },
        answersWithoutHolder: true,
      },
    },
  ],
  registry: { activated: INSTANCE, updateCounter: 1 },
};

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

const names = { package: 'A00000033301', module: 'A0000003330101', instance: INSTANCE };
const registry = encodeRegistry([
  { aid: INSTANCE, lifeCycle: 0x0f, isActivated: true, updateCounter: 1 },
  { aid: 'A0000003330101020002', lifeCycle: 0x07, isActivated: false, updateCounter: 0 },
]);
const aids = encodeTlv([tlv('4F', fromHex(INSTANCE)), tlv('4F', fromHex('A0000003330101020002'))]);
const failed = encodeFailedAids([INSTANCE]);
const dgis = concat(...groups.map(encodeDgi));
const agree = encodeTlv([
  tlv('4F', fromHex(SSD_AID)),
  tlv('80', fromHex('30')),
  tlv('86', makerPoint),
  tlv('5F37', p256.sign(fromAscii('message'), makerKey)),
]);

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
    shapes: objectShapes,
    share: 0.5,
    decode: decodeElementCertificate,
  }),
  ofBytes({
    name: 'verifyElementCertificate',
    file: 'globalplatform/certificate.ts',
    errors: [CertificateError],
    samples: [newborn.birth.certificate],
    grammar: respelt(newborn.birth.certificate),
    shapes: objectShapes,
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
    decode: decodeDgis,
  }),
  ofBytes({
    name: 'decodeAids',
    file: 'globalplatform/commands.ts',
    errors: [GlobalPlatformError],
    samples: [aids],
    grammar: respelt(aids),
    shapes: { names: repeated('4F05A000000333'), ...objectShapes },
    decode: decodeAids,
  }),
  ofBytes({
    name: 'decodeFailedAids',
    file: 'globalplatform/registry.ts',
    errors: [GlobalPlatformError],
    samples: [failed],
    grammar: respelt(failed),
    shapes: objectShapes,
    decode: decodeFailedAids,
  }),
  ofBytes({
    name: 'decodeRegistry',
    file: 'globalplatform/registry.ts',
    errors: [GlobalPlatformError],
    samples: [registry],
    grammar: respelt(registry),
    shapes: { entries: repeated('61114F05A0000003339F70020701800200015000'), ...objectShapes },
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
    decode: decodeScp02Answer,
  }),
  ofBytes({
    name: 'decodeAgree',
    file: 'globalplatform/agreement.ts',
    errors: [AgreementError],
    samples: [agree],
    grammar: respelt(agree),
    shapes: objectShapes,
    share: 0.5,
    decode: decodeAgree,
  }),
  ofBytes({
    name: 'decodeNonce',
    file: 'globalplatform/agreement.ts',
    errors: [AgreementError],
    samples: [encodeNonce(key)],
    grammar: respelt(encodeNonce(key)),
    shapes: objectShapes,
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

const inElement = [
  ...Object.values(workedCommands),
  fromHex('80CADF0100'),
  fromHex('00B2010C00'),
  ...[installInstance(names), getStatus(), setAvailability([INSTANCE], true)].map(encodeCommand),
  encodeCommand({ cla: 0x80, ins: 0x2a, p1: 0, p2: 0, data: agree }),
  encodeCommand(initializeUpdate(0, key.subarray(8))),
  fromHex('802000800631323334353600'),
] as const;

/** The names that are selected before a command is sent on the wire. */
const SELECTIONS = ['', SSD_AID, 'A00000015143525300', INSTANCE].map((name) =>
  encodeCommand({ cla: 0, ins: 0xa4, p1: 4, p2: 0, data: fromHex(name) }),
);

function answersOf(command: Uint8Array): readonly unknown[] {
  const input = { nowMs: 0, random: (length: number) => new Uint8Array(length) };
  const state = powerOn(grown);
  const wired = SELECTIONS.map((selection) => {
    const [selected] = processCommand(state, { ...input, via: 'wired', command: selection });
    return processCommand(selected, { ...input, via: 'wired', command })[1];
  });
  const [read] = processCommand(state, { ...input, via: 'air', command: workedCommands.select });
  return [...wired, processCommand(read, { ...input, via: 'air', command })[1]];
}

const element: readonly Decoder[] = [
  ofBytes({
    name: 'decodeLasting',
    file: 'applet/lasting.ts',
    errors: [LastingError],
    samples: [encodeLasting(grown), encodeLasting(newborn)],
    shapes: { long: repeated('01') },
    decode: decodeLasting,
  }),
  ofBytes({
    name: 'readCard',
    file: 'applet/card.ts',
    errors: [],
    samples: [kept['9207']],
    grammar: respelt(kept['9207']),
    shapes: objectShapes,
    decode: (input) => [
      readCard({ ...kept, '9207': input }),
      readCard({ ...kept, '0101': input }),
      readCard({ ...kept, '9103': input }),
    ],
  }),
  ofBytes({
    name: 'readObjects',
    file: 'applet/answer.ts',
    errors: [],
    samples: [aids],
    grammar: respelt(aids),
    shapes: objectShapes,
    decode: (input) => [readObjects(input, ['4F', '4F']), tryDecodeTlv(input)],
  }),
  ofBytes({
    name: 'processCommand',
    file: 'applet/applet.ts',
    errors: [],
    samples: [inElement[0], ...inElement.slice(1)],
    shapes: { long: repeated('80E2000000') },
    share: 0.2,
    decode: answersOf,
  }),
];

const locators = fc
  .array(
    fc.tuple(fc.integer({ min: 1, max: 31 }), fc.integer({ min: 0, max: 9 }), fc.nat(6), fc.nat(2)),
    { maxLength: 6 },
  )
  .map((all) =>
    concat(
      ...all.map(([file, from, to, signed]) => Uint8Array.of(file << 3, from, from + to, signed)),
    ),
  );
const optionsAnswer = workedResponses.options.subarray(0, -2);

function gathered(input: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const card = new Map<string, Uint8Array>();
  gather(card, input, '77', new Map());
  return card;
}

/** A whole tap in which the card answers one command with these bytes. */
function tapWith(step: number, input: Uint8Array): unknown {
  const answers = [...Object.values(workedResponses), fromHex('70009000')];
  const running = tap(workedInput);
  let next = running.next();
  for (let at = 0; !next.done && at < 40; at++) {
    const answer = at === step ? input : answers[at];
    if (answer === undefined || answer.length < 2 || answer.length > 258)
      next = running.next('field_lost');
    else next = running.next(decodeResponse(answer));
  }
  return next.value;
}

const kernel: readonly Decoder[] = [
  ofBytes({
    name: 'decode',
    file: 'kernel/candidates.ts',
    errors: [],
    samples: objects,
    grammar: nestedObjects,
    shapes: objectShapes,
    decode,
  }),
  ofBytes({
    name: 'readSelected',
    file: 'kernel/candidates.ts',
    errors: [],
    samples: [workedResponses.select.subarray(0, -2), workedResponses.ppse.subarray(0, -2)],
    grammar: respelt(workedResponses.select.subarray(0, -2), workedResponses.ppse.subarray(0, -2)),
    shapes: objectShapes,
    decode: (input) => [
      readSelected(input, fromHex('A000000333010101')),
      listCandidates(input, workedInput.reader),
    ],
  }),
  ofBytes({
    name: 'readLocator',
    file: 'kernel/card.ts',
    errors: [],
    samples: [sampleOf('sheet-emv-contactless-9.3-locator', 'tag_94')],
    grammar: locators,
    shapes: {
      short: repeated('08010100'),
      long: repeated('0801FF00'),
      broken: repeated('F801FF00'),
    },
    decode: readLocator,
  }),
  ofBytes({
    name: 'readAccount',
    file: 'kernel/card.ts',
    errors: [],
    samples: [optionsAnswer],
    grammar: respelt(optionsAnswer),
    shapes: {
      objects: (size) => encodeTlv([template('77', decodeTlv(repeated('DF810101FF')(size)))]),
    },
    decode: (input) => readAccount(gathered(input)),
  }),
  ofBytes({
    name: 'tap',
    file: 'kernel/entry.ts',
    errors: [],
    samples: [workedResponses.ppse, workedResponses.select, workedResponses.options],
    grammar: respelt(...objects).map((one) => concat(one, fromHex('9000'))),
    shapes: { long: repeated('70009000') },
    share: 0.3,
    decode: (input) => [0, 1, 2, 3].map((step) => tapWith(step, input)),
  }),
];

const chip = fromHex(
  pos.decode(sampleOf('upi-pos-0200-purchase', 'message').subarray(2)).fields[55] as string,
);
const shortChip = fromHex(
  '9F02060000000012509F37041A2B3C4D9F360200019F100807011103A40000019F2608E6FD8F8B7BB53F33',
);

/** The check of a tap as a network makes it, out of chip data. */
function verdict(
  name: string,
  sample: Uint8Array,
  check: (ask: Parameters<typeof verifyTap01>[0]) => unknown,
): Decoder {
  return ofBytes({
    name,
    file: 'emv/cryptogram.ts',
    errors: [TlvError],
    samples: [sample],
    grammar: fc.oneof(chipData, respelt(sample)),
    shapes: objectShapes,
    share: 0.5,
    decode: (input) => {
      const read = decodeTlv(input);
      const values = (tag: string): Uint8Array | undefined => find(read, tag)?.value;
      const token = { pan: '6258249900000018', psn: '01' };
      return [
        check({ masterKeyAc: key, ...token, values }),
        check({ masterKeyAc: key, masterKeyMac: key, ...token, values }),
      ];
    },
  });
}

const verdicts: readonly Decoder[] = [
  verdict('verifyTap01', chip, verifyTap01),
  verdict('verifyTap', shortChip, (ask) => verifyTap(UNIONPAY_17, ask)),
];

/** Cards and elements. */
export const cards: readonly Decoder[] = [
  ...managing,
  ...channels,
  ...element,
  ...kernel,
  ...verdicts,
];
