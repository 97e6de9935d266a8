/**
 * Google's ECv2 payload, made and opened: a root key signs an intermediate key, that one signs the message, and the
 * message is encrypted to the merchant or its gateway.
 * @see docs/specs.md, tokenisation sheet, section 6.5
 */
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { assert } from '../bytes/assert.ts';
import { concat, fromUint } from '../bytes/bytes.ts';
import { encodeSpki, publicKeyOf, sharedSecret, signDer, verifyDer } from '../cipher/p256.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { decryptEcV2, type EcV2Sealed, ecV2Keys, encryptEcV2 } from './encryption.ts';
import { fromUtf8, jsonObject, listOf, objectOf, parseJson, textOf } from './json.ts';
import { PayloadError } from './malformed.ts';
import { decodeSpki, readPoint } from './points.ts';

/** The version that this file speaks. */
const EC_V2 = 'ECv2';

const SENDER = 'Google';
const SIGNATURES_MOST = 8;
const ROOT_KEYS_MOST = 16;
const TAG_BYTES = 32;
/** Milliseconds since 1970 as decimal digits, up to the year 5138. */
const TIME = /^(0|[1-9]\d{0,13})$/;

/** A key that the opener trusts to sign intermediate keys. */
export type EcV2RootKey = {
  /** A point, 65 bytes. */
  readonly publicKey: Uint8Array;
  /** Milliseconds since 1970; from then on it verifies nothing. */
  readonly expiration: number;
};

/** A payload as it is read. The signed parts keep the very text that was signed. */
export type EcV2Payload = {
  readonly protocolVersion: string;
  /** Over the signed message, by the intermediate key; DER. */
  readonly signature: Uint8Array;
  /** JSON text of the intermediate key and its expiration. */
  readonly signedKey: string;
  /** Over the signed key, by root keys; DER. */
  readonly keySignatures: readonly Uint8Array[];
  /** JSON text of the encrypted message, the sender's one-time point and the tag. */
  readonly signedMessage: string;
};

/** Why a payload is not opened, in order of precedence. */
export type EcV2Refusal =
  | 'ecv2.version_unknown'
  | 'ecv2.root_keys_expired'
  | 'ecv2.intermediate_signature_wrong'
  | 'ecv2.intermediate_expired'
  | 'ecv2.signature_wrong'
  | 'ecv2.tag_wrong'
  | 'ecv2.message_without_expiration'
  | 'ecv2.message_expired';

/** An opened payload, or why it is not. */
export type EcV2Opened =
  | { readonly kind: 'opened'; readonly plain: Uint8Array }
  | { readonly kind: 'refused'; readonly code: EcV2Refusal };

/** The keys of the sender: private keys of a root and of an intermediate key, and when both expire (milliseconds). */
export type EcV2Signer = {
  readonly rootPrivateKey: Uint8Array;
  readonly intermediatePrivateKey: Uint8Array;
  readonly expiration: number;
};

/**
 * Make a payload: JSON text. `recipientId` is `merchant:` or `gateway:` and an identifier; the one-time private key is
 * for this payload alone. Without a signer the signatures are empty, and `decryptPayload` alone opens it.
 * @example
 * const [merchant, ephemeral] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
 * const payload = makeEcV2({
 *   plain: fromAscii('{}'),
 *   merchantPublicKey: publicKeyOf(merchant),
 *   ephemeralPrivateKey: ephemeral,
 *   recipientId: 'gateway:example',
 * });
 * decodeEcV2(payload).protocolVersion // 'ECv2'
 * @see docs/specs.md, tokenisation sheet, section 6.5
 */
export function makeEcV2(order: {
  readonly plain: Uint8Array;
  readonly merchantPublicKey: Uint8Array;
  readonly ephemeralPrivateKey: Uint8Array;
  readonly recipientId: string;
  readonly signer?: EcV2Signer | undefined;
}): string {
  const { plain, merchantPublicKey, ephemeralPrivateKey, recipientId, signer } = order;
  const ephemeralPublicKey = publicKeyOf(ephemeralPrivateKey);
  const shared = sharedSecret(ephemeralPrivateKey, merchantPublicKey);
  const sealed = encryptEcV2(ecV2Keys(ephemeralPublicKey, shared), plain);
  const signedMessage = JSON.stringify({
    encryptedMessage: toBase64(sealed.encrypted),
    ephemeralPublicKey: toBase64(ephemeralPublicKey),
    tag: toBase64(sealed.tag),
  });
  const signed = signer === undefined ? UNSIGNED : sign(signer, recipientId, signedMessage);
  return JSON.stringify({ protocolVersion: EC_V2, ...signed, signedMessage });
}

