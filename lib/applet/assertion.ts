/**
 * A passkey's assertion, judged by the element itself: it rebuilds what the client must have signed
 * instead of parsing what a page says.
 * @see profile octavo-1, section 8
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { concat, equal, fromAscii, toUint } from '../bytes/bytes.ts';
import { verifyP256 } from '../cipher/p256.ts';
import type { HolderBinding } from './state.ts';

/** What the phone brings back from the authenticator, as it came. */
export type Assertion = {
  readonly authenticatorData: Uint8Array;
  readonly clientDataJson: Uint8Array;
  /** DER: a sequence of two integers. */
  readonly signature: Uint8Array;
};

/**
 * The assertion's sign count when everything about it is right, else undefined.
 * It does not say what was wrong: a page learns nothing from trying.
 */
export function acceptAssertion(
  holder: HolderBinding,
  challenge: Uint8Array,
  assertion: Assertion,
): number | undefined {
  const { authenticatorData, clientDataJson } = assertion;
  if (holder.publicKey === undefined) return undefined;
  if (!isExpectedClientData(clientDataJson, challenge, holder.origin)) return undefined;
  const signCount = readAuthenticatorData(authenticatorData, holder.rpIdHash);
  if (signCount === undefined || !hasRisen(holder.signCount, signCount)) return undefined;
  const signature = readSignature(assertion.signature);
  if (signature === undefined) return undefined;
  const message = concat(authenticatorData, sha256(clientDataJson));
  return verifyP256(signature, message, holder.publicKey) ? signCount : undefined;
}

// Clients write these four members first, in this order and without spaces, so that a verifier as small
// as this one can compare bytes. More members may follow, never instead of these.
function isExpectedClientData(
  clientDataJson: Uint8Array,
  challenge: Uint8Array,
  origin: string,
): boolean {
  const prefix = fromAscii(
    `{"type":"webauthn.get","challenge":"${toBase64Url(challenge)}","origin":"${origin}","crossOrigin":false`,
  );
  if (!equal(clientDataJson.subarray(0, prefix.length), prefix)) return false;
  const rest = clientDataJson.subarray(prefix.length);
  if (rest[0] === CLOSING_BRACE) return rest.length === 1;
  return rest[0] === COMMA && rest.length > 2 && rest.at(-1) === CLOSING_BRACE;
}

const COMMA = 0x2c;
const CLOSING_BRACE = 0x7d;

const FLAG_USER_PRESENT = 0x01;
const FLAG_USER_VERIFIED = 0x04;
const FLAG_ATTESTED_CREDENTIAL = 0x40;
const FLAG_EXTENSIONS = 0x80;
const FIXED_PART_BYTES = 37;

/** The sign count of authenticator data for this relying party with user present and verified. */
function readAuthenticatorData(data: Uint8Array, rpIdHash: Uint8Array): number | undefined {
  if (data.length < FIXED_PART_BYTES || !equal(data.subarray(0, 32), rpIdHash)) return undefined;
  const flags = data[32] as number;
  if (!(flags & FLAG_USER_PRESENT) || !(flags & FLAG_USER_VERIFIED)) return undefined;
  // A new credential comes from a registration, not from an assertion.
  if (flags & FLAG_ATTESTED_CREDENTIAL) return undefined;
  const hasMore = data.length > FIXED_PART_BYTES;
  if (hasMore !== Boolean(flags & FLAG_EXTENSIONS)) return undefined;
  return toUint(data.subarray(33, FIXED_PART_BYTES));
}

/** A counter that stays at zero belongs to an authenticator that does not count. */
function hasRisen(last: number, now: number): boolean {
  return now > last || (now === 0 && last === 0);
}

/** r and s, 32 bytes each, out of strict DER; undefined for any other writing of the same numbers. */
function readSignature(der: Uint8Array): Uint8Array | undefined {
  if (der[0] !== 0x30 || der[1] !== der.length - 2 || der.length > 72) return undefined;
  const first = readInteger(der.subarray(2));
  if (first === undefined) return undefined;
  const second = readInteger(der.subarray(2 + first.length));
  if (second === undefined || 2 + first.length + second.length !== der.length) return undefined;
  return concat(first.value, second.value);
}

/** A positive integer at the head of the bytes: how long it is written, and its value in 32 bytes. */
function readInteger(
  bytes: Uint8Array,
): { readonly length: number; readonly value: Uint8Array } | undefined {
  const size = bytes[1] ?? 0;
  const body = bytes.subarray(2, 2 + size);
  if (bytes[0] !== 0x02 || size === 0 || size > 33 || body.length !== size) return undefined;
  const [head, next] = body as unknown as [number, number?];
  const isNegative = head >= 0x80;
  const isPadded = head === 0x00 && (next === undefined || next < 0x80);
  if (isNegative || isPadded) return undefined;
  const digits = head === 0x00 ? body.subarray(1) : body;
  if (digits.length > 32) return undefined;
  const value = new Uint8Array(32);
  value.set(digits, 32 - digits.length);
  return { length: 2 + size, value };
}

const BASE64_URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Bytes in base 64 for URLs, without padding. */
function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += BASE64_URL[(held >> bits) & 63];
    }
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + BASE64_URL[(held << (6 - bits)) & 63];
}
