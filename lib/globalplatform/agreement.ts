/**
 * Agreement on a security domain's keys: the token service and the element each prove who they are, and from one
 * exchange both derive K-ENC, K-MAC and K-DEK. No key ever travels.
 * @see profile octavo-1, section 4, and docs/specs.md, provisioning sheet, section 7
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { type Command, SW } from '../apdu/apdu.ts';
import { assert } from '../bytes/assert.ts';
import { concat, fromAscii, fromHex, fromUint, toHex } from '../bytes/bytes.ts';
import { secret } from '../bytes/secret.ts';
import { isPoint, publicKeyOf, sharedSecret, verifyP256 } from '../cipher/p256.ts';
import { decodeTlv, encodeTlv, TlvError, type TlvSpan, tlv } from '../tlv/tlv.ts';
import { type Aid, SSD_AID } from './aids.ts';
import { elementId } from './certificate.ts';
import type { StaticKeys } from './scp03.ts';

/** Foreign bytes that are not a message of the agreement. `offset` counts bytes from their start. */
export class AgreementError extends Error {
  override readonly name = 'AgreementError';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(`${message} (at byte ${offset})`);
    this.offset = offset;
  }
}

/** What both sides must mean alike; the token service signs exactly this. */
export type AgreementTerms = {
  /** The element's whole certificate, object 7F21. */
  readonly elementCertificate: Uint8Array;
  readonly ssdAid: Aid;
  /** 30 to 3F, higher than the one before. */
  readonly keyVersion: number;
  /** The element's 16 random bytes. */
  readonly nonce: Uint8Array;
  /** The token service's point for this agreement alone: 65 bytes, uncompressed. */
  readonly ephemeralPoint: Uint8Array;
};

/** The data of the AGREE command; the signature is r and s, 32 bytes each. */
export type Agree = Pick<AgreementTerms, 'ssdAid' | 'keyVersion' | 'ephemeralPoint'> & {
  readonly signature: Uint8Array;
};

/** Why an element does not agree, in order of precedence. */
export type AgreementRefusal =
  | 'agreement.malformed'
  | 'agreement.no_nonce'
  | 'agreement.signature_wrong'
  | 'agreement.key_version_not_higher';

/** The status word that answers each refusal. @see profile octavo-1, section 4 */
export const AGREEMENT_STATUS: { readonly [Code in AgreementRefusal]: number } = {
  'agreement.malformed': SW.wrongData,
  'agreement.no_nonce': SW.conditionsNotSatisfied,
  'agreement.signature_wrong': SW.securityNotSatisfied,
  'agreement.key_version_not_higher': SW.conditionsNotSatisfied,
};

/** The key versions that a domain goes through. */
export const FIRST_KEY_VERSION = 0x30;
/** After this one no further keys can be agreed. */
export const LAST_KEY_VERSION = 0x3f;

const TDF01_NONCE = 'DF01';
const T4F_AID = '4F';
const T80_KEY_VERSION = '80';
const T86_EPHEMERAL_POINT = '86';
const T5F37_SIGNATURE = '5F37';
const NONCE_BYTES = 16;

/**
 * Token service: make the AGREE command for an element whose certificate it has checked, and the keys that follow.
 * `sign` gives r and s (64 bytes) of ECDSA P-256 with SHA-256 over the message. The ephemeral secret key (32 bytes) is for one use.
 */
