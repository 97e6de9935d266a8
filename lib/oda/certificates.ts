/**
 * RSA certificates: the CA signs the issuer's key, the issuer signs the card's. Recovering a key out of its
 * certificate, and making the certificate. Expiry and revocation are for the caller, who knows the date.
 * @see docs/specs.md, EMV contactless sheet, section 7.1
 */
import { assert } from '../bytes/assert.ts';
import { concat, fromHex, toHex } from '../bytes/bytes.ts';
import {
  isRsaExponent,
  isRsaModulus,
  type RsaPrivateKey,
  type RsaPublicKey,
} from '../cipher/rsa.ts';
import { signBlock, verifyBlock } from './block.ts';
import { type OdaRefused, refusedBy } from './checks.ts';
import {
  CARD_NUMBER_BYTES,
  cardNumberBytes,
  cardNumberOf,
  ISSUER_IDENTIFIER_BYTES,
  issuerIdentifierBytes,
  issuerIdentifierOf,
} from './subject.ts';

/** A certificate as a card carries it: tags 90, 92 and 9F32 of the issuer, 9F46, 9F48 and 9F47 of the card. */
export type CertificateObjects = {
  readonly certificate: Uint8Array;
  /** The last bytes of the modulus when it does not fit the certificate, else empty. */
  readonly remainder: Uint8Array;
  readonly exponent: Uint8Array;
};

/** What a certificate says of the key in it. */
export type CertifiedKey = {
  readonly key: RsaPublicKey;
  /** The issuer's first digits (3 to 8), or the card number. */
  readonly subject: string;
  /** The last month it holds: four digits, MMYY. */
  readonly expiry: string;
  /** Three bytes. */
  readonly serial: Uint8Array;
};

/** A key recovered from a certificate that stands; its expiry is not checked. */
export type RecoveredKey = CertifiedKey & { readonly kind: 'recovered' };

/** The two kinds of certificate: the byte that names the kind, and how long the subject is. */
export type CertificateShape = { readonly format: number; readonly subjectBytes: number };

/** The certificate of an issuer's key, tag 90. */
const ISSUER_CERTIFICATE: CertificateShape = {
  format: 0x02,
  subjectBytes: ISSUER_IDENTIFIER_BYTES,
};
/** The certificate of a card's key, tag 9F46. */
export const ICC_CERTIFICATE: CertificateShape = { format: 0x04, subjectBytes: CARD_NUMBER_BYTES };

/** Bytes of a content beside subject and modulus: kind, expiry, serial, two algorithms, two lengths. */
const FIXED_BYTES = 10;
const SHA1_ALGORITHM = 0x01;
const RSA_ALGORITHM = 0x01;
const NOTHING = new Uint8Array(0);

/**
 * Recover the issuer's public key with the CA's. With `pan` (digits) the issuer's identifier must be its beginning.
 * Refused by length, trailer, header, format, hash, issuer_identifier, algorithm or key, in this order.
 * @example recoverIssuerKey({ modulus: new Uint8Array(48).fill(0xff), exponent: fromHex('03') }, { certificate: fromHex(''), remainder: fromHex(''), exponent: fromHex('03') }) // { kind: 'refused', code: 'length' }
 */
export function recoverIssuerKey(
  caKey: RsaPublicKey,
  objects: CertificateObjects,
  pan?: string,
): RecoveredKey | OdaRefused {
  const content = verifiedContent(caKey, objects, ISSUER_CERTIFICATE, NOTHING);
  if ('kind' in content) return content;
  const identifier = issuerIdentifierOf(subjectField(content, ISSUER_CERTIFICATE), pan);
  if (identifier === undefined) return refusedBy('issuer_identifier');
  return recovered(content, objects, ISSUER_CERTIFICATE, identifier);
}

/**
 * Recover the card's public key with the issuer's. The hash covers the static data; with `pan` (digits) the
 * certificate must name it. Refused by length, trailer, header, format, hash, pan, algorithm or key, in this order.
 * @example recoverIccKey({ modulus: new Uint8Array(48).fill(0xff), exponent: fromHex('03') }, { certificate: new Uint8Array(48), remainder: fromHex(''), exponent: fromHex('03') }, fromHex('')) // { kind: 'refused', code: 'trailer' }
 */
export function recoverIccKey(
  issuerKey: RsaPublicKey,
  objects: CertificateObjects,
  staticData: Uint8Array,
  pan?: string,
): RecoveredKey | OdaRefused {
  const content = verifiedContent(issuerKey, objects, ICC_CERTIFICATE, staticData);
  if ('kind' in content) return content;
  const number = cardNumberOf(subjectField(content, ICC_CERTIFICATE), pan);
  if (number === undefined) return refusedBy('pan');
  return recovered(content, objects, ICC_CERTIFICATE, number);
}

