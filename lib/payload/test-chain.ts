/** A private test root for EC_v1 tokens: three certificates on keys that the caller brings. */

import { publicKeyOf } from '../cipher/p256.ts';
import { makeCertificate } from './certificate.ts';
import { INTERMEDIATE_MARKER, LEAF_MARKER } from './ec-v1.ts';

/** The certificates, in DER. */
export type TestChain = {
  readonly root: Uint8Array;
  readonly intermediate: Uint8Array;
  readonly leaf: Uint8Array;
};

const ROOT = 'Octavo Test Root';
const INTERMEDIATE = 'Octavo Test Intermediate';
const LEAF = 'Octavo Test Token Signer';

/**
 * Make root, intermediate and leaf from their private keys, all valid for the same time (milliseconds since 1970).
 * @example
 * const [root, intermediate, leaf] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
 * const chain = makeTestChain({ root, intermediate, leaf, notBefore: 0, notAfter: 1_000 });
 * decodeCertificate(chain.leaf).isSigner // true
 * @see docs/specs.md, tokenisation sheet, section 6.4
 */
export function makeTestChain(keys: {
  readonly root: Uint8Array;
  readonly intermediate: Uint8Array;
  readonly leaf: Uint8Array;
  readonly notBefore: number;
  readonly notAfter: number;
}): TestChain {
  const { notBefore, notAfter } = keys;
  const byRoot = issuerOf(ROOT, keys.root);
  const byIntermediate = issuerOf(INTERMEDIATE, keys.intermediate);
  return {
    root: makeCertificate({
      ...byRoot,
      subject: ROOT,
      publicKey: publicKeyOf(keys.root),
      isAuthority: true,
      notBefore,
      notAfter,
    }),
    intermediate: makeCertificate({
      ...byRoot,
      subject: INTERMEDIATE,
      publicKey: publicKeyOf(keys.intermediate),
      isAuthority: true,
      marker: INTERMEDIATE_MARKER,
      notBefore,
      notAfter,
    }),
    leaf: makeCertificate({
      ...byIntermediate,
      subject: LEAF,
      publicKey: publicKeyOf(keys.leaf),
      isAuthority: false,
      marker: LEAF_MARKER,
      notBefore,
      notAfter,
    }),
  };
}

function issuerOf(
  issuer: string,
  issuerPrivateKey: Uint8Array,
): Pick<Parameters<typeof makeCertificate>[0], 'issuer' | 'issuerPrivateKey' | 'issuerPublicKey'> {
  return { issuer, issuerPrivateKey, issuerPublicKey: publicKeyOf(issuerPrivateKey) };
}
