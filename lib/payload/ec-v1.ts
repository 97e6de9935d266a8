/**
 * Apple's EC_v1 payment token, made and opened: the data are encrypted to the merchant, and a detached signature
 * under a chain of certificates says where they came from.
 * @see docs/specs.md, tokenisation sheet, section 6.4
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { assert } from '../bytes/assert.ts';
import { concat, equal, fromHex, toHex } from '../bytes/bytes.ts';
import { encodeSpki, publicKeyOf, sharedSecret } from '../cipher/p256.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { type Certificate, isIssuedBy, verifyWith } from './certificate.ts';
import { decryptEcV1, ecV1Key, encryptEcV1 } from './encryption.ts';
import { jsonObject, objectOf, textOf } from './json.ts';
import { PayloadError, readPart } from './malformed.ts';
import { decodeSpki } from './points.ts';
import { decodeSignedData, type SignedData, signDetached } from './signed-data.ts';

/** The version that this file speaks. */
const EC_V1 = 'EC_v1';

/** The extension that marks a certificate that signs tokens. */
export const LEAF_MARKER = '1.2.840.113635.100.6.29';
/** The extension that marks the certificate above it. */
export const INTERMEDIATE_MARKER = '1.2.840.113635.100.6.2.14';

const IDENTIFIER_BYTES_MOST = 64;
const HASH_BYTES = 32;

/** A token as it is read. */
export type EcV1Token = {
  readonly version: string;
  /** Encrypted, with the tag at its end. */
  readonly data: Uint8Array;
  /** CMS; empty where nobody signed. */
  readonly signature: Uint8Array;
  /** SubjectPublicKeyInfo of the sender's one-time key. */
  readonly ephemeralPublicKey: Uint8Array;
  /** SHA-256 of the merchant's key as SubjectPublicKeyInfo. */
  readonly publicKeyHash: Uint8Array;
  readonly transactionId: Uint8Array;
  /** SHA-256 of what the merchant attached to its request. */
  readonly applicationData: Uint8Array | undefined;
};

/** Why a token is not opened, in order of precedence. */
export type EcV1Refusal =
  | 'ec_v1.version_unknown'
  | 'ec_v1.signature_missing'
  | 'ec_v1.signer_unknown'
  | 'ec_v1.intermediate_missing'
  | 'ec_v1.leaf_purpose_missing'
  | 'ec_v1.intermediate_purpose_missing'
  | 'ec_v1.intermediate_untrusted'
  | 'ec_v1.leaf_untrusted'
  | 'ec_v1.certificate_out_of_date'
  | 'ec_v1.digest_wrong'
  | 'ec_v1.signature_wrong'
  | 'ec_v1.signing_time_missing'
  | 'ec_v1.signing_time_outside_window'
  | 'ec_v1.public_key_hash_wrong'
  | 'ec_v1.tag_wrong';

/** An opened token, or why it is not. */
export type EcV1Opened =
  | { readonly kind: 'opened'; readonly plain: Uint8Array }
  | { readonly kind: 'refused'; readonly code: EcV1Refusal };

/** Who signs tokens: the certificates of leaf and intermediate in DER, and the leaf's private key. */
export type EcV1Signer = {
  readonly leafCertificate: Uint8Array;
  readonly intermediateCertificate: Uint8Array;
  readonly leafPrivateKey: Uint8Array;
  /** Milliseconds since 1970. */
  readonly signingTime: number;
};

/**
 * Make a token: JSON text. The one-time private key is for this token alone. Without a signer the signature is empty,
 * and `decryptToken` alone opens it.
 * @example
 * const token = makeEcV1({
 *   plain: fromAscii('{}'),
 *   merchantPublicKey: publicKeyOf(new Uint8Array(32).fill(1)),
 *   merchantIdentifier: 'merchant.example',
 *   ephemeralPrivateKey: new Uint8Array(32).fill(2),
 *   transactionId: fromHex('01'),
 * });
 * decodeEcV1(token).version // 'EC_v1'
 * @see docs/specs.md, tokenisation sheet, section 6.4
 */
export function makeEcV1(order: {
  readonly plain: Uint8Array;
  readonly merchantPublicKey: Uint8Array;
  readonly merchantIdentifier: string;
  readonly ephemeralPrivateKey: Uint8Array;
  readonly transactionId: Uint8Array;
  readonly applicationData?: Uint8Array | undefined;
  readonly signer?: EcV1Signer | undefined;
}): string {
  const { merchantPublicKey, ephemeralPrivateKey, transactionId, applicationData, signer } = order;
  assert(
    applicationData === undefined || applicationData.length === HASH_BYTES,
    'a hash is 32 bytes',
  );
  const shared = sharedSecret(ephemeralPrivateKey, merchantPublicKey);
  const data = encryptEcV1(ecV1Key(shared, identifierHash(order.merchantIdentifier)), order.plain);
  const ephemeralPublicKey = encodeSpki(publicKeyOf(ephemeralPrivateKey));
  const parts = { ephemeralPublicKey, data, transactionId, applicationData };
  const signature =
    signer === undefined
      ? new Uint8Array()
      : signDetached({
          message: tokenToSign(parts),
          certificates: [signer.leafCertificate, signer.intermediateCertificate],
          privateKey: signer.leafPrivateKey,
          signingTime: signer.signingTime,
        });
  return JSON.stringify({
    version: EC_V1,
    data: toBase64(data),
    signature: toBase64(signature),
    header: {
      ephemeralPublicKey: toBase64(ephemeralPublicKey),
      publicKeyHash: toBase64(sha256(encodeSpki(merchantPublicKey))),
      transactionId: toHex(transactionId).toLowerCase(),
      ...(applicationData === undefined
        ? {}
        : { applicationData: toHex(applicationData).toLowerCase() }),
    },
  });
}

