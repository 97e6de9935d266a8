/** What the token service is made of, and the few computations over its keys that all its parts share. */
import { sha256 } from '@noble/hashes/sha2.js';
import { requestors } from '@octavo/domain/demo.ts';
import type {
  AuthorityKeys,
  CommonPorts,
  CryptogramKeys,
  ElementKeys,
  EnvelopeKeys,
  SealContext,
  SigningKeys,
  VaultKeys,
} from '@octavo/domain/ports.ts';
import { type TokenParty, tokenIdentity } from '@octavo/domain/token.ts';
import { fromAscii, toAscii, toHex } from '@octavo/lib/bytes/bytes.ts';
import type { Gate } from '../caller.ts';
import type { Client } from '../endpoint.ts';

/** Everything the token service asks of its machines and neighbours. */
export type TokensPorts = CommonPorts & {
  readonly keys: SigningKeys &
    VaultKeys &
    EnvelopeKeys &
    CryptogramKeys &
    ElementKeys &
    AuthorityKeys;
  readonly gate: Gate;
  readonly issuer: Client;
  readonly wallet: Client;
  /** The element maker's public key, 65 bytes, uncompressed. */
  readonly makerKey: Uint8Array;
  /** The public key that card-entry frames encrypt to. */
  readonly envelopeKey: {
    readonly kid: string;
    readonly jwk: {
      readonly kty: 'EC';
      readonly crv: 'P-256';
      readonly x: string;
      readonly y: string;
    };
  };
};

/** The ports, and a way to wake the service's own work when there is something new to send. */
export type Tokens = TokensPorts & { wake(): void };

/** The requestors that the wallet service acts for. */
export const WALLET_REQUESTORS: readonly string[] = Object.values(requestors).map(({ id }) => id);

/** Who changes a token and for which requestors. */
export function asParty(party: TokenParty): {
  readonly party: TokenParty;
  readonly ownRequestors: readonly string[];
} {
  return { party, ownRequestors: party === 'wallet' ? WALLET_REQUESTORS : [] };
}

/** A token's id, 16 bytes: a keyed hash of its key index and last 14 digits, so that unique ids are unique card keys. */
export async function tokenIdOf(
  keys: VaultKeys,
  keyIndex: string,
  number: string,
): Promise<Uint8Array> {
  return derivedId(keys, 'token', tokenIdentity(keyIndex, number));
}

/** An id of 16 bytes that follows from a text and tells nothing of it. */
async function derivedId(keys: VaultKeys, purpose: string, value: string): Promise<Uint8Array> {
  return (await keys.lookupHash(purpose, fromAscii(value))).slice(0, 16);
}

/** The id of the request to a neighbour that follows from a request to us: a repeat asks the same again. */
export async function onwardId(keys: VaultKeys, act: string, requestId: string): Promise<string> {
  return toHex(await derivedId(keys, 'onward_request', `${act} ${requestId}`));
}

/** Seal digits for one column of one row. */
export function sealDigits(
  keys: VaultKeys,
  digits: string,
  context: SealContext,
): Promise<Uint8Array> {
  return keys.vaultSeal(fromAscii(digits), context);
}

/** Open digits sealed for one column of one row. */
export async function openDigits(
  keys: VaultKeys,
  sealed: Uint8Array,
  context: SealContext,
): Promise<string> {
  return toAscii(await keys.vaultOpen(sealed, context));
}

/** What a sealed column of a row belongs to. */
export function sealedAt(id: Uint8Array, column: string): SealContext {
  return { id: toHex(id), column };
}

/** A digest of a request's body. Bodies here are parsed values, so the order of their members is the schema's. */
export function bodyDigest(body: unknown): Uint8Array {
  return sha256(new TextEncoder().encode(JSON.stringify(body)));
}
