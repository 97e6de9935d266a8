/**
 * The same chain with the Chinese algorithms: certificates, static data and dynamic signatures are clear bytes with
 * an SM2 signature behind them. The dynamic signature is a definition of this project.
 * @see docs/specs.md, EMV contactless sheet, section 7.3
 */
import { assert } from '../bytes/assert.ts';
import { concat, fromHex, toHex } from '../bytes/bytes.ts';
import { isSm2Point, sm2Sign, sm2Verify } from '../cipher/sm2.ts';
import { type OdaRefused, refusedBy } from './checks.ts';
import {
  dynamicNumberOf,
  type FddaTerminalData,
  fddaDynamicData,
  fddaHashInput,
} from './dynamic.ts';
import {
  CARD_NUMBER_BYTES,
  cardNumberBytes,
  cardNumberOf,
  ISSUER_IDENTIFIER_BYTES,
  issuerIdentifierBytes,
  issuerIdentifierOf,
} from './subject.ts';

/** What an SM2 certificate says of the key in it. */
export type Sm2CertifiedKey = {
  /** X and Y, 64 bytes. */
  readonly key: Uint8Array;
  /** The issuer's first digits (3 to 8), or the card number. */
  readonly subject: string;
  /** The last month it holds: four digits, MMYY. */
  readonly expiry: string;
  /** Three bytes. */
  readonly serial: Uint8Array;
};

/** A key out of a certificate that stands; its expiry is not checked. */
export type Sm2RecoveredKey = Sm2CertifiedKey & { readonly kind: 'recovered' };

/** The source of a signature's nonce. */
export type Random = (length: number) => Uint8Array;

type CertificateShape = {
  readonly format: number;
  readonly subjectBytes: number;
  readonly curves: readonly number[];
};

const CURVE = 0x11;
const ISSUER: CertificateShape = {
  format: 0x12,
  subjectBytes: ISSUER_IDENTIFIER_BYTES,
  curves: [CURVE],
};
// One public card names curve 04 in its certificate, and its signatures stand on the usual curve.
const ICC: CertificateShape = {
  format: 0x14,
  subjectBytes: CARD_NUMBER_BYTES,
  curves: [CURVE, 0x04],
};
const FORMAT_STATIC = 0x13;
const FORMAT_DYNAMIC = 0x15;
/** SM2 with SM3. */
const ALGORITHM = 0x04;
const POINT_BYTES = 64;
const SIGNATURE_BYTES = 64;
const NOTHING = new Uint8Array(0);

/**
 * The issuer's key out of tag 90 (142 bytes), checked with the CA's key. With `pan` (digits) the issuer's identifier
 * must be its beginning. Refused by length, format, signature, issuer_identifier, algorithm or key, in this order.
 * @example sm2IssuerKey(new Uint8Array(64), fromHex('12')) // { kind: 'refused', code: 'length' }
 */
export function sm2IssuerKey(
  caKey: Uint8Array,
  certificate: Uint8Array,
  pan?: string,
): Sm2RecoveredKey | OdaRefused {
  const body = certificateBody(caKey, certificate, ISSUER, NOTHING);
  if ('kind' in body) return body;
  const identifier = issuerIdentifierOf(subjectField(body, ISSUER), pan);
  if (identifier === undefined) return refusedBy('issuer_identifier');
  return recovered(body, ISSUER, identifier);
}

/**
 * The card's key out of tag 9F46 (148 bytes), checked with the issuer's key over certificate and static data. With
 * `pan` (digits) the certificate must name it. Refused by length, format, signature, pan, algorithm or key.
 * @example sm2IccKey(new Uint8Array(64), new Uint8Array(148), fromHex('')) // { kind: 'refused', code: 'format' }
 */
export function sm2IccKey(
  issuerKey: Uint8Array,
  certificate: Uint8Array,
  staticData: Uint8Array,
  pan?: string,
): Sm2RecoveredKey | OdaRefused {
  const body = certificateBody(issuerKey, certificate, ICC, staticData);
  if ('kind' in body) return body;
  const number = cardNumberOf(subjectField(body, ICC), pan);
  if (number === undefined) return refusedBy('pan');
  return recovered(body, ICC, number);
}

