/**
 * Personalisation: a token's profile becomes the plain commands that put it onto the element, in order.
 * The caller wraps them for the secure channel, and may begin again from any step whose answer was lost by
 * beginning with the first: it deletes what stands.
 * @see profile octavo-1, sections 5 and 6, and docs/specs.md, provisioning sheet, sections 4 and 5
 */
import { type Command, SW } from '../apdu/apdu.ts';
import { assert } from '../bytes/assert.ts';
import { bcdFromDigits } from '../bytes/bcd.ts';
import { concat, fromAscii, fromHex, fromUint } from '../bytes/bytes.ts';
import { keyCheckValue } from '../cipher/check-value.ts';
import type { CardKeys } from '../emv/keys.ts';
import { encodeTrack2 } from '../emv/track2.ts';
import { encodeTlv, type Tlv, template, tlv } from '../tlv/tlv.ts';
import {
  type Aid,
  CREDIT_AID,
  DEBIT_AID,
  PAYMENT_MODULE_AID,
  PAYMENT_PACKAGE_AID,
} from './aids.ts';
import {
  authenticationGroups,
  type CardAuthentication,
  expiryDate,
  INTERCHANGE_PROFILE,
  type SignedProfile,
} from './certification.ts';
import {
  deleteInstance,
  installForPersonalisation,
  installInstance,
  storeData,
} from './commands.ts';
import type { Dgi } from './dgi.ts';

/** Everything that an element must know of one token. */
export type TokenProfile = {
  readonly kind: 'debit' | 'credit';
  /** The AID of the kind, followed by a suffix of two bytes. */
  readonly instanceAid: Aid;
  /** 16 digits. */
  readonly token: string;
  /** YYMM; the token is good until the month's last day. */
  readonly expiry: string;
  /** Two digits. */
  readonly panSequenceNumber: string;
  /** Three digits. */
  readonly serviceCode: string;
  /** 1 to 16 printable ASCII characters that a terminal shows. */
  readonly label: string;
  /** Which of the issuer's master keys the card keys come from, 0 to FF. */
  readonly derivationKeyIndex: number;
  /** Payment account reference: 29 upper-case letters and digits. */
  readonly par: string;
  /** Token requestor id: 11 digits. */
  readonly requestorId: string;
  readonly cardKeys: CardKeys;
  /** Where the counter (9F36) stands, 0 to FFFE: the first tap is one above it. */
  readonly firstCounter: number;
  readonly holder: {
    /** The passkey: 65 bytes, uncompressed P-256; undefined when the passcode alone is used. */
    readonly publicKey?: Uint8Array | undefined;
    /** SHA-256 of the relying party's id, 32 bytes. */
    readonly rpIdHash: Uint8Array;
    /** The wallet page's origin, ASCII. */
    readonly origin: string;
  };
  /** 00 answers only to a verified holder; 01 answers without one, for the laboratory requestor alone. */
  readonly profileFlag: 0x00 | 0x01;
  /** What offline data authentication needs; without it the instance offers none. */
  readonly authentication?: CardAuthentication | undefined;
};

/** One plain command and the status words with which personalisation goes on. */
export type PersonalisationStep = {
  readonly command: Command;
  readonly accepts: readonly number[];
};

/** Data groups whose content travels under K-DEK. */
const ENCRYPTED_IDS: readonly string[] = ['8000', '8201', '8202', '8203', '8204', '8205'];

/**
 * The steps that personalise a token: DELETE, INSTALL twice, then STORE DATA for each data group.
 * `encryptKeys` encrypts 48 bytes of card keys, and 64 bytes of a prime part, under the domain's K-DEK (AES-CBC, zero
 * vector).
 */
export function personalisationSteps(
  profile: TokenProfile,
  encryptKeys: (data: Uint8Array) => Uint8Array,
): readonly PersonalisationStep[] {
  const instance = profile.instanceAid;
  const names = { package: PAYMENT_PACKAGE_AID, module: PAYMENT_MODULE_AID, instance };
  const commands = [
    installInstance(names),
    installForPersonalisation(instance),
    ...storeData(dataGroups(profile, encryptKeys), ENCRYPTED_IDS),
  ];
  return [
    { command: deleteInstance(instance), accepts: [SW.success, SW.referenceNotFound] },
    ...commands.map((command) => ({ command, accepts: [SW.success] })),
  ];
}

/**
 * The steps that give a personalised instance its certificates, or new ones: INSTALL [personalization], then STORE
 * DATA for 9103 and each data group of offline data authentication. Keys, counter and holder stay.
 * `encryptKeys` encrypts one prime part (64 bytes) at a time. @see profile octavo-1, section 15
 */
export function certificationSteps(
  profile: CertificationProfile,
  encryptKeys: (data: Uint8Array) => Uint8Array,
): readonly PersonalisationStep[] {
  const groups = [
    group('9103', template('A5', selectObjects(profile))),
    ...authenticationGroups(profile, profile.authentication, encryptKeys),
  ];
  const commands = [
    installForPersonalisation(profile.instanceAid),
    ...storeData(groups, ENCRYPTED_IDS),
  ];
  return commands.map((command) => ({ command, accepts: [SW.success] }));
}

/** What certification asks of a profile: neither card keys nor holder. */
export type CertificationProfile = SignedProfile &
  Pick<TokenProfile, 'instanceAid' | 'label'> & { readonly authentication: CardAuthentication };

