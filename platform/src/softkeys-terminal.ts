/**
 * Terminal keys at both ends: the acquirer issues them, the terminal takes them.
 * The terminal master key (TMK) travels in an envelope to the terminal's own key, a MAC key under the TMK.
 * @see docs/specs.md, ISO 8583 sheet, and cryptograms sheet, section 13
 */
import type { AcquirerKeys, Random, SealContext, TerminalKeys } from '@octavo/domain/ports.ts';
import { equalConstantTime } from '@octavo/lib/bytes/bytes.ts';
import { keyCheckValue } from '@octavo/lib/cipher/check-value.ts';
import { tripleDesDecrypt, tripleDesEncrypt } from '@octavo/lib/cipher/des.ts';
import { posEcbMac } from '@octavo/lib/cipher/mac.ts';
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
    issueTerminalKey: async (terminalId, terminalPublicKey) => {
      const key = random(KEY_BYTES);
      const forTerminal = await sealEnvelope(key, terminalPublicKey);
      return { forTerminal, kept: vault.seal(key, masterKeyOf(terminalId)) };
    },
    issueMacKey: async (terminalId, terminalKey) => {
      const key = random(KEY_BYTES);
      return {
        wrapped: tripleDesEncrypt(vault.open(terminalKey, masterKeyOf(terminalId)), key),
        checkValue: keyCheckValue(key, CHECK_VALUE_BYTES),
        kept: vault.seal(key, macKeyOf(terminalId)),
      };
    },
    terminalMac: async (terminalId, macKey, input) =>
      posEcbMac(vault.open(macKey, macKeyOf(terminalId)), input),
  };
}

/** The terminal's port for its own keys; what it keeps opens beside its own key pair alone. */
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
      return key?.length === KEY_BYTES ? vault.seal(key, masterKeyOf(kid)) : undefined;
    },
    acceptMacKey: async (terminalKey, wrapped, checkValue) => {
      if (wrapped.length !== KEY_BYTES) return undefined;
      const key = tripleDesDecrypt(vault.open(terminalKey, masterKeyOf(kid)), wrapped);
      const expected = keyCheckValue(key, CHECK_VALUE_BYTES);
      return equalConstantTime(expected, checkValue) ? vault.seal(key, macKeyOf(kid)) : undefined;
    },
    terminalMac: async (macKey, input) => posEcbMac(vault.open(macKey, macKeyOf(kid)), input),
  };
}

const KEY_BYTES = 16;
const CHECK_VALUE_BYTES = 4;

/** Whose a kept key is and what for; sealed in, so that none is taken for the other, nor for another terminal's. */
function masterKeyOf(terminal: string): SealContext {
  return { id: terminal, column: 'terminal_master_key' };
}

function macKeyOf(terminal: string): SealContext {
  return { id: terminal, column: 'terminal_mac_key' };
}
