/** The holder's passkey: made once for this wallet, and asked for each time the element wants to know who is there. */
import { toHex } from '@octavo/lib/bytes/bytes.ts';

/** A passkey as the page keeps it: its handle and public point, no secret. */
export type HolderKey = {
  /** The credential's id, upper-case hexadecimal. */
  readonly credentialId: string;
  /** Uncompressed P-256 point, 65 bytes in upper-case hexadecimal. */
  readonly publicKey: string;
};

/** What an assertion consists of, as the element wants it. */
export type Assertion = {
  readonly authenticatorData: Uint8Array;
  readonly clientDataJSON: Uint8Array;
  readonly signature: Uint8Array;
};

/** Why there is no answer of a passkey. */
export type PasskeyTrouble = 'cancelled' | 'unsupported' | 'other';

/** The holder or the browser did not give an answer. */
export class PasskeyFailed extends Error {
  override readonly name = 'PasskeyFailed';
  readonly trouble: PasskeyTrouble;
  constructor(trouble: PasskeyTrouble) {
    super(trouble);
    this.trouble = trouble;
  }
}

/** The relying party: this wallet's host name. */
export function relyingPartyId(): string {
  return location.hostname;
}

const ES256 = -7;
const POINT_BYTES = 65;

/** Make a passkey that verifies its user. `name` is shown by the browser. */
export async function makeHolderKey(name: string): Promise<HolderKey> {
  const made = await passkey(() =>
    navigator.credentials.create({
      publicKey: {
        rp: { id: relyingPartyId(), name: 'Octavo' },
        user: { id: crypto.getRandomValues(new Uint8Array(16)), name, displayName: name },
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        pubKeyCredParams: [{ type: 'public-key', alg: ES256 }],
        authenticatorSelection: { userVerification: 'required', residentKey: 'preferred' },
        attestation: 'none',
      },
    }),
  );
  const spki = (made.response as AuthenticatorAttestationResponse).getPublicKey();
  if (spki === null) throw new PasskeyFailed('other');
  // The point ends the key's DER form, whose head says which curve it is; the token service checks it.
  const point = new Uint8Array(spki).slice(-POINT_BYTES);
  return { credentialId: toHex(new Uint8Array(made.rawId)), publicKey: toHex(point) };
}

/** Let the passkey sign the element's challenge. */
export async function assertHolder(key: HolderKey, challenge: Uint8Array): Promise<Assertion> {
  const id = Uint8Array.from(key.credentialId.match(/../g) ?? [], (pair) =>
    Number.parseInt(pair, 16),
  );
  const given = await passkey(() =>
    navigator.credentials.get({
      publicKey: {
        rpId: relyingPartyId(),
        challenge: new Uint8Array(challenge),
        allowCredentials: [{ type: 'public-key', id }],
        userVerification: 'required',
      },
    }),
  );
  const response = given.response as AuthenticatorAssertionResponse;
  return {
    authenticatorData: new Uint8Array(response.authenticatorData),
    clientDataJSON: new Uint8Array(response.clientDataJSON),
    signature: new Uint8Array(response.signature),
  };
}

async function passkey(act: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (!('credentials' in navigator) || !('PublicKeyCredential' in window)) {
    throw new PasskeyFailed('unsupported');
  }
  try {
    const given = await act();
    if (given === null) throw new PasskeyFailed('cancelled');
    return given as PublicKeyCredential;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw new PasskeyFailed(error.name === 'NotAllowedError' ? 'cancelled' : 'other');
  }
}