/**
 * Certify an issuer's key with the CA's private key (32 bytes): tag 90.
 * @example sm2IssuerCertificate(fromHex('01'.padStart(64, '0')), { key: sm2PublicKey(fromHex('02'.padStart(64, '0'))), subject: '625824', expiry: '1230', serial: fromHex('000001') }, (length) => new Uint8Array(length)).length // 142
 */
export function sm2IssuerCertificate(
  caPrivateKey: Uint8Array,
  certified: Sm2CertifiedKey,
  random: Random,
): Uint8Array {
  const body = bodyOf(certified, ISSUER, issuerIdentifierBytes(certified.subject));
  return concat(body, sm2Sign(caPrivateKey, body, random));
}

/**
 * Certify a card's key with the issuer's private key (32 bytes), bound to the static data: tag 9F46.
 * @example sm2IccCertificate(fromHex('01'.padStart(64, '0')), { key: sm2PublicKey(fromHex('02'.padStart(64, '0'))), subject: '6258249900000018', expiry: '1230', serial: fromHex('000002') }, fromHex(''), (length) => new Uint8Array(length)).length // 148
 */
export function sm2IccCertificate(
  issuerPrivateKey: Uint8Array,
  certified: Sm2CertifiedKey,
  staticData: Uint8Array,
  random: Random,
): Uint8Array {
  const body = bodyOf(certified, ICC, cardNumberBytes(certified.subject));
  return concat(body, sm2Sign(issuerPrivateKey, concat(body, staticData), random));
}

/**
 * Check the signed static data (tag 93, 67 bytes) with the issuer's key; answers the data authentication code, two
 * bytes. Refused by length, format or signature.
 * @example sm2VerifyStaticData(new Uint8Array(64), new Uint8Array(66), fromHex('')) // { kind: 'refused', code: 'length' }
 */
export function sm2VerifyStaticData(
  issuerKey: Uint8Array,
  signed: Uint8Array,
  staticData: Uint8Array,
): { readonly kind: 'verified'; readonly dataAuthenticationCode: Uint8Array } | OdaRefused {
  if (signed.length !== 3 + SIGNATURE_BYTES) return refusedBy('length');
  if (signed[0] !== FORMAT_STATIC) return refusedBy('format');
  const message = concat(signed.subarray(0, 3), staticData);
  if (!sm2Verify(issuerKey, message, signed.subarray(3))) return refusedBy('signature');
  return { kind: 'verified', dataAuthenticationCode: signed.slice(1, 3) };
}

/**
 * Sign static data with the issuer's private key (32 bytes): tag 93.
 * @example toHex(sm2SignStaticData(fromHex('01'.padStart(64, '0')), fromHex('DAC0'), fromHex(''), (length) => new Uint8Array(length))).slice(0, 6) // '13DAC0'
 */
export function sm2SignStaticData(
  issuerPrivateKey: Uint8Array,
  dataAuthenticationCode: Uint8Array,
  staticData: Uint8Array,
  random: Random,
): Uint8Array {
  assert(dataAuthenticationCode.length === 2, 'a data authentication code has two bytes');
  const head = concat(Uint8Array.of(FORMAT_STATIC), dataAuthenticationCode);
  return concat(head, sm2Sign(issuerPrivateKey, concat(head, staticData), random));
}

/**
 * Check a tap's fDDA signature (tag 9F4B) with the card's key: `15 04 length, dynamic data, r, s`. A definition of
 * this project. Refused by length, format, signature, algorithm or dynamic_data.
 * @example sm2VerifyFdda(new Uint8Array(64), fromHex('15'), { version: 0, unpredictableNumber: fromHex('1A2B3C4D') }) // { kind: 'refused', code: 'length' }
 */
