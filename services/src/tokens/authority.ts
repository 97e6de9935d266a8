/** The keys of the certification authority, as readers load them. */
import type { z } from '@hono/zod-openapi';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { authorityKeyChecksum } from '@octavo/lib/oda/authority.ts';
import type * as contract from './contract.ts';
import type { Tokens } from './ports.ts';

/** Every key that cards are certified under, each with the check sum by which it is compared. */
export async function authorityKeys({
  keys,
}: Pick<Tokens, 'keys'>): Promise<z.input<typeof contract.AuthorityKey>[]> {
  const all = await keys.authorityKeys();
  return all.map((key) => ({
    rid: toHex(key.rid),
    index: toHex(Uint8Array.of(key.index)),
    modulus: toHex(key.modulus),
    exponent: toHex(key.exponent),
    checksum: toHex(authorityKeyChecksum(key)),
    expiry: key.expiry,
  }));
}
