/**
 * The element's certificate and its card production life cycle data (CPLC): who made this chip, and which key was born in it.
 * @see profile octavo-1, section 3, and docs/specs.md, provisioning sheet, section 2
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { assert } from '../bytes/assert.ts';
import { concat, fromAscii, fromHex, Reader, toAscii, toHex } from '../bytes/bytes.ts';
import { isPoint, verifyP256 } from '../cipher/p256.ts';
import { decodeTlv, encodeTlv, TlvError, type TlvSpan, template, tlv } from '../tlv/tlv.ts';

/** Foreign bytes that are not an element certificate or CPLC data. `offset` counts bytes from their start. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(`${message} (at byte ${offset})`);
    this.offset = offset;
  }
}

/** An element certificate before its maker has signed it. */
export type UnsignedElementCertificate = {
  /** The maker's name: 1 to 64 printable ASCII characters. */
  readonly makerId: string;
  /** 42 bytes; `decodeCplc` reads them. */
  readonly cplc: Uint8Array;
  /** The element's P-256 key: 65 bytes, uncompressed. */
  readonly publicKey: Uint8Array;
};

/** An element certificate; the signature is r and s, 32 bytes each. */
export type ElementCertificate = UnsignedElementCertificate & { readonly signature: Uint8Array };

const T7F21_CERTIFICATE = '7F21';
const T42_MAKER_ID = '42';
const T45_CPLC = '45';
const T86_PUBLIC_KEY = '86';
const T5F37_SIGNATURE = '5F37';

/** Write a certificate: `7F21 { 42, 45, 86, 5F37 }`. @see profile octavo-1, section 3 */
export function encodeElementCertificate(certificate: ElementCertificate): Uint8Array {
  assert(certificate.signature.length === 64, 'a signature is 64 bytes');
  const signature = tlv(T5F37_SIGNATURE, certificate.signature);
  return encodeTlv([template(T7F21_CERTIFICATE, [...signedObjects(certificate), signature])]);
}

/** Read a certificate; its signature is not checked here. Throws `CertificateError` on any other shape. */
export function decodeElementCertificate(bytes: Uint8Array): ElementCertificate {
  const outer = readTlv(bytes);
  const [first] = outer;
  if (first === undefined || first.tag !== T7F21_CERTIFICATE || outer.length !== 1)
    throw new CertificateError('not one object 7F21', 0);
  const [maker, cplc, publicKey, signature] = first.children ?? [];
  const makerId = fixedValue(maker, T42_MAKER_ID, 1, 64, first);
  if (!makerId.every((byte) => byte >= 0x20 && byte <= 0x7e))
    throw new CertificateError('the maker id is not printable ASCII', first.valueStart);
  const certificate = {
    makerId: toAscii(makerId),
    cplc: fixedValue(cplc, T45_CPLC, CPLC_BYTES, CPLC_BYTES, first),
    publicKey: fixedValue(publicKey, T86_PUBLIC_KEY, 65, 65, first),
    signature: fixedValue(signature, T5F37_SIGNATURE, 64, 64, first),
  };
  if (first.children?.length !== 4)
    throw new CertificateError('more objects than a certificate has', first.end);
  if (!isPoint(certificate.publicKey))
    throw new CertificateError('the public key is not a point of P-256', first.valueStart);
  return certificate;
}

/** The bytes that the maker signs: objects 42, 45 and 86 as they stand. */
export function certificateToSign(certificate: UnsignedElementCertificate): Uint8Array {
  return encodeTlv(signedObjects(certificate));
}

/** Whether the maker's key (65 bytes, uncompressed) signed this certificate. */
export function verifyElementCertificate(
  certificate: ElementCertificate,
  makerPublicKey: Uint8Array,
): boolean {
  return verifyP256(certificate.signature, certificateToSign(certificate), makerPublicKey);
}

/** The element's id: SHA-256 of its whole certificate, 32 bytes. */
export function elementId(certificateBytes: Uint8Array): Uint8Array {
  return sha256(certificateBytes);
}

function signedObjects(certificate: UnsignedElementCertificate): ReturnType<typeof tlv>[] {
  const { makerId, cplc, publicKey } = certificate;
  assert(/^[\x20-\x7E]{1,64}$/.test(makerId), 'a maker id is 1 to 64 printable characters');
  assert(cplc.length === CPLC_BYTES && publicKey.length === 65, 'a part of the wrong length');
  return [
    tlv(T42_MAKER_ID, fromAscii(makerId)),
    tlv(T45_CPLC, cplc),
    tlv(T86_PUBLIC_KEY, publicKey),
  ];
}

function readTlv(bytes: Uint8Array): readonly TlvSpan[] {
  try {
    return decodeTlv(bytes);
  } catch (error) {
    if (error instanceof TlvError) throw new CertificateError(error.message, error.offset);
    throw error;
  }
}

function fixedValue(
  span: TlvSpan | undefined,
  tag: string,
  least: number,
  most: number,
  parent: TlvSpan,
): Uint8Array {
  if (span === undefined) throw new CertificateError(`object ${tag} is missing`, parent.end);
  if (span.tag !== tag) throw new CertificateError(`object ${tag} was expected`, span.start);
  if (span.value.length < least || span.value.length > most)
    throw new CertificateError(`object ${tag} has a wrong length`, span.lengthStart);
  return span.value;
}

/** The fields of the CPLC in order, with their lengths in bytes. Dates are a year digit and the day of the year. */
const CPLC_FIELDS = [
  ['icFabricator', 2],
  ['icType', 2],
  ['operatingSystemId', 2],
  ['operatingSystemReleaseDate', 2],
  ['operatingSystemReleaseLevel', 2],
  ['icFabricationDate', 2],
  ['icSerialNumber', 4],
  ['icBatchId', 2],
  ['icModuleFabricator', 2],
  ['icModulePackagingDate', 2],
  ['iccManufacturer', 2],
  ['icEmbeddingDate', 2],
  ['prePersonaliser', 2],
  ['prePersonalisationDate', 2],
  ['prePersonalisationEquipment', 4],
  ['personaliser', 2],
  ['personalisationDate', 2],
  ['personalisationEquipment', 4],
] as const;

const CPLC_BYTES = 42;

/** The card production life cycle data, each field as upper-case hexadecimal of its length. */
export type Cplc = { readonly [Field in (typeof CPLC_FIELDS)[number][0]]: string };

/** Write the CPLC's 42 bytes, without tag 9F7F. A field of another length is a bug of the caller. */
export function encodeCplc(cplc: Cplc): Uint8Array {
  return concat(
    ...CPLC_FIELDS.map(([field, length]) => {
      const bytes = fromHex(cplc[field]);
      assert(bytes.length === length, `${field} is ${length} bytes`);
      return bytes;
    }),
  );
}

/** Read the CPLC's 42 bytes, without tag 9F7F. Throws `CertificateError` on another length. */
export function decodeCplc(bytes: Uint8Array): Cplc {
  if (bytes.length !== CPLC_BYTES)
    throw new CertificateError('CPLC data are 42 bytes', bytes.length);
  const reader = new Reader(bytes);
  const fields = CPLC_FIELDS.map(([field, length]) => [field, toHex(reader.take(length))] as const);
  return Object.fromEntries(fields) as Cplc;
}
