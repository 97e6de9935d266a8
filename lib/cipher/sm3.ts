/**
 * SM3, the hash of the Chinese algorithms, from the library.
 * @see docs/specs.md, cryptograms sheet, section 16
 */
import { sm3 } from 'sm-crypto-v2';
import { fromHex } from '../bytes/bytes.ts';

/**
 * The 32 bytes of the SM3 hash of any data.
 * @example sm3Hash(fromAscii('abc')) // 66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0
 * @see docs/specs.md, cryptograms sheet, section 16
 */
export function sm3Hash(data: Uint8Array): Uint8Array {
  return fromHex(sm3(data));
}
