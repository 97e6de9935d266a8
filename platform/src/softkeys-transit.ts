/** The back office's keys in software: its own service's, the hidden names, and opening what gates sealed. */
import type { Random, TransitKeys } from '@octavo/domain/ports.ts';
import type { TransitSection } from './keyring.ts';
import { credentialContext, credentialKey, denyEntryKeys } from './softkeys-gate.ts';
import { signerOf } from './softkeys-p256.ts';
import { NONCE_BYTES, openAesGcm, SealBroken, vaultKeys } from './softkeys-vault.ts';

/** The back office's ports. */
export function transitKeys(section: TransitSection, random: Random): TransitKeys {
  const sign = signerOf(section.signing);
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
  };
}
