/**
 * Certification: what a token must have so that a reader can authenticate it, as data groups. They come with its
 * personalisation or in a later step.
 * @see profile octavo-1, section 15, and docs/specs.md, EMV contactless sheet, section 7
 */
import { assert } from '../bytes/assert.ts';
import { bcdFromDigits } from '../bytes/bcd.ts';
import { concat, fromAscii, fromHex } from '../bytes/bytes.ts';
import type { RsaPrimeParts } from '../cipher/rsa.ts';
import type { CertificateObjects } from '../oda/certificates.ts';
import { encodeTlv, type Tlv, template, tlv } from '../tlv/tlv.ts';
import type { Dgi } from './dgi.ts';

/** The certificates of one card and its key. @see profile octavo-1, section 15 */
export type CardAuthentication = {
  /** Which of the authority's keys signed the issuer's certificate (8F). */
  readonly authorityIndex: number;
  /** Tags 90, 92 and 9F32. */
  readonly issuer: CertificateObjects;
  /** Tags 9F46, 9F48 and 9F47, made over `signedStaticData`. */
  readonly card: CertificateObjects;
  /** The card's key, 1024 bits: each part is 64 bytes. */
  readonly parts: RsaPrimeParts;
};

/** What of a profile the card's certificate binds. */
export type SignedProfile = {
  /** 16 digits. */
  readonly token: string;
  /** YYMM. */
  readonly expiry: string;
  /** Two digits. */
  readonly panSequenceNumber: string;
  readonly par: string;
  readonly requestorId: string;
};

/** AIP: static and dynamic data authentication, holder verification. */
export const INTERCHANGE_PROFILE = fromHex('7000');

/**
 * The static data that a card's certificate is made over: the value of record 0302, then the AIP.
 * @see profile octavo-1, section 15
 */
export function signedStaticData(profile: SignedProfile): Uint8Array {
  return concat(encodeTlv(signedObjects(profile)), INTERCHANGE_PROFILE);
}

/** The record that the card's certificate binds. */
function signedObjects(profile: SignedProfile): readonly Tlv[] {
  const { token, expiry, panSequenceNumber, par, requestorId } = profile;
  return [
    tlv('5A', bcdFromDigits(token, 8)),
    tlv('5F24', expiryDate(expiry)),
    tlv('5F34', bcdFromDigits(panSequenceNumber, 1)),
    tlv('9F08', fromHex('0030')),
    tlv('9F19', bcdFromDigits(requestorId, 6)),
    tlv('9F24', fromAscii(par)),
    tlv('9F4A', fromHex('82')),
  ];
}

/** The data groups of offline data authentication. @see profile octavo-1, section 15 */
export function authenticationGroups(
  profile: SignedProfile,
  { authorityIndex, issuer, card, parts }: CardAuthentication,
  encryptKeys: (data: Uint8Array) => Uint8Array,
): readonly Dgi[] {
  const key = [
    parts.coefficient,
    parts.secondExponent,
    parts.firstExponent,
    parts.secondPrime,
    parts.firstPrime,
  ];
  assert(authorityIndex >= 0 && authorityIndex <= 0xff, 'an index is one byte');
  assert(
    key.every((part) => part.length === 64),
    'a prime part of 1024 bits is 64 bytes',
  );
  return [
    record('0201', [
      tlv('8F', Uint8Array.of(authorityIndex)),
      tlv('90', issuer.certificate),
      tlv('9F32', issuer.exponent),
      ...remainderOf('92', issuer),
    ]),
    record('0202', [
      tlv('9F46', card.certificate),
      tlv('9F47', card.exponent),
      ...remainderOf('9F48', card),
    ]),
    record('0302', signedObjects(profile)),
    // Version 01; the card fills in its random number and its qualifiers at each tap.
    record('0303', [tlv('9F69', fromHex('0100000000000000'))]),
    ...key.map((part, index) => ({ id: `820${index + 1}`, data: encryptKeys(part) })),
  ];
}

function record(id: string, objects: readonly Tlv[]): Dgi {
  return { id, data: encodeTlv([template('70', objects)]) };
}

function remainderOf(tag: string, { remainder }: CertificateObjects): readonly Tlv[] {
  return remainder.length === 0 ? [] : [tlv(tag, remainder)];
}

/** The last day of an expiry given as YYMM of this century, as tag 5F24 writes it. */
export function expiryDate(expiry: string): Uint8Array {
  const year = 2000 + Number(expiry.slice(0, 2));
  const month = Number(expiry.slice(2));
  const day = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return bcdFromDigits(`${expiry}${day}`, 3);
}
