/** The keyring as a file: written whole or not at all, read strictly, and completed when it is of an older form. */
import { isDeepStrictEqual } from 'node:util';
import type { InstantMs, Random } from '@octavo/domain/ports.ts';
import { readIfThere, writeDurably } from './durable-file.ts';
import {
  type CardMasterKeys,
  type FleetSecrets,
  generateFleet,
  type HexKey,
  type Keyring,
  KeyringError,
  type ServiceSection,
  type VaultSection,
} from './keyring.ts';
import {
  AUTHORITY_BITS,
  type AuthoritySection,
  generateAuthority,
  ISSUER_BITS,
  openAuthority,
} from './softkeys-authority.ts';
import { fromBase64url, keyIdOf, type PrivateJwk, pairOfScalar } from './softkeys-p256.ts';

/** Write a keyring to a file that only its owner can read (mode 0600), replacing an older one at once. */
export async function saveKeyring(file: string, keyring: Keyring): Promise<void> {
  await writeDurably(file, Buffer.from(`${JSON.stringify(keyring, undefined, 2)}\n`));
}

/** What the parts that an older keyring lacks are made of. */
export type KeyChance = { readonly random: Random; readonly nowMs: InstantMs };

/**
 * Read a keyring from a file; undefined when there is none. With `chance` one of an older form gets the parts it
 * lacks, and is saved with them before it is given. Throws `KeyringError` when the file is not a keyring; other
 * errors are those of the file system.
 */
export async function loadKeyring(file: string, chance?: KeyChance): Promise<Keyring | undefined> {
  const bytes = await readIfThere(file);
  if (bytes === undefined) return undefined;
  const kept = parseJson(Buffer.from(bytes).toString('utf8'));
  const whole = chance === undefined ? kept : completed(kept, chance);
  const keyring = checkedKeyring(whole);
  if (whole !== kept) await saveKeyring(file, keyring);
  return keyring;
}

/**
 * Read a keyring from its text. Throws `KeyringError` with the place of the first thing that is missing, too
 * much, of another form, or does not fit: a public key beside another secret, a link key with two values.
 */
export function parseKeyring(text: string): Keyring {
  return checkedKeyring(parseJson(text));
}

/** A part that came later than the first keyrings: where it stands, and how it is made. */
type LaterPart = {
  readonly place: readonly [section: string, part?: string];
  readonly make: (chance: KeyChance) => unknown;
};

/** The parts as one keyring gets them. Gates and back office are made together, since they hold some keys alike. */
function laterParts({ random }: KeyChance): readonly LaterPart[] {
  const fleet = once(() => generateFleet(random));
  return [
    {
      place: ['tokens', 'authority'],
      make: (chance) => generateAuthority(chance.random, chance.nowMs),
    },
    { place: ['transit'], make: () => fleet().transit },
    { place: ['gate'], make: () => fleet().gate },
  ];
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The same value when it lacks nothing. */
function completed(kept: unknown, chance: KeyChance): unknown {
  let whole = kept;
  for (const part of laterParts(chance)) whole = withPart(whole, part, chance);
  return whole;
}

/** What is not even of the old form stays as it is, to be refused. */
function withPart(whole: unknown, { place, make }: LaterPart, chance: KeyChance): unknown {
  if (!isObject(whole)) return whole;
  const [name, part] = place;
  const section = whole[name];
  if (part === undefined) {
    return section === undefined ? { ...whole, [name]: make(chance) } : whole;
  }
  if (!isObject(section) || section[part] !== undefined) return whole;
  return { ...whole, [name]: { ...section, [part]: make(chance) } };
}

function checkedKeyring(value: unknown): Keyring {
  const keyring = readKeyring(value, 'keyring');
  if (keyring.network.links.issuer !== keyring.issuer.links.network)
    throw new KeyringError('network and issuer hold different link keys');
  if (keyring.network.links.acquirer !== keyring.acquirer.links.network)
    throw new KeyringError('network and acquirer hold different link keys');
  const [office, gates] = [keyring.transit, keyring.gate];
  if (office.credential !== gates.credential || !isDeepStrictEqual(office.deny, gates.deny))
    throw new KeyringError('transit and gate hold different keys');
  return keyring;
}

/** Reads one value at a place, or throws `KeyringError` naming the place. */
type Read<T> = (value: unknown, at: string) => T;

const readService: { readonly [Name in keyof ServiceSection]: Read<ServiceSection[Name]> } = {
  signing: readPair,
  vault: readVault,
  lookup: hex(32),
};

const readKeyring: Read<Keyring> = object({
  version: literal(1),
  known: readBoolean,
  tokens: object({
    ...readService,
    envelope: readEnvelope,
    cardMaster: record<CardMasterKeys>(
      /^[0-9A-F]{2}$/,
      object({ ac: hex(16), mac: hex(16), enc: hex(16) }),
    ),
    authority: readAuthority,
  }),
  issuer: object({
    ...readService,
    verification: hex(16),
    links: object({ network: hex(16) }),
  }),
  network: object({
    ...readService,
    links: object({ acquirer: hex(16), issuer: hex(16) }),
  }),
  wallet: object(readService),
  acquirer: object({ ...readService, links: object({ network: hex(16) }) }),
  terminal: object({ keyPair: readPair, vault: readVault }),
  transit: object({ ...readService, ...readFleet() }),
  gate: object({ signing: readPair, fleet: hex(32), ...readFleet() }),
  maker: object({ signing: readPair }),
  operator: object({ token: hex(32) }),
});

function readFleet(): { readonly [Name in keyof FleetSecrets]: Read<FleetSecrets[Name]> } {
  return {
    deny: object<FleetSecrets['deny']>({ epoch: readEpoch, key: hex(32) }),
    credential: hex(32),
  };
}

function readEpoch(value: unknown, at: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 0xffffffff)
    throw new KeyringError(`${at} is not the number of an epoch`);
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's own words quote the text, and the text is made of keys.
    if (error instanceof SyntaxError) throw new KeyringError('the keyring is not JSON');
    throw error;
  }
}

