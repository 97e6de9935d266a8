/** What the issuer asks of its machines, and how it names a card. */
import type {
  CommonPorts,
  MacKeys,
  SigningKeys,
  VaultKeys,
  VerificationKeys,
} from '@octavo/domain/ports.ts';
import { fromAscii, toHex } from '@octavo/lib/bytes/bytes.ts';
import type { Gate } from '../caller.ts';
import type { Client } from '../endpoint.ts';

/** The issuer's ports. */
export type IssuerPorts = CommonPorts & {
  readonly keys: SigningKeys & VaultKeys & VerificationKeys & MacKeys;
  readonly gate: Gate;
  readonly tokens: Client;
};

/** UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The account behind a card number: a keyed hash, so that the number itself is no key anywhere. 16 bytes in hexadecimal. */
export async function accountIdOf(keys: VaultKeys, pan: string): Promise<string> {
  return toHex((await keys.lookupHash('pan', fromAscii(pan))).subarray(0, 16));
}

/** The name of a mobile number's inbox: a keyed hash in hexadecimal. */
export async function mobileHashOf(keys: VaultKeys, mobile: string): Promise<string> {
  return toHex(await keys.lookupHash('mobile', fromAscii(mobile)));
}

/** The id of the request to the token service that follows from a request to us: a repeat asks the same again. */
export async function onwardId(keys: VaultKeys, act: string, requestId: string): Promise<string> {
  const hash = await keys.lookupHash('onward_request', utf8(`${act} ${requestId}`));
  return toHex(hash.subarray(0, 16));
}
