/** The keys of message legs and of printed cards: link MACs, and the issuer's card security code. */
import type { MacKeys, VerificationKeys } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { equalConstantTime, fromAscii, fromHex } from '@octavo/lib/bytes/bytes.ts';
import { secret } from '@octavo/lib/bytes/secret.ts';
import { x919Mac } from '@octavo/lib/cipher/mac.ts';
import { cardVerificationValue } from '@octavo/lib/emv/cvv.ts';
import type { HexKey } from './keyring.ts';

/**
 * The MAC port of a service over the link keys it shares, by peer. A peer that it shares none with is a bug.
 * @see docs/specs.md, cryptograms sheet, section 13
 */
export function macKeys(links: Readonly<Record<string, HexKey>>): MacKeys {
  const keys = new Map(Object.entries(links).map(([peer, hex]) => [peer, secret(fromHex(hex))]));
  return {
    messageMac: async (peer, input) => {
      const key = keys.get(peer);
      assert(key !== undefined, 'no link key is shared with this peer');
      return x919Mac(key, input);
    },
  };
}

/**
 * The issuer's port for card security codes; `given` may be any text.
 * @see docs/specs.md, cryptograms sheet, section 8.2
 */
export function verificationKeys(verification: HexKey): VerificationKeys {
  const key = secret(fromHex(verification));
  return {
    verificationValueIs: async ({ pan, expiry, serviceCode, given }) => {
      if (!/^\d{3}$/.test(given)) return false;
      const expected = cardVerificationValue(key, pan, expiry, serviceCode);
      return equalConstantTime(fromAscii(expected), fromAscii(given));
    },
    printVerificationValue: async ({ pan, expiry, serviceCode }) =>
      cardVerificationValue(key, pan, expiry, serviceCode),
  };
}
