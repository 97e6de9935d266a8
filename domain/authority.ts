/** A key of the certification authority as people load it into readers: text that can be compared digit by digit. */
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { authorityKeyChecksum } from '@octavo/lib/oda/authority.ts';
import type { PublicAuthorityKey } from './ports.ts';

/** The key's parts in upper-case hexadecimal. */
export type AuthorityKeyText = {
  readonly rid: string;
  /** Tag 8F. */
  readonly index: string;
  readonly modulus: string;
  readonly exponent: string;
  /** SHA-1 over RID, index, modulus and exponent. */
  readonly checksum: string;
  /** The last month it is used, MMYY. */
  readonly expiry: string;
};

/** Write a key with the check sum by which it is compared. @see docs/specs.md, EMV contactless sheet, section 7.1 */
export function authorityKeyText(key: PublicAuthorityKey): AuthorityKeyText {
  return {
    rid: toHex(key.rid),
    index: toHex(Uint8Array.of(key.index)),
    modulus: toHex(key.modulus),
    exponent: toHex(key.exponent),
    checksum: toHex(authorityKeyChecksum(key)),
    expiry: key.expiry,
  };
}
