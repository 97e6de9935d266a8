/**
 * The key ports in software. Each party gets the ports it needs, made of its own section of the keyring.
 * They are closed lists of acts: a key's bytes live in the closures and there is no way to ask for them.
 */
import type {
  AcquirerKeys,
  AuthorityKeys,
  CryptogramKeys,
  ElementKeys,
  EnvelopeKeys,
  GateKeys,
  MacKeys,
  Random,
  SigningKeys,
  TerminalKeys,
  TransitKeys,
  VaultKeys,
  VerificationKeys,
} from '@octavo/domain/ports.ts';
import type { Keyring, ServiceSection } from './keyring.ts';
import { authorityOf } from './softkeys-authority.ts';
import { cryptogramKeys, masterKeysOf } from './softkeys-cryptogram.ts';
import { elementKeys } from './softkeys-element.ts';
import { envelopeKeys } from './softkeys-envelope.ts';
import { gateKeys } from './softkeys-gate.ts';
import { macKeys, verificationKeys } from './softkeys-message.ts';
import { signerOf } from './softkeys-p256.ts';
import { acquirerKeys, terminalKeys } from './softkeys-terminal.ts';
import { transitKeys } from './softkeys-transit.ts';
import { openVault, vaultKeys } from './softkeys-vault.ts';

/** Which ports each party gets. */
export type SoftKeys = {
  readonly tokens: SigningKeys &
    VaultKeys &
    EnvelopeKeys &
    CryptogramKeys &
    ElementKeys &
    AuthorityKeys;
  readonly issuer: SigningKeys & VaultKeys & VerificationKeys & MacKeys;
  readonly network: SigningKeys & VaultKeys & MacKeys;
  readonly wallet: SigningKeys & VaultKeys;
  readonly acquirer: SigningKeys & VaultKeys & MacKeys & AcquirerKeys;
  readonly terminal: TerminalKeys;
  readonly transit: TransitKeys;
  readonly gate: SigningKeys & GateKeys;
};

/** Who has keys of its own. */
export type KeyParty = keyof SoftKeys;

/** The ports of one party. Its own section of the keyring is enough. */
export function softKeysFor<Party extends KeyParty>(
  party: Party,
  keyring: Pick<Keyring, Party>,
  random: Random,
): SoftKeys[Party] {
  return MAKERS[party](keyring[party], random);
}

const MAKERS: {
  readonly [Party in KeyParty]: (section: Keyring[Party], random: Random) => SoftKeys[Party];
} = {
  tokens: tokensKeys,
  issuer: (section, random) => ({
    ...serviceKeys(section, random),
    ...verificationKeys(section.verification),
    ...macKeys(section.links),
  }),
  network: (section, random) => ({ ...serviceKeys(section, random), ...macKeys(section.links) }),
  wallet: serviceKeys,
  acquirer: (section, random) => ({
    ...serviceKeys(section, random),
    ...macKeys(section.links),
    ...acquirerKeys(section, random),
  }),
  terminal: terminalKeys,
  transit: transitKeys,
  gate: gateKeys,
};

function tokensKeys(section: Keyring['tokens'], random: Random): SoftKeys['tokens'] {
  const masterKeys = masterKeysOf(section.cardMaster);
  const vault = openVault(section.vault, random);
  const { authorityKeys, certifyCard } = authorityOf(section.authority, random);
  const sign = signerOf(section.signing);
  return {
    ...serviceKeys(section, random),
    ...envelopeKeys(section),
    ...cryptogramKeys(masterKeys),
    ...elementKeys({ masterKeys, vault, certifyCard, sign, random }),
    authorityKeys,
  };
}

function serviceKeys(section: ServiceSection, random: Random): SigningKeys & VaultKeys {
  const sign = signerOf(section.signing);
  return { sign: async (message) => sign(message), ...vaultKeys(section, random) };
}
