/** The keyring as a file: written whole or not at all, read strictly. */
import { readIfThere, writeDurably } from './durable-file.ts';
import {
  type CardMasterKeys,
  type HexKey,
  type Keyring,
  KeyringError,
  type ServiceSection,
  type VaultSection,
} from './keyring.ts';
import { fromBase64url, keyIdOf, type PrivateJwk, pairOfScalar } from './softkeys-p256.ts';

/** Write a keyring to a file that only its owner can read (mode 0600), replacing an older one at once. */
export async function saveKeyring(file: string, keyring: Keyring): Promise<void> {
  await writeDurably(file, Buffer.from(`${JSON.stringify(keyring, undefined, 2)}\n`));
}

/**
 * Read a keyring from a file; undefined when there is none. Throws `KeyringError` when the file is not a keyring;
 * other errors are those of the file system.
 */
export async function loadKeyring(file: string): Promise<Keyring | undefined> {
  const bytes = await readIfThere(file);
  return bytes && parseKeyring(Buffer.from(bytes).toString('utf8'));
}

/**
 * Read a keyring from its text. Throws `KeyringError` with the place of the first thing that is missing, too
 * much, of another form, or does not fit: a public key beside another secret, a link key with two values.
 */
export function parseKeyring(text: string): Keyring {
  const keyring = readKeyring(parseJson(text), 'keyring');
  if (keyring.network.links.issuer !== keyring.issuer.links.network)
    throw new KeyringError('network and issuer hold different link keys');
  if (keyring.network.links.acquirer !== keyring.acquirer.links.network)
    throw new KeyringError('network and acquirer hold different link keys');
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
  maker: object({ signing: readPair }),
  operator: object({ token: hex(32) }),
});

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
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new KeyringError(`${at} is not an object`);
  return value as Readonly<Record<string, unknown>>;
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