/**
 * Certify an issuer's key with the CA's private key. The identifier has 3 to 8 digits; an impossible subject is a
 * bug of the caller.
 * @example makeIssuerCertificate({ modulus: new Uint8Array(48).fill(0xff), privateExponent: fromHex('01') }, { subject: '625824', expiry: '1230', serial: fromHex('000001'), key: { modulus: new Uint8Array(48).fill(0xff), exponent: fromHex('03') } }).remainder.length // 36
 */
export function makeIssuerCertificate(
  caKey: RsaPrivateKey,
  certified: CertifiedKey,
): CertificateObjects {
  const subject = issuerIdentifierBytes(certified.subject);
  return made(caKey, certified, ISSUER_CERTIFICATE.format, subject, NOTHING);
}

/**
 * Certify a card's key with the issuer's private key; the certificate binds the static data. An impossible card
 * number is a bug of the caller.
 * @example makeIccCertificate({ modulus: new Uint8Array(90).fill(0xff), privateExponent: fromHex('01') }, { subject: '6258249900000018', expiry: '1230', serial: fromHex('000002'), key: { modulus: new Uint8Array(48).fill(0xff), exponent: fromHex('03') } }, fromHex('')).remainder.length // 0
 */
export function makeIccCertificate(
  issuerKey: RsaPrivateKey,
  certified: CertifiedKey,
  staticData: Uint8Array,
): CertificateObjects {
  const subject = cardNumberBytes(certified.subject);
  return made(issuerKey, certified, ICC_CERTIFICATE.format, subject, staticData);
}

/**
 * The key whose first bytes stand in a certificate's content; undefined when the lengths there, the remainder and
 * the exponent make no key.
 * @example certifiedKeyOf(new Uint8Array(20), { certificate: fromHex(''), remainder: fromHex(''), exponent: fromHex('03') }, ICC_CERTIFICATE) // undefined
 */
export function certifiedKeyOf(
  content: Uint8Array,
  { remainder, exponent }: CertificateObjects,
  { subjectBytes }: CertificateShape,
): RsaPublicKey | undefined {
  const digits = content.subarray(FIXED_BYTES + subjectBytes);
  const keyBytes = content[subjectBytes + 8] as number;
  const exponentBytes = content[subjectBytes + 9] as number;
  if (exponent.length !== exponentBytes || !isRsaExponent(exponent)) return undefined;
  if (remainder.length !== Math.max(0, keyBytes - digits.length)) return undefined;
  const modulus = concat(digits.subarray(0, keyBytes), remainder);
  return isRsaModulus(modulus) ? { modulus, exponent } : undefined;
}

function verifiedContent(
  signer: RsaPublicKey,
  { certificate, remainder, exponent }: CertificateObjects,
  { format, subjectBytes }: CertificateShape,
  staticData: Uint8Array,
): Uint8Array | OdaRefused {
  const hashed = concat(remainder, exponent, staticData);
  const block = verifyBlock(signer, certificate, format, FIXED_BYTES + subjectBytes, hashed);
  return block.kind === 'refused' ? block : block.content;
}

function subjectField(content: Uint8Array, { subjectBytes }: CertificateShape): Uint8Array {
  return content.subarray(1, 1 + subjectBytes);
}

function recovered(
  content: Uint8Array,
  objects: CertificateObjects,
  shape: CertificateShape,
  subject: string,
): RecoveredKey | OdaRefused {
  const at = 1 + shape.subjectBytes;
  if (content[at + 5] !== SHA1_ALGORITHM || content[at + 6] !== RSA_ALGORITHM) {
    return refusedBy('algorithm');
  }
  const key = certifiedKeyOf(content, objects, shape);
  if (key === undefined) return refusedBy('key');
  const expiry = toHex(content.subarray(at, at + 2));
  return { kind: 'recovered', key, subject, expiry, serial: content.slice(at + 2, at + 5) };
}

function made(
  signer: RsaPrivateKey,
  { expiry, serial, key }: CertifiedKey,
  format: number,
  subject: Uint8Array,
  staticData: Uint8Array,
): CertificateObjects {
  const { modulus, exponent } = key;
  assert(isRsaModulus(modulus) && isRsaExponent(exponent), 'not a public key');
  assert(/^\d{4}$/.test(expiry) && serial.length === 3, 'an expiry MMYY and three bytes of serial');
  const head = concat(
    Uint8Array.of(format),
    subject,
    fromHex(expiry),
    serial,
    Uint8Array.of(SHA1_ALGORITHM, RSA_ALGORITHM, modulus.length, exponent.length),
  );
  const room = signer.modulus.length - 22 - head.length;
  const content = concat(head, modulus.subarray(0, room));
  const remainder = modulus.slice(room);
  const certificate = signBlock(signer, content, concat(remainder, exponent, staticData));
  return { certificate, remainder, exponent };
}