export function sm2VerifyFdda(
  iccKey: Uint8Array,
  signed: Uint8Array,
  terminalData: FddaTerminalData,
): { readonly kind: 'verified'; readonly iccDynamicNumber: Uint8Array } | OdaRefused {
  const prefixBytes = signed.length - SIGNATURE_BYTES;
  if (prefixBytes < 4 || signed[2] !== prefixBytes - 3) return refusedBy('length');
  if (signed[0] !== FORMAT_DYNAMIC) return refusedBy('format');
  const prefix = signed.subarray(0, prefixBytes);
  const message = concat(prefix, fddaHashInput(terminalData));
  if (!sm2Verify(iccKey, message, signed.subarray(prefixBytes))) return refusedBy('signature');
  if (prefix[1] !== ALGORITHM) return refusedBy('algorithm');
  const iccDynamicNumber = dynamicNumberOf(prefix.subarray(3));
  if (iccDynamicNumber === undefined) return refusedBy('dynamic_data');
  return { kind: 'verified', iccDynamicNumber };
}

/**
 * Make a tap's fDDA signature with the card's private key (32 bytes); the dynamic data are those of the RSA chain.
 * A definition of this project.
 * @example toHex(sm2SignFdda(fromHex('01'.padStart(64, '0')), fromHex('0002'), { version: 0, unpredictableNumber: fromHex('1A2B3C4D') }, (length) => new Uint8Array(length))).slice(0, 12) // '150403020002'
 */
export function sm2SignFdda(
  iccPrivateKey: Uint8Array,
  atc: Uint8Array,
  terminalData: FddaTerminalData,
  random: Random,
): Uint8Array {
  assert(atc.length === 2, 'a counter has two bytes');
  const dynamicData = fddaDynamicData(atc, terminalData);
  const prefix = concat(Uint8Array.of(FORMAT_DYNAMIC, ALGORITHM, dynamicData.length), dynamicData);
  const message = concat(prefix, fddaHashInput(terminalData));
  return concat(prefix, sm2Sign(iccPrivateKey, message, random));
}

/** The certificate's bytes before its signature, when that stands. */
function certificateBody(
  signer: Uint8Array,
  certificate: Uint8Array,
  { format, subjectBytes }: CertificateShape,
  staticData: Uint8Array,
): Uint8Array | OdaRefused {
  const bodyBytes = 10 + subjectBytes + POINT_BYTES;
  if (certificate.length !== bodyBytes + SIGNATURE_BYTES) return refusedBy('length');
  if (certificate[0] !== format) return refusedBy('format');
  const body = certificate.subarray(0, bodyBytes);
  const isSigned = sm2Verify(signer, concat(body, staticData), certificate.subarray(bodyBytes));
  return isSigned ? body : refusedBy('signature');
}

function subjectField(body: Uint8Array, { subjectBytes }: CertificateShape): Uint8Array {
  return body.subarray(1, 1 + subjectBytes);
}

function recovered(
  body: Uint8Array,
  { subjectBytes, curves }: CertificateShape,
  subject: string,
): Sm2RecoveredKey | OdaRefused {
  const at = 1 + subjectBytes;
  const [algorithm, parameter, curve, keyBytes] = body.subarray(at + 5, at + 9) as unknown as Head;
  const isOurs = algorithm === ALGORITHM && parameter === 0 && curves.includes(curve);
  if (!isOurs) return refusedBy('algorithm');
  const key = body.slice(at + 9);
  if (keyBytes !== POINT_BYTES || !isSm2Point(key)) return refusedBy('key');
  const expiry = toHex(body.subarray(at, at + 2));
  return { kind: 'recovered', key, subject, expiry, serial: body.slice(at + 2, at + 5) };
}

/** Algorithm, a zero, curve and length of the key. */
type Head = readonly [algorithm: number, parameter: number, curve: number, keyBytes: number];

function bodyOf(
  { key, expiry, serial }: Sm2CertifiedKey,
  { format }: CertificateShape,
  subject: Uint8Array,
): Uint8Array {
  assert(isSm2Point(key), 'not a point of the curve');
  assert(/^\d{4}$/.test(expiry) && serial.length === 3, 'an expiry MMYY and three bytes of serial');
  return concat(
    Uint8Array.of(format),
    subject,
    fromHex(expiry),
    serial,
    Uint8Array.of(ALGORITHM, 0, CURVE, POINT_BYTES),
    key,
  );
}
