/**
 * How wallets encrypt what a merchant gets: a key for one message from an agreement on P-256, then AES with 256 bits.
 * Apple's form authenticates with GCM, Google's with a MAC of its own.
 * @see docs/specs.md, tokenisation sheet, sections 6.4, 6.5 and 8
 */
import { ctr, gcm } from '@noble/ciphers/aes.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concat, equalConstantTime, fromAscii, fromUint } from '../bytes/bytes.ts';
import { type SecretBytes, secret } from '../bytes/secret.ts';

/** The two keys of an ECv2 message, 32 bytes each. */
export type EcV2Keys = { readonly aes: SecretBytes; readonly mac: SecretBytes };

/** An ECv2 message under its keys: as many bytes as the plain text, and a tag of 32. */
export type EcV2Sealed = { readonly encrypted: Uint8Array; readonly tag: Uint8Array };

const GCM_TAG_BYTES = 16;
// A key is for one message, so a vector that never changes repeats nothing.
const ZERO_VECTOR = new Uint8Array(16);

/**
 * The AES key of an EC_v1 token, 32 bytes: one step of SHA-256 over a counter, the shared secret, the algorithm's
 * name, "Apple", and the hash of the merchant identifier (32 bytes).
 * @example
 * const shared = fromHex('948C5DFD82D426C14286DC3B69B2DC7CCFA2880E6CA2DCC121472C0BA0C6B000');
 * ecV1Key(shared, identifierHash('merchant.com.example.wallet')).subarray(0, 4) // 57CE5F89
 * @see docs/specs.md, tokenisation sheet, section 6.4
 */
export function ecV1Key(shared: Uint8Array, merchantIdentifierHash: Uint8Array): SecretBytes {
  const algorithm = fromAscii('id-aes256-GCM');
  return secret(
    sha256(
      concat(
        fromUint(1, 4),
        shared,
        fromUint(algorithm.length, 1),
        algorithm,
        fromAscii('Apple'),
        merchantIdentifierHash,
      ),
    ),
  );
}

/**
 * Encrypt an EC_v1 token's data: AES-256-GCM with a vector of sixteen zero bytes; the tag, 16 bytes, comes last.
 * @example
 * const key = fromHex('57CE5F898DD302BCEB140452C47362EE5A4B58EA08496C0E90DC2D800B69310C');
 * encryptEcV1(key, fromHex('7B2261223A317D')) // 3E060B9A3D861A76C384868DFF012AF9281BEA0678EC82
 * @see docs/specs.md, tokenisation sheet, section 6.4
 */
export function encryptEcV1(key: Uint8Array, plain: Uint8Array): Uint8Array {
  return gcm(key, ZERO_VECTOR).encrypt(plain);
}

/**
 * Decrypt an EC_v1 token's data; undefined where the tag is wrong or missing.
 * @example
 * const key = fromHex('57CE5F898DD302BCEB140452C47362EE5A4B58EA08496C0E90DC2D800B69310C');
 * decryptEcV1(key, fromHex('3E060B9A3D861A76C384868DFF012AF9281BEA0678EC82')) // 7B2261223A317D
 * @see docs/specs.md, tokenisation sheet, section 6.4
 */
export function decryptEcV1(key: Uint8Array, data: Uint8Array): Uint8Array | undefined {
  if (data.length < GCM_TAG_BYTES) return undefined;
  const encrypted = data.subarray(0, -GCM_TAG_BYTES);
  // Encrypting twice gives the plain text, as GCM is a stream; its tag over the right bytes is then compared here,
  // in constant time, so that a wrong one is an answer and not an exception of the cipher.
  const plain = encryptEcV1(key, encrypted).subarray(0, -GCM_TAG_BYTES);
  const tag = encryptEcV1(key, plain).subarray(-GCM_TAG_BYTES);
  return equalConstantTime(tag, data.subarray(-GCM_TAG_BYTES)) ? plain : undefined;
}

/**
 * The two keys of an ECv2 message: HKDF with SHA-256 of the sender's one-time point (65 bytes) and the shared secret,
 * under a salt of zeros, for "Google".
 * @example
 * const point = publicKeyOf(fromHex('AEB8C922A387EBBB73BF34D463F2E590D029A4C8B3C981C63CE629AD661E623E'));
 * const shared = fromHex('948C5DFD82D426C14286DC3B69B2DC7CCFA2880E6CA2DCC121472C0BA0C6B000');
 * ecV2Keys(point, shared).aes.subarray(0, 4) // E33C0B32
 * @see docs/specs.md, tokenisation sheet, section 6.5
 */
export function ecV2Keys(ephemeralPublicKey: Uint8Array, shared: Uint8Array): EcV2Keys {
  const salt = new Uint8Array(32);
  const both = hkdf(sha256, concat(ephemeralPublicKey, shared), salt, fromAscii('Google'), 64);
  return { aes: secret(both.subarray(0, 32)), mac: secret(both.subarray(32)) };
}

/**
 * Encrypt an ECv2 message with AES-256-CTR from a vector of zeros, and authenticate what came out with HMAC-SHA256.
 * @example
 * const aes = fromHex('E33C0B3276400D775EE005DD9DC6F6442C256AAEAA9EA9D19F951E6533DFB432');
 * const mac = fromHex('232E1DD58653CC6ECC7FEE0D755568971B71549EE042789B7A48A6810C14486C');
 * encryptEcV2({ aes, mac }, fromHex('7B2261223A317D')).encrypted // C999F92B5CB107
 * @see docs/specs.md, tokenisation sheet, section 6.5
 */
export function encryptEcV2(keys: EcV2Keys, plain: Uint8Array): EcV2Sealed {
  const encrypted = ctr(keys.aes, ZERO_VECTOR).encrypt(plain);
  return { encrypted, tag: hmac(sha256, keys.mac, encrypted) };
}

/**
 * Decrypt an ECv2 message once its tag is right; undefined where it is not.
 * @example
 * const keys = ecV2Keys(publicKeyOf(fromHex('AEB8C922A387EBBB73BF34D463F2E590D029A4C8B3C981C63CE629AD661E623E')), new Uint8Array(32).fill(1));
 * decryptEcV2(keys, encryptEcV2(keys, fromHex('7B7D'))) // 7B7D
 * @see docs/specs.md, tokenisation sheet, section 6.5
 */
export function decryptEcV2(keys: EcV2Keys, sealed: EcV2Sealed): Uint8Array | undefined {
  const tag = hmac(sha256, keys.mac, sealed.encrypted);
  if (!equalConstantTime(tag, sealed.tag)) return undefined;
  return ctr(keys.aes, ZERO_VECTOR).decrypt(sealed.encrypted);
}