/**
 * Open a payload: every signature and expiration is checked before anything is decrypted. `now` is in milliseconds
 * since 1970. Throws `PayloadError` on text that is no payload; what is well written and wrong is a refusal.
 * @example
 * const [merchant, root, intermediate] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
 * const recipientId = 'gateway:example';
 * const payload = makeEcV2({
 *   plain: fromAscii('{"messageExpiration":"2"}'),
 *   merchantPublicKey: publicKeyOf(merchant),
 *   ephemeralPrivateKey: new Uint8Array(32).fill(4),
 *   recipientId,
 *   signer: { rootPrivateKey: root, intermediatePrivateKey: intermediate, expiration: 2 },
 * });
 * const rootKeys = [{ publicKey: publicKeyOf(root), expiration: 2 }];
 * openEcV2({ payload, merchantPrivateKey: merchant, recipientId, rootKeys, now: 1 }).kind // 'opened'
 * @see docs/specs.md, tokenisation sheet, section 6.5
 */
export function openEcV2(offer: {
  readonly payload: string;
  readonly merchantPrivateKey: Uint8Array;
  readonly recipientId: string;
  readonly rootKeys: readonly EcV2RootKey[];
  readonly now: number;
}): EcV2Opened {
  const { recipientId, rootKeys, now } = offer;
  const payload = decodeEcV2(offer.payload);
  if (payload.protocolVersion !== EC_V2) return refused('ecv2.version_unknown');
  const roots = rootKeys.filter(({ expiration }) => now < expiration);
  if (roots.length === 0) return refused('ecv2.root_keys_expired');
  if (!isKeySigned(payload, roots)) return refused('ecv2.intermediate_signature_wrong');
  const intermediate = decodeSignedKey(payload.signedKey);
  if (now >= intermediate.expiration) return refused('ecv2.intermediate_expired');
  const message = messageToSign(recipientId, payload.signedMessage);
  if (!verifyDer(payload.signature, message, intermediate.publicKey)) {
    return refused('ecv2.signature_wrong');
  }
  const plain = decryptPayload(payload, offer.merchantPrivateKey);
  if (plain === undefined) return refused('ecv2.tag_wrong');
  const expiration = messageExpiration(plain);
  if (expiration === undefined) return refused('ecv2.message_without_expiration');
  if (now >= expiration) return refused('ecv2.message_expired');
  return { kind: 'opened', plain };
}

/**
 * Decrypt a payload without a look at its signatures; undefined where the tag is wrong. For vectors and unsigned
 * payloads: what comes out may be anybody's. Throws `PayloadError` on a signed message that is none.
 * @example
 * const merchant = new Uint8Array(32).fill(1);
 * const payload = makeEcV2({
 *   plain: fromAscii('{}'),
 *   merchantPublicKey: publicKeyOf(merchant),
 *   ephemeralPrivateKey: new Uint8Array(32).fill(2),
 *   recipientId: 'gateway:example',
 * });
 * decryptPayload(decodeEcV2(payload), merchant) // 7B7D
 */
export function decryptPayload(
  payload: Pick<EcV2Payload, 'signedMessage'>,
  merchantPrivateKey: Uint8Array,
): Uint8Array | undefined {
  const { ephemeralPublicKey, ...sealed } = decodeSignedMessage(payload.signedMessage);
  const shared = sharedSecret(merchantPrivateKey, ephemeralPublicKey);
  return decryptEcV2(ecV2Keys(ephemeralPublicKey, shared), sealed);
}

/**
 * Read a payload's JSON; what is signed in it stays text. Throws `PayloadError`.
 * @example
 * const payload = makeEcV2({
 *   plain: fromAscii('{}'),
 *   merchantPublicKey: publicKeyOf(new Uint8Array(32).fill(1)),
 *   ephemeralPrivateKey: new Uint8Array(32).fill(2),
 *   recipientId: 'gateway:example',
 * });
 * decodeEcV2(payload).keySignatures.length // 0
 */
export function decodeEcV2(text: string): EcV2Payload {
  const outer = jsonObject(text, [
    'protocolVersion',
    'signature',
    'intermediateSigningKey',
    'signedMessage',
  ]);
  const key = objectOf(outer.get('intermediateSigningKey'), ['signedKey', 'signatures']);
  return {
    protocolVersion: textOf(outer, 'protocolVersion'),
    signature: fromBase64(textOf(outer, 'signature')),
    signedKey: textOf(key, 'signedKey'),
    keySignatures: listOf(key, 'signatures', SIGNATURES_MOST).map((signature) => {
      if (typeof signature !== 'string') throw new PayloadError('a signature is no text');
      return fromBase64(signature);
    }),
    signedMessage: textOf(outer, 'signedMessage'),
  };
}

/**
 * Read a list of root keys as their owner publishes it: `{"keys":[{"keyValue","protocolVersion","keyExpiration"}]}`.
 * Keys of other versions are passed over. Throws `PayloadError`.
 * @example decodeRootKeys('{"keys":[]}') // []
 * @see docs/specs.md, tokenisation sheet, section 6.5
 */
export function decodeRootKeys(text: string): readonly EcV2RootKey[] {
  const list = listOf(jsonObject(text, ['keys']), 'keys', ROOT_KEYS_MOST);
  return list.flatMap((entry) => {
    const key = objectOf(entry, ['keyValue', 'protocolVersion'], ['keyExpiration']);
    if (textOf(key, 'protocolVersion') !== EC_V2) return [];
    return [
      {
        publicKey: decodeSpki(fromBase64(textOf(key, 'keyValue'))),
        expiration: readTime(textOf(key, 'keyExpiration')),
      },
    ];
  });
}

