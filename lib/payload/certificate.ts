/**
 * X.509 certificates as wallets sign with: made for a private test root, read strictly, and verified one by another.
 * @see docs/specs.md, tokenisation sheet, section 6.4
 */
import { p256, p384 } from '@noble/curves/nist.js';
import { sha256, sha384 } from '@noble/hashes/sha2.js';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate as CertificateSchema,
  Extension,
  Extensions,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_keyUsage,
  id_ce_subjectKeyIdentifier,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import { equal, fromHex } from '../bytes/bytes.ts';
import { encodeSpki, signDer } from '../cipher/p256.ts';
import {
  type DerNode,
  decodeDer,
  Members,
  oidOf,
  onlyMember,
  TAG,
  timeOf,
  wholeBits,
} from './der.ts';
import { PayloadError } from './malformed.ts';

/** A certificate as it is read; what is compared or signed stays the very bytes. */
export type Certificate = {
  /** The part that the issuer signed. */
  readonly signedPart: Uint8Array;
  readonly serialNumber: Uint8Array;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** Milliseconds since 1970; both ends count. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKey: CertificateKey;
  readonly hash: HashName;
  readonly signature: Uint8Array;
  /** May sign other certificates. */
  readonly isAuthority: boolean;
  /** May sign messages. */
  readonly isSigner: boolean;
  /** Every extension by its identifier in dots. */
  readonly extensions: ReadonlySet<string>;
  /** Whether it has an extension that must be understood and is not understood here. */
  readonly hasUnknownDemand: boolean;
};

/** A public key with its curve: an uncompressed point. */
export type CertificateKey = { readonly curve: 'P-256' | 'P-384'; readonly point: Uint8Array };

/** The hash of an ECDSA signature. */
export type HashName = 'SHA-256' | 'SHA-384';

/** ECDSA with SHA-256, the algorithm of what is made here. */
export const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';

const SIGNATURES: ReadonlyMap<string, HashName> = new Map([
  [ECDSA_WITH_SHA256, 'SHA-256'],
  ['1.2.840.10045.4.3.3', 'SHA-384'],
]);
const CURVES = [
  {
    curve: 'P-256',
    head: fromHex('3059301306072A8648CE3D020106082A8648CE3D030107034200'),
    arithmetic: p256,
  },
  {
    curve: 'P-384',
    head: fromHex('3076301006072A8648CE3D020106052B81040022036200'),
    arithmetic: p384,
  },
] as const;
const COMMON_NAME = '2.5.4.3';
const KEY_IDENTIFIER_BYTES = 20;
const SERIAL_BYTES = 8;
/** The bits of a key usage, from the left: digitalSignature, keyCertSign. */
const DIGITAL_SIGNATURE = 0x80;
const KEY_CERT_SIGN = 0x04;

/**
 * Make a certificate on a P-256 key, in DER. The issuer signs with ECDSA and SHA-256. Times are milliseconds since 1970
 * and are kept to the second. The serial number and the key identifiers come from SHA-256 of the public keys.
 * @example
 * const key = new Uint8Array(32).fill(1);
 * const certificate = makeCertificate({
 *   subject: 'Root',
 *   publicKey: publicKeyOf(key),
 *   issuer: 'Root',
 *   issuerPublicKey: publicKeyOf(key),
 *   issuerPrivateKey: key,
 *   notBefore: 0,
 *   notAfter: 1_000,
 *   isAuthority: true,
 * });
 * decodeCertificate(certificate).notAfter // 1_000
 * @see docs/specs.md, tokenisation sheet, section 6.4
 */
export function makeCertificate(order: {
  readonly subject: string;
  readonly publicKey: Uint8Array;
  readonly issuer: string;
  readonly issuerPublicKey: Uint8Array;
  readonly issuerPrivateKey: Uint8Array;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly isAuthority: boolean;
  /** An extension that only has to be there, by its identifier in dots. */
  readonly marker?: string;
}): Uint8Array {
  const spki = encodeSpki(order.publicKey);
  const algorithm = new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 });
  const part = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialOf(spki),
    signature: algorithm,
    issuer: nameOf(order.issuer),
    validity: new Validity({
      notBefore: new Date(order.notBefore),
      notAfter: new Date(order.notAfter),
    }),
    subject: nameOf(order.subject),
    subjectPublicKeyInfo: AsnConvert.parse(spki, SubjectPublicKeyInfo),
    extensions: new Extensions(extensionsOf(order)),
  });
  const signedPart = new Uint8Array(AsnConvert.serialize(part));
  const signatureValue = bufferOf(signDer(signedPart, order.issuerPrivateKey));
  const certificate = new CertificateSchema({
    tbsCertificate: part,
    signatureAlgorithm: algorithm,
    signatureValue,
  });
  return new Uint8Array(AsnConvert.serialize(certificate));
}