/** The data groups of a payment instance, in the order of the profile's table. @see profile octavo-1, section 6 */
export function dataGroups(
  profile: TokenProfile,
  encryptKeys: (data: Uint8Array) => Uint8Array,
): readonly Dgi[] {
  assertProfile(profile);
  const { authentication } = profile;
  const { ac, mac, enc } = profile.cardKeys;
  const keys = [ac, mac, enc];
  return [
    group('0101', template('70', trackObjects(profile))),
    group('0301', template('70', tokenObjects(profile))),
    group('9103', template('A5', selectObjects(profile))),
    group('9207', ...processingObjects(profile)),
    group('0D01', tlv('9F6C', fromHex('0000')), tlv('9F68', fromHex('00000800'))),
    group('0E01', ...counterObjects(profile)),
    { id: '8000', data: encryptKeys(concat(...keys)) },
    { id: '9000', data: concat(...keys.map((key) => keyCheckValue(key, 3))) },
    group('A001', ...holderObjects(profile)),
    group('A002', tlv('80', Uint8Array.of(profile.profileFlag))),
    ...(authentication ? authenticationGroups(profile, authentication, encryptKeys) : []),
  ];
}

function group(id: string, ...objects: readonly Tlv[]): Dgi {
  return { id, data: encodeTlv(objects) };
}

function trackObjects({ token, expiry, serviceCode }: TokenProfile): readonly Tlv[] {
  // Discretionary data are eleven zeros: a token has no verification value of its own.
  const track2 = { pan: token, expiry, serviceCode, discretionary: '00000000000' };
  return [tlv('57', encodeTrack2(track2)), tlv('5F20', fromAscii('OCTAVO/HOLDER'))];
}

function tokenObjects({ token, expiry, panSequenceNumber }: TokenProfile): readonly Tlv[] {
  return [
    tlv('5A', bcdFromDigits(token, 8)),
    tlv('5F24', expiryDate(expiry)),
    tlv('5F28', fromHex('0156')),
    tlv('5F34', bcdFromDigits(panSequenceNumber, 1)),
  ];
}

function selectObjects({
  label,
  authentication,
}: Pick<TokenProfile, 'label' | 'authentication'>): readonly Tlv[] {
  return [
    tlv('50', fromAscii(label)),
    tlv('87', fromHex('01')),
    tlv('9F38', fromHex('9F66049F02069F03069F1A0295055F2A029A039C019F3704')),
    tlv('5F2D', fromAscii('zhen')),
    template('BF0C', [
      tlv('9F4D', fromHex('0B0A')),
      // Offline data authentication for an online cryptogram.
      ...(authentication === undefined ? [] : [tlv('DF61', fromHex('40'))]),
    ]),
  ];
}

function processingObjects(profile: TokenProfile): readonly Tlv[] {
  const { derivationKeyIndex, par, requestorId } = profile;
  const prefix = [fromHex('07'), Uint8Array.of(derivationKeyIndex), fromHex('0103A0000001')];
  return [
    tlv('82', INTERCHANGE_PROFILE),
    tlv('9F10', concat(...prefix)),
    tlv('9F24', fromAscii(par)),
    tlv('9F19', bcdFromDigits(requestorId, 6)),
  ];
}

function counterObjects({ firstCounter, panSequenceNumber }: TokenProfile): readonly Tlv[] {
  return [
    tlv('9F36', fromUint(firstCounter, 2)),
    tlv('9F51', fromHex('0156')),
    tlv('5F34', bcdFromDigits(panSequenceNumber, 1)),
  ];
}

function holderObjects({ holder }: TokenProfile): readonly Tlv[] {
  const { publicKey, rpIdHash, origin } = holder;
  const place = [tlv('80', rpIdHash), tlv('81', fromAscii(origin))];
  return publicKey === undefined ? place : [tlv('86', publicKey), ...place];
}

/** A profile comes from the token service's own rows, so a wrong one is a bug. No message names a value. */
function assertProfile(profile: TokenProfile): void {
  const aid = profile.kind === 'debit' ? DEBIT_AID : CREDIT_AID;
  assert(profile.instanceAid.startsWith(aid), 'the instance is not named after its kind');
  assert(profile.instanceAid.length === aid.length + 4, 'the suffix is not two bytes');
  assert(/^\d{16}$/.test(profile.token), 'a token is 16 digits');
  assert(/^\d\d(0[1-9]|1[0-2])$/.test(profile.expiry), 'an expiry is YYMM');
  assert(/^\d{2}$/.test(profile.panSequenceNumber), 'a sequence number is two digits');
  assert(/^\d{3}$/.test(profile.serviceCode), 'a service code is three digits');
  assert(/^[\x20-\x7E]{1,16}$/.test(profile.label), 'a label is 1 to 16 printable characters');
  assert(/^[0-9A-Z]{29}$/.test(profile.par), 'a PAR is 29 letters and digits');
  assert(/^\d{11}$/.test(profile.requestorId), 'a requestor id is 11 digits');
  const { firstCounter } = profile;
  const isCounter = Number.isInteger(firstCounter) && firstCounter >= 0 && firstCounter < 0xffff;
  assert(isCounter, 'a counter that a tap can raise is 0 to FFFE');
  const { ac, mac, enc } = profile.cardKeys;
  assert(ac.length === 16 && mac.length === 16 && enc.length === 16, 'a card key is 16 bytes');
  const { publicKey, rpIdHash } = profile.holder;
  assert(publicKey === undefined || publicKey.length === 65, 'a public key is 65 bytes');
  assert(rpIdHash.length === 32, 'a hash is 32 bytes');
}
