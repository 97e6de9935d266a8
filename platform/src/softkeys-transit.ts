/** The back office's keys in software: its own service's, the hidden names, and opening what gates sealed. */
import type { Random, TransitKeys } from '@octavo/domain/ports.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import type { TransitSection } from './keyring.ts';
import { credentialContext, credentialKey, denyEntryKeys } from './softkeys-gate.ts';
import { signerOf, verifierOf } from './softkeys-p256.ts';
import { NONCE_BYTES, openAesGcm, SealBroken, vaultKeys } from './softkeys-vault.ts';

/** The back office's ports. */
export function transitKeys(section: TransitSection, random: Random): TransitKeys {
  const sign = signerOf(section.signing);
  const verifiers = verifiersKept();
  return {
    sign: async (message) => sign(message),
    ...vaultKeys(section, random),
    ...denyEntryKeys(section),
    openCredential: async (gateId, sequence, sealed) => {
      const key = credentialKey(section.credential, gateId);
      const context = credentialContext(gateId, sequence);
      try {
        return openAesGcm(
          key,
          sealed.subarray(0, NONCE_BYTES),
          context,
          sealed.subarray(NONCE_BYTES),
        );
      } catch (error) {
        if (error instanceof SealBroken) return undefined;
        throw error;
      }
    },
    verifyRecord: async (gatePublicKey, bytes, signature) =>
      verifiers(gatePublicKey)(bytes, signature),
  };
}

/** A gate brings many records: so many gates' keys are kept as they were read. */
const VERIFIERS_KEPT = 1_000;

function verifiersKept(): (publicKey: Uint8Array) => ReturnType<typeof verifierOf> {
  const kept = new Map<string, ReturnType<typeof verifierOf>>();
  return (publicKey) => {
    const name = toHex(publicKey);
    const known = kept.get(name);
    if (known !== undefined) return known;
    if (kept.size >= VERIFIERS_KEPT) kept.clear();
    const made = verifierOf(publicKey);
    kept.set(name, made);
    return made;
  };
}
