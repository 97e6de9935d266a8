/**
 * The detached signature of an EC_v1 token: a CMS SignedData of one signer, with the signer's certificates inside and
 * the time of signing among what is signed.
 * @see docs/specs.md, tokenisation sheet, section 6.4
 */
import { sha256 } from '@noble/hashes/sha2.js';
import {
  Attribute,
  CertificateChoices,
  CertificateSet,
  CMSVersion,
  ContentInfo,
  DigestAlgorithmIdentifier,
  DigestAlgorithmIdentifiers,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  id_contentType,
  id_data,
  id_messageDigest,
  id_signedData,
  id_signingTime,
  SignatureAlgorithmIdentifier,
  SignedData as SignedDataSchema,
  SignerIdentifier,
  SignerInfo,
  SignerInfos,
  SigningTime,
} from '@peculiar/asn1-cms';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import { Certificate as CertificateSchema } from '@peculiar/asn1-x509';
import { concat, equal } from '../bytes/bytes.ts';
import { signDer } from '../cipher/p256.ts';
import {
  bufferOf,
  type Certificate,
  ECDSA_WITH_SHA256,
  type HashName,
  hashOf,
  readCertificate,
} from './certificate.ts';
import {
  type DerNode,
  decodeDer,
  encodeDer,
  Members,
  oidOf,
  onlyMember,
  TAG,
  timeOf,
} from './der.ts';
import { PayloadError } from './malformed.ts';

/** A signature as it is read. */
export type SignedData = {
  readonly certificates: readonly Certificate[];
  /** Issuer and serial number of the signer's certificate. */
  readonly signerIssuer: Uint8Array;
  readonly signerSerialNumber: Uint8Array;
  /** The bytes that were signed: the set of attributes. */
  readonly signedAttributes: Uint8Array;
  readonly messageDigest: Uint8Array;
  /** Milliseconds since 1970; undefined where the signer did not say. */
  readonly signingTime: number | undefined;
  readonly hash: HashName;
  readonly signature: Uint8Array;
};

const SHA256 = '2.16.840.1.101.3.4.2.1';
const CERTIFICATES_MOST = 4;

/**
 * Sign a message that stays outside, in DER. Certificates come leaf first; the leaf's private key signs, with ECDSA and
 * SHA-256. The time is milliseconds since 1970 and is kept to the second.
 * @example
 * const [root, intermediate, leaf] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
 * const chain = makeTestChain({ root, intermediate, leaf, notBefore: 0, notAfter: 1_000 });
 * const signature = signDetached({
 *   message: fromHex('01'),
 *   certificates: [chain.leaf, chain.intermediate],
 *   privateKey: leaf,
 *   signingTime: 1_000,
 * });
 * decodeSignedData(signature).signingTime // 1_000
 * @see docs/specs.md, tokenisation sheet, section 6.4
 */
export function signDetached(order: {
  readonly message: Uint8Array;
  readonly certificates: readonly [leaf: Uint8Array, ...above: Uint8Array[]];
  readonly privateKey: Uint8Array;
  readonly signingTime: number;
}): Uint8Array {
  const certificates = order.certificates.map((bytes) =>
    AsnConvert.parse(bytes, CertificateSchema),
  );
  const [{ tbsCertificate: leaf } = new CertificateSchema()] = certificates;
  const digestAlgorithm = new DigestAlgorithmIdentifier({ algorithm: SHA256, parameters: null });
  const { attributes, toSign } = attributesFor(order.message, order.signingTime);
  const signer = new SignerInfo({
    version: CMSVersion.v1,
    sid: new SignerIdentifier({
      issuerAndSerialNumber: new IssuerAndSerialNumber({
        issuer: leaf.issuer,
        serialNumber: leaf.serialNumber,
      }),
    }),
    digestAlgorithm,
    signedAttrs: attributes,
    signatureAlgorithm: new SignatureAlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 }),
    signature: new OctetString(bufferOf(signDer(toSign, order.privateKey))),
  });
  const signed = new SignedDataSchema({
    version: CMSVersion.v1,
    digestAlgorithms: new DigestAlgorithmIdentifiers([digestAlgorithm]),
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: id_data }),
    certificates: new CertificateSet(
      certificates.map((certificate) => new CertificateChoices({ certificate })),
    ),
    signerInfos: new SignerInfos([signer]),
  });
  const content = AsnConvert.serialize(signed);
  return new Uint8Array(
    AsnConvert.serialize(new ContentInfo({ contentType: id_signedData, content })),
  );
}

/**
 * Read a detached signature. Throws `PayloadError` on another form: not one signer, content inside, another digest
 * than SHA-256, or attributes that do not say which digest was signed.
 * @example
 * const [root, intermediate, leaf] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
 * const chain = makeTestChain({ root, intermediate, leaf, notBefore: 0, notAfter: 1_000 });
 * const signature = signDetached({
 *   message: fromHex('01'),
 *   certificates: [chain.leaf, chain.intermediate],
 *   privateKey: leaf,
 *   signingTime: 1_000,
 * });
 * decodeSignedData(signature).certificates.length // 2
 */
