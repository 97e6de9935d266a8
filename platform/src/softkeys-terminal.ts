/**
 * Terminal keys at both ends: the acquirer issues them, the terminal takes them.
 * The terminal master key (TMK) travels in an envelope to the terminal's own key, a MAC key under the TMK.
 * @see docs/specs.md, ISO 8583 sheet, and cryptograms sheet, section 13
 */
import type { AcquirerKeys, Random, SealContext, TerminalKeys } from '@octavo/domain/ports.ts';
import { equalConstantTime } from '@octavo/lib/bytes/bytes.ts';
import { tripleDesDecrypt, tripleDesEncrypt } from '@octavo/lib/emv/des.ts';
import { keyCheckValue } from '@octavo/lib/emv/keys.ts';
import { posEcbMac } from '@octavo/lib/emv/mac.ts';
import type { Keyring } from './keyring.ts';
import { openEnvelope, sealEnvelope } from './softkeys-envelope.ts';
import { keyIdOf, pointOf } from './softkeys-p256.ts';
import { openVault } from './softkeys-vault.ts';

/** The acquirer's port for the keys of its terminals. */
export function acquirerKeys(
  section: Pick<Keyring['acquirer'], 'vault'>,
  random: Random,
): AcquirerKeys {
  const vault = openVault(section.vault, random);
  return {
    issueTerminalKey: async (terminalPublicKey) => {
      const key = random(KEY_BYTES);
      const forTerminal = await sealEnvelope(key, terminalPublicKey);
      return { forTerminal, kept: vault.seal(key, MASTER_KEY) };
    },
    issueMacKey: async (terminalKey) => {
      const key = random(KEY_BYTES);
      return {
        wrapped: tripleDesEncrypt(vault.open(terminalKey, MASTER_KEY), key),
        checkValue: keyCheckValue(key, CHECK_VALUE_BYTES),
        kept: vault.seal(key, MAC_KEY),
      };
    },
    terminalMac: async (macKey, input) => posEcbMac(vault.open(macKey, MAC_KEY), input),
  };
}

/** The terminal's port for its own keys. */
export function terminalKeys(
  { keyPair, vault: own }: Keyring['terminal'],
  random: Random,
): TerminalKeys {
  const vault = openVault(own, random);
  const kid = keyIdOf(keyPair);
  return {
    publicKey: async () => pointOf(keyPair),
    acceptTerminalKey: async (forTerminal) => {
      const key = await openEnvelope(forTerminal, keyPair, kid);
      return key?.length === KEY_BYTES ? vault.seal(key, MASTER_KEY) : undefined;
    },
    acceptMacKey: async (terminalKey, wrapped, checkValue) => {
      if (wrapped.length !== KEY_BYTES) return undefined;
      const key = tripleDesDecrypt(vault.open(terminalKey, MASTER_KEY), wrapped);
      const expected = keyCheckValue(key, CHECK_VALUE_BYTES);
      return equalConstantTime(expected, checkValue) ? vault.seal(key, MAC_KEY) : undefined;
    },
    terminalMac: async (macKey, input) => posEcbMac(vault.open(macKey, MAC_KEY), input),
  };
}

const KEY_BYTES = 16;
const CHECK_VALUE_BYTES = 4;
/** What a kept key is for; sealed in, so that no port takes one for the other. */
const MASTER_KEY: SealContext = { id: 'terminal', column: 'master_key' };
const MAC_KEY: SealContext = { id: 'terminal', column: 'mac_key' };
