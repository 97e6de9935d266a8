/**
 * Every key of a world, made at its first start: plain data with one section for each party.
 * A party's ports are built from its own section and from nothing else (`softkeys.ts`).
 */
import type { InstantMs, Random } from '@octavo/domain/ports.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { systemClock } from './clock.ts';
import { type AuthoritySection, generateAuthority } from './softkeys-authority.ts';
import {
  generateP256,
  keyIdOf,
  type PrivateJwk,
  type PublicJwk,
  pointOf,
  publicJwkOf,
} from './softkeys-p256.ts';

/** A keyring that may not be used: not of its form, or made of published keys. Never shows a key. */
export class KeyringError extends Error {
  override readonly name = 'KeyringError';
}

/** Key bytes in upper-case hexadecimal. */
export type HexKey = string;

/** The keys of encryption at rest, 32 bytes each, by version (1 to 255); new values are sealed under `current`. */
export type VaultSection = {
  readonly current: number;
  readonly keys: Readonly<Record<string, HexKey>>;
};

/** The master keys that card keys are derived from, 16 bytes each. */
export type CardMasterKeys = { readonly ac: HexKey; readonly mac: HexKey; readonly enc: HexKey };

/** What every service has: its signature, its vault (32 bytes) and its lookup key (32 bytes). */
export type ServiceSection = {
  readonly signing: PrivateJwk;
  readonly vault: VaultSection;
  readonly lookup: HexKey;
};

/** What gates and back office hold alike: the key of hidden names by its epoch, and the master of sealed tokens. 32 bytes each. */
export type FleetSecrets = {
  readonly deny: { readonly epoch: number; readonly key: HexKey };
  readonly credential: HexKey;
};

/** The back office of transit. */
export type TransitSection = ServiceSection & FleetSecrets;

/** The gates: how their service signs its calls, and the master secret of their own key pairs, 32 bytes. */
export type GateSection = FleetSecrets & { readonly signing: PrivateJwk; readonly fleet: HexKey };

/** Every key of a world. JSON-serialisable; keep it in a file that only its owner reads. */
export type Keyring = {
  readonly version: 1;
  /** True when card master keys and card verification key are published test values. */
  readonly known: boolean;
  readonly tokens: ServiceSection & {
    readonly envelope: PrivateJwk & { readonly kid: string };
    /** By derivation key index, two hexadecimal digits. */
    readonly cardMaster: Readonly<Record<string, CardMasterKeys>>;
    readonly authority: AuthoritySection;
  };
  readonly issuer: ServiceSection & {
    /** Card verification key, 16 bytes. */
    readonly verification: HexKey;
    /** Link keys by peer, 16 bytes, the same at both ends. */
    readonly links: { readonly network: HexKey };
  };
  readonly network: ServiceSection & {
    readonly links: { readonly acquirer: HexKey; readonly issuer: HexKey };
  };
  readonly wallet: ServiceSection;
  readonly acquirer: ServiceSection & { readonly links: { readonly network: HexKey } };
  readonly terminal: { readonly keyPair: PrivateJwk; readonly vault: VaultSection };
  readonly transit: TransitSection;
  readonly gate: GateSection;
  readonly maker: { readonly signing: PrivateJwk };
  /** What the operator shows to be let in, 32 random bytes. */
  readonly operator: { readonly token: string };
};

/** Who signs. */
export type SigningParty =
  | 'tokens'
  | 'issuer'
  | 'network'
  | 'wallet'
  | 'acquirer'
  | 'transit'
  | 'gate'
  | 'maker';

/** The derivation key index that new worlds issue tokens under. */
export const FIRST_KEY_INDEX = '01';

/** Make every key of a world from fresh randomness. Its authority is good from `nowMs` on. */
export function generateKeyring(random: Random, nowMs: InstantMs = systemClock().nowMs()): Keyring {
  const acquirerLink = key(random, 16);
  const issuerLink = key(random, 16);
  const envelope = generateP256(random);
  return {
    version: 1,
    known: false,
    tokens: {
      ...serviceSection(random),
      envelope: { ...envelope, kid: keyIdOf(envelope) },
      cardMaster: {
        [FIRST_KEY_INDEX]: { ac: key(random, 16), mac: key(random, 16), enc: key(random, 16) },
      },
      authority: generateAuthority(random, nowMs),
    },
    issuer: {
      ...serviceSection(random),
      verification: key(random, 16),
      links: { network: issuerLink },
    },
    network: {
      ...serviceSection(random),
      links: { acquirer: acquirerLink, issuer: issuerLink },
    },
    wallet: serviceSection(random),
    acquirer: { ...serviceSection(random), links: { network: acquirerLink } },
    terminal: generateTerminal(random),
    maker: { signing: generateP256(random) },
    operator: { token: key(random, 32) },
    ...generateFleet(random),
  };
}

/** Make the keys of a back office of transit and of its gates, which hold some of them alike. */
export function generateFleet(random: Random): Pick<Keyring, 'transit' | 'gate'> {
  const [deny, credential] = [key(random, 32), key(random, 32)];
  const secrets = (): FleetSecrets => ({ deny: { epoch: 1, key: deny }, credential });
  return {
    transit: { ...serviceSection(random), ...secrets() },
    gate: { signing: generateP256(random), fleet: key(random, 32), ...secrets() },
  };
}

/** Make the keys of one more terminal. */
export function generateTerminal(random: Random): Keyring['terminal'] {
  return { keyPair: generateP256(random), vault: vaultSection(random) };
}

/**
 * A keyring whose taps anybody can recompute: card master keys and card verification key are published test
 * values, every other key is fresh. For worlds that say so, never elsewhere.
 * @see docs/specs.md, cryptograms sheet, sections 8.2 and 9
 */
