/**
 * How an element comes into the world: its own key pair, its maker's signature, nobody else's secrets.
 * @see profile octavo-1, section 3
 */
import { p256 } from '@noble/curves/nist.js';
import { assert } from '../bytes/assert.ts';
import {
  certificateToSign,
  encodeElementCertificate,
  isPublicKey,
} from '../globalplatform/certificate.ts';
import { type LastingState, PASSCODE_TRIES } from './state.ts';

/** What a maker brings to a birth. */
export type BirthInput = {
  readonly random: (length: number) => Uint8Array;
  /** Production data, 42 bytes. */
  readonly cplc: Uint8Array;
  readonly makerId: string;
  /** ECDSA P-256 with SHA-256 over the message: r and s, 64 bytes. */
  readonly makerSign: (message: Uint8Array) => Uint8Array;
  /** The token service's verification key, 65 bytes. */
  readonly tokenServiceKey: Uint8Array;
};

/** A new element: a key pair of its own, certified by its maker, and nothing else on it. */
export function giveBirth(input: BirthInput): LastingState {
  const { random, cplc, makerId, makerSign, tokenServiceKey } = input;
  assert(isPublicKey(tokenServiceKey), "the token service's key is a point of P-256");
  const privateKey = p256.utils.randomSecretKey(random(p256.lengths.seed ?? 48));
  const publicKey = p256.getPublicKey(privateKey, false);
  const unsigned = { makerId, cplc, publicKey };
  const signature = makerSign(certificateToSign(unsigned));
  const certificate = encodeElementCertificate({ ...unsigned, signature });
  return {
    birth: { privateKey, certificate, cplc, tokenServiceKey },
    securityDomain: undefined,
    passcode: { digits: undefined, tries: PASSCODE_TRIES },
    instances: [],
    registry: { activated: undefined, updateCounter: 0 },
  };
}