/**
 * Read a certificate in DER. Throws `PayloadError` on another form, version, algorithm or curve.
 * @example
 * const [root, intermediate, leaf] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
 * const chain = makeTestChain({ root, intermediate, leaf, notBefore: 0, notAfter: 1_000 });
 * decodeCertificate(chain.leaf).publicKey.curve // 'P-256'
 */
export function decodeCertificate(bytes: Uint8Array): Certificate {
  return readCertificate(decodeDer(bytes));
}

/**
 * Read a certificate that stands inside another object. Throws `PayloadError`.
 * @example
 * const [root, intermediate, leaf] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
 * const chain = makeTestChain({ root, intermediate, leaf, notBefore: 0, notAfter: 1_000 });
 * readCertificate(decodeDer(chain.leaf)).isAuthority // false
 */
export function readCertificate(node: DerNode): Certificate {
  const whole = new Members(node, TAG.sequence);
  const part = whole.take(TAG.sequence);
  const hash = hashOf(whole.take(TAG.sequence));
  const signature = wholeBits(whole.take(TAG.bitString));
  whole.end();
  const members = new Members(part, TAG.sequence);
  const version = onlyMember(members.take(TAG.context0), TAG.context0, TAG.integer);
  if (!equal(version.value, Uint8Array.of(Version.v3))) {
    throw new PayloadError('another version of certificates', version.offset);
  }
  const serialNumber = members.take(TAG.integer).value;
  const inner = members.take(TAG.sequence);
  if (hashOf(inner) !== hash) throw new PayloadError('two algorithms', inner.offset);
  const issuer = members.take(TAG.sequence).raw;
  const [notBefore, notAfter] = readValidity(members.take(TAG.sequence));
  const subject = members.take(TAG.sequence).raw;
  const publicKey = readKey(members.take(TAG.sequence));
  const extensions = readExtensions(members.take(TAG.context3));
  members.end();
  const validity = { notBefore, notAfter };
  const names = { serialNumber, issuer, subject };
  return { signedPart: part.raw, ...names, ...validity, publicKey, hash, signature, ...extensions };
}

/**
 * Whether a certificate was issued by another: its issuer by name, its signature by key, and the other may do so.
 * @example
 * const [root, intermediate, leaf] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
 * const chain = makeTestChain({ root, intermediate, leaf, notBefore: 0, notAfter: 1_000 });
 * isIssuedBy(decodeCertificate(chain.leaf), decodeCertificate(chain.intermediate)) // true
 */
export function isIssuedBy(certificate: Certificate, issuer: Certificate): boolean {
  if (!issuer.isAuthority || !equal(certificate.issuer, issuer.subject)) return false;
  const { signedPart, hash, signature } = certificate;
  return verifyWith(issuer.publicKey, hash, signature, signedPart);
}

/**
 * Whether an ECDSA signature in DER stands under a certificate's key.
 * @example
 * const privateKey = new Uint8Array(32).fill(1);
 * const signature = signDer(fromHex('01'), privateKey);
 * const key = { curve: 'P-256', point: publicKeyOf(privateKey) };
 * verifyWith(key, 'SHA-256', signature, fromHex('01')) // true
 */
export function verifyWith(
  key: CertificateKey,
  hash: HashName,
  signature: Uint8Array,
  message: Uint8Array,
): boolean {
  const digest = hash === 'SHA-256' ? sha256(message) : sha384(message);
  const { arithmetic } = key.curve === 'P-256' ? CURVES[0] : CURVES[1];
  const options = { prehash: false, format: 'der', lowS: false } as const;
  return arithmetic.verify(signature, digest, key.point, options);
}

/**
 * The hash of an ECDSA algorithm identifier. Throws `PayloadError` on another algorithm.
 * @example hashOf(decodeDer(fromHex('300A06082A8648CE3D040302'))) // 'SHA-256'
 */
export function hashOf(node: DerNode): HashName {
  const hash = SIGNATURES.get(oidOf(onlyMember(node, TAG.sequence, TAG.oid)));
  if (hash === undefined) throw new PayloadError('another signature algorithm', node.offset);
  return hash;
}

/** A name of one common name. */
function nameOf(commonName: string): Name {
  const value = new AttributeValue({ utf8String: commonName });
  return new Name([
    new RelativeDistinguishedName([new AttributeTypeAndValue({ type: COMMON_NAME, value })]),
  ]);
}

/** The serial number that a certificate on this key gets: eight bytes of SHA-256, positive. */
function serialOf(spki: Uint8Array): ArrayBuffer {
  const serial = sha256(spki).slice(0, SERIAL_BYTES);
  // Neither negative nor with a first byte that DER would leave out.
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return bufferOf(serial);
}

