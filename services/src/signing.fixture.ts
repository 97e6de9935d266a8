/** Parties with real P-256 keys and the directory that knows them, for tests. */
import type { Directory, SigningKeys } from '@octavo/domain/ports.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import {
  generateP256,
  pointOf,
  signerOf,
  verifySignature,
} from '@octavo/platform/softkeys-p256.ts';

/** The keys of some parties, and a directory of them. */
export function signingParties(names: readonly string[]): {
  keysOf(name: string): SigningKeys;
  readonly directory: Directory;
} {
  const pairs = new Map(names.map((name) => [name, generateP256(systemRandom)]));
  return {
    keysOf: (name) => {
      const pair = pairs.get(name);
      if (pair === undefined) throw new Error(`no keys for ${name}`);
      const sign = signerOf(pair);
      return { sign: async (message) => sign(message) };
    },
    directory: {
      verify: async (party, message, signature) => {
        const pair = pairs.get(party);
        return pair !== undefined && verifySignature(pointOf(pair), message, signature);
      },
    },
  };
}
