/**
 * How an element comes into the world: its own key pair, its maker's signature, nobody else's secrets.
 * @see profile octavo-1, section 3
 */
import { assert } from '../bytes/assert.ts';
import { isPoint, privateKeyFrom, publicKeyOf, SEED_BYTES } from '../cipher/p256.ts';
import { certificateToSign, encodeElementCertificate } from '../globalplatform/certificate.ts';
import { type LastingState, PASSCODE_TRIES } from './state.ts';

/** What an element is made with. */
export type Conception = {
  readonly random: (length: number) => Uint8Array;
  /** Production data, 42 bytes. */
  readonly cplc: Uint8Array;
  readonly makerId: string;
  /** The token service's verification key, 65 bytes. */
  readonly tokenServiceKey: Uint8Array;
};

/** What a maker at hand brings to a birth. */
export type BirthInput = Conception & {
  /** ECDSA P-256 with SHA-256 over the message: r and s, 64 bytes. */
  readonly makerSign: (message: Uint8Array) => Uint8Array;
};

/** An element whose key pair is made and whose certificate still wants its maker's signature. */
export type Unborn = {
  /** What the maker signs. */
  readonly toSign: Uint8Array;
  /** The new element, with that signature (64 bytes) in its certificate. */
  bear(signature: Uint8Array): LastingState;
};

/** A new element: a key pair of its own, certified by its maker, and nothing else on it. */
export function giveBirth({ makerSign, ...conception }: BirthInput): LastingState {
  const unborn = conceive(conception);
  return unborn.bear(makerSign(unborn.toSign));
}

/** Make an element's key pair and leave its certificate to be signed, for a maker that is somewhere else. */
export function conceive(conception: Conception): Unborn {
  const { random, cplc, makerId, tokenServiceKey } = conception;
  assert(isPoint(tokenServiceKey), "the token service's key is a point of P-256");
  const privateKey = privateKeyFrom(random(SEED_BYTES));
  const publicKey = publicKeyOf(privateKey);
  const unsigned = { makerId, cplc, publicKey };
  return {
    toSign: certificateToSign(unsigned),
    bear: (signature) => ({
      birth: {
        privateKey,
        certificate: encodeElementCertificate({ ...unsigned, signature }),
        cplc,
        tokenServiceKey,
      },
      securityDomain: undefined,
      passcode: { digits: undefined, tries: PASSCODE_TRIES },
      instances: [],
      registry: { activated: undefined, updateCounter: 0 },
      express: undefined,
    }),
  };
}
