/**
 * Encryption at rest and lookup by keyed hash, in software: AES-256-GCM and HMAC-SHA-256.
 * A sealed value is `version (1) || nonce (12) || ciphertext || tag (16)`. Its context and the version are
 * authenticated with it, so it opens in its own place only, and older key versions still open.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
} from 'node:crypto';
import type { Random, SealContext, Sealed, VaultKeys } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { concat, fromHex, fromUint } from '@octavo/lib/bytes/bytes.ts';
import type { ServiceSection, VaultSection } from './keyring.ts';

/** A sealed value does not open: damaged, moved from its place, or sealed under a key that is not held. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/** A vault without ports around it, for the parties that seal their own keys. */
export type Vault = {
  seal(plain: Uint8Array, context: SealContext): Sealed;
  /** Throws `SealBroken`. */
  open(sealed: Sealed, context: SealContext): Uint8Array;
};

/** A service's vault port. */
export function vaultKeys(section: ServiceSection, random: Random): VaultKeys {
  const vault = openVault(section.vault, random);
  const lookup = createSecretKey(fromHex(section.lookup));
  return {
    vaultSeal: async (plain, context) => vault.seal(plain, context),
    vaultOpen: async (sealed, context) => vault.open(sealed, context),
    lookupHash: async (purpose, value) => lookupHash(lookup, purpose, value),
  };
}

/** A vault over a section's keys. Nonces are random: a key is good for 2^32 values, and is then replaced by the next version. */
export function openVault(section: VaultSection, random: Random): Vault {
  const keys = new Map<number, KeyObject>(
    Object.entries(section.keys).map(([version, hex]) => [
      Number(version),
      createSecretKey(fromHex(hex)),
    ]),
  );
  const { current } = section;
  const currentKey = keys.get(current);
  assert(currentKey !== undefined, 'the current version has a key');
  return {
    seal: (plain, context) => {
      const head = concat(Uint8Array.of(current), random(NONCE_BYTES));
      return concat(
        head,
        sealAesGcm(currentKey, head.subarray(1), associated(context, current), plain),
      );
    },
    open: (sealed, context) => {
      const version = sealed[0] ?? 0;
      const key = keys.get(version);
      if (key === undefined) throw new SealBroken('sealed under a key version that is not held');
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
      return openAesGcm(key, nonce, associated(context, version), sealed.subarray(1 + NONCE_BYTES));
    },
  };
}

/** Encrypt with AES-256-GCM: the ciphertext, then the tag of 16 bytes. A nonce (12 bytes) is for one use. */
export function sealAesGcm(
  key: KeyObject,
  nonce: Uint8Array,
  associatedData: Uint8Array,
  plain: Uint8Array,
): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associatedData);
  return concat(cipher.update(plain), cipher.final(), cipher.getAuthTag());
}

/** Undo `sealAesGcm`. Throws `SealBroken` when the tag is wrong or the bytes are too few. */
export function openAesGcm(
  key: KeyObject,
  nonce: Uint8Array,
  associatedData: Uint8Array,
  sealed: Uint8Array,
): Uint8Array {
  const at = sealed.length - TAG_BYTES;
  if (nonce.length !== NONCE_BYTES || at < 0) throw new SealBroken('too short to be sealed');
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(associatedData);
  decipher.setAuthTag(sealed.subarray(at));
  const plain = decipher.update(sealed.subarray(0, at));
  try {
    return concat(plain, decipher.final());
  } catch (cause) {
    // `final` fails for one reason alone: the tag is not that of these bytes.
    throw new SealBroken('damaged, or sealed for another place', { cause });
  }
}

/** How many bytes a nonce has. */
export const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The place a value belongs to: each text after its length, so that no two places are written alike. */
function associated({ id, column }: SealContext, version: number): Uint8Array {
  return concat(sized(id), sized(column), Uint8Array.of(version));
}

function sized(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8');
  return concat(fromUint(bytes.length, 2), bytes);
}

/** HMAC over the purpose, one zero byte, and the value. A purpose holds no zero, so uses never meet. */
function lookupHash(key: KeyObject, purpose: string, value: Uint8Array): Uint8Array {
  assert(!purpose.includes('\0'), 'a purpose is a text without zeros');
  const hash = createHmac('sha256', key).update(purpose, 'utf8').update(Uint8Array.of(0));
  return new Uint8Array(hash.update(value).digest());
}