export async function proposeAgreement(proposal: {
  readonly ephemeralSecretKey: Uint8Array;
  readonly elementCertificate: Uint8Array;
  readonly elementPublicKey: Uint8Array;
  readonly keyVersion: number;
  readonly nonce: Uint8Array;
  readonly sign: (message: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}): Promise<{ readonly command: Command; readonly keys: StaticKeys }> {
  const { ephemeralSecretKey, elementCertificate, elementPublicKey, keyVersion, nonce } = proposal;
  const ephemeralPoint = publicKeyOf(ephemeralSecretKey);
  const terms = { elementCertificate, ssdAid: SSD_AID, keyVersion, nonce, ephemeralPoint };
  const message = agreementMessage(terms);
  const signature = await proposal.sign(message);
  const command = encodeAgree({ ssdAid: SSD_AID, keyVersion, ephemeralPoint, signature });
  return { command, keys: domainKeys(sharedSecret(ephemeralSecretKey, elementPublicKey), message) };
}

/**
 * Element: judge the data of an AGREE command. A staircase of refusals, then the keys.
 * `nonce` is the outstanding one, undefined when there is none, and is used up whatever comes out.
 * `heldKeyVersion` is 0 while no keys have been agreed.
 */
export function acceptAgreement(offer: {
  readonly elementSecretKey: Uint8Array;
  readonly elementCertificate: Uint8Array;
  readonly tokenServiceKey: Uint8Array;
  readonly nonce: Uint8Array | undefined;
  readonly heldKeyVersion: number;
  readonly data: Uint8Array;
}):
  | { readonly kind: 'agreed'; readonly keys: StaticKeys; readonly keyVersion: number }
  | { readonly kind: 'refused'; readonly code: AgreementRefusal } {
  const { elementSecretKey, elementCertificate, tokenServiceKey, nonce, heldKeyVersion } = offer;
  const agree = decodeOrUndefined(offer.data);
  if (agree === undefined) return { kind: 'refused', code: 'agreement.malformed' };
  if (nonce === undefined) return { kind: 'refused', code: 'agreement.no_nonce' };
  const message = agreementMessage({ ...agree, elementCertificate, nonce });
  if (!verifyP256(agree.signature, message, tokenServiceKey))
    return { kind: 'refused', code: 'agreement.signature_wrong' };
  if (agree.keyVersion <= heldKeyVersion)
    return { kind: 'refused', code: 'agreement.key_version_not_higher' };
  const keys = domainKeys(sharedSecret(elementSecretKey, agree.ephemeralPoint), message);
  return { kind: 'agreed', keys, keyVersion: agree.keyVersion };
}

/** The message M that the token service signs: certificate's hash, domain, key version, nonce, ephemeral point. */
export function agreementMessage(terms: AgreementTerms): Uint8Array {
  assert(terms.nonce.length === NONCE_BYTES, 'a nonce is 16 bytes');
  assert(terms.ephemeralPoint.length === 65, 'a point is 65 bytes');
  return concat(
    elementId(terms.elementCertificate),
    fromHex(terms.ssdAid),
    fromUint(terms.keyVersion, 1),
    terms.nonce,
    terms.ephemeralPoint,
  );
}

/**
 * The domain's keys from the shared x-coordinate (32 bytes) and the message M: the X9.63 derivation with SHA-256.
 * @see docs/specs.md, provisioning sheet, section 7
 */
export function domainKeys(sharedX: Uint8Array, message: Uint8Array): StaticKeys {
  assert(sharedX.length === 32, 'an x-coordinate is 32 bytes');
  const sharedInfo = concat(fromAscii('SSD'), sha256(message));
  const first = sha256(concat(sharedX, fromUint(1, 4), sharedInfo));
  const second = sha256(concat(sharedX, fromUint(2, 4), sharedInfo));
  return {
    enc: secret(first.subarray(0, 16)),
    mac: secret(first.subarray(16)),
    dek: secret(second.subarray(0, 16)),
  };
}

/** Write the AGREE command: `80 2A 00 00 Lc { 4F, 80, 86, 5F37 }`. @see profile octavo-1, section 4 */
function encodeAgree(agree: Agree): Command {
  assert(agree.signature.length === 64, 'a signature is 64 bytes');
  assert(isKeyVersion(agree.keyVersion), 'a key version is 30 to 3F');
  const data = encodeTlv([
    tlv(T4F_AID, fromHex(agree.ssdAid)),
    tlv(T80_KEY_VERSION, fromUint(agree.keyVersion, 1)),
    tlv(T86_EPHEMERAL_POINT, agree.ephemeralPoint),
    tlv(T5F37_SIGNATURE, agree.signature),
  ]);
  return { cla: 0x80, ins: 0x2a, p1: 0x00, p2: 0x00, data };
}

/**
 * Read the data of an AGREE command. Throws `AgreementError` on another shape, another domain than the token
 * service's, a key version outside 30 to 3F, or a point that is not on the curve.
 */
export function decodeAgree(data: Uint8Array): Agree {
  const objects = readTlv(data);
  const aid = objectAt(objects, 0, T4F_AID, SSD_AID.length / 2);
  const version = objectAt(objects, 1, T80_KEY_VERSION, 1);
  const point = objectAt(objects, 2, T86_EPHEMERAL_POINT, 65);
  const signature = objectAt(objects, 3, T5F37_SIGNATURE, 64);
  if (objects.length > 4) throw new AgreementError('more than four objects', signature.end);
  const keyVersion = version.value[0] as number;
  if (toHex(aid.value) !== SSD_AID) throw new AgreementError('another domain', aid.valueStart);
  if (!isKeyVersion(keyVersion))
    throw new AgreementError('a key version is 30 to 3F', version.valueStart);
  if (!isPoint(point.value))
    throw new AgreementError('the point is not on the curve', point.valueStart);
  return { ssdAid: SSD_AID, keyVersion, ephemeralPoint: point.value, signature: signature.value };
}

/** Write the element's nonce as GET DATA answers it: `DF01 10 <nonce>`. */
export function encodeNonce(nonce: Uint8Array): Uint8Array {
  assert(nonce.length === NONCE_BYTES, 'a nonce is 16 bytes');
  return encodeTlv([tlv(TDF01_NONCE, nonce)]);
}

/** Read the element's nonce from the answer to GET DATA. Throws `AgreementError`. */
export function decodeNonce(bytes: Uint8Array): Uint8Array {
  const objects = readTlv(bytes);
  const nonce = objectAt(objects, 0, TDF01_NONCE, NONCE_BYTES);
  if (objects.length > 1) throw new AgreementError('more than a nonce', nonce.end);
  return nonce.value;
}

function isKeyVersion(keyVersion: number): boolean {
  return keyVersion >= FIRST_KEY_VERSION && keyVersion <= LAST_KEY_VERSION;
}

function decodeOrUndefined(data: Uint8Array): Agree | undefined {
  try {
    return decodeAgree(data);
  } catch (error) {
    if (error instanceof AgreementError) return undefined;
    throw error;
  }
}

function readTlv(bytes: Uint8Array): readonly TlvSpan[] {
  try {
    return decodeTlv(bytes);
  } catch (error) {
    if (error instanceof TlvError) throw new AgreementError(error.message, error.offset);
    throw error;
  }
}

function objectAt(
  objects: readonly TlvSpan[],
  index: number,
  tag: string,
  length: number,
): TlvSpan {
  const span = objects[index];
  const at = span?.start ?? objects.at(-1)?.end ?? 0;
  if (span === undefined || span.tag !== tag)
    throw new AgreementError(`object ${tag} was expected`, at);
  if (span.value.length !== length)
    throw new AgreementError(`object ${tag} is ${length} bytes`, span.lengthStart);
  return span;
}
