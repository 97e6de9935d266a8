/**
 * A passkey in software, for the command line and tests: it makes the bytes that a browser and its authenticator make.
 * It verifies nobody, so it is no authenticator for real money.
 * @see profile octavo-1, section 8
 */
import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { Random } from '@octavo/domain/ports.ts';
import { concat, fromHex, fromUint, toHex } from '@octavo/lib/bytes/bytes.ts';
import { generateP256, type PrivateJwk, pointOf, toBase64url } from './softkeys-p256.ts';

/** A passkey as plain data, its secret included: what a phone keeps. */
export type PasskeyRecord = {
  readonly rpId: string;
  readonly origin: string;
  readonly keyPair: PrivateJwk;
  /** 32 bytes, upper-case hexadecimal. */
  readonly credentialId: string;
  /** The count of the last signature; `counts` false keeps it 0 for ever, as synchronised passkeys do. */
  readonly signCount: number;
  readonly counts: boolean;
};

/** What WebAuthn hands to the page; the signature is DER. */
export type Assertion = {
  readonly authenticatorData: Uint8Array;
  readonly clientDataJSON: Uint8Array;
  readonly signature: Uint8Array;
};

/** What an assertion claims beside the challenge. Only a liar or a test departs from what the passkey knows. */
export type AssertionClaims = {
  readonly origin?: string;
  readonly crossOrigin?: boolean;
  readonly userPresent?: boolean;
  readonly userVerified?: boolean;
};

/** A passkey that signs. */
export type Passkey = {
  /** Uncompressed P-256 point, 65 bytes. */
  readonly publicKey: Uint8Array;
  readonly credentialId: Uint8Array;
  /** SHA-256 of the relying party id. */
  readonly rpIdHash: Uint8Array;
  readonly origin: string;
  assert(challenge: Uint8Array, claims?: AssertionClaims): Assertion;
  /** The passkey as it stands now, to be kept. */
  record(): PasskeyRecord;
};

/** Make a new passkey for a relying party and the one origin it is used from. */
export function createPasskey(from: {
  readonly rpId: string;
  readonly origin: string;
  readonly random: Random;
  /** Whether its signature count rises; true unless said otherwise. */
  readonly counts?: boolean;
}): Passkey {
  const { rpId, origin, random, counts = true } = from;
  const keyPair = generateP256(random);
  const credentialId = toHex(random(32));
  return openPasskey({ rpId, origin, keyPair, credentialId, signCount: 0, counts });
}

/** Take a kept passkey into use. */
export function openPasskey(kept: PasskeyRecord): Passkey {
  const key = createPrivateKey({ key: { ...kept.keyPair }, format: 'jwk' });
  const rpIdHash = sha256(Buffer.from(kept.rpId, 'utf8'));
  let { signCount } = kept;
  return {
    publicKey: pointOf(kept.keyPair),
    credentialId: fromHex(kept.credentialId),
    rpIdHash,
    origin: kept.origin,
    assert: (challenge, claims = {}) => {
      if (kept.counts) signCount += 1;
      const clientDataJSON = clientData(challenge, { origin: kept.origin, ...claims });
      const authenticatorData = concat(rpIdHash, flags(claims), fromUint(signCount, 4));
      return signed(key, authenticatorData, clientDataJSON);
    },
    record: () => ({ ...kept, signCount }),
  };
}

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;

function flags({ userPresent = true, userVerified = true }: AssertionClaims): Uint8Array {
  return Uint8Array.of((userPresent ? USER_PRESENT : 0) | (userVerified ? USER_VERIFIED : 0));
}

/** Members in the order in which browsers write them: the element rebuilds this text byte by byte. */
function clientData(
  challenge: Uint8Array,
  { origin, crossOrigin = false }: AssertionClaims,
): Uint8Array {
  const members = {
    type: 'webauthn.get',
    challenge: toBase64url(challenge),
    origin,
    crossOrigin,
  };
  return new Uint8Array(Buffer.from(JSON.stringify(members), 'utf8'));
}

function signed(
  key: KeyObject,
  authenticatorData: Uint8Array,
  clientDataJSON: Uint8Array,
): Assertion {
  const message = concat(authenticatorData, sha256(clientDataJSON));
  const signature = new Uint8Array(sign('sha256', message, { key, dsaEncoding: 'der' }));
  return { authenticatorData, clientDataJSON, signature };
}

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}