export function decodeSignedData(bytes: Uint8Array): SignedData {
  const info = new Members(decodeDer(bytes), TAG.sequence);
  expectOid(info.take(TAG.oid), id_signedData);
  const content = info.take(TAG.context0);
  info.end();
  const members = new Members(onlyMember(content, TAG.context0, TAG.sequence), TAG.sequence);
  expectVersion1(members.take(TAG.integer));
  expectSha256(onlyMember(members.take(TAG.set), TAG.set, TAG.sequence));
  expectOid(onlyMember(members.take(TAG.sequence), TAG.sequence, TAG.oid), id_data);
  const certificates = members.take(TAG.context0);
  if (certificates.children.length > CERTIFICATES_MOST) {
    throw new PayloadError('too many certificates', certificates.offset);
  }
  const signers = members.take(TAG.set);
  members.end();
  return {
    certificates: certificates.children.map(readCertificate),
    ...readSigner(onlyMember(signers, TAG.set, TAG.sequence)),
  };
}

function readSigner(node: DerNode): Omit<SignedData, 'certificates'> {
  const members = new Members(node, TAG.sequence);
  expectVersion1(members.take(TAG.integer));
  const signer = new Members(members.take(TAG.sequence), TAG.sequence);
  const signerIssuer = signer.take(TAG.sequence).raw;
  const signerSerialNumber = signer.take(TAG.integer).value;
  signer.end();
  expectSha256(members.take(TAG.sequence));
  const attributes = members.take(TAG.context0);
  const hash = hashOf(members.take(TAG.sequence));
  const signature = members.take(TAG.octetString).value;
  // Attributes that nobody signed say nothing.
  members.maybe(TAG.context1);
  members.end();
  return {
    signerIssuer,
    signerSerialNumber,
    // In the message the set stands under a context's tag; it was signed under its own.
    signedAttributes: encodeDer(TAG.set, attributes.value),
    ...readAttributes(attributes),
    hash,
    signature,
  };
}

function readAttributes(node: DerNode): Pick<SignedData, 'messageDigest' | 'signingTime'> {
  const values = new Map<string, DerNode>();
  for (const child of node.children) {
    const attribute = new Members(child, TAG.sequence);
    const name = oidOf(attribute.take(TAG.oid));
    const [value, ...more] = attribute.take(TAG.set).children;
    attribute.end();
    if (value === undefined || more.length > 0 || values.has(name)) {
      throw new PayloadError('an attribute has one value', child.offset);
    }
    values.set(name, value);
  }
  const contentType = values.get(id_contentType);
  const digest = values.get(id_messageDigest);
  const time = values.get(id_signingTime);
  if (contentType === undefined || digest?.tag !== TAG.octetString) {
    throw new PayloadError('no digest of a message', node.offset);
  }
  expectOid(contentType, id_data);
  return {
    messageDigest: digest.value,
    signingTime: time === undefined ? undefined : timeOf(time),
  };
}

function attributesFor(
  message: Uint8Array,
  signingTime: number,
): { readonly attributes: Attribute[]; readonly toSign: Uint8Array } {
  const digest = new OctetString(bufferOf(sha256(message)));
  const written = [
    // Written by hand: the object identifier of plain data.
    attribute(id_contentType, encodeDer(TAG.oid, PLAIN_DATA)),
    attribute(id_signingTime, AsnConvert.serialize(new SigningTime(signingTime))),
    attribute(id_messageDigest, AsnConvert.serialize(digest)),
  ];
  // DER orders a set by its members' bytes.
  const sorted = written.toSorted((left, right) => compare(left.bytes, right.bytes));
  return {
    attributes: sorted.map(({ value }) => value),
    toSign: encodeDer(TAG.set, concat(...sorted.map(({ bytes }) => bytes))),
  };
}

const PLAIN_DATA = Uint8Array.of(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01);

function attribute(
  attrType: string,
  content: Uint8Array | ArrayBuffer,
): { readonly value: Attribute; readonly bytes: Uint8Array } {
  const buffer = content instanceof Uint8Array ? bufferOf(content) : content;
  const value = new Attribute({ attrType, attrValues: [buffer] });
  return { value, bytes: new Uint8Array(AsnConvert.serialize(value)) };
}

function compare(left: Uint8Array, right: Uint8Array): number {
  const at = left.findIndex((byte, index) => byte !== right[index]);
  return at < 0 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? 0);
}

function expectOid(node: DerNode, wanted: string): void {
  if (node.tag !== TAG.oid || oidOf(node) !== wanted) {
    throw new PayloadError(`${wanted} was expected`, node.offset);
  }
}

/** The version of a signature whose signer is named by issuer and serial number. */
function expectVersion1(node: DerNode): void {
  if (!equal(node.value, Uint8Array.of(CMSVersion.v1))) {
    throw new PayloadError('another version of signatures', node.offset);
  }
}

/** SHA-256, with the empty parameters that some write and others leave out. */
function expectSha256(node: DerNode): void {
  const members = new Members(node, TAG.sequence);
  expectOid(members.take(TAG.oid), SHA256);
  const parameters = members.maybe(TAG.null);
  members.end();
  if (parameters !== undefined && parameters.value.length > 0) {
    throw new PayloadError('a null that holds something', parameters.offset);
  }
}