/**
 * The bytes as a buffer of their own, which is what the writer of ASN.1 takes.
 * @example bufferOf(fromHex('0102')).byteLength // 2
 */
export function bufferOf(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
}

function extensionsOf(order: Parameters<typeof makeCertificate>[0]): Extension[] {
  const { isAuthority, publicKey, issuerPublicKey, marker } = order;
  const usage = isAuthority ? KeyUsageFlags.keyCertSign : KeyUsageFlags.digitalSignature;
  const authority = new AuthorityKeyIdentifier({
    keyIdentifier: new KeyIdentifier(keyIdentifier(issuerPublicKey)),
  });
  const written: Extension[] = [
    extension(id_ce_basicConstraints, true, new BasicConstraints({ cA: isAuthority })),
    extension(id_ce_keyUsage, true, new KeyUsage(usage)),
    extension(
      id_ce_subjectKeyIdentifier,
      false,
      new SubjectKeyIdentifier(keyIdentifier(publicKey)),
    ),
    extension(id_ce_authorityKeyIdentifier, false, authority),
  ];
  if (marker === undefined) return written;
  // The value of a marker does not matter; wallets write NULL.
  const extnValue = new OctetString(bufferOf(Uint8Array.of(0x05, 0x00)));
  return [...written, new Extension({ extnID: marker, critical: false, extnValue })];
}

function extension(extnID: string, critical: boolean, value: unknown): Extension {
  const extnValue = new OctetString(AsnConvert.serialize(value));
  return new Extension({ extnID, critical, extnValue });
}

function keyIdentifier(publicKey: Uint8Array): ArrayBuffer {
  return bufferOf(sha256(publicKey).slice(0, KEY_IDENTIFIER_BYTES));
}

function readValidity(node: DerNode): readonly [notBefore: number, notAfter: number] {
  const [notBefore, notAfter, ...more] = node.children;
  if (notBefore === undefined || notAfter === undefined || more.length > 0) {
    throw new PayloadError('a validity has two ends', node.offset);
  }
  return [timeOf(notBefore), timeOf(notAfter)];
}

function readKey(node: DerNode): CertificateKey {
  const found = CURVES.find(({ head }) => equal(node.raw.subarray(0, head.length), head));
  if (found === undefined) throw new PayloadError('a key on another curve', node.offset);
  const point = node.raw.subarray(found.head.length);
  if (!found.arithmetic.utils.isValidPublicKey(point, false)) {
    throw new PayloadError('not a point of the curve', node.offset);
  }
  return { curve: found.curve, point };
}

function readExtensions(
  node: DerNode,
): Pick<Certificate, 'extensions' | 'isAuthority' | 'isSigner' | 'hasUnknownDemand'> {
  const extensions = new Set<string>();
  let [isAuthority, isCertSigner, isSigner, hasUnknownDemand] = [false, false, false, false];
  for (const child of onlyMember(node, TAG.context3, TAG.sequence).children) {
    const { name, isCritical, value } = readExtension(child);
    if (extensions.has(name)) throw new PayloadError('an extension twice', child.offset);
    extensions.add(name);
    if (name === id_ce_basicConstraints) isAuthority = readIsAuthority(value);
    else if (name === id_ce_keyUsage) {
      const bits = readUsage(value);
      isSigner = (bits & DIGITAL_SIGNATURE) !== 0;
      isCertSigner = (bits & KEY_CERT_SIGN) !== 0;
    } else if (isCritical) hasUnknownDemand = true;
  }
  isAuthority = isAuthority && isCertSigner;
  return { extensions, isAuthority, isSigner, hasUnknownDemand };
}

function readExtension(node: DerNode): {
  readonly name: string;
  readonly isCritical: boolean;
  readonly value: Uint8Array;
} {
  const members = new Members(node, TAG.sequence);
  const name = oidOf(members.take(TAG.oid));
  const critical = members.maybe(TAG.boolean);
  // DER leaves the default, false, out.
  if (critical !== undefined && !equal(critical.value, Uint8Array.of(0xff))) {
    throw new PayloadError('no truth value of DER', critical.offset);
  }
  const { value } = members.take(TAG.octetString);
  members.end();
  return { name, isCritical: critical !== undefined, value };
}

function readIsAuthority(value: Uint8Array): boolean {
  const members = new Members(decodeDer(value), TAG.sequence);
  const authority = members.maybe(TAG.boolean);
  // The length of the path below is no demand here: there is one certificate below an intermediate.
  members.maybe(TAG.integer);
  members.end();
  return authority !== undefined && equal(authority.value, Uint8Array.of(0xff));
}

function readUsage(value: Uint8Array): number {
  const bits = decodeDer(value);
  if (bits.tag !== TAG.bitString) throw new PayloadError('no key usage', 0);
  return bits.value[1] ?? 0;
}