/**
 * Open a token: chain, purposes, digest, signature, time and key are checked before anything is decrypted. `now` is the
 * time of the transaction in milliseconds since 1970, `window` how many milliseconds the signing time may be from it
 * either way. Throws `PayloadError` on text that is no token; what is well written and wrong is a refusal.
 * @example
 * const [merchant, root, intermediate, leaf] = [1, 2, 3, 4].map((byte) => new Uint8Array(32).fill(byte));
 * const chain = makeTestChain({ root, intermediate, leaf, notBefore: 0, notAfter: 60_000 });
 * const merchantIdentifier = 'merchant.example';
 * const payload = makeEcV1({
 *   plain: fromAscii('{}'),
 *   merchantPublicKey: publicKeyOf(merchant),
 *   merchantIdentifier,
 *   ephemeralPrivateKey: new Uint8Array(32).fill(5),
 *   transactionId: fromHex('01'),
 *   signer: {
 *     leafCertificate: chain.leaf,
 *     intermediateCertificate: chain.intermediate,
 *     leafPrivateKey: leaf,
 *     signingTime: 30_000,
 *   },
 * });
 * const trust = { root: decodeCertificate(chain.root), now: 30_000, window: 1_000 };
 * openEcV1({ payload, merchantPrivateKey: merchant, merchantIdentifier, ...trust }).kind // 'opened'
 * @see docs/specs.md, tokenisation sheet, section 6.4
 */
export function openEcV1(offer: {
  readonly payload: string;
  readonly merchantPrivateKey: Uint8Array;
  readonly merchantIdentifier: string;
  readonly root: Certificate;
  readonly now: number;
  readonly window: number;
}): EcV1Opened {
  const token = decodeEcV1(offer.payload);
  if (token.version !== EC_V1) return refused('ec_v1.version_unknown');
  const wrong = judgeSignature(token, offer);
  if (wrong !== undefined) return refused(wrong);
  const merchantKey = encodeSpki(publicKeyOf(offer.merchantPrivateKey));
  if (!equal(token.publicKeyHash, sha256(merchantKey))) {
    return refused('ec_v1.public_key_hash_wrong');
  }
  const plain = decryptToken(token, offer.merchantPrivateKey, offer.merchantIdentifier);
  return plain === undefined ? refused('ec_v1.tag_wrong') : { kind: 'opened', plain };
}

/**
 * What is wrong with a token's signature, in order of precedence; undefined when nothing is. Throws `PayloadError`.
 * @example
 * const [root, intermediate, leaf] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
 * const chain = makeTestChain({ root, intermediate, leaf, notBefore: 0, notAfter: 1_000 });
 * const token = makeEcV1({
 *   plain: fromAscii('{}'),
 *   merchantPublicKey: publicKeyOf(new Uint8Array(32).fill(1)),
 *   merchantIdentifier: 'merchant.example',
 *   ephemeralPrivateKey: new Uint8Array(32).fill(2),
 *   transactionId: fromHex('01'),
 * });
 * const trust = { root: decodeCertificate(chain.root), now: 1_000, window: 1_000 };
 * judgeSignature(decodeEcV1(token), trust) // 'ec_v1.signature_missing'
 */
export function judgeSignature(
  token: EcV1Token,
  trust: { readonly root: Certificate; readonly now: number; readonly window: number },
): EcV1Refusal | undefined {
  const { root, now, window } = trust;
  if (token.signature.length === 0) return 'ec_v1.signature_missing';
  const signed = decodeSignedData(token.signature);
  const leaf = signed.certificates.find((certificate) => isSigner(certificate, signed));
  if (leaf === undefined) return 'ec_v1.signer_unknown';
  const intermediate = signed.certificates.find(({ subject }) => equal(subject, leaf.issuer));
  if (intermediate === undefined) return 'ec_v1.intermediate_missing';
  if (!leaf.extensions.has(LEAF_MARKER)) return 'ec_v1.leaf_purpose_missing';
  if (!intermediate.extensions.has(INTERMEDIATE_MARKER)) {
    return 'ec_v1.intermediate_purpose_missing';
  }
  if (intermediate.hasUnknownDemand || !isIssuedBy(intermediate, root)) {
    return 'ec_v1.intermediate_untrusted';
  }
  if (leaf.hasUnknownDemand || !leaf.isSigner || !isIssuedBy(leaf, intermediate)) {
    return 'ec_v1.leaf_untrusted';
  }
  if (
    [leaf, intermediate, root].some(({ notBefore, notAfter }) => now < notBefore || now > notAfter)
  ) {
    return 'ec_v1.certificate_out_of_date';
  }
  if (!equal(signed.messageDigest, sha256(tokenToSign(token)))) return 'ec_v1.digest_wrong';
  const { hash, signature, signedAttributes, signingTime } = signed;
  if (!verifyWith(leaf.publicKey, hash, signature, signedAttributes))
    return 'ec_v1.signature_wrong';
  if (signingTime === undefined) return 'ec_v1.signing_time_missing';
  return Math.abs(signingTime - now) > window ? 'ec_v1.signing_time_outside_window' : undefined;
}