/**
 * Write a list of root keys as `decodeRootKeys` reads it.
 * @example encodeRootKeys([]) // '{"keys":[]}'
 */
export function encodeRootKeys(keys: readonly EcV2RootKey[]): string {
  return JSON.stringify({
    keys: keys.map(({ publicKey, expiration }) => ({
      keyValue: toBase64(encodeSpki(publicKey)),
      protocolVersion: EC_V2,
      keyExpiration: String(expiration),
    })),
  });
}

/**
 * The bytes that the intermediate key signs: sender, recipient, version and signed message, each after its length in
 * four bytes, the lowest first.
 * @example messageToSign('a', 'b').length // 28
 * @see docs/specs.md, tokenisation sheet, section 6.5
 */
export function messageToSign(recipientId: string, signedMessage: string): Uint8Array {
  return lengthPrefixed([SENDER, recipientId, EC_V2, signedMessage]);
}

/**
 * The bytes that a root key signs: sender, version and signed key, with lengths as in `messageToSign`.
 * @example keyToSign('a') // 06000000476F6F676C6504000000454376320100000061
 */
export function keyToSign(signedKey: string): Uint8Array {
  return lengthPrefixed([SENDER, EC_V2, signedKey]);
}

const UNSIGNED = {
  signature: '',
  intermediateSigningKey: { signedKey: '', signatures: [] as readonly string[] },
};

function sign(signer: EcV2Signer, recipientId: string, signedMessage: string): typeof UNSIGNED {
  const { rootPrivateKey, intermediatePrivateKey, expiration } = signer;
  assert(TIME.test(String(expiration)), 'a time is whole milliseconds');
  const signedKey = JSON.stringify({
    keyValue: toBase64(encodeSpki(publicKeyOf(intermediatePrivateKey))),
    keyExpiration: String(expiration),
  });
  const keySignature = signDer(keyToSign(signedKey), rootPrivateKey);
  const signature = signDer(messageToSign(recipientId, signedMessage), intermediatePrivateKey);
  return {
    signature: toBase64(signature),
    intermediateSigningKey: { signedKey, signatures: [toBase64(keySignature)] },
  };
}

function isKeySigned(payload: EcV2Payload, roots: readonly EcV2RootKey[]): boolean {
  const message = keyToSign(payload.signedKey);
  return payload.keySignatures.some((signature) =>
    roots.some(({ publicKey }) => verifyDer(signature, message, publicKey)),
  );
}

function decodeSignedKey(text: string): EcV2RootKey {
  const key = jsonObject(text, ['keyValue', 'keyExpiration']);
  return {
    publicKey: decodeSpki(fromBase64(textOf(key, 'keyValue'))),
    expiration: readTime(textOf(key, 'keyExpiration')),
  };
}

/**
 * Read the JSON text of a signed message. Throws `PayloadError`.
 * @example
 * const payload = makeEcV2({
 *   plain: fromAscii('{}'),
 *   merchantPublicKey: publicKeyOf(new Uint8Array(32).fill(1)),
 *   ephemeralPrivateKey: new Uint8Array(32).fill(2),
 *   recipientId: 'gateway:example',
 * });
 * decodeSignedMessage(decodeEcV2(payload).signedMessage).tag.length // 32
 */
export function decodeSignedMessage(
  text: string,
): EcV2Sealed & { readonly ephemeralPublicKey: Uint8Array } {
  const message = jsonObject(text, ['encryptedMessage', 'ephemeralPublicKey', 'tag']);
  const tag = fromBase64(textOf(message, 'tag'));
  if (tag.length !== TAG_BYTES) throw new PayloadError('a tag is 32 bytes');
  return {
    encrypted: fromBase64(textOf(message, 'encryptedMessage')),
    ephemeralPublicKey: readPoint(fromBase64(textOf(message, 'ephemeralPublicKey'))),
    tag,
  };
}

/** When the message says that it ends; undefined where the plain text does not say so. */
function messageExpiration(plain: Uint8Array): number | undefined {
  try {
    const message = parseJson(fromUtf8(plain));
    if (!(message instanceof Map)) return undefined;
    return readTime(textOf(message, 'messageExpiration'));
  } catch (error) {
    if (error instanceof PayloadError) return undefined;
    throw error;
  }
}

function readTime(text: string): number {
  if (!TIME.test(text)) throw new PayloadError('a time is whole milliseconds');
  return Number(text);
}

function lengthPrefixed(parts: readonly string[]): Uint8Array {
  return concat(
    ...parts.flatMap((part) => {
      const bytes = utf8ToBytes(part);
      return [fromUint(bytes.length, 4).reverse(), bytes];
    }),
  );
}

function refused(code: EcV2Refusal): EcV2Opened {
  return { kind: 'refused', code };
}