export function knownKeyring(random: Random, nowMs: InstantMs = systemClock().nowMs()): Keyring {
  const keyring = generateKeyring(random, nowMs);
  return {
    ...keyring,
    known: true,
    tokens: { ...keyring.tokens, cardMaster: { [FIRST_KEY_INDEX]: KNOWN_CARD_MASTER } },
    issuer: { ...keyring.issuer, verification: KNOWN_CARD_VERIFICATION },
  };
}

/**
 * Refuse a keyring that is marked known, or that holds a published key anywhere, whatever its parity bits.
 * Throws `KeyringError`, which says where and not what.
 */
export function assertNotKnown(keyring: Keyring): void {
  if (keyring.known) throw new KeyringError('the keyring is made of published test keys');
  const at = publishedKeyAt(keyring, 'keyring');
  if (at !== undefined) throw new KeyringError(`a published test key stands at ${at}`);
}

/** The public signing key of every party, 65 bytes each. */
export function publicDirectory(keyring: Keyring): Readonly<Record<SigningParty, Uint8Array>> {
  return {
    tokens: pointOf(keyring.tokens.signing),
    issuer: pointOf(keyring.issuer.signing),
    network: pointOf(keyring.network.signing),
    wallet: pointOf(keyring.wallet.signing),
    acquirer: pointOf(keyring.acquirer.signing),
    transit: pointOf(keyring.transit.signing),
    gate: pointOf(keyring.gate.signing),
    maker: pointOf(keyring.maker.signing),
  };
}

/** What the card-entry frame needs to write to the token service. */
export function envelopeAddress(keyring: Keyring): {
  readonly publicJwk: PublicJwk;
  readonly kid: string;
} {
  const { envelope } = keyring.tokens;
  return { publicJwk: publicJwkOf(envelope), kid: envelope.kid };
}

/** The card master keys of a known keyring. @see docs/specs.md, cryptograms sheet, section 9 */
export const KNOWN_CARD_MASTER: CardMasterKeys = {
  ac: '0123456789ABCDEF23456789ABCDEF01',
  mac: '456789ABCDEF01236789ABCDEF012345',
  enc: '89ABCDEF01234567ABCDEF0123456789',
};

/** @see docs/specs.md, cryptograms sheet, section 8.2 */
const KNOWN_CARD_VERIFICATION: HexKey = '0123456789ABCDEFFEDCBA9876543210';

/** Keys that stand in books and card manuals; a world that uses one keeps no secret. */
const PUBLISHED_KEYS: readonly HexKey[] = [
  ...Object.values(KNOWN_CARD_MASTER),
  KNOWN_CARD_VERIFICATION,
  '404142434445464748494A4B4C4D4E4F',
];

/**
 * Moduli of worked examples whose private keys stand beside them: an authority's, an issuer's and a card's.
 * @see docs/specs.md, EMV contactless sheet, section 9.3
 */
const PUBLISHED_MODULI: readonly HexKey[] = [
  'C6A32FEC135647026E6FD6A3B57F51FEE4BF253F6040D984C0D0361052402DC6AA4A3431123052E5CF67FF12B1A0865F25EA4990062FDD2E8381DC9EBA9D58A05C3BAB0AC3017E5CCBA7ADCFA87752412A730A265E405F8FDE23151770B45098F998A16596421B5ED20E2887B4D1185CF7D130F801CBCA7B49CEBBBF48869FA5',
  'D3BFFB48FD29EEAB4F8E45FB53F4EB1A0F92F9A4BDE7CD76145567D0ABAF3F420D7887D32A8F7BE55F0BE59F899D4F04DA4E7195FAA4C7E73A53B530308BF73D20B2CDE9B0FF4AE5593322D40D1CAF262EEE194914004797258E8505033FDE432D4BDB032CBB205F37D3D259AC662E6E847BD13E96243D00DE802B0632F1EBC1',
  'C7BFF61024CB2CA44276DF7ED03A59D0DDE11793A69004C7CAA31D3EDA93540A9BC7461C393EE47DE54FB7F555EA9261544E6E26C7E3FD56C8CE4AC0D6655E8262B469C1215161BCECE837F1FFC7F37F0100B2C10FD0949A922CC5A4F04EEBAF',
];

function serviceSection(random: Random): ServiceSection {
  return { signing: generateP256(random), vault: vaultSection(random), lookup: key(random, 32) };
}

function vaultSection(random: Random): VaultSection {
  return { current: 1, keys: { '1': key(random, 32) } };
}

function key(random: Random, length: number): HexKey {
  return toHex(random(length));
}

/** Where the first published key stands, walking the keyring as a tree of hexadecimal texts. */
function publishedKeyAt(value: unknown, path: string): string | undefined {
  if (typeof value === 'string') return isPublished(value) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, part] of Object.entries(value)) {
    const at = publishedKeyAt(part, `${path}.${name}`);
    if (at !== undefined) return at;
  }
  return undefined;
}

/** DES looks at seven bits of each byte, so a key in another parity is the same key; a longer key may hold it as a half. */
function isPublished(text: string): boolean {
  if (PUBLISHED_MODULI.includes(text.toUpperCase())) return true;
  if (!/^([0-9A-F]{32})+$/i.test(text)) return false;
  const halves = text.match(/.{32}/g) ?? [];
  return halves.some((half) => PUBLISHED_WITHOUT_PARITY.includes(withoutParity(half)));
}

function withoutParity(hex: HexKey): HexKey {
  return toHex(fromHex(hex).map((byte) => byte & 0xfe));
}

const PUBLISHED_WITHOUT_PARITY: readonly HexKey[] = PUBLISHED_KEYS.map(withoutParity);