/**
 * Decrypt a token without a look at its signature; undefined where the tag is wrong. For vectors and unsigned tokens:
 * what comes out may be anybody's. Throws `PayloadError` on a one-time key that is none.
 * @example
 * const merchant = new Uint8Array(32).fill(1);
 * const token = makeEcV1({
 *   plain: fromAscii('{}'),
 *   merchantPublicKey: publicKeyOf(merchant),
 *   merchantIdentifier: 'merchant.example',
 *   ephemeralPrivateKey: new Uint8Array(32).fill(2),
 *   transactionId: fromHex('01'),
 * });
 * decryptToken(decodeEcV1(token), merchant, 'merchant.example') // 7B7D
 */
export function decryptToken(
  token: Pick<EcV1Token, 'ephemeralPublicKey' | 'data'>,
  merchantPrivateKey: Uint8Array,
  merchantIdentifier: string,
): Uint8Array | undefined {
  const shared = sharedSecret(merchantPrivateKey, decodeSpki(token.ephemeralPublicKey));
  return decryptEcV1(ecV1Key(shared, identifierHash(merchantIdentifier)), token.data);
}

/**
 * Read a token's JSON. Throws `PayloadError`.
 * @example
 * const token = makeEcV1({
 *   plain: fromAscii('{}'),
 *   merchantPublicKey: publicKeyOf(new Uint8Array(32).fill(1)),
 *   merchantIdentifier: 'merchant.example',
 *   ephemeralPrivateKey: new Uint8Array(32).fill(2),
 *   transactionId: fromHex('01'),
 * });
 * decodeEcV1(token).transactionId // 01
 */
export function decodeEcV1(text: string): EcV1Token {
  const outer = jsonObject(text, ['version', 'data', 'signature', 'header']);
  const header = objectOf(
    outer.get('header'),
    ['ephemeralPublicKey', 'publicKeyHash', 'transactionId'],
    ['applicationData'],
  );
  const ephemeralPublicKey = fromBase64(textOf(header, 'ephemeralPublicKey'));
  decodeSpki(ephemeralPublicKey);
  const transactionId = readPart(() => fromHex(textOf(header, 'transactionId')));
  if (transactionId.length === 0 || transactionId.length > IDENTIFIER_BYTES_MOST) {
    throw new PayloadError('a transaction identifier is 1 to 64 bytes');
  }
  return {
    version: textOf(outer, 'version'),
    data: fromBase64(textOf(outer, 'data')),
    signature: fromBase64(textOf(outer, 'signature')),
    ephemeralPublicKey,
    publicKeyHash: readHash(fromBase64(textOf(header, 'publicKeyHash'))),
    transactionId,
    applicationData: header.has('applicationData')
      ? readHash(readPart(() => fromHex(textOf(header, 'applicationData'))))
      : undefined,
  };
}

/**
 * The bytes that are signed: one-time key, data, transaction identifier and, where there are some, application data.
 * @example
 * const [ephemeralPublicKey, data, transactionId] = ['01', '02', '03'].map(fromHex);
 * tokenToSign({ ephemeralPublicKey, data, transactionId, applicationData: undefined }) // 010203
 * @see docs/specs.md, tokenisation sheet, section 6.4
 */
export function tokenToSign(
  token: Pick<EcV1Token, 'ephemeralPublicKey' | 'data' | 'transactionId' | 'applicationData'>,
): Uint8Array {
  const { ephemeralPublicKey, data, transactionId, applicationData } = token;
  return concat(ephemeralPublicKey, data, transactionId, applicationData ?? new Uint8Array());
}

/**
 * SHA-256 of a merchant identifier, 32 bytes.
 * @example identifierHash('merchant.com.example.wallet').subarray(0, 4) // 112B966B
 * @see docs/specs.md, tokenisation sheet, section 8
 */
export function identifierHash(merchantIdentifier: string): Uint8Array {
  return sha256(utf8ToBytes(merchantIdentifier));
}

function isSigner(certificate: Certificate, signed: SignedData): boolean {
  return (
    equal(certificate.issuer, signed.signerIssuer) &&
    equal(certificate.serialNumber, signed.signerSerialNumber)
  );
}

function readHash(bytes: Uint8Array): Uint8Array {
  if (bytes.length !== HASH_BYTES) throw new PayloadError('a hash is 32 bytes');
  return bytes;
}

function refused(code: EcV1Refusal): EcV1Opened {
  return { kind: 'refused', code };
}