/** An object with exactly these members. */
function object<T extends object>(members: { readonly [Name in keyof T]: Read<T[Name]> }): Read<T> {
  const names = Object.keys(members) as (keyof T & string)[];
  return (value, at) => {
    const given = readMembers(value, at);
    const strange = Object.keys(given).find((name) => !names.some((known) => known === name));
    if (strange !== undefined) throw new KeyringError(`${at} has a member too many`);
    const read = names.map((name) => [name, members[name](given[name], `${at}.${name}`)]);
    return Object.fromEntries(read) as T;
  };
}

/** An object whose member names fit a pattern, at least one of them. */
function record<T>(name: RegExp, read: Read<T>): Read<Readonly<Record<string, T>>> {
  return (value, at) => {
    const entries = Object.entries(readMembers(value, at));
    if (entries.length === 0) throw new KeyringError(`${at} is empty`);
    return Object.fromEntries(
      entries.map(([member, part]) => {
        if (!name.test(member)) throw new KeyringError(`${at} has a member of another name`);
        return [member, read(part, `${at}.${member}`)];
      }),
    );
  };
}

function readMembers(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (!isObject(value)) throw new KeyringError(`${at} is not an object`);
  return value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hex(length: number): Read<HexKey> {
  return (value, at) => {
    if (typeof value !== 'string' || !/^[0-9A-F]+$/.test(value) || value.length !== length * 2)
      throw new KeyringError(`${at} is not ${length} bytes of upper-case hexadecimal`);
    return value;
  };
}

function literal<T extends number | string>(expected: T): Read<T> {
  return (value, at) => {
    if (value !== expected) throw new KeyringError(`${at} is not ${expected}`);
    return expected;
  };
}

function readBoolean(value: unknown, at: string): boolean {
  if (typeof value !== 'boolean') throw new KeyringError(`${at} is not true or false`);
  return value;
}

function readText(value: unknown, at: string): string {
  if (typeof value !== 'string') throw new KeyringError(`${at} is not a text`);
  return value;
}

function readVault(value: unknown, at: string): VaultSection {
  const readVersion: Read<number> = (version, where) => {
    if (typeof version !== 'number') throw new KeyringError(`${where} is not a number`);
    return version;
  };
  const vault = object<VaultSection>({
    current: readVersion,
    keys: record(/^([1-9]\d?|1\d\d|2[0-4]\d|25[0-5])$/, hex(32)),
  })(value, at);
  if (vault.keys[String(vault.current)] === undefined)
    throw new KeyringError(`${at}.current names no key`);
  return vault;
}

function readPair(value: unknown, at: string): PrivateJwk {
  const given = object<PrivateJwk>({
    kty: literal('EC'),
    crv: literal('P-256'),
    x: readText,
    y: readText,
    d: readText,
  })(value, at);
  const pair = pairOfScalar(fromBase64url(given.d));
  if (pair === undefined || pair.x !== given.x || pair.y !== given.y || pair.d !== given.d)
    throw new KeyringError(`${at} is not a key pair of P-256`);
  return pair;
}

function readEnvelope(value: unknown, at: string): Keyring['tokens']['envelope'] {
  const { kid, ...rest } = readMembers(value, at);
  const pair = readPair(rest, at);
  if (kid !== keyIdOf(pair)) throw new KeyringError(`${at}.kid is not the name of this key`);
  return { ...pair, kid: keyIdOf(pair) };
}

function readAuthority(value: unknown, at: string): AuthoritySection {
  if (value === undefined)
    throw new KeyringError(
      `${at} is not there yet; an older keyring gets it when its world starts`,
    );
  const readMonth: Read<string> = (month, where) => {
    if (!/^(0[1-9]|1[0-2])\d\d$/.test(readText(month, where)))
      throw new KeyringError(`${where} is not a month`);
    return String(month);
  };
  const readRsa = (bits: number) =>
    object<AuthoritySection['ca']>({
      modulus: hex(bits / 8),
      firstPrime: hex(bits / 16),
      secondPrime: hex(bits / 16),
    });
  const authority = object<AuthoritySection>({
    index: hex(1),
    expiry: readMonth,
    ca: readRsa(AUTHORITY_BITS),
    issuer: readRsa(ISSUER_BITS),
    certificate: object({
      signed: hex(AUTHORITY_BITS / 8),
      remainder: hex(ISSUER_BITS / 8 - (AUTHORITY_BITS / 8 - 36)),
    }),
  })(value, at);
  if (openAuthority(authority) === undefined)
    throw new KeyringError(`${at} is made of parts that do not belong together`);
  return authority;
}
